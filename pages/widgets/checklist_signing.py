"""The forms to sign an item with its evidence, and to withdraw it or report how it stands."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial

import streamlit as st

from core.errors import InputError
from core.language.text import N_
from governance.checklist import DONE, Status
from governance.checklist.history import Evidence
from governance.evidence import KINDS, LARGEST
from pages.widgets.dialogs import done
from pages.widgets.kpi_lines import plain
from pages.widgets.session import Session
from pages.widgets.words import small
from reports.words_governance import status_word
from workflows.governance.bias import bias_evidence
from workflows.governance.sign import Change, change_item, keep_upload, named_evidence
from workflows.governance.standing import ItemView, PilotGovernance

BIAS_ITEM = "g19"
"""The item for which Meetlat computes evidence itself."""
UNDONE: tuple[Status, ...] = ("open", "in_progress", "red")
MEGABYTE = 1_000_000


def sign_form(session: Session, found: PilotGovernance, one: ItemView, functions: Sequence[str]) -> None:
    """Sign an item, or declare that it does not apply."""
    small(one.item.asks[session.language])
    say, checklist, language = session.say, found.checklist, session.language
    does_apply = st.radio(
        say(N_("Does it apply?")),
        (True, False),
        format_func=lambda applies: say(N_("It is in order")) if applies else say(N_("It does not apply")),
        horizontal=True,
        label_visibility="collapsed",
    )
    with st.form(f"sign-form-{one.item.id}", border=False):
        function = st.selectbox(
            say(N_("You sign as")), functions, format_func=lambda name: checklist.function(name, language)
        )
        known = session.viewer.name if session.viewer.subject else ""
        signer = st.text_input(say(N_("Name of who signs")), known, max_chars=100)
        left, right = st.columns(2, gap="small")
        signed_on = left.date_input(
            say(N_("Signed on")),
            session.workspace.today(),
            max_value=session.workspace.today(),
            format="DD-MM-YYYY",
        )
        expires_on = right.date_input(
            say(N_("Holds until (may stay empty)")),
            None,
            min_value=session.workspace.today(),
            format="DD-MM-YYYY",
        )
        evidence = _evidence(session, found, one) if does_apply else None
        why = "" if does_apply else st.text_area(say(N_("Why it does not apply")), max_chars=500)
        sent = st.form_submit_button(say(N_("Sign")), icon=":material/draw:")
    if sent:
        change = Change(
            status="signed" if does_apply else "not_applicable",
            why=why,
            function=function,
            signer=signer,
            signed_on=_day(signed_on),
            expires_on=_day(expires_on),
            evidence=evidence() if evidence is not None else None,
        )
        change_item(session.viewer, session.workspace, found.pilot.pilot.id, one.item.id, change)
        done(say(N_("Recorded: {title}."), title=one.item.title[language]))


def _evidence(session: Session, found: PilotGovernance, one: ItemView) -> Callable[[], Evidence | None]:
    """Fields for a file or a link; what is returned keeps it once the form is sent."""
    say, before = session.say, one.newest.evidence if one.newest else None
    small(say(N_("Asked as evidence: {evidence}"), evidence=one.item.evidence[session.language]))
    link = st.text_input(say(N_("Link, or where it stands")), max_chars=500)
    file = st.file_uploader(
        say(
            N_("Or a file ({kinds}; at most {largest} MB, give the link to a larger one)"),
            kinds=", ".join(KINDS),
            largest=LARGEST // MEGABYTE,
        ),
        max_upload_size=LARGEST // MEGABYTE,
    )
    pilot = found.pilot.pilot.id
    if one.item.id == BIAS_ITEM and st.checkbox(say(N_("Add the comparison of groups as it is now"))):
        return partial(bias_evidence, session.viewer, session.workspace, pilot, session.language)
    stays = before is not None and st.checkbox(
        say(N_("The evidence stays what it was: {name}"), name=plain(before.name))
    )
    if file is not None:
        return partial(keep_upload, session.viewer, session.workspace, pilot, file.name, file.size, file)
    if link.strip():
        return partial(named_evidence, session.viewer, session.workspace, pilot, link)
    return _none if stays or before is None else _none_came


def _none() -> None:
    """No new evidence: what was there stays, and where there was none the workflow refuses."""


def _none_came() -> None:
    """A file that was too large never left the browser, so that the old one would be signed in its place."""
    raise InputError(
        N_("No new evidence came in."),
        remedy=N_("Add a file of at most {largest} MB or a link, or tick that the evidence stays as it was."),
        largest=LARGEST // MEGABYTE,
    )


def choices(one: ItemView, functions: Sequence[str]) -> tuple[Status, ...]:
    """What may be recorded for an item without signing it: signers anything, others what undoes nothing."""
    recorded = one.newest.status if one.newest else "open"
    free = bool(functions) or recorded not in (*DONE, "red")
    return tuple(status for status in (UNDONE if free else ("red",)) if status != recorded)


def change_form(session: Session, found: PilotGovernance, one: ItemView, options: Sequence[Status]) -> None:
    """Withdraw a signature, or report that an item is in progress or on red."""
    say = session.say
    with st.form(f"change-form-{one.item.id}", border=False):
        status = st.radio(
            say(N_("From now on")), options, format_func=lambda name: status_word(name, session.language)
        )
        why = st.text_area(say(N_("Why, so that others can follow it")), max_chars=500)
        small(say(N_("Red stops the pilot until a signer takes it away. What was recorded before stays.")))
        sent = st.form_submit_button(say(N_("Record")), icon=":material/check:")
    if sent and status is not None:
        change = Change(status=status, why=why)
        change_item(session.viewer, session.workspace, found.pilot.pilot.id, one.item.id, change)
        done(say(N_("Recorded: {title}."), title=one.item.title[session.language]))


def _day(chosen: object) -> date | None:
    return chosen if isinstance(chosen, date) else None
