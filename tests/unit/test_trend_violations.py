"""How far an effect holds when trends differ: which way is used when, and what must agree with what."""

from dataclasses import replace

import numpy as np
import pytest

from experiments.adoption import Adoption
from experiments.checks import trend_violation
from experiments.cohort_departures import event_effects
from experiments.contrast import inference_of
from experiments.department_departures import bin_effects
from experiments.details import Sensitivity, SensitivityInterval
from experiments.estimate import Estimate, NotEstimable
from experiments.estimating import ESTIMATORS, estimate
from experiments.event_course import EventCourse, event_course
from experiments.group_times import without_gaps
from experiments.inference.honest_trends.few_departments import (
    DepartmentEffects,
    relative_magnitudes_interval_t,
    smoothness_interval_t,
)
from experiments.options import Options, Violations
from experiments.panel import Panel
from experiments.trend_violations import sensitivity
from experiments.window import Window, prepare
from reports.estimate_json import estimate_json
from reports.estimate_text import estimate_text
from tests.simulated_panels import simulated

ONE_START = [40] * 3
MAGNITUDES = Violations(kind="relative-magnitudes", sizes=(0.0, 0.5, 1.0))
SMOOTH = Violations(kind="smoothness", sizes=(0.0, 0.01))


def asked(**options) -> Options:
    return Options(**{"violations": (MAGNITUDES, SMOOTH), "design": "difference-in-differences", **options})


def assessed(panel: Panel, **options) -> Sensitivity:
    found, _ = sensitivity(panel, asked(**options), asked(**options).design)
    assert found is not None
    return found


def notes(panel: Panel, **options) -> str:
    _, told = sensitivity(panel, asked(**options), asked(**options).design)
    return " ".join(text.render("en") for text in told)


def rows(found: Sensitivity, kind: str) -> list[SensitivityInterval]:
    return [row for row in found.intervals if (row.kind, row.about) == (kind, "average")]


@pytest.mark.parametrize("run_in", [0, 3, 4, 9])
@pytest.mark.parametrize("periods", [80, 78])
def test_with_parallel_trends_it_is_the_interval_of_the_event_study(run_in, periods):
    panel = simulated(12, periods, ONE_START)
    expected = ESTIMATORS["event-study"].fit(panel, Options(run_in=run_in))
    assert isinstance(expected, Estimate)
    found = assessed(panel, design="event-study", run_in=run_in)
    assert rows(found, "relative-magnitudes")[0].interval == pytest.approx(expected.interval, rel=1e-9)


def test_few_plainget_their_own_way_and_are_told():
    panel = simulated(12, 80, ONE_START)
    assert {row.method for row in assessed(panel).intervals} == {"t-bounds", "flci-t"}
    assert "our own construction" in notes(panel)


def test_many_plainget_the_published_way():
    panel = simulated(80, 52, [26] * 30)
    found = assessed(panel, design="event-study")
    assert {row.method for row in found.intervals} == {"c-lf", "flci"}
    assert {row.about for row in found.intervals} == {"first", "average"}
    assert not notes(panel, design="event-study")


@pytest.mark.parametrize(
    ("panel", "magnitudes"),
    [(simulated(80, 52, [26] * 3), "t-bounds"), (simulated(40, 52, [26] * 15), "c-lf")],
    ids=["few pilots", "many bins"],
)
def test_many_plainare_few_for_few_pilots_or_many_bins(panel, magnitudes):
    found = assessed(panel)
    assert {row.method for row in rows(found, "smoothness")} == {"flci-t"}
    assert {row.method for row in rows(found, "relative-magnitudes")} == {magnitudes}


def test_cohorts_with_one_start_are_the_plainof_an_event_study():
    """Same effects; the same covariance but for the small-sample factor, which R's did leaves out."""
    panel = simulated(70, 12, [6] * 30)
    months = replace(panel, periods=tuple(f"2024-{month:02d}" for month in range(1, 13)))
    window, course = course_of(months)
    adoption = without_gaps(months, Options())
    assert isinstance(adoption, Adoption)
    cohorts = event_effects(adoption, Options())
    assert cohorts is not None
    plain = bin_effects(window, course)
    np.testing.assert_allclose(cohorts.beta, plain.beta, atol=1e-10)
    factor = 70 / 69 * (840 - 1) / (840 - 12 - 11)
    np.testing.assert_allclose(cohorts.covariance * factor, plain.covariance, atol=1e-10)
    assert cohorts.l == pytest.approx(course.average)


def test_cohorts_are_judged_in_large_samples_only():
    several = [4] * 10 + [6] * 10 + [8] * 10
    panel = simulated(80, 12, several)
    found = assessed(panel, design="callaway-santanna")
    assert {(row.about, row.method) for row in found.intervals if row.kind == "relative-magnitudes"} == {
        ("first", "c-lf"),
        ("average", "c-lf"),
    }
    few = simulated(12, 12, [4, 6, 8])
    assert sensitivity(few, asked(), "callaway-santanna")[0] is None


def test_nothing_is_added_unasked():
    unasked = Options(design="difference-in-differences")
    assert sensitivity(simulated(12, 80, ONE_START), unasked, unasked.design) == (None, ())


