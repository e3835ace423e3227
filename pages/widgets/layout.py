"""Heads of pages and cards, and what stands where there is nothing to show."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import streamlit as st

from core.language.text import N_
from governance.access import Viewer
from pages.widgets.session import Session
from pages.widgets.words import badge
from workflows.opening import Workspace

T = TypeVar("T")


def page_head(
    session: Session,
    title: str,
    sub: str,
    *,
    is_demo: bool = False,
    actions: Callable[[], None] | None = None,
) -> None:
    """The title, at its right the demo badge and what one can do; under it scope, period and freshness."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.title(title, anchor=False, width="content")
        with st.container(horizontal=True, vertical_alignment="center", width="content"):
            if is_demo:
                st.markdown(badge(session.say(N_("Demo data")), "science", "gray"), width="content")
            if actions is not None:
                actions()
    if sub:
        st.markdown(f":gray[{sub}]")


def sentence_case(name: str) -> str:
    """A name as it opens a line."""
    return name[:1].upper() + name[1:]


def card_head(title: str, right: str = "") -> None:
    """A card's heading, with badges at the right; always in a row, so that all cards line up."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.subheader(title, anchor=False, width="content")
        if right:
            st.markdown(right, width="content")


@contextmanager
def card(*, stretch: bool = False, gap: str = "xsmall") -> Iterator[None]:
    """One bordered card; `stretch` fills the height of its row."""
    with st.container(border=True, height="stretch" if stretch else "content", gap=gap):  # type: ignore[arg-type]
        yield


def waiting(session: Session, workflow: Callable[[Viewer, Workspace], T]) -> T:
    """What a workflow answers; after new data the first visitor waits for it, and is told why."""
    with st.spinner(session.say(N_("Counting what is new ..."))):
        return workflow(session.viewer, session.workspace)


def nothing_yet(title: str, sentence: str, command: str = "") -> None:
    """The empty state: an icon, what is missing, and the command that brings it."""
    with card(gap="small"):
        st.markdown(f"#### :gray[:material/inbox:] {title}")
        st.markdown(sentence)
        if command:
            st.code(command, language="shell")
