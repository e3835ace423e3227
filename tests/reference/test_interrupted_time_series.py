"""Broken lines against R (lm, glm, sandwich::NeweyWest) and statsmodels; rows against sums."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from experiments.details import RegressionDetails
from experiments.estimate import Estimate
from experiments.estimators.comparative_its import fit as comparative
from experiments.estimators.interrupted_time_series import fit as alone
from experiments.options import Options
from experiments.panel import NEVER, Panel

NUMBERS = json.loads((Path(__file__).parent / "r" / "interrupted_time_series.json").read_text("utf-8"))
N, START = 60, 32
T = np.arange(N)
POST, SLOPE = (T >= START).astype(float), np.maximum(T - START + 1.0, 0.0)
CASES = 200 + 40 * np.cos(0.9 * T)
MONTHS = tuple(f"{2020 + number // 12}-{number % 12 + 1:02d}" for number in range(N))
IN_R = {"intercept": "(Intercept)", "trend": "t", "level_change": "post", "slope_change": "slope"}
HARMONIC = {"sin_1": "harmonics1", "cos_1": "harmonicc1"}
MONTH = {f"month_{number}": f"factor(month){number - 1}" for number in range(2, 13)}


def wave(a: float, b: float) -> np.ndarray:
    return np.sin(a * T + b * T**2 / 10)


Y = 20 + 0.05 * T - 1.5 * POST + 0.04 * SLOPE + wave(1.7, 0.3) + 0.8 * wave(0.31, 0.02)
OTHER = 18 + 0.03 * T + 0.7 * wave(1.1, 0.2) + 0.5 * wave(0.27, 0.01)
COUNT = np.round(CASES * np.exp(-1 + 0.004 * T - 0.25 * POST + 0.15 * wave(1.7, 0.3)))
CONTROL = np.round(CASES * np.exp(-1.2 + 0.002 * T + 0.12 * wave(1.1, 0.2)))
LINEAR = -0.5 + 0.01 * T - 0.4 * POST + 0.3 * wave(1.7, 0.3)
SHARE = np.round(CASES / (1 + np.exp(-LINEAR))) / CASES


def panel(*rows: np.ndarray, exposure: np.ndarray | None = None, pilots: int = 1) -> Panel:
    outcome = np.array(rows, dtype=float)
    first = np.where(np.arange(len(rows)) < pilots, float(START), NEVER)
    return Panel(
        units=tuple(f"d{number}" for number in range(len(rows))),
        periods=MONTHS,
        outcome=outcome,
        weights=np.ones_like(outcome),
        first_treated=first,
        exposure=None if exposure is None else np.broadcast_to(exposure, outcome.shape),
    )


def estimated(fit, given: Panel, **options) -> Estimate:
    found = fit(given, Options(**options))
    assert isinstance(found, Estimate), found
    return found


def coefficients(found: Estimate) -> dict[str, tuple[float, float]]:
    assert isinstance(found.details, RegressionDetails)
    return {one.name: (one.estimate, one.standard_error) for one in found.details.coefficients}


def agrees(found: Estimate, numbers: dict[str, list[float]], names: dict[str, str]) -> None:
    ours = coefficients(found)
    for name, theirs in names.items():
        if name in ours and name != "intercept":
            # 1e-9: the same equations solved twice; R prints 15 digits.
            assert ours[name] == pytest.approx(tuple(numbers[theirs]), rel=1e-9, abs=1e-12), name


@pytest.mark.parametrize(
    ("key", "options", "names"),
    [
        ("step_iid", {"inference": "iid"}, IN_R),
        ("step_hac", {"inference": "hac"}, IN_R),
        ("both_iid", {"inference": "iid", "its_model": "both"}, IN_R),
        ("both_hac", {"inference": "hac", "its_model": "both"}, IN_R),
        ("slope_hac", {"inference": "hac", "its_model": "slope"}, IN_R),
        ("fourier_hac", {"inference": "hac", "season": "fourier:1"}, IN_R | HARMONIC),
        ("month_iid", {"inference": "iid", "season": "month"}, IN_R | MONTH),
    ],
)
def test_a_broken_line_is_that_of_lm_with_newey_west(key, options, names):
    found = estimated(alone, panel(Y), **options)
    assert set(coefficients(found)) <= set(names)
    agrees(found, NUMBERS[key], names)


def test_the_gap_to_the_comparison_is_that_of_lm():
    found = estimated(comparative, panel(Y, OTHER), inference="hac", its_model="both")
    agrees(found, NUMBERS["gap_hac"], IN_R)


@pytest.mark.parametrize("inference", ["iid", "hac"])
@pytest.mark.parametrize(("family", "outcome"), [("poisson", COUNT), ("binomial", SHARE)])
def test_counts_and_shares_are_those_of_quasi_glm(family, outcome, inference):
    found = estimated(alone, panel(outcome, exposure=CASES), family=family, inference=inference)
    agrees(found, NUMBERS[f"{family}_{inference}"], IN_R)
    assert found.diagnostics["dispersion"] == pytest.approx(NUMBERS["dispersion"][family], rel=1e-9)


def test_counts_against_a_comparison_are_one_model_with_interactions():
    given = panel(COUNT, CONTROL, exposure=CASES)
    found = estimated(comparative, given, family="poisson", inference="iid", its_model="both")
    shared = {"comparison_trend": "T", "comparison_level_change": "P", "comparison_slope_change": "S"}
    more = {"trend": "pilot:T", "level_change": "pilot:P", "slope_change": "pilot:S"}
    agrees(found, NUMBERS["joint_iid"], shared | more)
    assert found.diagnostics["dispersion"] == pytest.approx(NUMBERS["dispersion"]["joint"], rel=1e-9)


def test_the_effect_of_a_step_and_of_a_slope_is_the_coefficient():
    for model, name in (("step", "level_change"), ("slope", "slope_change")):
        found = estimated(alone, panel(Y), its_model=model)
        line = coefficients(found)[name]
        assert (found.effect, found.standard_error) == pytest.approx(line, rel=1e-9)
        counted = estimated(alone, panel(COUNT, exposure=CASES), its_model=model, family="poisson")
        assert counted.effect == pytest.approx(np.expm1(coefficients(counted)[name][0]), rel=1e-9)
        assert counted.scale == "relative"


def test_the_effect_of_both_is_the_average_distance_of_the_two_lines():
    import statsmodels.api as sm

    found = estimated(alone, panel(Y), its_model="both", inference="hac")
    assert isinstance(found.details, RegressionDetails)
    after = found.details.fitted[START:]
    assert found.effect == pytest.approx(np.mean([one.fitted - one.without for one in after]), rel=1e-9)
    fit = sm.OLS(Y, np.column_stack([np.ones(N), T, POST, SLOPE])).fit(
        cov_type="HAC", cov_kwds={"maxlags": 3, "use_correction": True}
    )
    contrast = fit.t_test(np.array([0, 0, 1, SLOPE[START:].mean()]))
    assert found.effect == pytest.approx(contrast.effect[0], rel=1e-9)
    assert found.standard_error == pytest.approx(contrast.sd[0, 0], rel=1e-9)


def test_a_share_has_the_average_difference_in_shares_by_the_delta_method():
    import statsmodels.api as sm

    found = estimated(alone, panel(SHARE, exposure=CASES), family="binomial", inference="iid")
    x = np.column_stack([np.ones(N), T, POST])
    fit = sm.GLM(SHARE, x, sm.families.Binomial(), var_weights=CASES).fit(scale="X2", tol=1e-14)

    def effect(beta: np.ndarray) -> float:
        line = x[START:] @ beta
        return float(np.mean(1 / (1 + np.exp(-line)) - 1 / (1 + np.exp(-line + beta[2]))))

    step = 1e-5
    gradient = [(effect(fit.params + step * e) - effect(fit.params - step * e)) / 2 / step for e in np.eye(3)]
    assert found.effect == pytest.approx(effect(fit.params), rel=1e-9)
    # A numerical derivative with step 1e-5 is right to about 1e-9 of its size.
    assert found.standard_error == pytest.approx(np.sqrt(gradient @ fit.cov_params() @ gradient), rel=1e-6)


def test_run_in_and_anticipation_are_left_out_of_the_regression():
    import statsmodels.api as sm

    found = estimated(alone, panel(Y), run_in=4, anticipation=3, its_model="both", inference="iid")
    kept = (T < START - 3) | (T >= START + 4)
    fit = sm.OLS(Y[kept], np.column_stack([np.ones(N), T, POST, SLOPE])[kept]).fit()
    assert coefficients(found)["level_change"] == pytest.approx((fit.params[2], fit.bse[2]), rel=1e-9)
    assert coefficients(found)["slope_change"] == pytest.approx((fit.params[3], fit.bse[3]), rel=1e-9)


def test_counts_of_departments_that_share_all_but_their_level_are_their_sums():
    parts = np.array([0.2, 0.3, 0.5])[:, None] * CASES
    rates = np.array([0.5, 1.0, 1.6])[:, None] * (COUNT / CASES)
    whole = replace(panel(*rates, pilots=3), outcome=np.round(parts * rates), exposure=parts)
    apart = estimated(alone, whole, family="poisson", inference="hac")
    sums = panel(whole.outcome.sum(axis=0), exposure=CASES)
    together = estimated(alone, sums, family="poisson", inference="hac")
    # The shares of the departments in the exposure never change, so their levels cancel: equal to rounding.
    assert apart.effect == pytest.approx(together.effect, rel=1e-9)
    assert apart.standard_error == pytest.approx(together.standard_error, rel=1e-9)
    waves = [estimated(alone, one, family="poisson").standard_error for one in (whole, sums)]
    assert waves[0] == pytest.approx(waves[1], rel=1e-9)
