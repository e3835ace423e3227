"""Charts of KPIs: which type, which baseline, what a run-in does, targets since the go-live, rebases."""

import math
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from core.errors import InputError
from core.period import Period
from experiments.monitoring.baseline import GoLive, baseline_of
from experiments.monitoring.chart_result import ControlChart, NoChart
from experiments.monitoring.kpi_chart import KpiAsked, KpiChart, kpi_chart
from experiments.monitoring.kpi_choice import choose_for
from experiments.monitoring.kpi_series import plotted_series
from experiments.monitoring.rebase import judge_rebase
from kpis.catalogue import load
from kpis.kpi import Kpi
from kpis.measurements import Measurement

KPIS = load()
MONDAY = date(2025, 1, 6)


def week(at: int) -> Period:
    return Period(MONDAY + timedelta(weeks=at), "week")


def measured(kpi: Kpi, at: int, numerator: float, denominator: float, **more: object) -> Measurement:
    values: dict[str, object] = {
        "kpi": kpi.id,
        "kpi_version": 1,
        "unit": "north",
        "period": week(at),
        "n": int(denominator),
        "value": numerator / denominator,
        "geometric_mean": None,
        "numerator": numerator,
        "denominator": denominator,
        "excluded": {},
        "complete": True,
    }
    return Measurement(**(values | more))  # type: ignore[arg-type]


def charted(kpi: Kpi, found: list[Measurement | None], asked: KpiAsked | None = None, **more) -> KpiChart:
    return kpi_chart(kpi, [(week(at), one) for at, one in enumerate(found)], asked or KpiAsked(), **more)


def drawn(found: KpiChart) -> ControlChart:
    assert isinstance(found.charted, ControlChart)
    return found.charted


@pytest.mark.parametrize(
    ("id_", "numerator", "denominator", "more", "expected"),
    [
        ("icd_accuracy", 30, 40, {}, ("p", "counts", "share_small")),
        ("icd_accuracy", 300, 400, {}, ("p-prime", "counts", "share_large")),
        ("major_error_per_100", 50, 2.99, {}, ("u", "counts", "rate_small")),
        ("major_error_per_100", 50, 3.0, {}, ("u-prime", "counts", "rate_large")),
        ("utilisation", 30, 40, {}, ("u-prime", "counts", "counts_ratio")),
        ("note_time_enc", 400, 40, {"geometric_mean": 8.0}, ("xmr", "geometric_mean", "geometric_mean")),
        ("note_time_enc", 400, 40, {"companions": {"median": 9.0}}, ("xmr", "median", "median")),
        ("pem", 400, 50, {}, ("xmr", "value", "mean")),
        ("ccc_total", 400, 50, {}, ("xmr", "value", "mean")),
        ("staff_nps", 4, 50, {}, ("xmr", "value", "mean")),
        ("wow8", 400, 50, {}, ("xmr", "value", "sums")),
        ("cost_per_ai_encounter", 400, 50, {}, ("xmr", "value", "sums")),
        ("letter_tat_h", 0, 50, {"companions": {"within": 0.8}}, ("xmr", "within", "within")),
        ("adoption", 9, 14, {}, ("p", "counts", "staff_share")),
        ("readmission_30d", 0.5, 90, {}, ("p", "counts", "share_small")),
    ],
)
def test_the_chart_of_every_kind_of_kpi(id_, numerator, denominator, more, expected) -> None:
    kpi = KPIS[id_]
    found = choose_for(kpi, [measured(kpi, at, numerator, denominator, **more) for at in range(20)])
    assert (found.type, found.plotted, found.code) == expected


@pytest.mark.parametrize(
    ("id_", "one", "expected"),
    [("icd_accuracy", 1.0, "g"), ("major_error_per_100", 1.0, "t"), ("utilisation", 1.0, "g")],
)
def test_rare_events_get_a_chart_of_what_lies_between_them(id_: str, one: float, expected: str) -> None:
    kpi = KPIS[id_]
    found = [measured(kpi, at, one if at % 3 == 0 else 0.0, 50) for at in range(20)]
    assert choose_for(kpi, found).type == expected
    assert choose_for(kpi, [replace(item, numerator=0.0) for item in found]).type != expected


