"""Names and the order of rows decide nothing, not even where assignments are drawn."""

from dataclasses import replace

import numpy as np
import pytest

from experiments.estimate import Estimate, NotEstimable
from experiments.estimating import estimate, fitted
from experiments.options import Options
from experiments.panel import Panel
from tests.simulated_panels import simulated

ONE_START = simulated(15, 40, [20] * 6)
WAVES = simulated(16, 40, [14, 18, 22, 26] * 2)
MANY = simulated(80, 12, [4] * 20 + [7] * 20)


def renamed(panel: Panel) -> Panel:
    """The same departments in another order, under names that sort in yet another."""
    order = np.random.default_rng(7).permutation(len(panel.units))
    names = tuple(f"d{(7 * number) % len(order):02d}" for number in range(len(order)))
    return replace(
        panel,
        units=names,
        outcome=panel.outcome[order],
        weights=panel.weights[order],
        first_treated=panel.first_treated[order],
    )


def numbers(found: Estimate) -> list[float | None]:
    lines = [value for line in found.also for value in (line.effect, line.p_value, *(line.interval or ()))]
    checks = [value for one in found.checks for value in (one.statistic, one.p_value)]
    return [found.effect, found.standard_error, *found.interval, found.p_value, *lines, *checks]


@pytest.mark.parametrize(
    ("panel", "design", "inference"),
    [
        (ONE_START, "difference-in-differences", "auto"),
        (ONE_START, "difference-in-differences", "wild-bootstrap"),
        (ONE_START, "cluster-randomised", "randomisation"),
        (WAVES, "staggered", "randomisation-t"),
        (MANY, "callaway-santanna", "multiplier-bootstrap"),
        (WAVES, "stepped-wedge", "randomisation"),
    ],
)
def test_the_same_numbers_in_another_order_under_other_names(panel, design, inference):
    options = Options(design=design, inference=inference)
    found, other = estimate(panel, options), estimate(renamed(panel), options)
    assert isinstance(found, Estimate)
    assert isinstance(other, Estimate)
    assert numbers(other) == numbers(found)


def test_a_route_says_what_an_estimate_says():
    options = Options(design="staggered")
    found, made = fitted(renamed(WAVES), options, "staggered"), estimate(WAVES, options)
    assert isinstance(found, Estimate)
    assert isinstance(made, Estimate)
    assert (found.p_value, found.interval) == (made.p_value, made.interval)


def test_sentences_name_departments_in_the_order_of_their_names():
    still = replace(ONE_START, outcome=np.where(np.arange(15)[:, None] % 4 == 2, 9.0, ONE_START.outcome))
    found = estimate(still, Options())
    assert isinstance(found, NotEstimable)
    assert found.reasons[0].message.render("en").endswith(": d2, d6, d10, d14.")
