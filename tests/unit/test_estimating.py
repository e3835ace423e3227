"""Choice of design, estimands, refusals, agreement, checks and the event study."""

from dataclasses import replace

import numpy as np
import pytest

from experiments.answer import agree
from experiments.checks.leave_one_department_out import without_each
from experiments.contrast import change, contrast
from experiments.estimate import Estimate, NotEstimable
from experiments.estimating import CHECKS, ESTIMATORS, design_for, estimate
from experiments.estimators.staggered import noise
from experiments.event_study import event_bins
from experiments.inference.student import student
from experiments.inference.two_way import two_way
from experiments.options import Options
from experiments.panel import NEVER, Panel
from experiments.window import Window, prepare
from tests.simulated_panels import simulated

ONE_START = [40] * 3
STAGGERED = [34, 38, 42, 46]
WAVES = [30, 38, 46] * 2 + [54] * 6
"""All of twelve departments start; of the first six each wave has two, also the last."""


def estimated(panel: Panel, **options) -> Estimate:
    found = estimate(panel, Options(**options))
    assert isinstance(found, Estimate), found
    return found


def refused(panel: Panel, **options) -> NotEstimable:
    found = estimate(panel, Options(**options))
    assert isinstance(found, NotEstimable)
    assert not {"effect", "interval", "p_value"} & set(dir(found))
    return found


def codes(found: NotEstimable) -> list[str]:
    return [reason.code for reason in found.reasons]


@pytest.mark.parametrize(
    ("starts", "departments", "asked", "inference", "chosen"),
    [
        (ONE_START, 12, "auto", "auto", "difference-in-differences"),
        (STAGGERED, 12, "auto", "auto", "staggered"),
        (ONE_START, 3, "auto", "auto", "before-after"),
        (STAGGERED, 12, "difference-in-differences", "auto", "staggered"),
        (STAGGERED, 12, "difference-in-differences", "cr1", "difference-in-differences"),
        (ONE_START, 12, "event-study", "auto", "event-study"),
        (WAVES, 12, "auto", "auto", "imputation"),
        (WAVES[:6], 6, "auto", "auto", "before-after"),
        ([30] * 2 + [54] * 4, 6, "auto", "auto", "imputation"),
    ],
)
def test_the_design_follows_from_the_starts(starts, departments, asked, inference, chosen):
    panel = simulated(departments, 80, starts)
    options = Options(design=asked, inference=inference)
    assert design_for(panel, options) == chosen
    assert estimate(panel, options).design == chosen


def test_waves_too_few_to_judge_give_no_verdict_and_say_what_can_be_asked():
    panel = simulated(6, 80, [30] * 2 + [54] * 4)
    assert codes(refused(panel))[0] == "waves_cannot_judge"
    assert estimated(panel, design="before-after").inference == "blocks-t"


def test_one_start_is_the_two_way_fixed_effects_coefficient():
    panel = simulated(12, 80, ONE_START)
    on = (np.arange(80) >= panel.first_treated[:, None]).astype(float)
    by_regression = two_way(panel.outcome, on, np.ones((12, 80)))
    found = estimated(panel)
    assert found.inference == "scaled-ewc-t"
    assert found.effect == pytest.approx(by_regression.effect, abs=1e-10)
    regression = estimated(panel, inference="cr2")
    line = next(line for line in found.also if line.inference == "cr2" and line.warning is None)
    assert line.standard_error == pytest.approx(regression.standard_error, rel=1e-9)
    assert line.degrees_of_freedom == pytest.approx(regression.degrees_of_freedom, rel=1e-9)


def test_staggered_is_each_departments_own_change_against_never_treated():
    panel = simulated(12, 80, STAGGERED)
    never = panel.first_treated == NEVER
    own = []
    for unit, start in enumerate(STAGGERED):
        moved = panel.outcome[:, start + 4 :].mean(axis=1) - panel.outcome[:, :start].mean(axis=1)
        own.append(moved[unit] - moved[never].mean())
    found = estimated(panel, run_in=4)
    assert found.effect == pytest.approx(np.mean(own), abs=1e-10)
    assert [line.inference for line in found.also] == ["jackknife-t", "cr2"]
    assert found.also[1].design == "two-way-fixed-effects"
    assert found.also[1].warning is not None


