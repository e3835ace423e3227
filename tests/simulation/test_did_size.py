"""The figures of docs/evidence/did_size.json and the warnings that are made of them."""

import json

import numpy as np
import pytest

from experiments import measured_sizes
from tests.simulation.did_size import cell
from tests.simulation.evidence import FOLDER

EVIDENCE = json.loads((FOLDER / "did_size.json").read_text("utf-8"))
CELLS = EVIDENCE["averages"] + EVIDENCE["counts_and_shares"]
AVERAGES, COUNTS = ("A", "B", "C"), ("poisson", "binomial")


def largest(name: str, regimes: tuple[str, ...], *, few: bool) -> float:
    """Over the cells with few pilots or all of them, as a fraction."""
    found = [
        one[name]
        for one in CELLS
        if one["regime"] in regimes and one.get(name) is not None and not (few and one["design"] == "6/6")
    ]
    return round(max(found) / 100, 2)


@pytest.mark.parametrize(
    ("said", "regimes", "few"),
    [
        (measured_sizes.ALWAYS, AVERAGES, False),
        (measured_sizes.WITH_FEW, AVERAGES, True),
        (measured_sizes.OF_COUNTS, COUNTS, False),
        (measured_sizes.OF_COUNTS_WITH_FEW, COUNTS, True),
    ],
)
def test_a_warning_gives_the_size_that_was_measured(said, regimes, few):
    assert {name: largest(name, regimes, few=few) for name in said} == said


def test_what_carries_no_warning_holds_its_size():
    # 5 % and three Monte-Carlo errors of 1.1 points.
    assert largest("jackknife-t", COUNTS, few=False) <= 0.083
    assert largest("pre-scaled-t", AVERAGES, few=False) <= 0.083
    assert largest("cr2", AVERAGES + COUNTS, few=False) <= 0.083


@pytest.mark.parametrize(("regime", "name"), [("A", "hc1"), ("poisson", "cr1")])
def test_size_is_that_of_the_evidence(regime, name):
    reps = 60
    found = cell(regime, 26, 2, 8, reps, seed=11)[name] / 100
    rate = next(
        one[name] for one in CELLS if (one["regime"], one["design"], one["periods"]) == (regime, "2/8", 26)
    )
    # Both are simulated: four Monte-Carlo errors of the difference.
    error = np.sqrt(rate / 100 * (1 - rate / 100) * (1 / reps + 1 / EVIDENCE["reps"]))
    assert abs(found - rate / 100) < 4 * error
