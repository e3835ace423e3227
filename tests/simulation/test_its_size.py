"""A small version of the size simulation; the full one is `python -m tests.simulation.its_size`."""

import json

import numpy as np
import pytest

from experiments.segmented.sentences import LARGEST_SIZE
from tests.simulation.evidence import FOLDER
from tests.simulation.its_size import cell

REPS = 2000
EVIDENCE = json.loads((FOLDER / "its_size.json").read_text("utf-8"))


@pytest.mark.parametrize(
    ("model", "noise", "periods"), [("step", "AR 0.5", 52), ("slope", "AR 0.8", 26), ("both", "B", 52)]
)
def test_size_is_that_of_the_evidence(model, noise, periods):
    published = next(
        one
        for one in EVIDENCE["cells"]
        if (one["model"], one["noise"], one["periods"]) == (model, noise, periods)
    )
    found = cell(model, noise, periods, REPS, seed=7)
    for inference in EVIDENCE["largest_size"]:
        rate = published[inference] / 100
        # Both are simulated: four Monte-Carlo errors of the difference, and the rounding of the evidence.
        error = np.sqrt(rate * (1 - rate) * (1 / REPS + 1 / EVIDENCE["reps"]))
        assert abs(found[inference] / 100 - rate) < 4 * error + 0.0005


def test_the_default_holds_its_size_everywhere():
    assert EVIDENCE["reps"] >= 4000
    # 5 % and three and a half Monte-Carlo errors of 0.34 points, the largest of 45 cells.
    assert EVIDENCE["largest_size"]["waves-t"] <= 6.5


def test_the_warning_gives_the_size_that_was_measured():
    measured = {name: round(EVIDENCE["largest_size"][name] / 100, 2) for name in ("blocks-t", "hac", "iid")}
    assert measured.items() <= LARGEST_SIZE.items()
