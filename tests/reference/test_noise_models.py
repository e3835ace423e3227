"""Lines with related noise against R (arima, nlme, StructTS, MASS), statsmodels, print and brute force."""

import csv
import io
import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from experiments.details import RegressionDetails
from experiments.estimate import Estimate
from experiments.estimators.interrupted_time_series import fit as alone
from experiments.inference.generalised_least_squares import NoiseFit, noise_fit, whitened
from experiments.inference.negative_binomial import negative_binomial
from experiments.inference.noise_models import LOCAL_LEVEL, NoiseModel, arma, autocovariances, polynomial
from experiments.options import Options
from experiments.panel import Panel
from experiments.segmented.fitting import Fitted, fitted
from experiments.segmented.model import Model
from experiments.segmented.noise import Noise, corrected, least_squares
from experiments.window import Window, prepare

NUMBERS = json.loads((Path(__file__).parent / "r" / "noise_models.json").read_text("utf-8"))
N, START = 72, 40
T = np.arange(N)
POST = (T >= START).astype(float)
X = np.column_stack([np.ones(N), T, POST])
CASES = 200 + 40 * np.cos(0.9 * T)


def wave(a: float, b: float) -> np.ndarray:
    return np.sin(a * T + b * T**2 / 10)


Y = 20 + 0.05 * T - 1.5 * POST + 0.6 * wave(1.7, 0.3) + 0.9 * wave(0.31, 0.02) + 0.5 * wave(0.83, 0.011)
GRADUAL = Y + 1.5 * POST - 2.5 * np.where(POST > 0, 1 - 0.75 ** np.maximum(T - START + 1, 0), 0.0)


def panel(outcome: np.ndarray) -> Panel:
    return Panel(
        units=("pilot",),
        periods=tuple(str(number) for number in range(len(outcome))),
        outcome=outcome[None, :],
        weights=np.ones((1, len(outcome))),
        first_treated=np.array([float(START)]),
    )


def estimated(outcome: np.ndarray, **options) -> Estimate:
    found = alone(panel(outcome), Options(**options))
    assert isinstance(found, Estimate), found
    return found


def coefficients(found: Estimate) -> dict[str, tuple[float, float]]:
    assert isinstance(found.details, RegressionDetails)
    return {one.name: (one.estimate, one.standard_error) for one in found.details.coefficients}


