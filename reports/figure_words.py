"""What to see in each chart, in one sentence made from its numbers; also the chart's text alternative."""

from collections.abc import Iterable
from datetime import timedelta
from math import isnan
from statistics import fmean

from core.language import number
from core.language.text import N_, Text
from core.period import parse
from experiments.evaluation import KpiResult
from experiments.pilot import Pilot
from governance.disclosure_control import Disclosed
from kpis.kpi import Kpi
from reports.figure_event_study import event_times
from reports.figure_inferences import inference_rows
from reports.words_numbers import better_sign, value_text


def groups_sentence(found: Disclosed[KpiResult], kpi: Kpi, pilot: Pilot, language: str) -> str:
    """Where both groups stood before the start and after the run-in, week by week on average."""
    if found.value is None:
        return ""
    series = found.value.series
    first, last = min(pilot.starts.values()), max(pilot.starts.values())
    settled = last + timedelta(weeks=pilot.run_in_weeks)
    days = [parse(period).start for period in series.periods]
    means = {
        f"{group}_{phase}": (value_text if phase == "after" else _level)(
            _mean(
                value for day, value in zip(days, values, strict=True) if (day < first, day >= settled)[after]
            ),
            kpi,
            language,
        )
        for group, values in (("pilot", series.treated), ("comparison", series.comparison))
        for after, phase in enumerate(("before", "after"))
    }
    return Text(
        N_(
            "The pilot went from {pilot_before} to {pilot_after}, the comparison from {comparison_before} to "
            "{comparison_after} (average week before the start and after the run-in)."
        ),
        means,
    ).render(language)


def event_sentence(found: Disclosed[KpiResult], kpi: Kpi, language: str) -> str:
    """How many bins before the start hold zero, and how many after it lie wholly on the better side."""
    bins = [bin_ for bin_ in event_times(found) if bin_.band is not None]
    before = [bin_.band for bin_ in bins if bin_.event_time < 0 and bin_.band]
    after = [bin_.band for bin_ in bins if bin_.event_time >= 0 and bin_.band]
    sign = better_sign(kpi) or 1
    return Text(
        N_(
            "Before the start {around} of {before} bins hold zero difference; after it {better} of {after} "
            "lie wholly on the better side."
        ),
        {
            "around": sum(low <= 0 <= high for low, high in before),
            "before": len(before),
            "better": sum(min(sign * low, sign * high) > 0 for low, high in after),
            "after": len(after),
        },
    ).render(language)


def inferences_sentence(found: Disclosed[KpiResult], language: str) -> str:
    """How many of the calculations exclude no effect."""
    rows = [row for row in inference_rows(found, language) if row.interval]
    clear = sum(row.interval[0] * row.interval[1] > 0 for row in rows if row.interval)
    return Text(
        N_("{clear} of {count} calculations rule out that there is no effect."),
        {"clear": clear, "count": len(rows)},
    ).render(language)


def _level(value: float | None, kpi: Kpi, language: str) -> str:
    return "–" if value is None else number(value * kpi.display_scale, kpi.digits, language)


def _mean(values: Iterable[float]) -> float | None:
    present = [value for value in values if not isnan(value)]
    return fmean(present) if present else None
