"""What to see in the chart of a KPI: the sentence above it, the icons on a card, and what is missing."""

from collections.abc import Sequence
from itertools import takewhile

from core.language.text import N_, Text, Value
from experiments.monitoring.baseline import ENOUGH, BaselineCode
from experiments.monitoring.chart_result import ControlChart, NoChart, NoChartCode, Point
from experiments.monitoring.charted_kpi import ChartedKpi
from experiments.monitoring.icons import Variation, variation
from experiments.monitoring.rules import SHIFT
from experiments.monitoring.series import Every
from reports.words_chart import (
    PERIODS,
    REASONS,
    assurance_word,
    reason,
    refusal_words,
    run_length,
    variation_word,
)
from reports.words_department import target_text
from reports.words_numbers import label

LAST: dict[Every | None, str] = {
    "day": N_("the last day"),
    "week": N_("the last week"),
    "month": N_("the last month"),
    None: N_("the last point"),
}
OF: dict[BaselineCode, str] = {
    "before_start": N_("of before the start"),
    "since_start": N_("of the first {periods} after the run-in"),
    "few_before": N_("of the first {periods}"),
    "first_points": N_("of the first {periods}"),
}
OUTSIDE = {
    (-1, True): N_("All of the last {count} {periods} lie below the lower limit {of}: {state}."),
    (1, True): N_("All of the last {count} {periods} lie above the upper limit {of}: {state}."),
    (-1, False): N_("{last} lies below the lower limit {of}: {state}."),
    (1, False): N_("{last} lies above the upper limit {of}: {state}."),
}
SHIFTED = {
    -1: N_("For {count} {periods} in a row below the mean {of}: {state}."),
    1: N_("For {count} {periods} in a row above the mean {of}: {state}."),
}
OTHERS = {
    ("trend", -1): N_("Falling for {count} {periods} in a row: {state}."),
    ("trend", 1): N_("Rising for {count} {periods} in a row: {state}."),
    ("two_of_three", -1): N_("Two of the last three {periods} lie near the lower limit {of}: {state}."),
    ("two_of_three", 1): N_("Two of the last three {periods} lie near the upper limit {of}: {state}."),
}

REFUSED: dict[NoChartCode, str] = {
    "no_values": N_("No value can be shown, so there is no chart."),
    "too_few_points": N_("One value can be shown; a chart needs more."),
    "no_limits": N_("No two values follow each other, so no limits can be computed yet."),
}
"""Where words about a file would not help."""


def chart_sentence(found: ChartedKpi, language: str) -> str:
    """What to see, in plain words; why there is no chart where there is none."""
    chart = found.chart.charted
    if isinstance(chart, NoChart):
        return " ".join(part for part in refused(chart, language) if part)
    if not chart.last.judged:
        return _in_run_in(found, language)
    said = (_ordinary if chart.last.special_cause is None else _signal)(found, chart, language)
    return Text(N_("Residuals: {sentence}"), {"sentence": said}).render(language) if chart.residual else said


def refused(chart: NoChart, language: str) -> tuple[str, str]:
    """Why a KPI has no chart, and what to do about it; empty where there is nothing to do but wait."""
    if chart.code in REFUSED:
        return Text(REFUSED[chart.code]).render(language), ""
    return refusal_words(chart, language)


def variation_words(found: ChartedKpi, language: str) -> tuple[str, str]:
    """The state and the reason beside the icon of a card."""
    chart = found.chart.charted
    if isinstance(chart, NoChart):
        return Text(N_("Too early")).render(language), Text(N_("too few values for a chart")).render(language)
    if not chart.last.judged:
        return Text(N_("Too early")).render(language), Text(N_("getting used to it")).render(language)
    return variation_word(chart.variation, language), _reason(chart, language)


def assurance_words(found: ChartedKpi, language: str) -> tuple[str, str]:
    """The same of the target; both empty where there is none to judge."""
    judged, kpi = found.chart.target, found.chart.kpi
    if judged.code == "no_target":
        return "", ""
    values: dict[str, Value] = {
        "target": _short_target(target_text(kpi, language)),
        "points": judged.points,
        "enough": ENOUGH,
        "periods": Text(PERIODS[found.every]),
        "since": judged.since,
    }
    if judged.code == "too_early":
        return (
            Text(N_("Too early")).render(language),
            Text(N_("target {target}: {points} of {enough} {periods}"), values).render(language),
        )
    if judged.assurance == "inconsistent":
        return assurance_word(judged.assurance, language), Text(
            N_("around the target {target}"), values
        ).render(language)
    return (
        assurance_word(judged.assurance, language),
        Text(N_("target {target}, since {since}"), values).render(language),
    )


