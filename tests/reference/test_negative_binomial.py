"""Negative binomial counts against MASS (R) and brute force over the extra variance."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import nbinom, poisson

from experiments.estimate import Estimate, NotEstimable
from experiments.estimating import estimate
from experiments.inference.negative_binomial import GRID, negative_binomial
from experiments.options import Options
from experiments.panel import Panel
from tests.simulated_panels import simulated

R = json.loads((Path(__file__).parent / "r" / "negative_binomial.json").read_text("utf-8"))
Y, EXPOSURE = np.array(R["y"]), np.array(R["exposure"])
T = np.arange(70) - 35.0
X = np.column_stack([np.ones(70), T, T >= 0])
ALONE = Options(design="interrupted-time-series", family="negative-binomial", inference="iid")


def test_coefficients_errors_and_likelihood_are_those_of_mass() -> None:
    found = negative_binomial(X, Y, np.log(EXPOSURE))
    assert 1 / found.extra == pytest.approx(R["theta"], rel=1e-5)
    assert found.fit.coefficients == pytest.approx(R["coefficients"], rel=1e-5)
    assert found.log_likelihood == pytest.approx(R["log_likelihood"], rel=1e-9)
    errors = np.sqrt(np.diag(np.linalg.inv(found.fit.rows.T @ found.fit.rows)))
    assert errors == pytest.approx(R["errors"], rel=1e-5)


def test_no_other_extra_variance_has_a_higher_likelihood() -> None:
    found = negative_binomial(X, Y, np.log(EXPOSURE))
    size = 1 / found.extra
    own = nbinom.logpmf(Y, size, size / (size + found.fit.mean)).sum()
    assert found.log_likelihood == pytest.approx(own, rel=1e-9)
    for extra in GRID:
        assert nbinom.logpmf(Y, 1 / extra, 1 / (1 + extra * found.fit.mean)).sum() <= own + 1e-6


def test_counts_that_vary_no_more_than_chance_are_poisson() -> None:
    means = np.exp(1 + 0.01 * T)
    quiet = np.round(means)
    found = negative_binomial(X, quiet)
    assert found.extra == 0.0
    assert found.log_likelihood == pytest.approx(poisson.logpmf(quiet, found.fit.mean).sum(), rel=1e-9)


def test_an_interrupted_series_of_counts_carries_the_ratio_and_the_extra_variance() -> None:
    panel = Panel(
        units=("pilot",),
        periods=tuple(str(number) for number in range(70)),
        outcome=Y[None],
        weights=np.ones((1, 70)),
        first_treated=np.array([35.0]),
        exposure=EXPOSURE[None],
    )
    found = estimate(panel, ALONE)
    assert isinstance(found, Estimate)
    assert np.log1p(found.effect) == pytest.approx(R["coefficients"][2], rel=1e-5)
    assert found.diagnostics["extra_variance"] == pytest.approx(1 / R["theta"], rel=1e-5)
    assert (found.scale, found.also[0].inference) == ("relative", "waves-t")
    wrong = estimate(replace(panel, outcome=panel.outcome + 0.5), ALONE)
    assert isinstance(wrong, NotEstimable)
    assert wrong.reasons[0].code == "not_a_count"


def test_departments_are_compared_with_errors_by_department_instead() -> None:
    panel = simulated(12, 60, [30] * 3)
    found = estimate(panel, Options(design="difference-in-differences", family="negative-binomial"))
    assert isinstance(found, NotEstimable)
    assert found.reasons[0].code in ("negative_binomial_by_department", "not_a_count")