def test_a_run_in_is_left_out_of_the_effect_and_shown_in_the_event_study():
    panel = simulated(12, 80, ONE_START, effect=1.0)
    panel.outcome[:3, 40:44] += 50.0
    found = estimated(panel, run_in=4)
    assert found.effect == pytest.approx(1.0, abs=0.3)
    assert found.coverage.periods_after == 36
    bins = {bin_.event_time: bin_ for bin_ in found.event_study}
    assert bins[0].effect == pytest.approx(51.0, abs=1.0)
    assert (bins[0].first, bins[0].last) == (0, 3)


@pytest.mark.parametrize("starts", [ONE_START, STAGGERED])
def test_the_event_study_finds_the_course_and_its_bands_are_wider(starts):
    panel = simulated(16, 80, starts, effect=3.0, noise=0.2)
    found = estimated(panel)
    bins = {bin_.event_time: bin_ for bin_ in found.event_study}
    assert bins[-1].effect == 0.0
    assert bins[-1].interval is None
    for number, bin_ in bins.items():
        if number == -1:
            continue
        assert bin_.last - bin_.first == 3
        assert bin_.effect == pytest.approx(3.0 if number >= 0 else 0.0, abs=0.6)
        assert bin_.band[0] < bin_.interval[0] < bin_.effect < bin_.interval[1] < bin_.band[1]
    assert min(bins) == -(min(starts) // 4)
    assert max(bins) == (80 - max(starts)) // 4 - 1


def test_the_relative_scale_is_the_ratio_of_geometric_means():
    panel = simulated(12, 80, ONE_START, effect=0.0)
    multiplied = replace(panel, outcome=panel.outcome * np.where(
        np.arange(80) >= panel.first_treated[:, None], 0.91, 1.0
    ))  # fmt: skip
    plain, changed = estimated(panel, scale="relative"), estimated(multiplied, scale="relative")
    assert 1 + changed.effect == pytest.approx(0.91 * (1 + plain.effect), rel=1e-10)
    assert 1 + changed.interval[0] == pytest.approx(0.91 * (1 + plain.interval[0]), rel=1e-10)
    assert changed.standard_error == pytest.approx(plain.standard_error, rel=1e-10)


@pytest.mark.parametrize(("persistence", "limit"), [(0.8, 0.1), (0.5, 0.15)])
def test_a_gap_of_three_weeks_hardly_moves_the_estimate(persistence, limit):
    moved = []
    for seed in range(24):
        panel = simulated(12, 104, [52] * 3, persistence=persistence, seed=seed)
        holed = panel.outcome.copy()
        holed[7, 20:23] = np.nan
        whole, gap = estimated(panel), estimated(replace(panel, outcome=holed))
        moved.append(abs(whole.effect - gap.effect) / whole.standard_error)
        assert gap.coverage.periods_left_out == panel.periods[20:23]
        assert gap.coverage.n_observations == 12 * 101
    # The typical panel, in standard errors: the less a week resembles its neighbours, the more it counts.
    assert np.median(moved) < limit
    assert max(moved) < 0.5


@pytest.mark.parametrize(
    ("departments", "periods", "starts", "options", "code"),
    [
        (4, 80, [40], {}, "too_few_departments"),
        (5, 80, ONE_START, {}, "too_few_controls"),
        (12, 80, [75] * 3, {}, "too_few_periods"),
        (12, 80, [9] * 3, {}, "too_few_periods"),
        (12, 80, [200] * 3, {}, "treatment_never_on"),
        (3, 80, ONE_START, {"design": "difference-in-differences"}, "never_treated_missing"),
        (1, 80, [40], {"design": "difference-in-differences"}, "one_unit"),
        (12, 80, [40], {"inference": "cr2"}, "too_few_treated"),
        (12, 80, [40], {"inference": "randomisation"}, "too_few_assignments"),
        (12, 80, ONE_START, {"inference": "analytic"}, "inference_not_available"),
        (5, 80, [40, 44], {"design": "staggered", "inference": "jackknife-t"}, None),
        (4, 80, [40, 44], {}, "too_few_controls"),
        (3, 80, [76] * 3, {}, "too_few_periods"),
    ],
)
def test_what_cannot_be_estimated_is_refused_with_its_reason(departments, periods, starts, options, code):
    panel = simulated(departments, periods, starts)
    if code is None:
        estimated(panel, **options)
        return
    found = refused(panel, **options)
    assert code in codes(found)
    assert all(reason.message.render("en") and reason.remedy.render("en") for reason in found.reasons)
    assert all(bin_.interval is None for bin_ in found.event_study)


def test_no_logarithm_of_nothing_and_no_variation():
    panel = simulated(12, 80, ONE_START)
    zero = panel.outcome.copy()
    zero[4, 3] = 0.0
    assert codes(refused(replace(panel, outcome=zero), scale="relative")) == ["non_positive_outcome"]
    flat = panel.outcome.copy()
    flat[5] = 7.0
    assert codes(refused(replace(panel, outcome=flat))) == ["no_variation"]
    nothing = replace(panel, outcome=np.full_like(panel.outcome, np.nan))
    assert codes(refused(nothing)) == ["no_data"]


def test_a_refusal_says_what_could_have_been_found():
    found = refused(simulated(4, 80, [40], noise=0.5))
    spread = np.sqrt(0.5**2 * (1 / 40 + 1 / 40))
    # 7.4 spreads with one against three; the spread itself is estimated on two degrees of freedom.
    assert 0.2 * 7.4 * spread < found.smallest_detectable < 3 * 7.4 * spread


def test_departments_that_cannot_be_used_are_left_out_and_named():
    panel = simulated(14, 80, ONE_START)
    outcome = panel.outcome.copy()
    outcome[13] = np.nan
    first = panel.first_treated.copy()
    first[12] = 0
    found = estimated(replace(panel, outcome=outcome, first_treated=first))
    assert found.coverage.n_units == 12
    said = " ".join(text.render("en") for text in found.warnings)
    assert "d13" in said
    assert "d12" in said


def test_a_much_quieter_single_pilot_must_pass_the_collapse_t_as_well():
    panel = simulated(12, 80, [40], effect=0.12, noise=0.5, seed=2)
    outcome = panel.outcome.copy()
    common = outcome[1:].mean(axis=0)
    outcome[0] = common + 0.05 * np.random.default_rng(3).normal(size=80)
    outcome[0, 40:] += 0.12
    found = estimated(replace(panel, outcome=outcome))
    collapse = next(line for line in found.also if line.inference == "collapse-t")
    assert found.diagnostics["noise_ratio"] < 0.7
    assert found.p_value < 0.05 < collapse.p_value
    assert found.agreement is False
    assert any("quieter" in text.render("en") for text in found.warnings)


def test_a_second_method_agrees_on_a_clear_effect():
    found = estimated(simulated(12, 80, ONE_START, effect=2.0))
    assert found.also[0].inference == "randomisation-t"
    assert found.agreement is True
    single = estimated(simulated(12, 80, [40], effect=3.0))
    assert single.also[0].inference == "collapse-t"


def test_before_after_always_says_that_it_is_weak():
    found = estimated(simulated(3, 80, ONE_START, effect=2.0, noise=0.2))
    assert found.inference == "blocks-t"
    assert "weak evidence" in found.warnings[0].render("en")
    assert found.degrees_of_freedom == 3
    hac = estimated(simulated(3, 80, ONE_START), design="before-after", inference="hac")
    assert hac.effect == pytest.approx(estimated(simulated(3, 80, ONE_START)).effect, abs=1e-10)


def test_before_after_aligns_departments_on_their_own_start():
    panel = simulated(4, 80, STAGGERED, effect=0.0)
    outcome = np.where(np.arange(80) >= panel.first_treated[:, None], 5.0, 2.0)
    outcome = outcome + 1e-3 * np.random.default_rng(1).normal(size=outcome.shape)
    found = estimated(replace(panel, outcome=outcome))
    assert found.design == "before-after"
    assert found.effect == pytest.approx(3.0, abs=1e-3)


def test_encounters_weigh_departments_by_their_rows():
    panel = simulated(12, 80, ONE_START)
    outcome = panel.outcome.copy()
    outcome[0, 40:] += 10.0
    weights = np.ones_like(panel.weights)
    weights[0] = 98.0
    heavy = replace(panel, outcome=outcome, weights=weights)
    assert estimated(heavy).effect == pytest.approx(0.5 + 10 / 3, abs=0.5)
    by_encounters = estimated(heavy, weighting="encounters")
    assert by_encounters.effect == pytest.approx(0.5 + 10 * 0.98, abs=0.5)
    assert by_encounters.inference == "cr2"


def test_leaving_one_out_equals_estimating_without_it():
    panel = simulated(10, 80, STAGGERED)
    window = prepare(panel, Options())
    assert isinstance(window, Window)
    quick = without_each(contrast(window, change(window)), window.treated)
    for unit in range(10):
        without = panel.only(np.arange(10) != unit)
        assert quick[unit] == pytest.approx(estimated(without).effect, abs=1e-10)


def test_checks_notice_what_they_are_for():
    panel = simulated(12, 80, ONE_START)
    panel_design = "difference-in-differences"
    calm = {check.name: check for check in estimated(panel).checks}
    assert set(calm) == {name for name, check in CHECKS.items() if panel_design in check.designs}
    trend = panel.outcome + np.where(panel.first_treated[:, None] < 80, 0.08, 0.0) * np.arange(80)
    drifting = {check.name: check for check in estimated(replace(panel, outcome=trend)).checks}
    assert drifting["parallel_trends"].passed is False
    assert drifting["parallel_trends"].statistic == pytest.approx(0.08, abs=0.03)
    assert drifting["placebo_start"].passed is False
    assert calm["parallel_trends"].passed is True
    late = panel.outcome.copy()
    late[0, 40:] += 40
    late[1:3, 40:] -= 3
    assert not {c.name: c for c in estimated(replace(panel, outcome=late)).checks}[
        "leave_one_department_out"
    ].passed


def test_clusters_wider_than_units_use_the_cluster_regression():
    panel = replace(simulated(12, 80, [40] * 6), clusters=tuple("aabbccddeeff"))
    found = estimated(panel)
    assert found.inference == "cr2"
    assert found.coverage.n_clusters == 6


def test_every_estimator_says_what_it_rests_on():
    for name, estimator in ESTIMATORS.items():
        assert estimator.name == name
        assert estimator.assumptions
        assert estimator.reference
        assert estimator.inferences


def test_start_orders_are_judged_on_a_statistic_that_allows_noisier_pilots():
    found = estimated(simulated(12, 80, STAGGERED, effect=1.0), run_in=4)
    assert found.inference == "randomisation-t"
    short = estimated(simulated(12, 80, [5, 8, 11, 14], effect=1.0))
    assert short.inference == "randomisation-t"


def test_start_orders_with_too_few_periods_on_a_side_give_no_verdict():
    panel = simulated(12, 80, [4, 8, 11, 14])
    assert codes(refused(panel, design="staggered")) == ["too_few_periods"]
    assert estimated(panel, design="staggered", inference="randomisation").also[0].inference == "jackknife-t"


def test_a_lasting_or_growing_effect_does_not_look_like_noise_of_staggered_pilots():
    panel = simulated(12, 80, STAGGERED)
    moved = panel.outcome.copy()
    for unit, start in enumerate(STAGGERED):
        moved[unit, start:] += 2.0 + 0.1 * np.arange(80 - start)
    plain, after = (noise(prepare(one, Options())) for one in (panel, replace(panel, outcome=moved)))
    # The unbiasing in small groups shares the ramp's part out, which cancels as in the scaled EWC t.
    assert after == pytest.approx(plain, rel=1e-6)


@pytest.mark.parametrize(("first", "width"), [("2022-01", 1), ("2024-W01", 4), ("2024-01-01", 28)])
def test_bins_are_four_weeks_or_single_months(first, width):
    labels = (first, *(f"later {number}" for number in range(79)))
    window = prepare(replace(simulated(12, 80, ONE_START), periods=labels), Options())
    begin, end = event_bins(window)[-1]
    assert end - begin + 1 == width


def test_methods_that_differ_in_sign_disagree():
    first, second = student(0.1, 1.0, 5, 0.95), student(-0.1, 1.0, 5, 0.95)
    assert agree(first, second) is False


def test_a_design_that_cannot_weight_by_encounters_says_so():
    panel = simulated(12, 80, STAGGERED)
    rng = np.random.default_rng(3)
    panel = replace(panel, weights=rng.integers(5, 500, size=panel.outcome.shape).astype(float))
    found = estimated(panel, weighting="encounters")
    assert found.effect == estimated(panel).effect
    assert any("every department counts equally" in text.render("en") for text in found.warnings)
    assert not any("counts equally" in text.render("en") for text in estimated(panel).warnings)


@pytest.mark.parametrize("inference", ["scaled-ewc-t", "jackknife-t", "collapse-t"])
def test_an_event_study_is_judged_by_each_inference_that_it_lists(inference):
    panel = simulated(12, 80, ONE_START)
    found = estimated(panel, design="event-study", inference=inference)
    plain = estimated(panel, design="event-study")
    assert (found.inference, found.effect) == (inference, plain.effect)
    assert [line.inference for line in found.also] == [
        "scaled-ewc-t" if inference == "collapse-t" else "collapse-t"
    ]
    several = refused(simulated(12, 80, STAGGERED), design="event-study", inference="scaled-ewc-t")
    assert codes(several) == ["several_starts"]


def test_years_of_many_departments_are_for_callaway_and_santanna():
    many = simulated(80, 12, [4] * 20 + [7] * 20)
    assert design_for(many, Options()) == "callaway-santanna"
    assert estimated(many).inference == "analytic"
    assert design_for(simulated(12, 12, [4] * 2 + [7] * 2), Options()) == "staggered"
    assert design_for(simulated(80, 60, [24] * 20 + [30] * 20), Options()) == "staggered"


def test_a_stepped_wedge_shows_the_effect_by_time_with_the_tool():
    """An effect that grows for ten weeks to 1.0: one constant effect hides it, the bins show it."""
    starts = [10, 15, 20, 25, 30, 35, 10, 15]
    panel = simulated(12, 40, starts, effect=0.0, noise=0.3)
    outcome = panel.outcome.copy()
    for department, start in enumerate(starts):
        outcome[department, start:] += np.minimum(np.arange(40 - start), 10) / 10
    found = estimated(replace(panel, outcome=outcome), design="stepped-wedge")
    course = found.event_study
    assert [(one.first, one.last) for one in course] == [*((4 * k, 4 * k + 3) for k in range(7)), (28, 29)]
    for one, truth in zip(course, [0.15, 0.55, 0.925, 1.0, 1.0, 1.0, 1.0, 1.0], strict=True):
        assert one.band is not None
        assert one.interval is not None
        assert one.band[0] < one.interval[0] < one.effect < one.interval[1] < one.band[1]
        assert one.band[0] < truth < one.band[1]
    assert found.effect < 0.8
