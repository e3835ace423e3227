"""Stepped wedge: lme4, pbkrtest and nlme, statsmodels, brute force over start orders, and what is refused."""

import csv
import json
import warnings
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest

from experiments.estimate import Estimate, NotEstimable
from experiments.estimating import estimate
from experiments.inference.decaying_correlation import deviance, mixed_model
from experiments.inference.department_contrasts import department_contrasts
from experiments.inference.start_orders import possible_orders
from experiments.inference.stepped_wedge import randomise_order, separable
from experiments.options import Options
from experiments.panel import NEVER
from tests.simulated_panels import simulated

FOLDER = Path(__file__).parent / "r"
NUMBERS = json.loads((FOLDER / "stepped_wedge.json").read_text("utf-8"))
DESIGN = Options(design="stepped-wedge")
STARTS = [6, 6, 12, 12, 18, 18, 24, 24]


def cells(case):
    """y, treated and exposure (G, T) of stepped_wedge.csv."""
    with (FOLDER / "stepped_wedge.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["case"] == case]
    departments = len({row["dept"] for row in rows})
    return [
        np.array([float(row[k]) for row in rows]).reshape(departments, -1)
        for k in ("y", "treated", "exposure")
    ]


def fitted(y, treatment, *, fading=False, used=None):
    """The average of the effects of treatment (G, T, K)."""
    weights = np.full(treatment.shape[2], 1 / treatment.shape[2])
    found = mixed_model(
        y, np.ones(y.shape, bool) if used is None else used, treatment, weights, fading=fading
    )
    assert found is not None
    return found


@pytest.mark.parametrize("case", ["eight", "twelve", "lonely"])
@pytest.mark.parametrize("model", ["cells", "hooper_rows"])
def test_exchangeable_cells_equal_lmer_on_cells_and_hooper_on_rows(case, model):
    """With equal cells Hooper's row model is the cell model. Both search a flat REML maximum: 1e-5."""
    y, treated, _ = cells(case)
    found, expected = fitted(y, treated[:, :, None]), NUMBERS[case][model]
    assert found.effect == pytest.approx(expected["effect"], rel=1e-5)
    assert found.plain == pytest.approx(expected["standard_error"], rel=1e-5)
    assert found.correlation.stable == pytest.approx(expected["between"], rel=1e-5, abs=1e-9)


@pytest.mark.parametrize("case", ["eight", "twelve", "lonely"])
def test_kenward_and_roger_equal_pbkrtest(case):
    y, treated, exposure = cells(case)
    found, expected = fitted(y, treated[:, :, None]), NUMBERS[case]["cells"]
    assert [found.error, found.degrees] == pytest.approx(
        [expected["kenward_roger_error"], expected["kenward_roger"]], rel=1e-5
    )
    assert found.correlation.noise == pytest.approx(expected["noise"], rel=1e-5)
    times = np.unique(exposure[exposure > 0])
    average = fitted(y, (exposure[:, :, None] == times).astype(float))
    expected = NUMBERS[case]["by_exposure"]
    assert [average.effect, average.plain, average.error, average.degrees] == pytest.approx(
        [expected[key] for key in ("effect", "standard_error", "kenward_roger_error", "kenward_roger")],
        rel=1e-5,
    )


def test_rows_without_a_cell_effect_are_another_model():
    """Hussey and Hughes on rows take noise within cells for all noise: a smaller error than on cells."""
    for case in ("eight", "twelve", "lonely"):
        assert NUMBERS[case]["rows"]["standard_error"] < 0.95 * NUMBERS[case]["cells"]["standard_error"]


@pytest.mark.parametrize("case", ["lasting", "short"])
def test_a_decaying_correlation_equals_nlme(case):
    """`lme` with `corExp` and a nugget. Its optimiser stops where the likelihood is flat, so parameters agree
    to 1e-3 (they are the square root of that), effect, error and likelihood to 1e-5.
    """
    y, treated, _ = cells(case)
    found, expected = fitted(y, treated[:, :, None], fading=True), NUMBERS[case]["fading"]
    assert found.effect == pytest.approx(expected["effect"], rel=1e-5, abs=1e-5)
    assert found.plain == pytest.approx(expected["standard_error"], rel=1e-5)
    for name in ("noise", "stable", "fading", "r"):
        assert getattr(found.correlation, name) == pytest.approx(expected[name], rel=1e-3)
    plain = fitted(y, treated[:, :, None])
    gained = (plain.correlation.deviance - found.correlation.deviance) / 2
    assert gained == pytest.approx(expected["over_exchangeable"], rel=1e-5)


def dense(y, treatment, used, correlation):
    """The same model with every cell a row, every period a column and one large covariance.

    Kenward and Roger 1997, equations 4 to 9, as they stand there but for second derivatives.
    """
    groups, periods = np.nonzero(used)
    dummies = np.eye(y.shape[1])[periods][:, used.any(axis=0)]
    columns = np.column_stack([dummies, treatment[groups, periods]])
    apart, same = np.abs(np.subtract.outer(periods, periods)), np.equal.outer(groups, groups)

    def covariance(noise, stable, fading, r):
        return noise * np.eye(len(groups)) + same * (stable + fading * r**apart)

    at = np.array([correlation.noise, correlation.stable, correlation.fading, correlation.r])
    steps = np.diag(1e-4 * at)
    first = [(covariance(*(at + s)) - covariance(*(at - s))) / (2 * s.sum()) for s in steps]
    inverse = np.linalg.inv(covariance(*at))
    phi = np.linalg.inv(columns.T @ inverse @ columns)
    kept = inverse - inverse @ columns @ phi @ columns.T @ inverse
    information = 0.5 * np.array([[np.trace(kept @ a @ kept @ b) for b in first] for a in first])
    spread = np.linalg.inv(information)
    slopes = [-columns.T @ inverse @ a @ inverse @ columns for a in first]
    inner = np.zeros(phi.shape)
    for i in range(4):
        for j in range(4):
            crossed = columns.T @ inverse @ first[i] @ inverse @ first[j] @ inverse @ columns
            inner += spread[i, j] * (crossed - slopes[i] @ phi @ slopes[j])
    corrected = phi + 2 * phi @ inner @ phi
    share = np.array([(phi @ slope @ phi)[-1, -1] for slope in slopes]) / phi[-1, -1]
    effect = (phi @ columns.T @ inverse @ y[used])[-1]
    return effect, np.sqrt(phi[-1, -1]), np.sqrt(corrected[-1, -1]), 2 / (share @ spread @ share)


@pytest.mark.parametrize("run_in", [0, 2])
@pytest.mark.parametrize("case", ["lasting", "short"])
def test_contrasts_of_departments_equal_the_whole_model_with_its_periods(case, run_in):
    """Run-in cells as columns of their own against rows that are not there. Differences of 1e-4: 1e-5."""
    y, treated, exposure = cells(case)
    used = (exposure == 0) | (exposure > run_in)
    found = fitted(y, treated[:, :, None], fading=True, used=used)
    assert found.correlation.fading > 0
    expected = dense(y, treated[:, :, None], used, found.correlation)
    assert [found.effect, found.plain, found.error, found.degrees] == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("seed", range(5))
def test_a_memory_that_is_hardly_known_makes_no_error_beyond_reason(seed):
    """12 periods of 8 departments without memory: with second derivatives up to 20 times the plain error."""
    first = np.repeat([2, 5, 7, 10], 2)[:, None]
    treated = (np.arange(12) >= first).astype(float)
    y = np.random.default_rng(seed).normal(size=(8, 12))
    found = fitted(y, treated[:, :, None], fading=True)
    assert 1 <= found.error / found.plain < 1.25


def test_the_gradient_of_the_likelihood():
    y, treated, _ = cells("short")
    contrasts = department_contrasts(y, np.ones(y.shape, bool), treated[:, :, None])
    for at in np.random.default_rng(1).uniform(-2, 2, (5, 3)):
        found = deviance(contrasts, at, fading=True)[1]
        steps = 1e-5 * np.eye(3)
        numeric = [
            (deviance(contrasts, at + s, fading=True)[0] - deviance(contrasts, at - s, fading=True)[0]) / 2e-5
            for s in steps
        ]
        assert found == pytest.approx(numeric, rel=1e-5, abs=1e-5)


def test_statsmodels_from_several_starts():
    """It can stop early, or run off to a variance without end and call its likelihood infinite (lbfgs, here).

    So the best finite likelihood of several optimisers counts. Its own standard error is 0.9 % above least
    squares with these variances; the latter is compared. Run-in cells are left out. Its optimisers differ by
    1e-5 among themselves: 1e-4.
    """
    from statsmodels.regression.mixed_linear_model import MixedLM

    y, treated, exposure = cells("twelve")
    used = exposure != 1
    columns = np.column_stack([np.eye(y.shape[1])[np.nonzero(used)[1]], treated[used]])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fits = [
            MixedLM(y[used], columns, groups=np.nonzero(used)[0]).fit(reml=True, method=method)
            for method in ("lbfgs", "bfgs", "cg", "powell")
        ]
    best = max((one for one in fits if np.isfinite(one.llf)), key=lambda one: one.llf)
    found = fitted(y, treated[:, :, None], used=used)
    assert found.effect == pytest.approx(best.fe_params[-1], rel=1e-4)
    assert found.correlation.noise == pytest.approx(best.scale, rel=1e-4)
    assert found.correlation.stable == pytest.approx(best.cov_re[0, 0], rel=1e-4)
    members = np.nonzero(used)[0]
    variance = best.scale * np.eye(len(members)) + best.cov_re[0, 0] * (members[:, None] == members)
    covariance = np.linalg.inv(columns.T @ np.linalg.inv(variance) @ columns)
    assert found.plain == pytest.approx(np.sqrt(covariance[-1, -1]), rel=1e-4)


def test_start_orders_by_brute_force():
    """Every order of six starts: the p-value by ordinary least squares on all, and at the interval's ends."""
    y, treated, _ = cells("lonely")
    cohort = np.unique(treated.sum(axis=1), return_inverse=True)[1]
    used = np.ones(y.shape, dtype=bool)
    found = randomise_order(y, used, treated, cohort, 0.95, 1)
    groups, periods = np.indices(y.shape)
    nuisance = np.column_stack([np.eye(y.shape[0])[groups.ravel()], np.eye(y.shape[1])[periods.ravel()]])
    orders = {tuple(map(tuple, treated[list(order)])) for order in permutations(range(len(y)))}
    assert len(orders) == possible_orders(cohort)

    def slope(arm, outcome):
        left = arm.ravel() - nuisance @ np.linalg.lstsq(nuisance, arm.ravel(), rcond=None)[0]
        return left @ outcome.ravel() / (left @ left)

    def p_value(outcome):
        actual = abs(slope(treated, outcome))
        return np.mean([abs(slope(np.array(order), outcome)) >= actual * (1 - 1e-9) for order in orders])

    assert found.effect == pytest.approx(slope(treated, y), rel=1e-9)
    assert found.p_value == pytest.approx(p_value(y), rel=1e-12)
    low, high = found.interval
    assert p_value(y - (low + 1e-6) * treated) >= 0.05 > p_value(y - (low - 1e-6) * treated)
    assert p_value(y - (high - 1e-6) * treated) >= 0.05 > p_value(y - (high + 1e-6) * treated)


def test_the_design_shows_orders_first_and_the_model_beside_it():
    found = estimate(simulated(8, 30, STARTS), DESIGN)
    assert isinstance(found, Estimate)
    assert found.inference == "randomisation"
    assert [line.inference for line in found.also] == [
        "kenward-roger-t",
        "between-within-t",
        "kenward-roger-t",
    ]
    assert found.interval[0] < 0.5 < found.interval[1]
    assert found.also[1].degrees_of_freedom == 6
    assert found.agreement is not None
    assert found.warnings == ()


def test_too_few_orders_leave_the_mixed_model_with_decay():
    """Of six departments one starts late: six orders, so no p-value below 1/6."""
    panel = simulated(6, 30, [10] * 5 + [20], persistence=0.5)
    found = estimate(panel, DESIGN)
    assert isinstance(found, Estimate)
    assert found.inference == "kenward-roger-t"
    assert any("it is not exact" in text.render("en") for text in found.warnings)
    assert codes(panel, replace(DESIGN, inference="randomisation")) == ["too_few_assignments"]
    mirrored = estimate(simulated(6, 30, [10] * 3 + [20] * 3), replace(DESIGN, inference="randomisation"))
    assert "0.1" in mirrored.reasons[0].message.render("en")  # 20 orders, each with its mirror image


def test_what_does_not_hold_its_error_rate_gives_no_verdict():
    """Every two periods alike, or too few periods, without start orders: only when asked for by name."""
    panel = simulated(6, 30, [10] * 5 + [20], persistence=0.5)
    alike = replace(DESIGN, correlation="exchangeable")
    assert codes(panel, alike) == ["every_two_periods_alike"]
    assert codes(simulated(6, 11, [3] * 5 + [7])) == ["too_few_periods"]
    asked = estimate(panel, replace(alike, inference="kenward-roger-t"))
    assert isinstance(asked, Estimate)
    assert any("where noise lasts for weeks its error is too small" in t.render("en") for t in asked.warnings)
    many = estimate(simulated(8, 30, STARTS), alike)
    assert isinstance(many, Estimate)
    assert many.inference == "randomisation"
    assert many.diagnostics["variance_fading"] == 0


def test_a_growing_effect_is_told():
    panel = simulated(8, 30, STARTS, effect=0.0, noise=0.1)
    grown = panel.outcome + 0.3 * np.maximum(np.arange(30) - panel.first_treated[:, None] + 1, 0)
    told = estimate(replace(panel, outcome=grown), DESIGN)
    assert any("grow or fade" in text.render("en") for text in told.warnings)


def test_run_in_is_left_out():
    """A dip in the first three periods alone does not reach the effect."""
    panel = simulated(8, 30, STARTS)
    since = np.arange(30) - panel.first_treated[:, None]
    dipped = replace(panel, outcome=panel.outcome - 50 * ((since >= 0) & (since < 3)))
    options = replace(DESIGN, run_in=3)
    assert estimate(dipped, options).effect == pytest.approx(estimate(panel, options).effect, abs=1e-9)


def test_a_period_with_a_missing_cell_is_left_out():
    panel = simulated(8, 30, STARTS)
    panel.outcome[3, 9] = np.nan
    found = estimate(panel, DESIGN)
    assert isinstance(found, Estimate)
    assert found.coverage.periods_left_out == (panel.periods[9],)


def codes(panel, options=DESIGN):
    found = estimate(panel, options)
    assert isinstance(found, NotEstimable)
    return [reason.code for reason in found.reasons]


def test_refusals():
    good = simulated(8, 30, STARTS)
    assert codes(simulated(8, 30, [10] * 8)) == ["one_start_only"]
    assert codes(simulated(8, 30, [10] * 4)) == ["one_start_only"]
    assert codes(simulated(8, 30, [0] * 8)) == ["treatment_never_on"]
    assert codes(replace(good, first_treated=np.full(8, NEVER))) == ["treatment_never_on"]
    assert codes(simulated(5, 30, [5, 10, 15, 20, 25])) == ["too_few_departments"]
    assert codes(replace(good, outcome=np.full((8, 30), 3.0))) == ["no_variation"]
    assert codes(good, replace(DESIGN, anticipation=2)) == ["setting_not_available"]
    assert codes(good, replace(DESIGN, inference="hac")) == ["inference_not_available"]
    assert codes(good, replace(DESIGN, run_in=50)) == ["no_variation_in_treatment"]


def test_no_period_with_both_arms():
    """The periods between the two starts are missing somewhere, and nobody is left without the tool after."""
    panel = simulated(8, 30, [10] * 4 + [12] * 4)
    panel.outcome[0, 10:12] = np.nan
    assert codes(panel) == ["no_variation_in_treatment"]
    treatment = np.zeros((8, 20, 1))
    treatment[:, 10:] = 1
    assert not separable(np.ones((8, 20), dtype=bool), treatment)
