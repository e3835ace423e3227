"""The versions of a definition with who certified them, and what each makes of the last months."""

from collections.abc import Sequence

import streamlit as st

from core.language import number
from core.language.text import N_
from governance.disclosure_control import Disclosed
from kpis.explanation import DefinitionVersion
from kpis.kpi import Kpi
from kpis.measurements import Measurement
from pages.widgets.kpi_lines import plain
from pages.widgets.layout import card, card_head
from pages.widgets.session import Session
from pages.widgets.words import badge, small
from reports.words_explanation import certified_text, day_of
from workflows.kpi_versions import side_by_side

CERTIFIED_LOOK, OPEN_LOOK = ("lock", "green"), ("lock_open", "gray")


def certified_badge(session: Session, version: DefinitionVersion) -> str:
    """A lock and a word: closed where somebody certified the version, open where nobody did."""
    if version.certified_at:
        return badge(session.say(N_("certified")), *CERTIFIED_LOOK)
    return badge(session.say(N_("not certified")), *OPEN_LOOK)


def history_card(session: Session, versions: Sequence[DefinitionVersion], department: str | None) -> None:
    """Every version, newest first; with more than one also their values of a department side by side."""
    with card():
        card_head(session.say(N_("Versions")))
        st.table(
            [_row(session, version) for version in versions],
            border="horizontal",
            hide_header=True,
            hide_index=True,
            alt=session.say(N_("Versions")),
        )
        if len(versions) > 1 and department is not None:
            _side_by_side(session, versions, department)
        small(session.say(N_("Older numbers keep the definition that they were made with.")))


def _row(session: Session, version: DefinitionVersion) -> dict[str, str]:
    by = certified_text(version.certified_by, version.certified_at, session.language)
    since = session.say(N_("in use here since {day}"), day=day_of(version.recorded_at))
    state = certified_badge(session, version)
    return {"version": f"**{version.kpi.key}**  \n:gray[{since}]", "state": f"{state} {plain(by)}".rstrip()}


def _side_by_side(session: Session, versions: Sequence[DefinitionVersion], department: str) -> None:
    rows = side_by_side(session.viewer, session.workspace, versions[0].kpi.id, department)
    if not rows:
        return
    table = [
        {session.say(N_("Month")): row.period.label}
        | {
            f"@{one.kpi.version}": _cell(row.by_version.get(one.kpi.version), one.kpi, session.language)
            for one in versions
        }
        for row in rows
    ]
    st.table(
        table,
        border="horizontal",
        hide_index=True,
        alt=session.say(N_("The last months by every version")),
    )


def _cell(found: Disclosed[Measurement] | None, kpi: Kpi, language: str) -> str:
    """A value without its unit, which the head of the page names."""
    if found is None:
        return "–"
    value = found.value.value if found.value else None
    return found.mark or ("–" if value is None else number(value * kpi.display_scale, kpi.digits, language))
