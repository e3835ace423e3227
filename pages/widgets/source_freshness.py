"""How fresh every source is, whether what was promised is kept, and what its newest delivery brought."""

from collections.abc import Sequence

import streamlit as st

from core.errors import UserError
from core.language.text import N_
from pages.widgets.kpi_lines import plain
from pages.widgets.layout import card, card_head
from pages.widgets.session import Session
from pages.widgets.words import badge, small
from reports.words_set_aside import reasons_in_words
from workflows.source_checks import Freshness, freshness, in_words
from workflows.source_numbers import TableNumbers, source_numbers

HANDED_IN = ""


def sources_card(session: Session) -> None:
    """Freshness and numbers of each source, and of files that were handed in, for who may see them."""
    if not session.viewer.may("see_sources"):
        return
    found = freshness(session.viewer, session.workspace)
    numbers = source_numbers(session.viewer, session.workspace)
    if not found and not numbers:
        return
    with card():
        card_head(session.say(N_("Sources")), _promises(session, found))
        for name, one in found.items():
            st.markdown(f"{_state(session, one)} **{name}** {_told(session, one)}")
            _tables(session, numbers.get(name, ()))
        for name in sorted(numbers.keys() - found.keys() - {HANDED_IN}):
            st.markdown(f"**{name}** {session.say(N_('This source is no longer configured.'))}")
            _tables(session, numbers[name])
        if HANDED_IN in numbers:
            st.markdown(f"**{session.say(N_('Files that were handed in'))}**")
            _tables(session, numbers[HANDED_IN])
        small(session.say(N_("Read anew with `meetlat sync`; numbers only go as far as their sources.")))


def _told(session: Session, one: Freshness | UserError) -> str:
    if isinstance(one, UserError):
        return plain(one.render(session.language))
    return in_words(one).render(session.language)


def _promises(session: Session, found: dict[str, Freshness | UserError]) -> str:
    known = [one for one in found.values() if isinstance(one, Freshness)]
    late = sum(one.broken for one in known)
    if late:
        return badge(session.say(N_("{count} too old"), count=late), "schedule", "orange")
    if len(known) < len(found):
        return badge(session.say(N_("needs attention")), "error", "red")
    promised = any(one.promised_hours is not None for one in known)
    return badge(session.say(N_("as fresh as promised")), "check", "green") if promised else ""


def _tables(session: Session, tables: Sequence[TableNumbers]) -> None:
    """A row per table: when it last brought anything, and what."""
    if not tables:
        return
    rows = [{"table": _name(session, one), "numbers": _line(session, one)} for one in tables]
    st.table(rows, border="horizontal", hide_header=True, hide_index=True)


def _name(session: Session, one: TableNumbers) -> str:
    return f"**{one.table}**  \n:gray[{session.say(N_('last new on {day}'), day=one.day)}]"


def _line(session: Session, one: TableNumbers) -> str:
    aside = sum(one.set_aside.values())
    line = session.say(
        N_("{read:.0} rows read, {kept:.0} kept, {aside:.0} set aside"),
        read=one.read,
        kept=one.kept,
        aside=aside,
    )
    if aside:
        line += f" ({reasons_in_words(one.set_aside, session.language)})"
    if one.gone:
        line += session.say(N_(", {gone:.0} no longer in the source"), gone=one.gone)
    return line


def _state(session: Session, found: Freshness | UserError) -> str:
    if isinstance(found, UserError):
        return badge(session.say(N_("needs attention")), "error", "red")
    if found.broken:
        return badge(session.say(N_("too old")), "schedule", "orange")
    if found.last_state == "failed":
        return badge(session.say(N_("last run failed")), "error", "red")
    return badge(session.say(N_("in order")), "check", "green")
