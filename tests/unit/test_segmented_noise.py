"""Models of the noise, gradual changes, forecasts and odd counts: what they refuse, warn of and keep."""

from dataclasses import replace

import numpy as np
import pytest

from experiments.details import RegressionDetails
from experiments.estimate import Estimate, NotEstimable
from experiments.estimating import estimate
from experiments.estimators.comparative_its import fit as comparative
from experiments.estimators.interrupted_time_series import fit as alone
from experiments.inference import generalised_least_squares
from experiments.inference.generalised_least_squares import NotConverged, noise_fit
from experiments.inference.negative_binomial import negative_binomial
from experiments.inference.noise_models import LOCAL_LEVEL, NoiseModel, arma
from experiments.options import Options
from experiments.panel import Panel
from experiments.segmented.sentences import LARGEST_SIZE, TOO_LARGE
from reports.estimate_text import estimate_text
from tests.simulated_panels import simulated

ONE = simulated(1, 80, [40], effect=0.0, persistence=0.5)
NOISY = simulated(1, 80, [40], effect=3.0, noise=0.4, persistence=0.4)


def estimated(fit, panel: Panel, **options) -> Estimate:
    found = fit(panel, Options(**options))
    assert isinstance(found, Estimate), found
    return found


def codes(panel: Panel, **options) -> tuple[str, ...]:
    found = alone(panel, Options(**options))
    assert isinstance(found, NotEstimable), found
    return tuple(reason.code for reason in found.reasons)


