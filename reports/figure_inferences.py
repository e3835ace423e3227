"""The same question by several inferences, one under the other, each with its name and numbers above it."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.language.text import N_, Text
from experiments.estimate import Estimate
from experiments.evaluation import KpiResult
from experiments.panel import Scale
from governance.disclosure_control import Disclosed
from kpis.kpi import Kpi
from reports.figures import Figure, label, layout, matters_label, tick_suffix, vertical
from reports.palette import Mode, palette
from reports.wording import inference_name
from reports.words_numbers import better_sign, bounds_text, change_number, change_unit

ROW = 62
FRAME = 84
RIGHT = 24
"""Room for half of the last number under the axis, which is 0 where all effects are below it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InferenceRow:
    """One inference: its name and its numbers; `main` is the one that carries the verdict."""

    name: str
    effect: float
    interval: tuple[float, float] | None
    p_value: float | None
    main: bool


def inference_rows(found: Disclosed[KpiResult], language: str) -> tuple[InferenceRow, ...]:
    """The main inference first, then the others; empty where nothing was estimated or it is suppressed."""
    if found.value is None or not isinstance(found.value.result, Estimate):
        return ()
    result = found.value.result
    main = InferenceRow(
        name=inference_name(result.inference, language),
        effect=result.effect,
        interval=result.interval,
        p_value=result.p_value,
        main=True,
    )
    return main, *(
        InferenceRow(
            name=inference_name(other.inference, language) + (" *" if other.warning else ""),
            effect=other.effect,
            interval=other.interval,
            p_value=other.p_value,
            main=False,
        )
        for other in result.also
    )


def inferences_figure(found: Disclosed[KpiResult], kpi: Kpi, mode: Mode, language: str) -> Figure | None:
    """A forest of intervals with no effect and the smallest change that matters as lines."""
    return None if found.suppressed else forest(inference_rows(found, language), found, kpi, mode, language)


def forest(
    rows: Sequence[InferenceRow],
    found: Disclosed[KpiResult],
    kpi: Kpi,
    mode: Mode,
    language: str,
    *,
    row: int = ROW,
) -> Figure | None:
    """Effects with their intervals under each other, each `row` pixels high; None where there are none."""
    result = found.value
    if result is None or not rows:
        return None
    colours = palette(mode)
    factor = 100.0 if result.scale == "relative" else kpi.display_scale
    figure = layout(colours, language, height=FRAME + row * len(rows), right=RIGHT, top=24)
    figure["shapes"] = [vertical(0, colours.gray, "solid")]
    if result.threshold is not None and better_sign(kpi):
        matters = result.threshold * better_sign(kpi)
        figure["shapes"].append(vertical(matters * factor, colours.green, "dash"))
        text = matters_label(result.threshold, kpi, result.scale, language)
        top = {"yref": "paper", "y": 1, "yanchor": "bottom"}
        figure["annotations"].append(label(text, colours.green, x=matters * factor, **top))
    figure["yaxis"] |= {
        "showgrid": False,
        "showticklabels": False,
        "ticks": "",
        "range": [-len(rows) + 0.55, 0.8],
    }
    unit = Text(N_("effect in {unit}"), {"unit": change_unit(kpi, result.scale, language)}).render(language)
    figure["xaxis"] |= {
        "ticksuffix": tick_suffix(result.scale, language),
        "rangemode": "tozero",
        "title": {"text": unit, "font": {"size": 12, "color": colours.muted}, "standoff": 8},
    }
    traces = []
    for index, line in enumerate(rows):
        colour = colours.pilot if line.main else colours.comparison
        traces.append(_row(line, -index, factor, colour))
        figure["annotations"].append(
            label(
                f"{'<b>' if line.main else ''}{line.name}{'</b>' if line.main else ''}  "
                + "<br>"
                + _numbers(line, kpi, result.scale, language),
                colours.text,
                xref="paper",
                x=0,
                y=-index,
                yshift=8,
                yanchor="bottom",
                align="left",
                xanchor="left",
                bgcolor=colours.page,
            )
        )
    return {"data": traces, "layout": figure}


def _numbers(row: InferenceRow, kpi: Kpi, scale: Scale, language: str) -> str:
    effect = change_number(row.effect, kpi, scale, language)
    if row.interval is None:
        return effect
    return f"{effect} ({bounds_text(row.interval, kpi, scale, language)})"


def _row(row: InferenceRow, y: float, factor: float, colour: str) -> Figure:
    bounds = row.interval or (row.effect, row.effect)
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": [bounds[0] * factor, row.effect * factor, bounds[1] * factor],
        "y": [y, y, y],
        "line": {"color": colour, "width": 5 if row.main else 3},
        "opacity": 1,
        "marker": {
            "size": [0, 11 if row.main else 9, 0],
            "symbol": "diamond" if row.main else "circle",
            "color": colour,
        },
        "hoverinfo": "skip",
    }
