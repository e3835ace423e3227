"""Forget a person, or what may no longer be kept: the facts, and what was made of them."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import get_args

from core.errors import InputError
from core.language.text import N_
from governance.access import Viewer, require
from governance.audit import AuditEvent
from governance.retention import next_monday
from kpis.tables import TABLES, PersonKind
from storage import cube_build, erasure
from storage.one_at_a_time import only_one
from storage.workspace import Workspace
from workflows.auditing import event


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """Rows that left (or would leave), by standard table."""

    rows: dict[str, int]
    files: int
    dry_run: bool


def forget(
    viewer: Viewer, workspace: Workspace, kind: PersonKind, person: str, *, dry_run: bool = False
) -> Forgotten:
    """Remove every row of one person and count everything anew.

    person: the identifier as the sources write it, or one of the person's pseudonyms.
    """
    require(viewer, "forget_persons")
    if not person.strip():
        raise InputError(N_("It is not said who is to be forgotten."), remedy=N_("Give an identifier."))
    with only_one(workspace.root):
        pseudonyms = erasure.pseudonyms_of(workspace, kind, person.strip())

        def logged(done: erasure.Erased) -> AuditEvent:  # not who: the log outlives the person's rows
            return event(
                viewer, workspace, "person_erased", "facts", whose=kind, rows=done.total, files=done.files
            )

        found = erasure.erase(workspace, kind, pseudonyms, logged, dry_run=dry_run)
        if not dry_run:
            cube_build.build(workspace)
    return Forgotten(rows=found.rows, files=found.files, dry_run=dry_run)


def retain(viewer: Viewer, workspace: Workspace, before: date, *, dry_run: bool = False) -> Forgotten:
    """Remove every row of days before a Monday and count everything anew.

    Raises InputError for another day: part of a week is a group of its own, whose difference with the week
    that was shown before could be about one person.
    """
    require(viewer, "forget_persons")
    _check_first(before, workspace.today())
    with only_one(workspace.root):

        def logged(done: erasure.Erased) -> AuditEvent:
            day = before.isoformat()
            return event(
                viewer, workspace, "days_removed", "facts", before=day, rows=done.total, files=done.files
            )

        found = erasure.expire(workspace, dict.fromkeys(TABLES, before), logged, dry_run=dry_run)
        if not dry_run:
            cube_build.build(workspace)
    return Forgotten(rows=found.rows, files=found.files, dry_run=dry_run)


def _check_first(day: date, today: date) -> None:
    if day > today:
        raise InputError(
            N_("{day} is a day to come: every row would be removed."),
            remedy=N_("Give the first day whose rows may stay."),
            day=day,
        )
    following = next_monday(day)
    if following != day:
        raise InputError(
            N_("{day} is no Monday, and weeks leave whole."),
            remedy=N_("Give {earlier} or {later}."),
            day=day,
            earlier=following - timedelta(days=7),
            later=following,
        )


KINDS: tuple[PersonKind, ...] = get_args(PersonKind)
