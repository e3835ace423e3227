"""The interval of an effect against how far trends may differ after the start: a fan that opens."""

from collections.abc import Sequence

from core.language import number
from core.language.text import N_, Text
from experiments.details import Breakdown, SensitivityInterval
from experiments.evaluation import KpiResult
from governance.disclosure_control import Disclosed
from kpis.kpi import Kpi
from reports.figures import Figure, horizontal, label, layout, tick_suffix, unit_label
from reports.palette import Mode, Palette, palette
from reports.words_numbers import change_unit

HEIGHT = 330
KIND = "relative-magnitudes"
WIDEST = 0.5
"""Beyond half of the largest departure before the start the fan would only flatten what can be read."""


def departures(found: Disclosed[KpiResult]) -> tuple[SensitivityInterval, ...]:
    """Intervals of the average effect by the size of departure; empty where there are none."""
    firm = found.value.robustness if found.value else None
    if firm is None or firm.sensitivity is None:
        return ()
    return tuple(one for one in firm.sensitivity.intervals if one.about == "average" and one.kind == KIND)


def breakdown(found: Disclosed[KpiResult], kind: str = KIND) -> Breakdown | None:
    """Up to which departure the average effect holds; None where that was not worked out."""
    firm = found.value.robustness if found.value else None
    if firm is None or firm.sensitivity is None:
        return None
    about = (one for one in firm.sensitivity.breakdowns if one.about == "average" and one.kind == kind)
    return next(about, None)


def sensitivity_figure(found: Disclosed[KpiResult], kpi: Kpi, mode: Mode, language: str) -> Figure | None:
    """The fan with no effect and the breakdown value as lines."""
    rows = [one for one in departures(found) if one.m <= WIDEST]
    if found.value is None or len(rows) < 2:
        return None
    colours, result = palette(mode), found.value
    factor = 100.0 if result.scale == "relative" else kpi.display_scale
    figure = layout(colours, language, height=HEIGHT, top=40)
    figure["xaxis"] |= _axis(rows, colours, language)
    figure["yaxis"] |= {"ticksuffix": tick_suffix(result.scale, language)}
    unit = Text(N_("effect in {unit}"), {"unit": change_unit(kpi, result.scale, language)})
    figure["annotations"] = [unit_label(unit.render(language), colours)]
    figure["shapes"] = [horizontal(0, colours.gray, "solid")]
    value = breakdown(found)
    if value is not None and value.m is not None and value.m <= WIDEST:
        _mark(figure, value.m, colours, language)
    return {"data": _fan(rows, factor, colours), "layout": figure}


def _axis(rows: Sequence[SensitivityInterval], colours: Palette, language: str) -> dict[str, object]:
    title = Text(N_("difference in trend, 1 = the largest before the start")).render(language)
    return {
        "range": [-0.01, rows[-1].m + 0.01],
        "tickmode": "array",
        "tickvals": [one.m for one in rows],
        "ticktext": [number(one.m, 1 if one.m else 0, language) for one in rows],
        "title": {"text": title, "font": {"size": 12, "color": colours.muted}, "standoff": 8},
    }


def _mark(figure: Figure, m: float, colours: Palette, language: str) -> None:
    """Where the fan reaches no effect."""
    line = {"color": colours.orange, "width": 1.4, "dash": "dot"}
    figure["shapes"].append(
        {"type": "line", "x0": m, "x1": m, "yref": "paper", "y0": 0, "y1": 1, "line": line}
    )
    text = Text(N_("holds up to {m:.2}"), {"m": m}).render(language)
    place = {"x": m, "yref": "paper", "y": 1, "xanchor": "left", "yanchor": "bottom"}
    figure["annotations"].append(label(text, colours.orange, **place))


def _fan(rows: Sequence[SensitivityInterval], factor: float, colours: Palette) -> list[Figure]:
    sizes = [one.m for one in rows]
    low, high = (
        [bound * factor for bound in side] for side in zip(*(one.interval for one in rows), strict=True)
    )
    edge = {"color": colours.pilot, "width": 1.6}
    base: Figure = {"type": "scatter", "mode": "lines", "x": sizes, "line": edge}
    return [
        base | {"y": low, "hovertemplate": "%{x}: %{y:.1f}<extra></extra>"},
        base
        | {
            "y": high,
            "fill": "tonexty",
            "fillcolor": colours.pilot_band,
            "hovertemplate": "%{x}: %{y:.1f}<extra></extra>",
        },
    ]
