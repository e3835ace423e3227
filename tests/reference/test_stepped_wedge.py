"""Stepped wedge: lme4 and lmerTest, statsmodels, brute force over start orders, and what is refused."""

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
from experiments.inference.start_orders import possible_orders
from experiments.inference.stepped_wedge import mixed_model, randomise_order, separable
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


def constant(y, treated):
    return mixed_model(y, np.ones(y.shape, dtype=bool), treated[:, :, None], np.ones(1))


@pytest.mark.parametrize("case", ["eight", "twelve", "lonely"])
@pytest.mark.parametrize("model", ["cells", "hooper_rows"])
def test_cells_equal_lmer_on_cells_and_hooper_on_rows(case, model):
    """With equal cells Hooper's row model is the cell model. Both search a flat REML maximum: 1e-5."""
    y, treated, _ = cells(case)
    found, expected = constant(y, treated), NUMBERS[case][model]
    assert found.effect == pytest.approx(expected["effect"], rel=1e-5)
    assert found.standard_error == pytest.approx(expected["standard_error"], rel=1e-5)
    assert found.satterthwaite == pytest.approx(expected["satterthwaite"], rel=1e-5)
    assert found.between == pytest.approx(expected["between"], rel=1e-5, abs=1e-9)


def test_rows_without_a_cell_effect_are_another_model():
    """Hussey and Hughes on rows take noise within cells for all noise: a smaller error than on cells."""
    for case in NUMBERS.values():
        assert case["rows"]["standard_error"] < 0.95 * case["cells"]["standard_error"]


def test_satterthwaite_is_near_kenward_roger_away_from_the_boundary():
    for case in ("eight", "twelve"):
        assert constant(*cells(case)[:2]).satterthwaite == pytest.approx(
            NUMBERS[case]["cells"]["kenward_roger"], rel=0.01
        )


@pytest.mark.parametrize("case", ["eight", "twelve", "lonely"])
def test_average_over_exposure_times_equals_lmer(case):
    """lmerTest differentiates its deviance by difference quotients: 1e-5 relative here as well."""
    y, _, exposure = cells(case)
    times = np.unique(exposure[exposure > 0])
    indicators = (exposure[:, :, None] == times).astype(float)
    found = mixed_model(y, np.ones(y.shape, dtype=bool), indicators, np.full(len(times), 1 / len(times)))
    expected = NUMBERS[case]["by_exposure"]
    assert [found.effect, found.standard_error, found.satterthwaite] == pytest.approx(
        [expected["effect"], expected["standard_error"], expected["satterthwaite"]], rel=1e-5
    )


def test_statsmodels_from_several_starts():
    """It can stop early, or run off to a variance without end and call its likelihood infinite (lbfgs, here).

    So the best finite likelihood of several optimisers counts, and a dense REML deviance says the same.
    Its own standard error is 0.9 % above least squares with these variances; the latter is compared.
    Run-in cells are left out. Its optimisers differ by 1e-5 among themselves: 1e-4.
    """
    from statsmodels.regression.mixed_linear_model import MixedLM

    y, treated, exposure = cells("twelve")
    used = exposure != 1
    periods = np.eye(y.shape[1])[np.nonzero(used)[1]]
    columns = np.column_stack([periods, treated[used]])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fits = [
            MixedLM(y[used], columns, groups=np.nonzero(used)[0]).fit(reml=True, method=method)
            for method in ("lbfgs", "bfgs", "cg", "powell")
        ]
    best = max((fitted for fitted in fits if np.isfinite(fitted.llf)), key=lambda fitted: fitted.llf)
    found = mixed_model(y, used, treated[:, :, None], np.ones(1))
    assert found.effect == pytest.approx(best.fe_params[-1], rel=1e-4)
    assert found.noise == pytest.approx(best.scale, rel=1e-4)
    assert found.between == pytest.approx(best.cov_re[0, 0], rel=1e-4)
    members = np.nonzero(used)[0]

    variance = best.scale * np.eye(len(members)) + best.cov_re[0, 0] * (members[:, None] == members)
    covariance = np.linalg.inv(columns.T @ np.linalg.inv(variance) @ columns)
    assert found.standard_error == pytest.approx(np.sqrt(covariance[-1, -1]), rel=1e-4)

    def deviance(ratio):
        variance = np.eye(len(members)) + ratio * (members[:, None] == members)
        inverse = np.linalg.inv(variance)
        products = columns.T @ inverse @ columns
        left = y[used] - columns @ np.linalg.solve(products, columns.T @ inverse @ y[used])
        determinants = np.linalg.slogdet(variance)[1] + np.linalg.slogdet(products)[1]
        return determinants + (len(members) - columns.shape[1]) * np.log(left @ inverse @ left)

    reached = deviance(found.between / found.noise)
    assert all(reached <= deviance(ratio) + 1e-9 for ratio in [0, *np.geomspace(1e-3, 1e3, 61)])


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
        "between-within-t",
        "satterthwaite-t",
        "between-within-t",
    ]
    assert found.interval[0] < 0.5 < found.interval[1]
    assert found.also[0].degrees_of_freedom == 6
    assert found.agreement is not None
    assert found.warnings == ()


def test_too_few_orders_leave_the_careful_model():
    """Of six departments one starts late: six orders, so no p-value below 1/6."""
    panel = simulated(6, 30, [10] * 5 + [20])
    found = estimate(panel, DESIGN)
    assert found.inference == "between-within-t"
    assert any("noise lasts for weeks" in text.render("en") for text in found.warnings)
    asked = estimate(panel, replace(DESIGN, inference="randomisation"))
    assert [reason.code for reason in asked.reasons] == ["too_few_assignments"]
    mirrored = estimate(simulated(6, 30, [10] * 3 + [20] * 3), replace(DESIGN, inference="randomisation"))
    assert "0.1" in mirrored.reasons[0].message.render("en")  # 20 orders, each with its mirror image


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