def test_a_design_without_comparison_refuses_it():
    found = estimate(simulated(12, 80, ONE_START), Options(design="before-after", violations=(SMOOTH,)))
    assert isinstance(found, NotEstimable)
    assert found.reasons[0].code == "setting_not_available"
    assert "sensitivity" in found.reasons[0].message.render("en")


@pytest.mark.parametrize(
    ("panel", "options", "words"),
    [
        (simulated(12, 80, ONE_START), {"weighting": "encounters"}, "count equally"),
        (replace(simulated(12, 80, ONE_START), clusters=("a", "b", "c", "d") * 3), {}, "stand alone"),
        (simulated(12, 40, [7] * 3), {}, "two bins"),
        (simulated(4, 40, [20] * 2), {}, "too few departments"),
    ],
)
def test_what_cannot_be_said_is_said(panel, options, words):
    assert sensitivity(panel, asked(**options), "difference-in-differences")[0] is None
    assert words in notes(panel, **options)


def test_it_widens_and_breaks_down_in_between():
    panel = simulated(12, 80, ONE_START, effect=2.0)
    found = assessed(panel)
    for kind in ("relative-magnitudes", "smoothness"):
        widths = [row.interval[1] - row.interval[0] for row in rows(found, kind)]
        assert widths == sorted(widths)
    for breakdown in found.breakdowns:
        around = Violations(kind=breakdown.kind, sizes=(breakdown.m * 0.99, breakdown.m * 1.01))
        inside, outside = assessed(panel, violations=(around,)).intervals
        assert inside.interval[0] > 0 > outside.interval[0]


@pytest.mark.parametrize("factor", [1000.0, -1e-3])
def test_units_of_measurement_do_not_matter(factor):
    panel = simulated(12, 80, ONE_START)
    found = assessed(panel, violations=(MAGNITUDES,)).intervals
    other = assessed(replace(panel, outcome=panel.outcome * factor), violations=(MAGNITUDES,)).intervals
    for one, two in zip(found, other, strict=True):
        assert two.interval == pytest.approx(sorted(bound * factor for bound in one.interval), rel=1e-9)


def course_of(panel: Panel, **options) -> tuple[Window, EventCourse]:
    window = prepare(panel, Options(**options))
    assert isinstance(window, Window)
    course = event_course(window)
    assert course is not None
    return window, course


def departments(panel: Panel) -> DepartmentEffects:
    window, course = course_of(panel)
    return DepartmentEffects(
        values=course.values,
        n_before=course.n_before,
        l=course.average,
        infer=inference_of(window, 0.95),
        working=course.working,
    )


def test_a_straight_trend_is_taken_out_without_bends():
    panel = simulated(12, 80, ONE_START, noise=1e-6)
    line = np.where(panel.treated[:, None], 0.25 * np.arange(80), 0.0)
    low, high = smoothness_interval_t(departments(replace(panel, outcome=panel.outcome + line)), 0.0, 0.95)
    assert low == pytest.approx(0.5, abs=1e-4)
    assert high == pytest.approx(0.5, abs=1e-4)


def test_without_noise_the_interval_is_the_identified_set():
    """Steps of 1 and -1 before the start, and at most twice that after it: bins 1 to 10 rise by 2 to 20."""
    panel = simulated(12, 80, ONE_START, noise=1e-6)
    saw = np.where(panel.treated[:, None], (-((np.arange(80) - 40) // 4) - 1) % 2 * (np.arange(80) < 40), 0.0)
    found = relative_magnitudes_interval_t(departments(replace(panel, outcome=panel.outcome + saw)), 2.0)
    assert found == pytest.approx((0.5 - 11, 0.5 + 11), abs=1e-3)


def test_the_course_leaves_the_run_in_out_of_the_average():
    _, course = course_of(simulated(12, 81, ONE_START), run_in=5)
    assert course.n_before == 9
    np.testing.assert_allclose(course.average, np.array([0, 3, *[4] * 8, 1]) / 36)
    assert course.first.tolist() == [0.0, 1.0, *[0.0] * 9]


def test_it_is_written_in_words_and_json():
    found = estimate(simulated(12, 80, ONE_START), asked())
    details = estimate_json(found, "nl")["details"]
    assert details["sensitivity"][0].keys() == {"kind", "m", "interval", "about", "method"}
    assert [row["kind"] for row in details["breakdown"]] == ["relative-magnitudes", "smoothness"]
    assert "keer het grootste ervoor" in estimate_text(found, "nl")
    assert "times the largest before it" in estimate_text(found, "en")
    assert "own construction" in estimate_text(found, "en")


def test_the_trend_that_would_explain_the_effect():
    """A straight trend and no effect: the slope that was put in comes out, before the start too."""
    panel = simulated(12, 80, ONE_START, effect=0.0, noise=1e-6)
    line = np.where(panel.treated[:, None], 0.25 * np.arange(80), 0.0)
    found = trend_violation.run(replace(panel, outcome=panel.outcome + line), Options())
    assert found.passed is None
    assert found.statistic == pytest.approx(0.25, abs=1e-5)
    assert "largest was +0.250" in found.message.render("en")
