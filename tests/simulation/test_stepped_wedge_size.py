"""The figures of docs/evidence/stepped_wedge_size.json and the rule that is made of them."""

import json

import numpy as np
import pytest

from experiments.estimate import Estimate
from experiments.estimating import estimate
from experiments.estimators import stepped_wedge
from experiments.options import Options
from experiments.panel import Panel
from tests.simulation.evidence import FOLDER
from tests.simulation.stepped_wedge_size import LENGTHS, noise, p_values, starts

EVIDENCE = json.loads((FOLDER / "stepped_wedge_size.json").read_text("utf-8"))
ENOUGH = [length for length in LENGTHS if length >= stepped_wedge.MIN_PERIODS]


def sizes(line: str, lengths: list[int]) -> list[float]:
    return [row[line] for row in EVIDENCE["cells"] if row["periods"] in lengths and line in row]


@pytest.mark.parametrize("correlation", ["decay", "exchangeable"])
def test_the_simulation_judges_as_estimate_does(correlation):
    first = starts("2+2+2+2", 20)
    outcome = noise("AR 0.5", len(first), 20, np.random.default_rng(2))
    panel = Panel(
        units=tuple(f"d{number}" for number in range(len(first))),
        periods=tuple(str(week) for week in range(20)),
        outcome=outcome,
        weights=np.ones_like(outcome),
        first_treated=first,
    )
    found = estimate(panel, Options(design="stepped-wedge", correlation=correlation))
    assert isinstance(found, Estimate)
    expected = p_values(outcome, first, 1)
    assert found.p_value == expected["randomisation"]
    for line in found.also[:2]:
        # departments come in another order here: the top of a likelihood is found to a relative 1e-8
        assert line.p_value == pytest.approx(expected[f"{correlation} {line.inference}"], rel=1e-7)


def test_what_judges_without_start_orders_holds_its_size():
    """The mean over the cells within 7 %, each within 7 % and two Monte-Carlo errors."""
    found = sizes("decay kenward-roger-t", ENOUGH)
    assert len(found) > 20
    assert np.mean(found) <= 7
    assert max(found) <= 7 + 2 * EVIDENCE["monte_carlo_error_at_5_percent"]


def test_what_is_refused_does_not_and_its_warning_says_how_often():
    found = max(sizes("exchangeable kenward-roger-t", list(LENGTHS)))
    assert found / 100 == pytest.approx(stepped_wedge.EXCHANGEABLE_SIZE, abs=0.005)
