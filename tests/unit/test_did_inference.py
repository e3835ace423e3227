"""The inferences of a difference-in-differences: when each gives no verdict, and what weights do."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pyfixest as pf
import pytest

from experiments.estimate import Estimate, NotEstimable
from experiments.estimating import estimate
from experiments.fixed_effects import REGRESSION
from experiments.inference.blocks_t import blocks_t
from experiments.inference.pre_scaled_t import relative_variance
from experiments.one_start_inference import INFERENCES
from experiments.options import Options
from experiments.panel import Panel
from tests.simulated_panels import simulated

DID = "difference-in-differences"


def fitted(panel: Panel, inference: str, **options) -> Estimate:
    found = estimate(panel, Options(design=DID, inference=inference, **options))
    assert isinstance(found, Estimate), found
    return found


def refused(panel: Panel, inference: str, **options) -> tuple[str, ...]:
    found = estimate(panel, Options(design=DID, inference=inference, **options))
    assert isinstance(found, NotEstimable), found
    return tuple(reason.code for reason in found.reasons)


@pytest.mark.parametrize(
    ("departments", "periods", "starts", "inference", "code"),
    [
        (9, 40, [20], "cr3", "too_few_treated"),
        (9, 40, [20], "wild-bootstrap", "too_few_treated"),
        (4, 40, [20] * 3, "cr3", "too_few_controls"),
        (9, 14, [7] * 3, "hac", "too_few_periods"),
        (9, 14, [7] * 3, "blocks-t", "too_few_periods"),
        (9, 18, [9] * 3, "pre-scaled-t", "too_few_periods"),
        (4, 40, [20] * 2, "hac", "too_few_controls"),
        (9, 40, [20] * 3, "placebo-rank", "one_pilot_to_rank"),
        (9, 40, [20], "placebo-rank", "too_few_to_rank"),
        (9, 40, [18, 20, 22], "hac", "inference_not_available"),
        (3, 40, [20] * 3, "hc1", "never_treated_missing"),
        (9, 40, [39], "hc3", "carried_by_one_cell"),
        (9, 40, [20] * 3, "multiplier-bootstrap", "inference_not_available"),
    ],
)
def test_below_its_minimum_there_is_a_reason_and_no_number(departments, periods, starts, inference, code):
    assert code in refused(simulated(departments, periods, starts), inference)


def test_weights_and_groups_need_an_inference_on_cells():
    panel = simulated(9, 40, [20] * 3)
    assert refused(panel, "collapse-t", weighting="encounters") == ("inference_not_available",)
    grouped = replace(panel, clusters=("a", "a", *panel.units[2:]))
    assert refused(grouped, "hac") == ("inference_not_available",)
    for name in REGRESSION:
        assert fitted(grouped, name).inference == name


def test_a_department_that_the_effect_hangs_on_is_named():
    panel = simulated(9, 40, [20, 20])
    # The second pilot has no data before the start, so the first alone carries the effect.
    panel.outcome[1, :20] = np.nan
    found = estimate(panel, Options(design=DID, inference="cr3"))
    assert isinstance(found, NotEstimable)
    assert found.reasons[0].code == "undefined_without_one"
    assert "d0" in found.reasons[0].message.render("en")


def test_a_department_with_data_in_the_run_in_only_is_no_part_of_it():
    panel = simulated(9, 40, [20, 20])
    panel.outcome[0, :20], panel.outcome[0, 22:] = np.nan, np.nan
    panel.outcome[2, :20], panel.outcome[2, 22:] = np.nan, np.nan
    found = estimate(panel, Options(design=DID, inference="cr3", run_in=2))
    assert isinstance(found, NotEstimable)
    assert "d1" in found.reasons[0].message.render("en")


def test_a_rank_that_can_show_nothing_is_still_said_in_words():
    panel = simulated(9, 40, [20], effect=9.0)
    found = estimate(panel, Options(inference="placebo-rank"))
    assert isinstance(found, NotEstimable)
    said = found.reasons[0].message.render("en")
    assert "number 1 of 9" in said
    assert "0.111" in said


def test_the_rank_of_one_pilot_is_its_p_value():
    panel = simulated(25, 40, [20], effect=0.25)
    found = fitted(panel, "placebo-rank")
    change = panel.outcome[:, 20:].mean(axis=1) - panel.outcome[:, :20].mean(axis=1)
    others = (change.sum() - change) / 24
    size = np.abs(change - others)
    assert found.p_value == pytest.approx((size >= size[0]).mean())


def test_the_blocks_t_stands_on_the_gap_series():
    panel = simulated(9, 40, [20] * 3)
    gap = panel.outcome[:3].mean(axis=0) - panel.outcome[3:].mean(axis=0)
    found, expected = fitted(panel, "blocks-t"), blocks_t(gap[:20], gap[20:], 0.95)
    assert (found.effect, found.p_value) == pytest.approx((expected.effect, expected.p_value))
    assert found.degrees_of_freedom == 3


def test_the_pre_scaled_t_is_the_collapse_t_where_departments_are_equally_noisy():
    panel = simulated(9, 52, [26] * 3)
    panel.outcome[:, :26] = np.repeat(np.eye(9, 13), 2, axis=1) + np.arange(9)[:, None]
    scaled, collapsed = fitted(panel, "pre-scaled-t"), fitted(panel, "collapse-t")
    assert scaled.standard_error == pytest.approx(collapsed.standard_error, rel=1e-9)
    assert scaled.p_value == pytest.approx(collapsed.p_value, rel=1e-9)


def test_block_means_before_the_start_are_of_four_weeks_where_there_is_a_year():
    before = np.random.default_rng(1).normal(size=(5, 54))
    own = before - before.mean(axis=0)
    by_four = own[:, 2:].reshape(5, 13, 4).mean(axis=2).var(axis=1, ddof=1)
    assert relative_variance(before) == pytest.approx(given_back(by_four))
    own = before[:, :26] - before[:, :26].mean(axis=0)
    by_two = own.reshape(5, 13, 2).mean(axis=2).var(axis=1, ddof=1)
    assert relative_variance(before[:, :26]) == pytest.approx(given_back(by_two))


def given_back(of_the_rest: np.ndarray) -> np.ndarray:
    """Five variances v that leave these after the mean of all five is taken out: 3/5 v + sum(v) / 25."""
    solved = np.linalg.solve(0.6 * np.eye(5) + np.ones((5, 5)) / 25, of_the_rest)
    return np.maximum(solved, of_the_rest / 2)


@pytest.mark.parametrize("name", sorted({*REGRESSION, *INFERENCES} - {"placebo-rank"}))
def test_every_inference_is_about_the_same_effect(name):
    panel = simulated(10, 40, [20] * 3)
    found = fitted(panel, name)
    assert found.effect == pytest.approx(fitted(panel, "scaled-ewc-t").effect, rel=1e-9)
    assert found.assumptions


@pytest.mark.parametrize("name", REGRESSION)
def test_twice_the_rows_change_the_encounter_average_and_not_the_department_average(name):
    panel = simulated(10, 40, [20] * 3, effect=0.5)
    panel.outcome[0, 20:] += 2.0
    doubled = panel.weights.copy()
    doubled[0] *= 2
    other = replace(panel, weights=doubled)
    plain, again = fitted(panel, name), fitted(other, name)
    assert (again.effect, again.standard_error) == (plain.effect, plain.standard_error)
    by_rows = [fitted(one, name, weighting="encounters") for one in (panel, other)]
    # The busier department had the larger change, so it pulls the average up.
    assert by_rows[1].effect > by_rows[0].effect + 0.05
    everywhere = fitted(replace(panel, weights=2 * panel.weights), name, weighting="encounters")
    assert everywhere.effect == pytest.approx(by_rows[0].effect, rel=1e-12)
    if name not in ("cr1", "iid", "wild-bootstrap"):
        # Errors by cell or by cluster without a count of rows in them stay as they are.
        assert everywhere.standard_error == pytest.approx(by_rows[0].standard_error, rel=1e-9)


# The oracle still uses pandas' `inplace`, which pandas 3.1 warns about.
@pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning")
@pytest.mark.parametrize("inference", ["cr1", "cr3"])
def test_cells_give_what_the_rows_behind_them_give(inference):
    rng = np.random.default_rng(4)
    panel = simulated(8, 16, [8] * 3)
    unit, period = (
        np.repeat(part.ravel(), panel.weights.astype(int).ravel()) for part in np.indices((8, 16))
    )
    rows = pd.DataFrame({"unit": unit, "period": period})
    rows["y"] = panel.outcome[unit, period] + rng.normal(size=len(rows))
    rows["d"] = ((unit < 3) & (period >= 8)).astype(float)
    kind = inference.upper().replace("CR", "CRV")
    oracle = pf.feols(
        "y ~ d | unit + period",
        data=rows,
        vcov={kind: "unit"},
        ssc=pf.ssc(k_adj=False, G_adj=False),
        demeaner=pf.MapDemeaner(fixef_tol=1e-13),
    )
    cells = rows.groupby(["unit", "period"])["y"].agg(["mean", "size"])
    means, counts = (cells[name].unstack().to_numpy(dtype=float) for name in ("mean", "size"))
    found = fitted(replace(panel, outcome=means, weights=counts), inference, weighting="encounters")
    factor = found.diagnostics.get("small_sample_factor", 7 / 8)
    assert found.effect == pytest.approx(float(oracle.coef()["d"]), rel=1e-9)
    assert found.standard_error / np.sqrt(factor) == pytest.approx(float(oracle.se()["d"]), rel=1e-9)
