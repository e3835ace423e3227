"""Time series models of a broken line: against R's arima, direct likelihoods, and statsmodels."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import minimize
from statsmodels.tsa.statespace.structural import UnobservedComponents

from experiments.estimate import Estimate, NotEstimable
from experiments.estimating import estimate
from experiments.inference.local_level import local_level
from experiments.options import Options
from experiments.panel import NEVER, Panel
from experiments.segmented.fitting import Fitted, fitted
from experiments.segmented.model import Model
from experiments.segmented.time_series import ORDERS, _arima, _with_errors, arima
from experiments.window import Window, prepare

NUMBERS = json.loads((Path(__file__).parent / "r" / "arima.json").read_text("utf-8"))
ALONE = Options(design="interrupted-time-series")


def panel(y: np.ndarray, start: int) -> Panel:
    rows = np.atleast_2d(y)
    return Panel(
        units=tuple(f"d{number}" for number in range(len(rows))),
        periods=tuple(str(number) for number in range(rows.shape[1])),
        outcome=rows,
        weights=np.ones_like(rows),
        first_treated=np.where(np.arange(len(rows)) == 0, float(start), NEVER),
    )


def model_of(y: np.ndarray, start: int, options: Options = ALONE) -> Model:
    window = prepare(panel(y, start), options)
    assert isinstance(window, Window)
    found = fitted(window, replace(options, inference="arima"), options.design)
    assert isinstance(found, Fitted)
    return found.model


R_SERIES = np.array(NUMBERS["y"])


@pytest.mark.parametrize("r", NUMBERS["fits"], ids=lambda fit: str(fit["order"]))
def test_coefficients_errors_and_likelihood_are_those_of_r(r: dict[str, list[float]]) -> None:
    p, q = (int(number) for number in r["order"])
    fit = _with_errors(_arima(model_of(R_SERIES, 40), (p, q)))
    # Two optimisers of one likelihood: it agrees closely, what it depends on weakly agrees less.
    assert fit.log_likelihood == pytest.approx(r["log_likelihood"], abs=1e-4)
    assert fit.coefficients == pytest.approx(r["coefficients"], rel=2e-3)
    assert np.sqrt(np.diag(fit.covariance)) == pytest.approx(r["errors"], rel=5e-3)


def test_the_order_is_that_of_the_smallest_corrected_criterion() -> None:
    fit, found = arima(model_of(R_SERIES, 40), ALONE)
    n = len(R_SERIES)
    by_order = {}
    for r in NUMBERS["fits"]:
        k = 4 + sum(r["order"])
        by_order[tuple(int(number) for number in r["order"])] = (
            -2 * r["log_likelihood"] + 2 * k + 2 * k * (k + 1) / (n - k - 1)
        )
    assert set(by_order) == set(ORDERS)
    assert fit.order == min(by_order, key=lambda order: by_order[order])
    assert found.interval[0] < found.effect < found.interval[1]


def test_a_lost_week_is_no_jump_in_time() -> None:
    """Left out of the series, not drawn together: the same as the likelihood with a missing value."""
    series = R_SERIES.copy()
    series[[12, 55]] = np.nan
    fit = _arima(model_of(series, 40), (1, 0))
    steps = fit.model.aligned.since
    assert len(steps) == 78
    own = _gaussian_likelihood(fit.model, fit.estimates[3], fit.estimates[4], fit.coefficients)
    assert fit.log_likelihood == pytest.approx(own, rel=1e-8)


def _gaussian_likelihood(model: Model, phi: float, variance: float, coefficients: np.ndarray) -> float:
    steps = model.aligned.since.astype(float)
    covariance = variance / (1 - phi**2) * phi ** np.abs(steps[:, None] - steps)
    left = model.y - model.columns @ coefficients
    inverse = np.linalg.solve(covariance, left)
    return float(-0.5 * (left @ inverse + np.linalg.slogdet(covariance)[1] + len(left) * np.log(2 * np.pi)))


def test_a_gradual_effect_is_found_with_its_speed() -> None:
    rng = np.random.default_rng(2)
    since = np.arange(120) - 60
    grown = np.where(since >= 0, 1 - 0.8 ** (since + 1), 0.0)
    y = 20 - 4 * grown + 0.4 * rng.normal(size=120)
    found = estimate(panel(y, 60), replace(ALONE, inference="arima", its_model="gradual"))
    assert isinstance(found, Estimate)
    assert found.diagnostics["speed"] == pytest.approx(0.8, abs=0.11)
    truth = -4 * grown[60:].mean()
    # Four of its own errors; the interval itself holds the truth in about 95 of 100 series.
    assert abs(found.effect - truth) < 4 * found.standard_error
    assert found.also == ()


def test_the_local_level_is_at_the_top_of_the_restricted_likelihood() -> None:
    model = model_of(R_SERIES, 40)
    found = local_level(model.columns, model.y, model.aligned.since)
    x, y = model.columns, model.y
    steps = np.arange(len(y))

    def minus_log(logs: np.ndarray) -> float:
        noise, step = np.exp(logs)
        covariance = noise * np.eye(len(y)) + step * np.minimum.outer(steps, steps)
        inverse = np.linalg.inv(covariance)
        information = x.T @ inverse @ x
        b = np.linalg.solve(information, x.T @ inverse @ y)
        left = y - x @ b
        logs_of = np.linalg.slogdet(covariance)[1] + np.linalg.slogdet(information)[1]
        return float(0.5 * (logs_of + left @ inverse @ left))

    tight = {"xatol": 1e-9, "fatol": 1e-12, "maxiter": 4000}
    tried = [minimize(minus_log, at, method="Nelder-Mead", options=tight) for at in ([0, -3], [0, 0])]
    best = min(tried, key=lambda one: one.fun)
    noise, step = np.exp(best.x)
    assert found.variance == pytest.approx(noise, rel=1e-5)
    assert found.ratio == pytest.approx(step / noise, rel=1e-4)
    own = np.log([found.variance, found.ratio * found.variance])
    assert minus_log(own) <= best.fun + 1e-9


def test_the_local_level_is_that_of_a_state_space_model() -> None:
    model = model_of(R_SERIES, 40)
    found = local_level(model.columns, model.y, model.aligned.since)
    other = UnobservedComponents(
        model.y, level="local level", exog=model.columns[:, 1:], mle_regression=False
    ).smooth([found.variance, found.ratio * found.variance])
    # The state space model starts from a nearly flat prior, not from none.
    assert found.coefficients[1:] == pytest.approx(other.filtered_state[1:, -1], rel=1e-3)
    assert np.diag(found.covariance)[1:] == pytest.approx(
        np.diag(other.filtered_state_cov[1:, 1:, -1]), rel=1e-3
    )


@pytest.mark.parametrize("inference", ["arima", "structural"])
def test_the_estimate_carries_the_lines_the_coefficients_and_a_second_method(inference: str) -> None:
    found = estimate(panel(R_SERIES, 40), replace(ALONE, inference=inference))
    assert isinstance(found, Estimate)
    assert found.inference == inference
    assert found.also[0].inference == "waves-t"
    assert (found.interval[0] <= 0 <= found.interval[1]) == (found.p_value >= 0.05)
    moved = estimate(panel(3 * R_SERIES + 7, 40), replace(ALONE, inference=inference))
    assert isinstance(moved, Estimate)
    assert moved.effect == pytest.approx(3 * found.effect, rel=2e-3)
    assert moved.p_value == pytest.approx(found.p_value, rel=0.05)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (replace(ALONE, its_model="gradual"), "gradual_by_arima"),
        (replace(ALONE, inference="arima", family="poisson"), "averages_only"),
    ],
)
def test_what_the_models_cannot_do(options: Options, code: str) -> None:
    found = estimate(panel(np.round(R_SERIES), 40), options)
    assert isinstance(found, NotEstimable)
    assert [reason.code for reason in found.reasons] == [code]
