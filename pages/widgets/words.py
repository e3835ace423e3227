"""Verdicts and states as a badge: always a word, an icon and a colour."""

import streamlit as st

from experiments.decision import Criterion, State, Verdict
from experiments.estimate import CheckResult
from pages.widgets.session import Session
from reports.wording import check_state_word, criterion_state, verdict_word

VERDICT_LOOK: dict[Verdict, tuple[str, str]] = {
    "scale": ("trending_up", "green"),
    "extend": ("update", "blue"),
    "stop": ("stop_circle", "red"),
    "cannot_tell": ("hourglass_top", "gray"),
}
STATE_LOOK: dict[State, tuple[str, str]] = {
    "met": ("check", "green"),
    "not_met": ("close", "red"),
    "undecided": ("hourglass_empty", "gray"),
    "not_assessed": ("remove", "gray"),
}
CHECK_LOOK: dict[bool | None, tuple[str, str]] = {
    True: ("check", "green"),
    False: ("priority_high", "orange"),
    None: ("info", "gray"),
}


RULED_OUT_LOOK: dict[State, tuple[str, str]] = {"met": ("close", "red"), "not_met": ("info", "gray")}
"""For the one criterion whose met state asks for a stop: a change that matters is ruled out."""


def badge(text: str, icon: str, colour: str) -> str:
    """A badge in markdown; brackets in the text would end it."""
    safe = text.replace("[", "(").replace("]", ")")
    return f":{colour}-badge[:material/{icon}: {safe}]"


def verdict_badge(verdict: Verdict, session: Session) -> str:
    """The verdict as a badge in markdown."""
    icon, colour = VERDICT_LOOK[verdict]
    return badge(verdict_word(verdict, session.language), icon, colour)


def criterion_badge(found: Criterion, session: Session) -> str:
    """The state of a criterion of the rule as a badge around its word."""
    return badge(criterion_state(found, session.language), *_look(found))


def criterion_tone(found: Criterion) -> str:
    """The colour of that badge: green where it is met, red where it is not, gray where it is open."""
    return _look(found)[1]


def _look(found: Criterion) -> tuple[str, str]:
    looks = STATE_LOOK | (RULED_OUT_LOOK if found.code == "effect_excludes_smallest_change" else {})
    return looks[found.state]


def state_badge(state: State, text: str) -> str:
    """The state of a criterion as a badge around its word, or a name where a key explains icons."""
    icon, colour = STATE_LOOK[state]
    return badge(text, icon, colour)


def check_badge(check: CheckResult, session: Session) -> str:
    """The outcome of a check as a badge."""
    icon, colour = CHECK_LOOK[check.passed]
    return badge(check_state_word(check, session.language), icon, colour)


def small(text: str) -> None:
    """A small grey line with enough contrast, which st.caption has not."""
    st.markdown(f":gray[:small[{text}]]")
