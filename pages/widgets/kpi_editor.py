"""A hospital's own definition: copy one of ours, change it, check it, save it, certify it."""

import re
from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha256

import streamlit as st

from core.errors import DefinitionError
from core.issue import Issue
from core.language.text import N_
from kpis.explanation import DefinitionVersion
from pages.widgets.answered import answered
from pages.widgets.kpi_lines import plain
from pages.widgets.layout import card, card_head
from pages.widgets.session import Session
from pages.widgets.words import badge, small
from reports.words_explanation import certified_text
from workflows.own_kpis import (
    Draft,
    certify,
    check_text,
    count_anew,
    definition_text,
    draft_of,
    own_ids,
    save,
)

HEIGHT = 460
SAVED = "kpi-saved"
LINE = re.compile(r" line (\d+)$")


def editor_card(session: Session, id_: str, version: DefinitionVersion | None) -> None:
    """The editor of one definition, for who may edit. version: None where the file cannot be read as one."""
    if not session.viewer.may("edit_kpis"):
        return
    with card():
        own = id_ in own_ids(session.viewer, session.workspace)
        word = N_("your own") if own else N_("from Meetlat")
        card_head(
            session.say(N_("Your own")), badge(session.say(word), "edit_note" if own else "book", "gray")
        )
        _told_what_was_done()
        draft = st.session_state.get(_draft_key(id_))
        if isinstance(draft, Draft):
            _editor(session, id_, draft)
        elif version is not None and version.certified_at:
            _read_only(session, version)
        elif own:
            text = definition_text(session.viewer, session.workspace, id_)
            _editor(session, id_, Draft(id=id_, text=text))
        else:
            _copying(session, id_)
        if version is not None and not version.certified_at and draft is None:
            _certifying(session, id_)


def _copying(session: Session, id_: str) -> None:
    st.markdown(
        session.say(N_("This definition comes with Meetlat. Copy it to make one of your own from it."))
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        new_id = st.text_input(
            session.say(N_("New id (empty: the next version of this KPI)")), key=f"new-id-{id_}", width=380
        )
        if st.button(session.say(N_("Copy")), icon=":material/content_copy:", key=f"copy-{id_}"):
            _start(session, id_, new_id.strip() or None)


def _read_only(session: Session, version: DefinitionVersion) -> None:
    kpi = version.kpi
    by = certified_text(version.certified_by, version.certified_at, session.language)
    st.markdown(
        session.say(
            N_("{key} is certified {by} and may not change: whoever reads its numbers can rely on that."),
            key=f"**{kpi.key}**",
            by=plain(by),
        )
    )
    if st.button(session.say(N_("New version")), icon=":material/add:", key=f"new-version-{kpi.id}"):
        _start(session, kpi.id, None)
    st.code(
        definition_text(session.viewer, session.workspace, kpi.id),
        language="toml",
        height=HEIGHT,
    )


def _editor(session: Session, id_: str, draft: Draft) -> None:
    fresh = sha256(draft.text.encode()).hexdigest()[:12]
    text = st.text_area(
        session.say(N_("Definition of {kpi}"), kpi=draft.id),
        draft.text,
        height=HEIGHT,
        key=f"definition-{id_}-{fresh}",
    )
    with st.container(horizontal=True):
        asked = st.button(session.say(N_("Check it")), icon=":material/rule:", key=f"check-{id_}")
        keep = st.button(session.say(N_("Save")), icon=":material/save:", key=f"save-{id_}")
        if _draft_key(id_) in st.session_state and st.button(session.say(N_("Discard")), key=f"drop-{id_}"):
            del st.session_state[_draft_key(id_)]
            st.rerun()
    if asked or keep:
        issues = check_text(session.viewer, session.workspace, text, f"{draft.id}.toml")
        _problems(session, issues, text)
        if keep and not issues:
            _save(session, id_, text, draft)


def _problems(session: Session, issues: Sequence[Issue], text: str) -> None:
    language = session.language
    if not issues:
        st.success(session.say(N_("No problems.")), icon=":material/check:")
        return
    count = session.say(N_("{count} problems."), count=len(issues))
    words = session.say(N_("One problem.")) if len(issues) == 1 else count
    st.error(words, icon=":material/error:")
    rows = [
        {
            session.say(N_("Where")): _place(session, issue.where, text),
            session.say(N_("Problem and what to do")): _problem(issue, language),
        }
        for issue in issues
    ]
    st.table(rows, border="horizontal", hide_index=True, alt=words)


def _place(session: Session, where: str, text: str) -> str:
    """The line with what stands on it: a text area has no line numbers to count by."""
    found = LINE.search(where)
    if found is None:
        return plain(where)
    lines, at = text.splitlines(), int(found[1])
    content = lines[at - 1].strip().replace("`", "'") if at <= len(lines) else ""
    name = session.say(N_("line {line}"), line=at)
    return f"{name}  \n`{content}`" if content else name


def _problem(issue: Issue, language: str) -> str:
    remedy = plain(issue.remedy.render(language))
    message = f"**{plain(issue.message.render(language))}**"
    return f"{message}  \n{remedy}" if remedy else message


def _save(session: Session, id_: str, text: str, draft: Draft) -> None:
    path = save(session.viewer, session.workspace, text, f"{draft.id}.toml")
    st.session_state.pop(_draft_key(id_), None)
    with (
        st.spinner(session.say(N_("{file} is saved; counting anew ..."), file=path.name)),
        suppress(DefinitionError),  # of another file, which the page then shows
    ):
        count_anew(session.viewer, session.workspace)
    st.session_state[SAVED] = session.say(N_("{file} is saved, its numbers are counted."), file=path.name)
    st.query_params["kpi"] = path.stem
    st.rerun()


def _start(session: Session, id_: str, new_id: str | None) -> None:
    with answered(session, "kpi", id_):
        st.session_state[_draft_key(id_)] = draft_of(session.viewer, session.workspace, id_, new_id)
        st.rerun()


def _certifying(session: Session, id_: str) -> None:
    with st.expander(session.say(N_("Certify this version")), icon=":material/lock:", type="compact"):
        small(session.say(N_("After this it can no longer change; a change is a new version.")))
        with st.container(horizontal=True, vertical_alignment="bottom"):
            by = st.text_input(session.say(N_("Who stands for it")), key=f"by-{id_}", width=380)
            asked = st.button(session.say(N_("Certify")), icon=":material/lock:", key=f"certify-{id_}")
        if asked:
            _certify(session, id_, by)


def _certify(session: Session, id_: str, by: str) -> None:
    with answered(session, "kpi", id_):
        certify(session.viewer, session.workspace, id_, by)
        st.rerun()


def _told_what_was_done() -> None:
    said = st.session_state.pop(SAVED, None)
    if said:
        st.success(said, icon=":material/check:")


def _draft_key(id_: str) -> str:
    return f"kpi-draft-{id_}"
