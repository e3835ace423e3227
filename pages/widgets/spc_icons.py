"""The two icons of a control chart, always beside their words: what varies, and whether the target is met."""

from base64 import b64encode
from html import escape

import streamlit as st

from experiments.monitoring.chart_result import ControlChart
from experiments.monitoring.charted_kpi import ChartedKpi
from experiments.monitoring.icons import Assurance, Variation
from pages.widgets.session import Session
from reports.palette import Palette, palette
from reports.words_kpi_chart import assurance_words, variation_words

SIZE = 30
FALLING, RISING = ((8, 10), (13, 14), (18, 17), (24, 23)), ((8, 23), (13, 19), (18, 16), (24, 10))
ZIGZAG = ((7, 19), (12, 13), (16, 20), (20, 13), (25, 19))
TOO_EARLY = '<path d="M16 10v6l4 3" {line}/>'
DASHED = '<path d="M8 22h16" stroke-dasharray="2.5 2" {line}/>'
MARKS: dict[Assurance, str] = {
    "consistent_pass": '<path d="M11 14l4 4 7-8" {line}/>' + DASHED,
    "consistent_fail": '<path d="M12 9l8 9M20 9l-8 9" {line}/>' + DASHED,
    "inconsistent": '<path d="M7 18c3-10 6-10 9 0s6 8 9-4" {line}/><path d="M8 17h16" '
    'stroke-dasharray="2.5 2" {line}/>',
    "none": TOO_EARLY,
}


def spc_icons(session: Session, found: ChartedKpi) -> None:
    """Both lines: an icon, a bold state, and the reason under it; the second only where there is a target."""
    p = palette(session.mode)
    word, reason = variation_words(found, session.language)
    drawing, colour = _variation(found, p)
    lines = [_line(drawing, colour, word, reason, p)]
    word, reason = assurance_words(found, session.language)
    if word:
        colours = {"consistent_pass": p.green, "consistent_fail": p.orange}
        assurance = found.chart.target.assurance
        lines.append(_line(MARKS[assurance], colours.get(assurance, p.gray), word, reason, p))
    st.html("".join(lines))


def state_colour(found: ChartedKpi) -> str:
    """The colour of Streamlit that goes with the variation: green, orange or gray."""
    chart = found.chart.charted
    if not isinstance(chart, ControlChart) or not chart.last.judged:
        return "gray"
    return {"improvement": "green", "concern": "orange"}.get(chart.variation.split("_")[0], "gray")


def _variation(found: ChartedKpi, p: Palette) -> tuple[str, str]:
    chart = found.chart.charted
    if not isinstance(chart, ControlChart) or not chart.last.judged:
        return TOO_EARLY, p.gray
    kind, _, way = chart.variation.partition("_")
    colour = {"improvement": p.green, "concern": p.orange, "neutral": p.blue}.get(kind, p.gray)
    return _dots(chart.variation, way), colour


def _dots(variation: Variation, way: str) -> str:
    places = ZIGZAG if variation == "common_cause" else RISING if way == "high" else FALLING
    line = " ".join(f"{x},{y}" for x, y in places)
    dots = "".join(f'<circle cx="{x}" cy="{y}" r="2" fill="{{colour}}"/>' for x, y in places)
    return f'<polyline points="{line}" {{line}}/>{dots}'


def _line(drawing: str, colour: str, word: str, reason: str, p: Palette) -> str:
    stroke = f'stroke="{colour}" stroke-width="2" fill="none" stroke-linecap="round" stroke-linejoin="round"'
    shapes = drawing.format(line=stroke, colour=colour)
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
        f'<circle cx="16" cy="16" r="14.5" {stroke}/>{shapes}</svg>'
    )
    address = f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"
    return (
        '<div style="display:flex;align-items:center;gap:10px;margin:2px 0 6px">'
        f'<img src="{address}" alt="" width="{SIZE}" height="{SIZE}" style="flex:none">'
        f'<div style="font-size:13px;line-height:1.35"><b>{escape(word)}</b><br>'
        f'<span style="color:{p.muted}">{escape(reason)}</span></div></div>'
    )
