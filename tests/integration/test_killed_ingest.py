"""A small version of the kill loop; the full one is `python -m tests.faults.killed_ingest`."""

import json
import random

from tests.faults.killed_ingest import contents, database, expected, run, unclear
from tests.servers.postgresql import postgres_url
from tests.simulation.evidence import FOLDER

__all__ = ["postgres_url"]


def test_a_killed_intake_leaves_whole_files(tmp_path):
    seen = run(tmp_path, kills=8, rng=random.Random(3))
    assert (seen.wrong_states, seen.orphans, seen.left_over, seen.notes) == (0, 0, 0, [])
    assert seen.kills == 8


def test_a_commit_whose_answer_never_came_is_recognised(tmp_path, postgres_url):
    seen = unclear(tmp_path / "unclear", database(postgres_url, "unclear_commits"), times=4)
    assert (seen.files, seen.wrong_states) == (4, 0)
    assert seen.unclear_commits == 4


def test_the_truth_that_it_is_held_against_has_corrections():
    assert len(expected(3)) == 1200
    assert set(contents(1)) & set(contents(0))


def test_the_evidence_shows_nothing_lost_doubled_or_half_in():
    cells = json.loads((FOLDER / "killed_ingest.json").read_text("utf-8"))["cells"]
    assert {cell["on"] for cell in cells} == {
        "sqlite",
        "postgresql",
        "postgresql, line dropped after commit",
    }
    assert all(cell["wrong_states"] == cell["orphans"] == 0 for cell in cells)
    assert min(cell["kills"] for cell in cells if "line" not in cell["on"]) >= 40
    assert min(cell["files"] for cell in cells) >= 10
