"""The two icons of a control chart beside their words: what varies, and whether the target is met."""

from html import escape

import streamlit as st

from experiments.monitoring.chart_result import ControlChart
from experiments.monitoring.charted_kpi import ChartedKpi
from pages.widgets.session import Session
from reports.chart_icons import assurance_icon, variation_icon
from reports.palette import Palette, palette
from reports.words_kpi_chart import assurance_words, variation_words

SIZE = 30


def spc_icons(session: Session, found: ChartedKpi) -> None:
    """Both lines: an icon, a bold state, and the reason under it; the second only where there is a target."""
    colours = palette(session.mode)
    lines = [_line(variation_icon(found, colours), *variation_words(found, session.language), colours)]
    word, reason = assurance_words(found, session.language)
    if word:
        lines.append(_line(assurance_icon(found, colours), word, reason, colours))
    st.html("".join(lines))


def state_colour(found: ChartedKpi) -> str:
    """The colour of Streamlit that goes with the variation: green, orange or gray."""
    chart = found.chart.charted
    if not isinstance(chart, ControlChart) or not chart.last.judged:
        return "gray"
    return {"improvement": "green", "concern": "orange"}.get(chart.variation.split("_")[0], "gray")


def _line(address: str, word: str, reason: str, colours: Palette) -> str:
    return (
        '<div style="display:flex;align-items:center;gap:10px;margin:2px 0 6px">'
        f'<img src="{address}" alt="" width="{SIZE}" height="{SIZE}" style="flex:none">'
        f'<div style="font-size:13px;line-height:1.35"><b>{escape(word)}</b><br>'
        f'<span style="color:{colours.muted}">{escape(reason)}</span></div></div>'
    )