def line(x: np.ndarray, y: np.ndarray, covariance: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """Coefficients, their errors with the noise taken for known, and the factor of the covariance."""
    rows = whitened(covariance, np.column_stack([x, y]))
    found, squares, *_ = np.linalg.lstsq(rows[:, :-1], rows[:, -1], rcond=None)
    factor = float(squares[0]) / (len(y) - x.shape[1])
    return found, np.sqrt(factor * np.diag(np.linalg.inv(rows[:, :-1].T @ rows[:, :-1]))), factor


def log_likelihood(found: NoiseFit, y: np.ndarray) -> float:
    n = len(y)
    return -found.loss - n / 2 * (np.log(2 * np.pi / n) + 1) - n * np.log(np.linalg.norm(y))


@pytest.mark.parametrize("order", [(1, 0), (2, 0), (1, 1)])
def test_maximum_likelihood_is_that_of_arima(order):
    model, numbers = arma(*order), NUMBERS[f"ml_{order[0]}{order[1]}"]
    found = noise_fit(X, Y, T, model, restricted=False)
    # Both stop within 1e-8 of the top of a likelihood that is flat there.
    assert log_likelihood(found, Y) == pytest.approx(numbers[-1], abs=1e-7)
    p, q = order
    noise = [*polynomial(found.at[:p]), *-polynomial(found.at[p:])]
    assert noise == pytest.approx(numbers[: p + q], rel=1e-3)
    assert line(X, Y, model.covariance(found.at, T))[0] == pytest.approx(numbers[p + q : -1], rel=1e-4)


@pytest.mark.parametrize("order", [(1, 0), (2, 0), (1, 1)])
def test_restricted_likelihood_is_that_of_nlme(order):
    model, numbers = arma(*order), NUMBERS[f"reml_{order[0]}{order[1]}"]
    found = noise_fit(X, Y, T, model)
    p, q = order
    noise = [*polynomial(found.at[:p]), *-polynomial(found.at[p:])]
    # nlme stops by its own rule, some 1e-5 from the top.
    assert noise == pytest.approx(numbers[: p + q], rel=1e-3)
    beta, errors, _ = line(X, Y, model.covariance(found.at, T))
    assert [*beta, *errors] == pytest.approx(numbers[p + q : -1], rel=1e-3)


def test_the_order_is_the_one_with_the_smallest_aicc():
    def aicc(order: tuple[int, int]) -> float:
        size, left = sum(order) + 1, N - 3
        return -2 * NUMBERS[f"reml_{order[0]}{order[1]}"][-1] + 2 * size * left / (left - size - 1)

    best = min([(1, 0), (2, 0), (1, 1)], key=aicc)
    shown = estimated(Y, inference="arima").diagnostics
    assert (shown["ar_order"], shown["ma_order"]) == best


def test_a_gap_keeps_the_distance_in_time():
    """The run-in is left out; nlme is told the true times."""
    numbers, model = NUMBERS["gap"], arma(1, 0)
    kept = (T < START) | (T >= START + 5)
    found = noise_fit(X[kept], Y[kept], T[kept], model)
    beta, errors, _ = line(X[kept], Y[kept], model.covariance(found.at, T[kept]))
    assert [*found.at, *beta, *errors] == pytest.approx(numbers, rel=1e-4)
    shown = estimated(Y, inference="arima", run_in=5)
    assert shown.diagnostics["ar_order"] == 1.0
    assert shown.effect == pytest.approx(numbers[3], rel=1e-4)
    # Kenward and Roger's error is never below the plain one, and not far above it here.
    assert numbers[6] <= shown.standard_error < 1.5 * numbers[6]


def test_a_gradual_change_is_that_of_box_and_tiao():
    """The carry-over by profile likelihood over fits of R's arima."""
    shown = estimated(GRADUAL, inference="arima", its_model="transfer")
    assert (shown.diagnostics["ar_order"], shown.diagnostics["ma_order"]) == (1.0, 0.0)
    carry_over, ar, *beta, _ = NUMBERS["transfer"]
    # A likelihood that is flat at its top: its place is right to about the root of what it is right to.
    assert coefficients(shown)["carry_over"][0] == pytest.approx(carry_over, rel=1e-3)
    reached = np.where(POST > 0, 1 - carry_over ** np.maximum(T - START + 1, 0), 0.0)
    x = np.column_stack([X[:, :2], reached])
    found = noise_fit(x, GRADUAL, T, arma(1, 0), restricted=False)
    assert found.at[0] == pytest.approx(ar, rel=1e-3)
    assert line(x, GRADUAL, arma(1, 0).covariance(found.at, T))[0] == pytest.approx(beta, rel=1e-4)


def test_without_related_noise_a_gradual_change_is_nonlinear_least_squares():
    from scipy.optimize import curve_fit

    def curve(t, level, trend, lasting, carry_over):
        return level + trend * t + lasting * np.where(POST > 0, 1 - carry_over ** (t - START + 1.0), 0.0)

    place, covariance = curve_fit(
        curve, T.astype(float), GRADUAL, p0=[20, 0, -2, 0.5], xtol=1e-14, ftol=1e-14
    )
    shown = coefficients(estimated(GRADUAL, inference="iid", its_model="transfer"))
    expected = np.sqrt(np.diag(covariance))
    # curve_fit's derivatives are numerical.
    assert shown["carry_over"] == pytest.approx((place[3], expected[3]), rel=1e-4)
    assert shown["lasting_change"] == pytest.approx((place[2], expected[2]), rel=1e-4)


def test_a_forecast_is_that_of_arima():
    numbers, model = NUMBERS["forecast"], arma(1, 0)
    before = T < START
    found = noise_fit(X[before, :2], Y[before], T[before], model, restricted=False)
    assert found.at[0] == pytest.approx(numbers[0], rel=1e-4)
    own = np.column_stack([X[:, :2], np.eye(N)[:, ~before]])
    beta = line_only(own, Y, model.covariance(found.at, T))
    assert beta[2:].mean() == pytest.approx(numbers[4], rel=1e-5)


def line_only(x: np.ndarray, y: np.ndarray, covariance: np.ndarray) -> np.ndarray:
    inverse = np.linalg.inv(covariance)
    return np.linalg.solve(x.T @ inverse @ x, x.T @ inverse @ y)


@pytest.mark.parametrize("inference", ["arima", "structural"])
def test_a_forecast_is_what_is_expected_given_the_periods_before(inference):
    """Brute force: the conditional mean and variance of the later periods, the line not known."""
    shown = fit_of(Y, inference, "forecast")
    assert shown.noise is not None
    covariance, before = shown.noise.covariance(shown.model), T < START
    inverse = np.linalg.inv(covariance[np.ix_(before, before)])
    x = X[:, :2]
    spread = np.linalg.inv(x[before].T @ inverse @ x[before])
    beta = spread @ x[before].T @ inverse @ Y[before]
    left = Y[before] - x[before] @ beta
    across = covariance[np.ix_(~before, before)] @ inverse
    expected = x[~before] @ beta + across @ left
    gap = x[~before] - across @ x[before]
    variance = covariance[np.ix_(~before, ~before)] - across @ covariance[np.ix_(before, ~before)]
    variance = variance + gap @ spread @ gap.T
    factor = float(left @ inverse @ left) / (START - 2)
    found = estimated(Y, inference=inference, its_model="forecast")
    assert found.effect == pytest.approx((Y[~before] - expected).mean(), rel=1e-8)
    plain = corrected(shown.model, shown.noise, shown.fit.dispersion, average(shown.model)).plain
    assert plain == pytest.approx(np.sqrt(factor * variance.mean()), rel=1e-8)
    assert isinstance(found.details, RegressionDetails)
    drawn = np.array([one.without for one in found.details.fitted])
    assert drawn[~before] == pytest.approx(expected, rel=1e-8)
    assert found.diagnostics["cumulative_effect"] == pytest.approx((N - START) * found.effect, rel=1e-12)


def fit_of(outcome: np.ndarray, inference: str, model: str) -> Fitted:
    options = Options(its_model=model)  # type: ignore[arg-type]
    window = prepare(panel(outcome), options)
    assert isinstance(window, Window)
    found = fitted(window, options, inference, "interrupted-time-series")
    assert isinstance(found, Fitted)
    return found


def average(model: Model) -> np.ndarray:
    return np.asarray((model.columns - model.without)[model.after].mean(axis=0))


def test_a_local_level_is_that_of_structts_and_statsmodels():
    import statsmodels.api as sm

    before = Y[:START]
    found = noise_fit(np.ones((START, 1)), before, T[:START], LOCAL_LEVEL)
    factor = line(np.ones((START, 1)), before, LOCAL_LEVEL.covariance(found.at, T[:START]))[2]
    # StructTS starts the level with a large variance instead of an endless one, and stops by its own rule.
    ours = [factor * found.at[0], factor * (1 - found.at[0])]
    assert ours == pytest.approx(NUMBERS["local_level"], rel=2e-3)
    fit = sm.tsa.UnobservedComponents(
        Y, "llevel", exog=X[:, 1:], mle_regression=False, use_exact_diffuse=True
    )
    peer = fit.fit(disp=0, method="nm", maxiter=2000, xtol=1e-10, ftol=1e-12)
    whole = noise_fit(X, Y, T, LOCAL_LEVEL)
    beta, errors, factor = line(X, Y, LOCAL_LEVEL.covariance(whole.at, T))
    noise, level = peer.params
    assert [factor * (1 - whole.at[0]), factor * whole.at[0]] == pytest.approx([noise, level], rel=1e-3)
    assert beta[1:] == pytest.approx(peer.filtered_state[1:, -1], rel=1e-4)
    theirs = np.sqrt(np.diag(peer.filtered_state_cov[1:, 1:, -1]))
    assert errors[1:] == pytest.approx(theirs, rel=1e-3)


def test_a_drawn_level_is_that_of_the_smoother():
    import statsmodels.api as sm

    shown = fit_of(Y, "structural", "step")
    assert shown.noise is not None
    share, factor = shown.noise.at[0], shown.fit.dispersion
    peer = sm.tsa.UnobservedComponents(
        Y, "llevel", exog=X[:, 1:], mle_regression=False, use_exact_diffuse=True
    )
    smooth = peer.smooth([factor * (1 - share), factor * share]).smoothed_state
    drawn = estimated(Y, inference="structural").details
    assert isinstance(drawn, RegressionDetails)
    fit = np.array([one.fitted for one in drawn.fitted])
    # The same equations, by a filter and by a matrix.
    assert fit == pytest.approx(smooth[0] + X[:, 1:] @ smooth[1:, -1], rel=1e-6)


def test_counts_that_vary_more_than_chance_are_those_of_glm_nb():
    count = np.round(CASES * np.exp(-1 + 0.004 * T - 0.25 * POST + 0.35 * wave(1.7, 0.3)))
    found = negative_binomial(X, count, np.log(CASES))
    numbers = NUMBERS["negative_binomial"]
    errors = np.sqrt(np.diag(found.fit.covariance) / found.fit.dispersion)
    assert [*found.fit.coefficients, *errors, found.alpha] == pytest.approx(numbers, rel=1e-6)


def test_the_printed_table_of_schaffer_dobbins_and_pearson():
    """Step -3285 (-4465 to -2104), slope -1397 (-1606 to -1188); ARIMA(2, 1, 0)(0, 1, 1)12 on 48 months."""
    dispensed, numbers = np.array(NUMBERS["dispensed"]), NUMBERS["schaffer"]
    month = np.arange(48)
    change = np.column_stack([month >= 36, np.maximum(month - 35, 0)]).astype(float)

    def apart(values: np.ndarray) -> np.ndarray:
        yearly = values[12:] - values[:-12]
        return np.diff(yearly, axis=0)

    def covariance(at: np.ndarray, times: np.ndarray) -> np.ndarray:
        found = autocovariances(polynomial(at[:2]), np.append(np.zeros(11), at[2]), len(times))
        return found[np.abs(np.subtract.outer(times, times)).astype(int)]

    seasonal = NoiseModel(covariance=covariance, bounds=((-0.99, 0.99),) * 3, starts=((-0.5, -0.5, -0.5),))
    x, y = apart(change), apart(dispensed)
    found = noise_fit(x, y, np.arange(35.0), seasonal, restricted=False)
    beta = line(x, y, covariance(found.at, np.arange(35.0)))[0]
    assert [*polynomial(found.at[:2]), found.at[2], *beta] == pytest.approx(numbers[:5], rel=1e-3)
    assert np.round(beta) == pytest.approx([-3285, -1397])

    def height(place: np.ndarray) -> float:
        matrix = covariance(place[:3], np.arange(35.0))
        rows = whitened(matrix, y - x @ (place[3:] * beta))
        return 35 / 2 * np.log(rows @ rows) + np.linalg.slogdet(matrix)[1] / 2

    # The table's errors are those of the curvature of the whole likelihood.
    errors = np.sqrt(np.diag(np.linalg.inv(curvature(height, np.append(found.at, [1.0, 1.0])))))[3:] * -beta
    assert errors == pytest.approx(numbers[5:7], rel=1e-3)
    ends = np.round([beta - 1.96 * errors, beta + 1.96 * errors]).T
    assert ends.ravel() == pytest.approx([-4465, -2104, -1606, -1188], abs=1)


def curvature(height, place: np.ndarray, step: float = 1e-4) -> np.ndarray:
    moves = step * np.eye(len(place))
    return np.array(
        [
            [
                sum(a * b * height(place + a * one + b * other) for a in (1, -1) for b in (1, -1))
                for other in moves
            ]
            for one in moves
        ]
    ) / (4 * step**2)


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="the series comes with R")
def test_the_british_seat_belt_law():
    """Law -0.23773 (0.046318), petrol price -0.2914 (0.09832), variances 0.00378627, 0.000267692, 1.16213e-6.

    As printed by the state space toolbox of Peng and Aston 2011 (Journal of Statistical Software 41) for the
    model of Durbin and Koopman 2012, 9.2, after Harvey and Durbin 1986: level and season both wander.
    """
    script = 'write.csv(Seatbelts[, c("drivers", "PetrolPrice", "law")], row.names = FALSE)'
    asked = subprocess.run(["Rscript", "-e", script], capture_output=True, text=True, check=True)
    drivers, petrol, law = np.array(list(csv.reader(io.StringIO(asked.stdout)))[1:], dtype=float).T
    months = (np.arange(192)[:, None] % 12 == np.arange(1, 12)).astype(float)
    x, times = np.column_stack([law, np.log(petrol), np.ones(192), months]), np.arange(192.0)
    passed, apart = np.minimum.outer(times, times) + 1, np.subtract.outer(times, times)
    turning = passed * sum(np.cos(np.pi * wave * apart / 6) for wave in range(1, 7)) / 1000

    def covariance(at: np.ndarray, _: np.ndarray) -> np.ndarray:
        return LOCAL_LEVEL.covariance(at[:1], times) + at[1] * turning

    wandering = NoiseModel(covariance=covariance, bounds=((0, 1), (0, 1)), starts=((0.1, 0.1), (0.01, 0.5)))
    found = noise_fit(x, np.log(drivers), times, wandering)
    beta, errors, factor = line(x, np.log(drivers), covariance(found.at, times))
    # Printed to five digits; their search stops within 1e-3 of the top, which shows in the variances.
    assert beta[:2] == pytest.approx([-0.23773, -0.2914], rel=1e-3)
    assert errors[:2] == pytest.approx([0.046318, 0.09832], rel=1e-3)
    variances = [factor * (1 - found.at[0]), factor * found.at[0], factor * found.at[1] / 1000]
    assert variances == pytest.approx([0.00378627, 0.000267692, 1.16213e-6], rel=5e-3)
    fixed = noise_fit(x, np.log(drivers), times, LOCAL_LEVEL)
    assert line(x, np.log(drivers), LOCAL_LEVEL.covariance(fixed.at, times))[0][0] == pytest.approx(
        -0.2376, rel=1e-3
    )


def test_with_noise_that_is_known_the_error_is_the_plain_one():
    """At a limit of its parameter a noise model counts as known: t with n - k degrees of freedom."""
    white = Noise(model=LOCAL_LEVEL, at=np.array([0.0]), shown={})
    model = fit_of(Y, "iid", "step").model
    fit = least_squares(model, white)
    found = corrected(model, white, fit.dispersion, np.array([0.0, 0.0, 1.0]))
    beta, errors, _ = line(X, Y, np.eye(N))
    assert (found.effect, found.plain, found.error) == pytest.approx(
        (beta[2], errors[2], errors[2]), rel=1e-9
    )
    assert found.degrees == pytest.approx(N - 3, rel=1e-9)


def test_autocovariances_are_those_of_a_long_filter():
    ar, ma = np.array([0.6, -0.3]), np.array([0.4, 0.2, 0.5])
    from scipy.signal import lfilter

    response = lfilter(np.append(1, ma), np.append(1, -ar), np.eye(1, 400)[0])
    expected = [response[: 400 - lag] @ response[lag:] for lag in range(12)]
    assert autocovariances(ar, ma, 12) == pytest.approx(expected, rel=1e-9)