def test_cases_between_events_are_counted_across_weeks_and_not_across_gaps() -> None:
    kpi = KPIS["icd_accuracy"]
    events = [0, 1, 0, 0, 2, 0, None, 0, 1, 1]
    found = [
        (week(at), None if count is None else measured(kpi, at, count, 10)) for at, count in enumerate(events)
    ]
    plotted = plotted_series(kpi, found, "cases_between")
    # week 1: nothing known before it; week 4: 30 cases over two events; week 8: a gap lies before it
    np.testing.assert_array_equal(plotted.series.values, [math.nan, 15, 15, math.nan, 10])
    assert [period.start for period in plotted.periods] == [week(at).start for at in (1, 4, 4, 8, 9)]


def test_durations_are_charted_on_the_log_scale_and_shown_in_minutes() -> None:
    kpi = KPIS["note_time_enc"]
    minutes = np.exp(np.random.default_rng(5).normal(2.0, 0.1, 30))
    found = [measured(kpi, at, 400, 40, geometric_mean=float(one)) for at, one in enumerate(minutes)]
    chart = drawn(charted(kpi, found, KpiAsked(screen=False)))
    logs = np.log(minutes)[:15]
    reach = 2.66 * np.abs(np.diff(logs)).mean()
    assert [point.value for point in chart.points] == pytest.approx(minutes, rel=1e-12)
    assert chart.centre == pytest.approx(math.exp(logs.mean()), rel=1e-12)
    assert chart.points[-1].upper == pytest.approx(math.exp(logs.mean() + reach), rel=1e-12)
    assert chart.points[-1].lower == pytest.approx(math.exp(logs.mean() - reach), rel=1e-12)


def test_a_rate_is_charted_in_the_unit_of_the_kpi() -> None:
    kpi = KPIS["major_error_per_100"]
    events = [3, 5, 2, 4, 6, 3, 2, 5, 4, 3, 5, 2, 4]
    chart = drawn(charted(kpi, [measured(kpi, at, one, 0.8) for at, one in enumerate(events)]))
    assert [point.value for point in chart.points] == pytest.approx([one / 0.8 for one in events], rel=1e-12)
    mean = sum(events[:12]) / (12 * 0.8)
    assert chart.points[0].upper == pytest.approx(mean + 3 * math.sqrt(mean / 0.8), rel=1e-12)


def test_the_baseline_is_the_time_before_the_start_and_the_run_in_is_not_judged() -> None:
    kpi = KPIS["icd_accuracy"]
    hits = [*[30, 32] * 10, *[5] * 6, *[32, 33] * 7]
    live = GoLive(start=week(20).start, run_in_weeks=6)
    found = charted(kpi, [measured(kpi, at, one, 40) for at, one in enumerate(hits)], go_live=live)
    chart = drawn(found)
    assert found.baseline is not None
    assert (found.baseline.code, found.baseline.positions) == ("before_start", tuple(range(20)))
    assert chart.centre == pytest.approx(31 / 40, rel=1e-12)
    run_in = chart.points[20:26]
    assert [point.value for point in run_in] == [5 / 40] * 6
    assert {(point.judged, point.special_cause) for point in run_in} == {(False, None)}
    assert chart.variation == "improvement_high"
    # the run has to begin after the run-in: the first point after it is number one of a shift
    assert [point.special_cause for point in chart.points[26:33]] == ["shift"] * 7


@pytest.mark.parametrize(
    ("values", "start", "code", "points"),
    [
        ([1.0] * 80, None, "first_points", 26),
        ([1.0] * 30, None, "first_points", 15),
        ([1.0] * 14, None, "first_points", 12),
        ([1.0] * 30, 5, "few_before", 12),
        ([0.0] * 20 + [1.0] * 40, 20, "since_start", 17),
    ],
)
def test_other_baselines(values: list[float], start: int | None, code: str, points: int) -> None:
    live = None if start is None else GoLive(start=week(start).start, run_in_weeks=6)
    found = baseline_of([week(at) for at in range(len(values))], np.array(values), live)
    assert (found.code, len(found.positions)) == (code, points)
    assert not set(found.positions) & set(found.unjudged)