def counts(alpha: float, periods: int = 60, seed: int = 3) -> Panel:
    rng = np.random.default_rng(seed)
    panel = simulated(1, periods, [periods // 2], seed=seed)
    exposure = rng.integers(100, 300, panel.outcome.shape).astype(float)
    rate = 0.2 * exposure * (rng.gamma(1 / alpha, alpha, exposure.shape) if alpha else 1.0)
    return replace(panel, outcome=rng.poisson(rate).astype(float), exposure=exposure)


@pytest.mark.parametrize("inference", ["arima", "structural"])
@pytest.mark.parametrize("model", ["step", "transfer", "forecast"])
def test_a_known_change_is_found_by_a_model_of_the_noise(inference, model):
    found = estimated(alone, NOISY, inference=inference, its_model=model)
    assert found.interval[0] < 3.0 < found.interval[1]
    assert found.inference == inference
    assert found.degrees_of_freedom is not None
    assert found.degrees_of_freedom >= 4
    assert any("weak evidence" in text.render("en") for text in found.warnings)
    assert "where 5% is meant" in estimate_text(found, "en")
    assert [line.inference for line in found.also] != [inference]


def test_a_forecast_is_structural_with_arima_beside_it():
    found = estimated(alone, NOISY, its_model="forecast")
    assert (found.inference, [line.inference for line in found.also]) == ("structural", ["arima"])
    assert found.estimand == "average difference from the forecast"
    shown = found.diagnostics
    assert shown["cumulative_low"] == pytest.approx(40 * found.interval[0], rel=1e-12)
    assert (shown["cumulative_low"] <= 0) == (found.interval[0] <= 0)
    assert isinstance(found.details, RegressionDetails)
    assert [one.name for one in found.details.coefficients] == ["intercept", "trend"]
    ratio = estimated(alone, NOISY, its_model="forecast", scale="relative")
    assert "cumulative_effect" not in ratio.diagnostics


def test_what_comes_after_the_start_does_not_teach_a_forecast():
    shaken = NOISY.outcome + np.where(np.arange(80) >= 40, np.random.default_rng(4).normal(size=80) * 9, 0)
    plain = estimated(alone, NOISY, its_model="forecast")
    moved = estimated(alone, replace(NOISY, outcome=shaken), its_model="forecast")
    assert moved.standard_error == pytest.approx(plain.standard_error, rel=1e-4)
    assert isinstance(plain.details, RegressionDetails)
    assert isinstance(moved.details, RegressionDetails)
    without = [[one.without for one in found.details.fitted] for found in (plain, moved)]
    assert without[0] == pytest.approx(without[1], rel=1e-5)


def test_a_gradual_change_is_taken_for_what_it_is():
    since = np.maximum(np.arange(80) - 39, 0)
    slow = replace(NOISY, outcome=NOISY.outcome - np.where(since > 0, 3.0 * 0.8**since, 0.0))
    found = estimated(alone, slow, its_model="transfer", inference="iid")
    assert isinstance(found.details, RegressionDetails)
    shown = {one.name: one for one in found.details.coefficients}
    assert shown["carry_over"].interval[0] < 0.8 < shown["carry_over"].interval[1]
    assert shown["lasting_change"].interval[0] < 3.0 < shown["lasting_change"].interval[1]
    lines = found.details.fitted[40:]
    assert found.effect == pytest.approx(np.mean([one.fitted - one.without for one in lines]), rel=1e-9)


def test_a_change_at_once_is_a_step_and_said_to_be():
    jump = replace(NOISY, outcome=NOISY.outcome + np.where(np.arange(80) == 40, 1.0, 0.0))
    found = estimated(alone, jump, its_model="transfer")
    step = estimated(alone, jump)
    assert any("No gradual part" in text.render("en") for text in found.warnings)
    assert (found.effect, found.standard_error) == pytest.approx((step.effect, step.standard_error), rel=1e-9)


def test_a_comparison_takes_shared_shocks_out_of_the_noise():
    panel = simulated(6, 80, [40] * 2, persistence=0.5)
    shaken = replace(panel, outcome=panel.outcome + np.random.default_rng(9).normal(size=80) * 5)
    for inference in ("arima", "structural"):
        plain, moved = (estimated(comparative, one, inference=inference) for one in (panel, shaken))
        # The same gap up to rounding; the search for the noise ends within 1e-6 of the same place.
        assert moved.effect == pytest.approx(plain.effect, rel=1e-4)


FEW = simulated(1, 22, [11])
DAYS = simulated(1, 420, [210])
RAMP = replace(ONE, outcome=ONE.outcome * 0.01 + np.maximum(np.arange(80) - 39, 0))
COUNTS = counts(0.3)


@pytest.mark.parametrize(
    ("panel", "options", "code"),
    [
        (FEW, {"inference": "arima"}, "too_few_periods"),
        (simulated(1, 40, [20]), {"its_model": "forecast"}, "too_few_periods"),
        (DAYS, {"inference": "structural"}, "too_many_periods"),
        (ONE, {"its_model": "forecast", "inference": "hac"}, "inference_not_available"),
        (RAMP, {"its_model": "transfer"}, "change_too_slow"),
        (COUNTS, {"family": "poisson", "inference": "arima"}, "for_averages_only"),
        (COUNTS, {"family": "negative-binomial", "its_model": "transfer"}, "for_averages_only"),
        (replace(ONE, outcome=np.full((1, 80), 3.0)), {"inference": "structural"}, "no_variation"),
        (
            replace(COUNTS, outcome=0 * COUNTS.outcome),
            {"family": "negative-binomial"},
            "model_does_not_settle",
        ),
        (replace(COUNTS, outcome=COUNTS.outcome + 0.5), {"family": "negative-binomial"}, "not_a_count"),
    ],
)
def test_what_cannot_be_fitted_is_refused_with_its_reason(panel, options, code):
    assert codes(panel, **options) == (code,)


def test_a_search_that_does_not_settle_is_a_reason_and_no_number(monkeypatch):
    whole = generalised_least_squares.minimize
    monkeypatch.setattr(
        generalised_least_squares, "minimize", lambda *given, **more: unsettled(whole(*given, **more))
    )
    assert codes(ONE, inference="arima") == ("noise_not_settled",)
    with pytest.raises(NotConverged):
        noise_fit(np.ones((80, 1)), ONE.outcome[0], np.arange(80.0), LOCAL_LEVEL)


def test_a_search_that_stops_on_its_way_is_led_to_its_end(monkeypatch):
    """At a limit the first search stops on one processor and not on another; the answer is the same."""
    rng = np.random.default_rng(8)
    x, y, times = (
        np.ones((60, 1)),
        np.cumsum(rng.normal(size=60)) * 0.3 + rng.normal(size=60),
        np.arange(60.0),
    )
    settled = noise_fit(x, y, times, arma(1, 1))
    whole = generalised_least_squares.minimize

    def broken_off(*given, method, options, **more):
        limits = {"maxiter": 2} if method == "L-BFGS-B" else {}
        return whole(*given, method=method, options=options | limits, **more)

    monkeypatch.setattr(generalised_least_squares, "minimize", broken_off)
    found = noise_fit(x, y, times, arma(1, 1))
    assert found.loss == pytest.approx(settled.loss, abs=1e-7)
    assert found.at == pytest.approx(settled.at, abs=1e-3)


def unsettled(end):
    end.success = False
    return end


def test_the_best_of_several_starts_is_taken():
    """A likelihood with two tops: from the one start the lower is found, from both the higher."""
    rng = np.random.default_rng(8)
    y = rng.normal(size=60)
    true = arma(1, 0)

    def covariance(at: np.ndarray, times: np.ndarray) -> np.ndarray:
        """White at 3; related at -3, and more so elsewhere."""
        place = 0.6 - 0.6 * np.exp(-((at - 3.0) ** 2)) - 0.3 * np.exp(-((at + 3.0) ** 2))
        return true.covariance(place, times)

    def fit(starts: tuple[tuple[float, ...], ...]) -> float:
        model = NoiseModel(covariance=covariance, bounds=((-6.0, 6.0),), starts=starts)
        return noise_fit(np.ones((60, 1)), y, np.arange(60.0), model).loss

    both = fit(((-2.5,), (2.5,)))
    assert both == pytest.approx(min(fit(((-2.5,),)), fit(((2.5,),))), abs=1e-9)
    assert fit(((-2.5,),)) != pytest.approx(fit(((2.5,),)), abs=1e-3)


def test_counts_that_vary_by_chance_are_poisson_and_said_to_be():
    even = counts(0.0)
    even = replace(even, outcome=np.round(0.2 * even.exposure))  # type: ignore[operator]
    found = estimated(alone, even, family="negative-binomial")
    poisson = estimated(alone, even, family="poisson")
    assert found.diagnostics["alpha"] == 0.0
    assert any("Poisson model here" in text.render("en") for text in found.warnings)
    assert (found.effect, found.interval) == (poisson.effect, poisson.interval)


def test_the_highest_of_a_likelihood_over_alpha_is_found():
    """Brute force over a fine grid of alpha, by a likelihood that scipy writes."""
    from scipy.stats import nbinom

    data = counts(0.4, seed=7)
    x = np.column_stack([np.ones(60), np.arange(60.0)])
    y = data.outcome[0]
    found = negative_binomial(x, y, np.log(data.exposure[0]))  # type: ignore[index]

    def height(alpha: float) -> float:
        size = 1 / alpha
        mean = found.fit.mean
        return float(nbinom.logpmf(y, size, size / (size + mean)).sum())

    alphas = np.geomspace(found.alpha / 50, found.alpha * 50, 401)
    assert max(height(alpha) for alpha in alphas) <= height(found.alpha) + 1e-9


def test_a_comparison_of_odd_counts_takes_away_what_both_groups_have():
    rng = np.random.default_rng(5)
    panel = simulated(6, 60, [30] * 2)
    exposure = rng.integers(100, 300, panel.outcome.shape).astype(float)
    rate = 0.3 * exposure * rng.gamma(5, 0.2, exposure.shape) * np.where(np.arange(60) >= 30, 1.5, 1.0)
    given = replace(panel, outcome=rng.poisson(rate).astype(float), exposure=exposure)
    found = estimated(comparative, given, family="negative-binomial")
    assert found.interval[0] < 0 < found.interval[1]
    assert 0.1 < found.diagnostics["alpha"] < 0.4


def test_two_way_effects_refuse_the_negative_binomial():
    panel = simulated(8, 60, [30] * 3)
    whole = replace(panel, outcome=np.round(panel.outcome * 3))
    found = estimate(whole, Options(design="difference-in-differences", family="negative-binomial"))
    assert isinstance(found, NotEstimable)
    assert [reason.code for reason in found.reasons] == ["family_not_available"]
    assert "poisson" in found.reasons[0].remedy.render("en")


def test_an_error_that_is_too_small_is_said_to_be():
    for name, share in LARGEST_SIZE.items():
        inference, *rest = name.split()
        if rest == ["counts"]:
            continue
        found = alone(NOISY, Options(inference=inference, its_model=(rest or ["step"])[0]))  # type: ignore[arg-type]
        assert isinstance(found, Estimate), name
        said = any("too small" in text.render("en") for text in found.warnings)
        assert said == (share > TOO_LARGE), name
