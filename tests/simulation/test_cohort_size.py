"""The figures of docs/evidence/cohort_size.json, the rule made of them, and that `estimate` gives them."""

import json

import numpy as np
import pytest

from experiments import cohort_rule
from experiments.estimate import Estimate
from experiments.estimating import estimate
from experiments.inference.start_orders import start_orders
from experiments.options import Options
from tests.simulation.cohort_size import (
    FITS,
    WAYS,
    cell,
    design,
    exchanging,
    leaving_out,
    noise_of,
    panel,
    sizes_of,
)
from tests.simulation.evidence import FOLDER
from tests.simulation.few_treated_size import noise

EVIDENCE = json.loads((FOLDER / "cohort_size.json").read_text("utf-8"))


@pytest.mark.parametrize("method", FITS)
@pytest.mark.parametrize("way", WAYS)
def test_the_simulation_judges_as_estimate_does(method, way):
    made = design(method, "1+1", 26, 12)
    treated = made.adoption.treated
    outcome = noise("A", treated, 26, np.random.default_rng(4))
    orders = start_orders(made.adoption.cohort, 1)
    expected = {
        "randomisation-t": exchanging(made, outcome, way, orders, noise_of(made, outcome)),
        "jackknife-t": float(leaving_out(made, outcome[None], way)[0]),
    }
    options = Options(design=method, aggregate=way)
    found = estimate(panel(outcome, made.first), options)
    assert isinstance(found, Estimate)
    shown = {found.inference: found.p_value, found.also[0].inference: found.also[0].p_value}
    assert shown == pytest.approx(expected, rel=1e-9)


def test_leaving_one_out_finds_too_much_with_two_pilots_and_start_orders_do_not():
    """Two pilots twice as noisy, 100 repetitions: three Monte-Carlo errors around what was measured."""
    row = next(one for one in cell("imputation", "2", 52, 26, 400, 100, 7) if one["regime"] == "C")
    assert row["jackknife-t simple"] > 5 + 3 * 1.1
    assert row["randomisation-t simple"] < 5 + 3 * 2.2


def test_the_rule_follows_what_was_measured():
    """Start orders hold 5 % on average over the cells of a design, within 3 Monte-Carlo errors of a cell."""
    error = EVIDENCE["monte_carlo_error_at_5_percent"]["randomisation-t"]
    assert max(EVIDENCE["mean"]["randomisation-t"].values()) <= 7
    assert max(EVIDENCE["largest"]["randomisation-t"].values()) <= 7 + 3 * error
    largest = EVIDENCE["largest"]["jackknife-t"]
    enough = {name for name in largest if sum(sizes_of(name)) >= cohort_rule.LEFT_OUT_TREATED}
    assert all(largest[name] <= 7 for name in enough)
    assert max(largest.values()) == pytest.approx(100 * cohort_rule.LEFT_OUT_SIZE, abs=0.5)