def signals_sentence(found: Sequence[ChartedKpi], language: str) -> str:
    """Which KPIs get better and which get worse, by name; that there is no signal where there is none."""
    by_kind: dict[str, list[str]] = {"improvement": [], "concern": []}
    for one in found:
        chart = one.chart.charted
        if isinstance(chart, ControlChart) and chart.last.judged:
            kind = chart.variation.partition("_")[0]
            by_kind.get(kind, []).append(label(one.chart.kpi, language))
    words = {"improvement": N_("Improvement: {names}."), "concern": N_("Deterioration: {names}.")}
    said = [
        Text(words[kind], {"names": ", ".join(names)}).render(language)
        for kind, names in by_kind.items()
        if names
    ]
    if said:
        return " ".join(said)
    if any(isinstance(one.chart.charted, ControlChart) for one in found):
        return Text(N_("No KPI gives a signal: all is ordinary variation.")).render(language)
    return Text(N_("No KPI can be judged yet.")).render(language)


def _signal(found: ChartedKpi, chart: ControlChart, language: str) -> str:
    last, count, outside = chart.last, run_length(chart), _outside(chart, chart.last)
    values = _values(found, chart, chart.variation, language) | {"count": count}
    cause = last.special_cause
    if outside and (count < SHIFT or outside >= count):
        return _sentence(OUTSIDE[last.side, outside > 1], values | {"count": outside}, language)
    is_run = cause in ("shift", "outside_limits") or (cause == "two_of_three" and count >= SHIFT)
    template = SHIFTED[last.side] if is_run else OTHERS[str(cause), last.side]
    return _sentence(template, values, language)


def _short_target(target: str) -> str:
    """The target without the words after its percent sign or number: "≥ 90 %", "≤ 9,0"."""
    sign, at, _ = target.partition("%")
    return sign + at if at else " ".join(target.split(" ")[:2])


def _reason(chart: ControlChart, language: str) -> str:
    """A long run says more than the rule that came first."""
    last = chart.last
    if last.special_cause is None:
        return Text(N_("no signal")).render(language)
    if last.special_cause == "trend" or run_length(chart) < SHIFT:
        return reason(chart, language)
    values: dict[str, Value] = {"count": run_length(chart), "periods": Text(PERIODS[chart.every])}
    return Text(REASONS["shift", last.side], values).render(language)


def _in_run_in(found: ChartedKpi, language: str) -> str:
    live = found.chart.go_live
    if live is None:
        raise AssertionError("only a go-live leaves points unjudged")
    return Text(
        N_("The run-in lasts until {until}; these weeks are drawn and not judged."), {"until": live.settled}
    ).render(language)


def _ordinary(found: ChartedKpi, chart: ControlChart, language: str) -> str:
    values = _values(found, chart, "common_cause", language)
    words = _sentence(N_("Ordinary variation: {last_small} lies within the limits {of}."), values, language)
    earlier = _last_stretch(chart)
    if not earlier:
        return words
    icon = variation(earlier[-1].special_cause, earlier[-1].side, chart.better)
    told: dict[str, Value] = {
        "state": variation_word(icon, language).lower(),
        "count": len(earlier),
        "periods": Text(PERIODS[chart.every]),
        "until": earlier[-1].order,
    }
    more = N_("The last signal before: {state}, {count} {periods} until {until}.")
    if len(earlier) == 1:
        more = N_("The last signal before: {state} in {until}.")
    return f"{words} {Text(more, told).render(language)}"


def _last_stretch(chart: ControlChart) -> list[Point]:
    """The last points in a row that a rule marks for one side."""
    marked = [at for at, point in enumerate(chart.points) if point.special_cause is not None]
    if not marked:
        return []
    until, side = marked[-1] + 1, chart.points[marked[-1]].side
    backwards = reversed(chart.points[:until])
    return [*takewhile(lambda one: one.special_cause is not None and one.side == side, backwards)][::-1]


def _values(found: ChartedKpi, chart: ControlChart, icon: Variation, language: str) -> dict[str, Value]:
    periods = Text(PERIODS[chart.every])
    last = Text(LAST[chart.every]).render(language)
    return {
        "periods": periods,
        "last": last[:1].upper() + last[1:],
        "last_small": last,
        "state": variation_word(icon, language).lower(),
        "of": _of(found, chart, periods),
    }


def _of(found: ChartedKpi, chart: ControlChart, periods: Text) -> Text:
    baseline = found.chart.baseline
    if chart.last.part > 1:
        return Text(N_("since {day}"), {"day": found.chart.shifted[chart.last.part - 2]})
    return Text(OF[baseline.code if baseline is not None else "first_points"], {"periods": periods})


def _outside(chart: ControlChart, last: Point) -> int:
    """How many of the last points in a row lie outside the limit on the last one's side."""
    until = chart.points.index(last) + 1
    backwards = (one for one in reversed(chart.points[:until]) if one.value is not None)
    return sum(1 for _ in takewhile(lambda one: one.judged and _beyond(one, last.side), backwards))


def _beyond(point: Point, side: int) -> bool:
    bound = point.upper if side > 0 else point.lower
    return bound is not None and point.value is not None and (point.value - bound) * side > 0


def _sentence(template: str, values: dict[str, Value], language: str) -> str:
    return Text(template, values).render(language)
