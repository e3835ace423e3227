"""The specification curve: the effect under every way to compute it in order, and which choices each made."""

from collections.abc import Callable, Sequence
from typing import Any

from core.language.text import N_, Text
from experiments.estimate import Estimate
from experiments.evaluation import KpiResult
from experiments.specifications import Specification
from governance.disclosure_control import Disclosed
from kpis.kpi import Kpi
from reports.figures import Figure, horizontal, label, layout, tick_suffix, unit_label
from reports.palette import Mode, Palette, palette
from reports.words_numbers import change_unit

CURVE, ROW, FRAME = 190, 34, 66
GAP = 0.06
Choice = Callable[[Specification], bool]
CHOICES: tuple[tuple[str, Choice], ...] = (
    (N_("first weeks with the tool left out"), lambda one: one.run_in > 0),
    (N_("as ratios (logarithms)"), lambda one: one.scale == "relative"),
    (N_("only the later half of the weeks before"), lambda one: one.later_half),
    (N_("departments weigh as their cases"), lambda one: one.by_cases),
    (N_("also weeks that a department misses"), lambda one: one.all_periods),
)


def ordered(found: Disclosed[KpiResult]) -> tuple[Specification, ...]:
    """Every way, the smallest effect first; empty where there are none."""
    firm = found.value.robustness if found.value else None
    return tuple(sorted(firm.specifications, key=lambda one: one.effect)) if firm else ()


def choices_made(ways: Sequence[Specification]) -> tuple[tuple[str, Choice], ...]:
    """The choices that some ways make and others do not."""
    return tuple((name, made) for name, made in CHOICES if len({made(one) for one in ways}) > 1)


def specifications_figure(found: Disclosed[KpiResult], kpi: Kpi, mode: Mode, language: str) -> Figure | None:
    """Effects above, choices below; the line is the effect that carries the verdict."""
    ways = ordered(found)
    if found.value is None or len(ways) < 2 or not isinstance(found.value.result, Estimate):
        return None
    colours, result = palette(mode), found.value
    factor = 100.0 if result.scale == "relative" else kpi.display_scale
    choices = choices_made(ways)
    height = FRAME + CURVE + ROW * len(choices)
    figure = layout(colours, language, height=height)
    floor = ROW * len(choices) / (CURVE + ROW * len(choices))
    figure["yaxis"] |= {
        "domain": [floor + GAP, 1],
        "ticksuffix": tick_suffix(result.scale, language),
        "rangemode": "tozero",
    }
    figure["yaxis2"] = {
        "domain": [0, floor],
        "range": [-0.5, max(len(choices), 1) - 0.3],
        "visible": False,
        "fixedrange": True,
    }
    figure["xaxis"] |= {"showticklabels": False, "ticks": "", "range": [0, len(ways) + 1], "anchor": "y2"}
    unit = Text(N_("effect in {unit}"), {"unit": change_unit(kpi, result.scale, language)})
    main = Text(N_("main calculation")).render(language)
    effect = found.value.result.effect * factor
    figure["annotations"] = [unit_label(unit.render(language), colours)]
    figure["annotations"].append(label(main, colours.pilot, y=effect, **_beside(effect)))
    figure["shapes"] = [horizontal(0, colours.gray, "solid"), horizontal(effect, colours.pilot, "dash")]
    traces = [_curve(ways, factor, colours)]
    for row, (name, made) in enumerate(reversed(choices)):
        traces.append(_marks(ways, row, made, colours))
        where = {"xref": "paper", "x": 0, "yref": "y2", "y": row, "xanchor": "left", "yshift": 13}
        figure["annotations"].append(label(Text(name).render(language), colours.muted, **where))
    return {"data": traces, "layout": figure}


def _beside(effect: float) -> dict[str, Any]:
    """On the side of the line that is free of dots and of no effect: they rise from left to right."""
    if effect < 0:
        return {"xref": "paper", "x": 1, "xanchor": "right", "yshift": -10}
    return {"xref": "paper", "x": 0, "xanchor": "left", "yshift": 10}


def _curve(ways: Sequence[Specification], factor: float, colours: Palette) -> Figure:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": list(range(1, len(ways) + 1)),
        "y": [one.effect * factor for one in ways],
        "marker": {"size": 7, "color": colours.comparison, "symbol": "circle"},
        "hovertemplate": "%{y:.2f}<extra></extra>",
    }


def _marks(ways: Sequence[Specification], row: int, made: Choice, colours: Palette) -> Figure:
    return {
        "type": "scatter",
        "mode": "markers",
        "yaxis": "y2",
        "x": list(range(1, len(ways) + 1)),
        "y": [row] * len(ways),
        "marker": {
            "size": 7,
            "symbol": "square",
            "color": [colours.comparison if made(one) else colours.grid for one in ways],
        },
        "hoverinfo": "skip",
    }
