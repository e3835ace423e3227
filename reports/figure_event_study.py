"""The difference between the groups in bins around the start, against the last bin before it."""

from collections.abc import Sequence
from typing import Any

from core.language.text import N_, Text
from experiments.estimate import EventTime
from experiments.evaluation import KpiResult
from governance.disclosure_control import Disclosed
from kpis.kpi import Kpi
from reports.figures import Figure, field, horizontal, label, layout, matters_label, tick_suffix, unit_label
from reports.palette import Mode, Palette, palette
from reports.words_numbers import better_sign, change_unit

HEIGHT = 350
TICKS_SHOWN = 8
Bounds = tuple[float, float] | None


def event_study_figure(found: Disclosed[KpiResult], kpi: Kpi, mode: Mode, language: str) -> Figure | None:
    """Wide light bars are the simultaneous band, narrow bars the pointwise interval, the open mark is the
    reference; None where there is no event study or it is suppressed.
    """
    bins = event_times(found)
    if found.value is None or not bins:
        return None
    colours, result = palette(mode), found.value
    factor = 100.0 if result.scale == "relative" else kpi.display_scale
    figure = layout(colours, language, height=HEIGHT)
    figure["xaxis"] |= _bin_axis(bins, colours, language)
    figure["yaxis"] |= {"ticksuffix": tick_suffix(result.scale, language)}
    figure["shapes"] = [
        field(-0.5, max(bin_.event_time for bin_ in bins) + 0.5, colours.blue_tint),
        horizontal(0, colours.gray, "solid"),
    ]
    unit = Text(N_("difference in {unit}"), {"unit": change_unit(kpi, result.scale, language)})
    figure["annotations"] = [unit_label(unit.render(language), colours), *_sides(colours, language)]
    if result.threshold is not None and result.role == "primary" and better_sign(kpi):
        matters = result.threshold * better_sign(kpi)
        text = matters_label(result.threshold, kpi, result.scale, language)
        figure["shapes"].append(horizontal(matters * factor, colours.green, "dash"))
        figure["annotations"].append(_key(f"– – {text}", colours))
    return {"data": _traces(bins, factor, colours, language), "layout": figure}


def event_times(found: Disclosed[KpiResult]) -> tuple[EventTime, ...]:
    """The bins of a published result; empty where it is suppressed or has no event study."""
    if found.value is None or found.value.result is None:
        return ()
    return found.value.result.event_study


def _bin_axis(bins: Sequence[EventTime], colours: Palette, language: str) -> dict[str, Any]:
    step = max(1, -(-len(bins) // TICKS_SHOWN))
    shown = [bin_.event_time for bin_ in bins if bin_.event_time % step == 0]
    title = Text(N_("bin of four weeks, 0 = start")).render(language)
    return {
        "range": [bins[0].event_time - 0.8, bins[-1].event_time + 0.8],
        "tickmode": "array",
        "tickvals": shown,
        "ticktext": [("+" if at > 0 else "−" if at < 0 else "") + str(abs(at)) for at in shown],
        "title": {"text": title, "font": {"size": 12, "color": colours.muted}, "standoff": 8},
    }


def _key(text: str, colours: Palette) -> dict[str, Any]:
    """What the dashed line is, above the plot: inside it no place is free of bars at every width."""
    place = {"xref": "paper", "yref": "paper", "x": 1, "y": 1, "yshift": 27}
    return label(text, colours.green, xanchor="right", yanchor="middle", **place)


def _sides(colours: Palette, language: str) -> list[dict[str, Any]]:
    top = {"xref": "paper", "yref": "paper", "y": 1, "yanchor": "bottom"}
    return [
        label(Text(N_("before the start")).render(language), colours.muted, x=0, xanchor="left", **top),
        label(Text(N_("after the start")).render(language), colours.muted, x=1, xanchor="right", **top),
    ]


def _traces(bins: Sequence[EventTime], factor: float, colours: Palette, language: str) -> list[Figure]:
    before = [bin_ for bin_ in bins if bin_.event_time < 0]
    after = [bin_ for bin_ in bins if bin_.event_time >= 0]
    words = [Text(N_("before")).render(language), Text(N_("after")).render(language)]
    groups = (
        (before, words[0], colours.comparison, colours.comparison_band, "circle"),
        (after, words[1], colours.pilot, colours.pilot_band, "diamond"),
    )
    traces = []
    for members, word, strong, light, symbol in groups:
        traces.append(_bars(members, [bin_.band for bin_ in members], factor, light, 11))
        traces.append(_bars(members, [bin_.interval for bin_ in members], factor, strong, 2.6))
        traces.append(_marks(members, factor, word, strong, symbol, colours.page))
    return traces


def _bars(
    bins: Sequence[EventTime], bounds: Sequence[Bounds], factor: float, colour: str, width: float
) -> Figure:
    xs: list[int | None] = []
    ys: list[float | None] = []
    for bin_, bound in zip(bins, bounds, strict=True):
        if bound is not None:
            xs += [bin_.event_time, bin_.event_time, None]
            ys += [bound[0] * factor, bound[1] * factor, None]
    line = {"color": colour, "width": width}
    return {"type": "scatter", "mode": "lines", "x": xs, "y": ys, "line": line, "hoverinfo": "skip"}


def _marks(
    bins: Sequence[EventTime], factor: float, word: str, colour: str, symbol: str, open_fill: str
) -> Figure:
    reference = [bin_.interval is None for bin_ in bins]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": word,
        "x": [bin_.event_time for bin_ in bins],
        "y": [bin_.effect * factor for bin_ in bins],
        "marker": {
            "symbol": symbol,
            "size": 8,
            "color": [open_fill if open_ else colour for open_ in reference],
            "line": {"color": colour, "width": [1.6 if open_ else 0 for open_ in reference]},
        },
        "hovertemplate": "%{x}: %{y:.2f}<extra>" + word + "</extra>",
    }
