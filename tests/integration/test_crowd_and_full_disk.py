"""Small versions of `tests.faults.crowd` and `tests.faults.full_disk`, and their evidence."""

import json
import random

import pytest

from tests.faults.crowd import crowd
from tests.faults.full_disk import SMALLEST, STEP, fill, may_mount
from tests.simulation.evidence import FOLDER


def test_four_at_once_take_every_file_in_once(tmp_path):
    found = crowd(tmp_path, 4, random.Random(2))
    assert (found["failed"], found["wrong_states"], found["batches"]) == (0, 0, 4)


@pytest.mark.skipif(not may_mount(), reason="this account may not mount a small disk")
@pytest.mark.parametrize("level", [1, 6])
def test_a_full_disk_refuses_a_file_and_keeps_the_rest(tmp_path, level):
    found = fill(tmp_path, SMALLEST + STEP * level)
    assert found["refused"]
    assert found["intact"]
    assert found["recovered"]


def test_the_evidence():
    crowded = json.loads((FOLDER / "crowd.json").read_text("utf-8"))
    assert (crowded["failed"], crowded["wrong_states"], crowded["batches_beyond_one_per_file"]) == (0, 0, 0)
    cells = json.loads((FOLDER / "full_disk.json").read_text("utf-8"))["cells"]
    assert len(cells) >= 20
    assert all(cell["refused"] and cell["intact"] and cell["recovered"] for cell in cells)
    assert len({cell["files_before"] for cell in cells}) > 5
