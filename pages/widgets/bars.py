"""Bars drawn as boxes with inline style: they follow font and mode, and their text does not scale."""

from html import escape

import streamlit as st

from core.language.text import N_
from pages.widgets.session import Session
from reports.palette import palette

LEFT, RIGHT = -1.15, 3.0
"""The effect bar runs from here to there, in smallest changes that matter; 0 is no effect, 1 what matters."""


def effect_bar(
    session: Session,
    *,
    effect: float,
    interval: tuple[float, float] | None,
    colour: str,
    matters: str,
    spoken: str,
) -> None:
    """An effect on the scale all pilots share.

    effect and interval: in smallest changes that matter, positive is better. matters: the label of the dashed
    line. spoken: the same in words, for who does not see it. What lies outside the scale ends at its edge.
    """
    p = palette(session.mode)
    zero, one = _place(0), _place(1)
    parts = [
        _box(f"left:{one}%;right:0;top:2px;height:26px;background:{p.green_tint};border-radius:0 6px 6px 0"),
        _box(f"left:0;right:0;top:14.5px;height:1px;background:{p.axis};opacity:.6"),
        _box(f"left:{one}%;top:2px;height:26px;border-left:2px dashed {p.green}"),
        _box(f"left:{zero}%;top:2px;height:26px;width:1.5px;background:{p.gray}"),
    ]
    if interval is not None:
        low, high = sorted(_place(bound) for bound in interval)
        width = max(high - low, 0.6)
        parts.append(
            _box(
                f"left:{low}%;width:{width}%;top:12px;height:6px;background:{colour};opacity:.5;border-radius:3px"
            )
        )
    dot = f"width:12px;height:12px;border-radius:50%;background:{colour};box-shadow:0 0 0 2px {p.page}"
    parts.append(_box(f"left:calc({_place(effect)}% - 6px);top:9px;{dot}"))
    words = (
        _word("0", f"left:{zero}%;transform:translateX(-50%)", p.muted)
        + _word(matters, f"left:{one}%;transform:translateX(-30%)", p.muted)
        + _word(session.say(N_("better")) + " →", "right:0", p.muted)
    )
    st.html(
        f'<div role="img" aria-label="{escape(spoken)}" style="position:relative;height:48px">'
        f'{"".join(parts)}<div aria-hidden="true">{words}</div></div>'
    )


def use_bar(session: Session, *, share: float, needed: float, spoken: str) -> None:
    """A share from 0 to 1 as a filled bar, with a mark at the share that is needed."""
    p = palette(session.mode)
    filled, mark = (round(100 * min(max(part, 0.0), 1.0), 1) for part in (share, needed))
    st.html(
        f'<div role="img" aria-label="{escape(spoken)}" style="position:relative;height:14px">'
        + _box(f"left:0;right:0;top:3px;height:8px;background:{p.border};border-radius:4px")
        + _box(f"left:0;width:{filled}%;top:3px;height:8px;background:{p.blue};border-radius:4px")
        + _box(f"left:{mark}%;top:0;height:14px;width:2px;background:{p.text}")
        + "</div>"
    )


def _place(value: float) -> float:
    within = min(max(value, LEFT), RIGHT)
    return round(100 * (within - LEFT) / (RIGHT - LEFT), 1)


def _box(style: str) -> str:
    return f'<div style="position:absolute;{style}"></div>'


def _word(text: str, style: str, colour: str) -> str:
    return (
        f'<span style="position:absolute;top:32px;font-size:12px;white-space:nowrap;color:{colour};{style}">'
        f"{escape(text)}</span>"
    )
