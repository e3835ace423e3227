"""An access request: everything that is held about one person, for the privacy officer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from core.errors import InputError
from core.language.text import N_
from governance.access import Viewer, require
from governance.retention import retention
from kpis.tables import TABLES, PersonKind
from storage import cube, erasure
from storage.held import deliveries, rows_about
from storage.workspace import Workspace
from workflows import auditing


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutPerson:
    """Rows by standard table as they are held, where they came from, for how long they may stay.

    totals: sums per day of this member of staff that were made of the rows, from which departments' numbers
    are made. erased: the person was forgotten before, and rows that come again are not taken in.
    """

    kind: PersonKind
    erased: bool
    rows: Mapping[str, Sequence[Mapping[str, Any]]]
    deliveries: Mapping[int, Mapping[str, str]]
    keep_days: Mapping[str, int | None]
    totals: Sequence[Mapping[str, Any]]

    @property
    def found(self) -> bool:
        """Whether anything is held."""
        return bool(self.rows or self.totals or self.erased)


def access_request(viewer: Viewer, workspace: Workspace, kind: PersonKind, person: str) -> AboutPerson:
    """Look up one person by the identifier as sources write it, or by pseudonym; each look-up is logged.

    Other persons in the rows, such as the clinician of a patient, are left out: they have rights as well.
    """
    require(viewer, "forget_persons")
    if not person.strip():
        raise InputError(N_("It is not said whom the request is about."), remedy=N_("Give an identifier."))
    pseudonyms = erasure.pseudonyms_of(workspace, kind, person.strip())
    rows = rows_about(workspace, kind, pseudonyms)
    numbers = [int(row["batch"]) for each in rows.values() for row in each]
    limits = retention(workspace.settings.retention, TABLES)
    counted = sum(map(len, rows.values()))
    auditing.record(viewer, workspace, "person_looked_up", "person", kind, rows=counted)
    return AboutPerson(
        kind=kind,
        erased=bool(set(pseudonyms) & erasure.known_pseudonyms(workspace, kind)),
        rows={table: [_plain(row) for row in each] for table, each in rows.items()},
        deliveries=deliveries(workspace, numbers),
        keep_days={table: limits.days(table) for table in rows},
        totals=_totals(workspace, pseudonyms) if kind == "staff" else (),
    )


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in row.items()}


def _totals(workspace: Workspace, pseudonyms: Sequence[str]) -> tuple[Mapping[str, Any], ...]:
    published = cube.current(workspace)
    if published is None:
        return ()
    staff = published.read("staff")
    theirs = staff[staff["clinician"].isin(pseudonyms)]
    return tuple(
        {"kpi": row["kpi"], "department": row["department"], "day": row["day"].date().isoformat()}
        | {side: float(row[side]) for side in ("numerator", "denominator")}
        for _, row in theirs.iterrows()
    )