def test_half_a_year_of_months_before_the_start_is_a_baseline() -> None:
    months = [Period(date(2025, month, 1), "month") for month in range(1, 13)]
    live = GoLive(start=date(2025, 7, 1), run_in_weeks=6)
    found = baseline_of(months, np.ones(12), live)
    assert (found.code, found.positions, found.unjudged) == ("before_start", tuple(range(6)), (6, 7))


def test_a_target_is_judged_by_what_came_after_the_go_live() -> None:
    kpi = replace(KPIS["wow8"], target=25.0)
    values = [*[30.0, 32.0] * 10, *[26.0] * 6, *[20.0, 21.0] * 10]
    live = GoLive(start=week(20).start, run_in_weeks=6)
    items = [measured(kpi, at, 10 * one, 10) for at, one in enumerate(values)]
    found = charted(kpi, items, go_live=live)
    # limits of before the start lie above 25 altogether and would say "not met"
    assert drawn(found).points[-1].lower > 25
    assert (found.target.code, found.target.assurance, found.target.points) == (
        "judged",
        "consistent_pass",
        20,
    )
    assert found.target.since == week(26).start
    early = charted(kpi, items[:30], go_live=live)
    assert (early.target.code, early.target.assurance, early.target.points) == ("too_early", "none", 4)
    assert drawn(early).assurance == "none"


def test_a_survey_of_few_rounds_gets_no_chart() -> None:
    kpi = KPIS["sus"]
    found = [measured(kpi, at, 700, 10) for at in range(8)]
    refused = charted(kpi, found).charted
    assert isinstance(refused, NoChart)
    assert (refused.code, refused.values) == ("few_rounds", {"rounds": 8, "enough": 12})


def test_months_without_any_value_give_no_chart() -> None:
    refused = charted(KPIS["wow8"], [None] * 5).charted
    assert isinstance(refused, NoChart)
    assert refused.code == "no_values"


def test_a_chart_may_be_asked_for_where_it_fits() -> None:
    kpi = KPIS["wow8"]
    found = [measured(kpi, at, 400 + at % 3, 10) for at in range(20)]
    assert charted(kpi, found, KpiAsked(type="run")).charted.type == "run"
    assert drawn(charted(KPIS["icd_accuracy"], found_share(), KpiAsked(residual=True))).residual
    with pytest.raises(InputError, match="counts no events"):
        charted(kpi, found, KpiAsked(type="p"))


def found_share() -> list[Measurement | None]:
    kpi = KPIS["icd_accuracy"]
    return [measured(kpi, at, 30 + at * 7 % 5, 40) for at in range(30)]


STEADY, CHANGED = [10.0, 11.0] * 10, [14.0, 15.0] * 7


@pytest.mark.parametrize(
    ("values", "at", "refusal"),
    [
        ([*STEADY, *CHANGED], 20, None),
        ([*STEADY, *CHANGED[:11]], 20, "few_after"),
        ([*STEADY, *STEADY], 20, "not_held"),
        ([*STEADY, *CHANGED[:6], *STEADY], 20, "not_held"),
        ([*STEADY, math.nan, *CHANGED], 20, "no_point"),
        ([*STEADY, *CHANGED], 90, "no_point"),
        ([*STEADY, *CHANGED], 0, "first_point"),
    ],
)
def test_limits_start_anew_only_after_a_change_that_held(values, at: int, refusal: str | None) -> None:
    periods = [week(each) for each in range(len(values))]
    found = judge_rebase(periods, np.array(values), week(at).start + timedelta(days=2), [], "higher")
    assert found.refusal == refusal
    assert not found.hides_signal
    if refusal is None:
        worse = judge_rebase(periods, np.array(values), week(at).start, [], "lower")
        assert worse.hides_signal


def test_a_second_rebase_leaves_the_mean_of_the_part_before_it() -> None:
    values = np.array([*STEADY, *CHANGED, *STEADY])
    periods = [week(each) for each in range(len(values))]
    again = judge_rebase(periods, values, week(34).start, [week(20).start], "higher")
    assert (again.refusal, again.hides_signal) == (None, True)
    first = judge_rebase(periods, values, week(20).start, [week(30).start], "higher")
    assert first.refusal == "few_after"
