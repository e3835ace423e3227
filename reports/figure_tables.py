"""The numbers of each chart as rows of text, for the table under it."""

from core.language import date_text
from core.language.text import N_, Text
from core.period import parse
from experiments.evaluation import GroupSeries, KpiResult
from governance.disclosure_control import Disclosed
from kpis.kpi import Kpi
from reports.figure_event_study import event_times
from reports.figure_groups import group_names
from reports.figure_inferences import inference_rows
from reports.words_numbers import (
    bounds_text,
    change_number,
    count_text,
    effect_text,
    p_text,
    value_text,
)

Rows = list[dict[str, str]]
NONE = "–"


def group_rows(found: Disclosed[KpiResult], kpi: Kpi, language: str) -> Rows:
    """Week, value and n of both groups."""
    if found.value is None:
        return []
    series = found.value.series
    pilot, comparison = group_names(language)
    week = _word(N_("Week"), language)
    return [
        {
            week: period,
            pilot: _shown(series, at, series.treated[at], kpi, found, language),
            f"n {pilot}": _count(series.n_treated[at], language),
            comparison: _shown(series, at, series.comparison[at], kpi, found, language),
            f"n {comparison}": _count(series.n_comparison[at], language),
        }
        for at, period in enumerate(series.periods)
    ]


def event_rows(found: Disclosed[KpiResult], kpi: Kpi, language: str) -> Rows:
    """Bin, difference, pointwise interval and simultaneous band."""
    if found.value is None:
        return []
    scale = found.value.scale
    names = [
        _word(name, language)
        for name in (N_("Bin"), N_("Weeks from the start"), N_("Difference"), N_("Interval"), N_("Band"))
    ]
    return [
        dict(
            zip(
                names,
                (
                    str(bin_.event_time).replace("-", "−"),
                    f"{bin_.first} … {bin_.last}".replace("-", "−"),
                    change_number(bin_.effect, kpi, scale, language),
                    bounds_text(bin_.interval, kpi, scale, language) if bin_.interval else NONE,
                    bounds_text(bin_.band, kpi, scale, language) if bin_.band else NONE,
                ),
                strict=True,
            )
        )
        for bin_ in event_times(found)
    ]


def inference_table(found: Disclosed[KpiResult], kpi: Kpi, language: str) -> Rows:
    """Inference, effect, interval and p-value."""
    if found.value is None:
        return []
    scale = found.value.scale
    names = [_word(name, language) for name in (N_("Calculation"), N_("Effect"), N_("Interval"), "p")]
    return [
        dict(
            zip(
                names,
                (
                    row.name,
                    effect_text(row.effect, kpi, scale, language),
                    bounds_text(row.interval, kpi, scale, language) if row.interval else NONE,
                    p_text(row.p_value, language) or NONE,
                ),
                strict=True,
            )
        )
        for row in inference_rows(found, language)
    ]


def suppressed_weeks(found: Disclosed[KpiResult], language: str) -> str:
    """The weeks that disclosure control took out of the chart, as a list of dates; empty when none."""
    weeks = found.value.series.suppressed if found.value else ()
    return ", ".join(date_text(parse(week).start, language) for week in weeks)


def _shown(
    series: GroupSeries, at: int, value: float, kpi: Kpi, found: Disclosed[KpiResult], language: str
) -> str:
    if series.periods[at] in series.suppressed:
        return f"< {found.policy.minimum_patients}"
    return value_text(value, kpi, language)


def _count(count: int, language: str) -> str:
    return count_text(count, language) if count else NONE


def _word(template: str, language: str) -> str:
    return Text(template).render(language)
