"""Sign an item of a pilot's checklist, or record how far it is: by who may, on evidence, with a reason."""

import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import BinaryIO

from core.errors import InputError, NotPermitted, UnknownName
from core.language.catalogue import LANGUAGES
from core.language.text import N_
from governance.access import Viewer
from governance.checklist import DONE, Checklist, ChecklistItem, Status
from governance.checklist.history import Evidence, ItemRecord
from governance.evidence import KINDS
from reports.words_governance import signers_text
from storage import evidence as kept
from storage import governance_records
from storage.workspace import Workspace
from workflows.auditing import record, recorded
from workflows.governance.functions import checklist_of, functions_of
from workflows.governance.plain_text import plain
from workflows.governance.reach import reaching
from workflows.governance.standing import latest, records_of

SHORTEST_REASON = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is recorded for an item. evidence: new evidence; None keeps what there is.

    function, signer: who signs it or declares that it does not apply. signed_on: None for today.
    """

    status: Status
    why: str = ""
    function: str = ""
    signer: str = ""
    signed_on: date | None = None
    expires_on: date | None = None
    evidence: Evidence | None = None


def change_item(viewer: Viewer, workspace: Workspace, pilot: str, item: str, change: Change) -> ItemRecord:
    """Record how an item stands from now on; what was recorded before stays.

    Raises UnknownName, NotPermitted for who may not sign it, and InputError for what is missing or wrong.
    """
    with reaching(viewer, workspace, pilot, "sign_checklist", "checklist_item") as (_, within):
        checklist = checklist_of(workspace)
        asked = checklist.item(item)
        if asked is None:
            raise UnknownName(N_("checklist item"), item, [one.id for one in checklist.items])
        before = latest(records_of(within, pilot), item)
        if change.status in DONE or _takes_away(change, before):
            _may_sign(functions_of(viewer, workspace), checklist, asked, change)
    made = _record(viewer, asked, change, before, workspace.today())
    with recorded(
        viewer,
        within,
        "item_signed" if made.status == "signed" else "item_changed",
        "checklist_item",
        f"{pilot}/{item}",
        status=made.status,
        function=made.function,
    ) as connection:
        governance_records.add(connection, pilot, made)
    return made


def keep_upload(
    viewer: Viewer, workspace: Workspace, pilot: str, name: str, size: int, content: BinaryIO
) -> Evidence:
    """Keep a file that was handed over in the browser; raises InputError for one that cannot be evidence."""
    with (
        reaching(viewer, workspace, pilot, "sign_checklist", "checklist_item"),
        _refusals(viewer, workspace, pilot),
    ):
        return kept.keep(workspace, name, size, content)


def named_evidence(viewer: Viewer, workspace: Workspace, pilot: str, given: str) -> Evidence:
    """A link or a line of text as evidence, from the browser; it never names a file of this machine."""
    with reaching(viewer, workspace, pilot, "sign_checklist", "checklist_item"):
        return Evidence(name=plain(given, N_("evidence"), 500))


def evidence_of(viewer: Viewer, workspace: Workspace, pilot: str, given: str) -> Evidence:
    """Evidence from a command line: a file where there is one of that name, else a link or a line of text."""
    with reaching(viewer, workspace, pilot, "sign_checklist", "checklist_item"):
        if _names_a_file(given):
            with _refusals(viewer, workspace, pilot):
                return kept.keep_file(workspace, Path(given))
        return named_evidence(viewer, workspace, pilot, given)


@contextmanager
def _refusals(viewer: Viewer, workspace: Workspace, pilot: str) -> Iterator[None]:
    """A file that cannot be evidence is refused, and that stands in the log, without its name."""
    try:
        yield
    except InputError:
        record(viewer, workspace, "item_changed", "checklist_item", pilot, "refused", reason="evidence")
        raise


def _names_a_file(given: str) -> bool:
    """A file that is there, or what is written as one: a typing mistake may not pass for a line of text."""
    if Evidence(name=given).is_link or "\0" in given:
        return False
    suffix = Path(given).suffix
    return os.path.exists(given) or suffix[1:].lower() in KINDS or bool(suffix and " " not in given)


def _takes_away(change: Change, before: ItemRecord | None) -> bool:
    """Whether it undoes what a signer recorded: a signature, or red; anybody may put an item on red."""
    return before is not None and before.status in {*DONE, "red"} and change.status != "red"


def _may_sign(held: Collection[str], checklist: Checklist, item: ChecklistItem, change: Change) -> None:
    function = change.function
    if function and function not in checklist.functions:
        raise UnknownName(N_("function"), function, checklist.functions)
    acting = {function} if function or change.status in DONE else set(item.signers)
    if acting & {*item.signers} & {*held}:
        return
    raise NotPermitted(
        "Item '{item}' is signed by {signers}, and you do not act as that here.",
        remedy="Let one of them sign it, or ask your administrator to add your function.",
        item=item.id,
        signers={lang: signers_text(item, checklist, lang) for lang in LANGUAGES},
    )


def _record(
    viewer: Viewer, item: ChecklistItem, change: Change, before: ItemRecord | None, today: date
) -> ItemRecord:
    record = ItemRecord(
        item=item.id,
        at=governance_records.now(),
        by=viewer.name,
        status=change.status,
        why=plain(change.why, N_("reason"), 500),
        evidence=change.evidence or (before.evidence if before is not None else None),
    )
    if change.status not in DONE:
        return _explained(record)
    signed = replace(
        record,
        function=change.function,
        signer=plain(change.signer, N_("name"), 100),
        signed_on=change.signed_on or today,
        expires_on=change.expires_on,
    )
    _check_signature(signed, today)
    return _explained(signed) if change.status == "not_applicable" else signed


def _explained(record: ItemRecord) -> ItemRecord:
    if len(record.why) < SHORTEST_REASON and record.status != "in_progress":
        raise InputError(
            "This needs a reason that others can follow, of at least {shortest} characters.",
            where=record.item,
            remedy="Say why, and who knows of it.",
            shortest=SHORTEST_REASON,
        )
    return record


def _check_signature(record: ItemRecord, today: date) -> None:
    signed_on, expires_on = record.signed_on, record.expires_on
    if not record.signer:
        raise InputError(
            "Nobody is named as signer.", where=record.item, remedy="Give the name of who signs."
        )
    if signed_on is not None and signed_on > today:
        raise InputError(
            "A signature cannot be given on {day}, a day to come.",
            where=record.item,
            remedy="Give the day on which it was signed.",
            day=signed_on,
        )
    if expires_on is not None and expires_on < today:
        raise InputError(
            "This signature would have run out on {day} already.",
            where=record.item,
            remedy="Give a later last day, or none.",
            day=expires_on,
        )
    if record.evidence is None and record.status == "signed":
        raise InputError(
            "There is no evidence for this item yet.",
            where=record.item,
            remedy="Add a file or a link to what is signed.",
        )
