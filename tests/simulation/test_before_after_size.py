"""A small version of the size simulation; the full one is `python -m tests.simulation.before_after_size`."""

import json

import numpy as np
import pytest

from experiments.measured_sizes import BEFORE_AFTER, LONG_SIDE, before_after
from tests.simulation.before_after_size import INFERENCES, SIDES, cell
from tests.simulation.evidence import FOLDER

REPS = 500
EVIDENCE = json.loads((FOLDER / "before_after_size.json").read_text("utf-8"))


@pytest.mark.parametrize(("noise", "side"), [("AR 0.5", 26), ("B", 13)])
def test_size_is_that_of_the_evidence(noise, side):
    published = next(one for one in EVIDENCE["cells"] if (one["noise"], one["side"]) == (noise, side))
    found = cell(noise, side, REPS, seed=7)
    for inference in INFERENCES:
        rate = published[inference] / 100
        # Both are simulated: four Monte-Carlo errors of the difference, and the rounding of the evidence.
        error = np.sqrt(rate * (1 - rate) * (1 / REPS + 1 / EVIDENCE["reps"]))
        assert abs(found[inference] / 100 - rate) < 4 * error + 0.0005


def test_the_default_holds_its_size_on_long_sides_and_where_noise_is_short():
    assert EVIDENCE["reps"] >= 4000
    held = [
        one["blocks-t"]
        for one in EVIDENCE["cells"]
        if one["side"] >= LONG_SIDE or one["noise"] in ("AR 0", "AR 0.3", "AR 0.5")
    ]
    # 5 % and three and a half Monte-Carlo errors of 0.34 points.
    assert max(held) <= 6.5


@pytest.mark.parametrize("inference", INFERENCES)
def test_the_warning_gives_the_size_that_was_measured(inference):
    """Of the lengths up to the next that has a figure of its own."""
    least = list(BEFORE_AFTER[inference])
    for number, (start, share) in enumerate(BEFORE_AFTER[inference].items()):
        ends = [*least[number + 1 :], LONG_SIDE if inference == "blocks-t" else max(SIDES) + 1][0]
        of_these = [EVIDENCE["largest"][inference][str(side)] for side in SIDES if start <= side < ends]
        assert share == pytest.approx(max(of_these) / 100, abs=0.005)


def test_a_short_side_is_warned_of_and_a_long_one_is_not():
    assert [len(before_after("blocks-t", side)) for side in (8, 38, 39, 200)] == [1, 1, 0, 0]
    assert len(before_after("hac", 200)) == 1
    assert before_after("collapse-t", 8) == ()
