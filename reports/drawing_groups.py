"""Both groups over time, for print."""

from datetime import date, timedelta
from math import isfinite

from core.language import N_, Text, number
from core.period import parse
from experiments.evaluation import KpiResult
from experiments.pilot import Pilot
from governance.disclosure_control import Disclosed
from kpis.kpi import Kpi
from reports.drawing import Drawing, Ruler, ruler_around, tick_digits, ticks
from reports.figure_groups import group_names
from reports.palette import LIGHT
from reports.words_numbers import month_text

WIDTH, HEIGHT = 250.0, 148.0
LEFT, RIGHT, TOP, BOTTOM = 24.0, 52.0, 14.0, 24.0
MONTHS_SHOWN = 7
POST_FIELD, RUN_IN_FIELD = "#F1F6FB", "#E4E8EC"


def groups_drawing(found: Disclosed[KpiResult], kpi: Kpi, pilot: Pilot, lang: str) -> str | None:
    """Two lines with direct labels, start, run-in and the time after; None where there is nothing to show."""
    if found.value is None or not found.value.series.periods:
        return None
    series = found.value.series
    days = [parse(period).start for period in series.periods]
    pilots = [value * kpi.display_scale for value in series.treated]
    others = [value * kpi.display_scale for value in series.comparison]
    across = Ruler(low=days[0].toordinal(), high=days[-1].toordinal() + 6, start=LEFT, end=WIDTH - RIGHT)
    up = ruler_around([*pilots, *others], HEIGHT - BOTTOM, TOP)
    drawing = Drawing(width=WIDTH, height=HEIGHT)
    _fields(drawing, across, pilot)
    value_axis(drawing, up, kpi.unit.get(lang, ""), lang, right=WIDTH - RIGHT)
    _months(drawing, across, days, lang)
    _starts(drawing, across, pilot, lang)
    names = group_names(lang)
    for values, colour, width, dash in (
        (others, LIGHT.comparison, 1.1, "3 2"),
        (pilots, LIGHT.pilot, 1.6, ""),
    ):
        points = [
            (across.at(day.toordinal()), up.at(value)) if isfinite(value) else None
            for day, value in zip(days, values, strict=True)
        ]
        drawing.path(points, colour, width, dash=dash)
    _labels(drawing, up, (pilots, others), names)
    return drawing.svg()


def value_axis(drawing: Drawing, up: Ruler, unit: str, lang: str, *, right: float) -> None:
    """Horizontal grid with numbers, and the unit above it."""
    marks = ticks(up.low, up.high)
    digits = tick_digits(marks)
    for mark in marks:
        drawing.line((LEFT, up.at(mark)), (right, up.at(mark)), LIGHT.grid, 0.6)
        drawing.text((LEFT - 3, up.at(mark) + 2.6), number(mark, digits, lang), LIGHT.muted, anchor="end")
    drawing.line((LEFT, up.start), (right, up.start), LIGHT.axis, 0.6)
    drawing.text((0, 7), unit, LIGHT.muted)


def _fields(drawing: Drawing, across: Ruler, pilot: Pilot) -> None:
    first, last = min(pilot.starts.values()), max(pilot.starts.values())
    settled = last + timedelta(weeks=pilot.run_in_weeks)
    edges = [across.at(day.toordinal()) for day in (first, settled)]
    drawing.box(edges[0], TOP, edges[1] - edges[0], HEIGHT - BOTTOM - TOP, RUN_IN_FIELD)
    drawing.box(edges[1], TOP, across.end - edges[1], HEIGHT - BOTTOM - TOP, POST_FIELD)


def _starts(drawing: Drawing, across: Ruler, pilot: Pilot, lang: str) -> None:
    starts = sorted(set(pilot.starts.values()))
    for start in starts:
        x = across.at(start.toordinal())
        drawing.line((x, TOP), (x, HEIGHT - BOTTOM), LIGHT.muted, 0.8, dash="2.4 1.6")
    word = N_("start") if len(starts) == 1 else N_("first start")
    drawing.text(
        (across.at(starts[0].toordinal()) - 2, TOP + 7), Text(word).render(lang), LIGHT.muted, anchor="end"
    )


def _months(drawing: Drawing, across: Ruler, days: list[date], lang: str) -> None:
    firsts = sorted({date(day.year, day.month, 1) for day in days if day >= date(day.year, day.month, 1)})
    firsts = [first for first in firsts if first >= days[0] - timedelta(days=6)]
    step = max(1, -(-len(firsts) // MONTHS_SHOWN))
    shown = [first for first in firsts if (first.month - 1) % step == 0] or firsts
    for index, first in enumerate(shown):
        x, base = across.at(first.toordinal()), HEIGHT - BOTTOM
        drawing.line((x, base), (x, base + 3), LIGHT.axis, 0.6)
        drawing.text((x, base + 10.5), month_text(first, lang), LIGHT.muted, anchor="middle")
        if index == 0 or first.month == 1:
            drawing.text((x, base + 19), str(first.year), LIGHT.muted, anchor="middle")


def _labels(
    drawing: Drawing, up: Ruler, groups: tuple[list[float], list[float]], names: tuple[str, str]
) -> None:
    ends = [next((value for value in reversed(values) if isfinite(value)), up.low) for values in groups]
    heights = [up.at(end) + 2.6 for end in ends]
    if abs(heights[0] - heights[1]) < 9:
        middle = sum(heights) / 2
        above = 0 if ends[0] >= ends[1] else 1
        heights = [middle + (-4.5 if which == above else 4.5) for which in (0, 1)]
    for name, height, colour, weight in zip(
        names, heights, (LIGHT.pilot, LIGHT.comparison), (600, 400), strict=True
    ):
        drawing.text((WIDTH - RIGHT + 3, height), name, colour, weight=weight)
