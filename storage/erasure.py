"""The right to be forgotten, and the end of what may be kept: rows leave the facts for good."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
from sqlalchemy import Connection, insert, select

from core.quoting import identifier
from governance.audit import AuditEvent
from governance.pseudonymise import PSEUDONYM_CHARACTERS
from kpis.tables import TABLES, PersonKind
from storage import facts
from storage.audit_log import Log, append
from storage.database import writing
from storage.duck import connect
from storage.ledger import sweep
from storage.rewriting import Rewrite, finish, rewrite
from storage.schema import forgotten
from storage.workspace import Workspace

PSEUDONYM = re.compile(rf"[0-9a-f]{{{PSEUDONYM_CHARACTERS}}}")
COLUMN: dict[PersonKind, str] = {"patient": "patient", "staff": "clinician"}
"""What columns with persons of a kind are called in every standard table; a test holds it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """Rows that left, by standard table, and the files that were written again."""

    rows: dict[str, int]
    files: int

    @property
    def total(self) -> int:
        """Rows of all tables."""
        return sum(self.rows.values())


def erase(
    workspace: Workspace,
    kind: PersonKind,
    pseudonyms: Sequence[str],
    log: Log[Erased],
    *,
    dry_run: bool = False,
) -> Erased:
    """Remove every row of the persons, older versions of rows too. Needs the intake lock.

    They are remembered, so that rows that come again are not taken in.
    """
    column, named = COLUMN[kind], tuple(sorted({*pseudonyms}))
    theirs = f"coalesce({identifier(column)} IN (SELECT unnest(?)), false)"

    def remember(connection: Connection) -> None:
        now, known = datetime.now(UTC).isoformat(timespec="seconds"), known_pseudonyms(workspace, kind)
        for pseudonym in (one for one in named if one not in known):
            connection.execute(insert(forgotten).values(kind=kind, pseudonym=pseudonym, at=now))
        append(connection, log(erased))

    finish(workspace)
    sweep(workspace)
    tables = [table.name for table in TABLES.values() if table.column(column) is not None]
    with connect() as connection:
        found = _affected(connection, workspace, tables, column, theirs, [list(named)])
        erased = _told(found)
        if not dry_run:
            rewrites = [one for one, _, _ in found]
            if rewrites:
                rewrite(connection, workspace, rewrites, "erasure", {"erased": erased.rows}, remember)
            else:
                _only_log(workspace, log(erased))
    return erased


def expire(
    workspace: Workspace, before: Mapping[str, date], log: Log[Erased], *, dry_run: bool = False
) -> Erased:
    """Remove rows of days before one, per standard table. Needs the intake lock."""

    def logged(connection: Connection) -> None:
        append(connection, log(erased))

    finish(workspace)
    sweep(workspace)
    with connect() as connection:
        found = [
            one
            for table, day in before.items()
            for one in _affected(connection, workspace, [table], "day", '"day" < ?', [day])
        ]
        erased = _told(found)
        if not dry_run:
            rewrites = [one for one, _, _ in found]
            if rewrites:
                rewrite(connection, workspace, rewrites, "retention", {"expired": erased.rows}, logged)
            else:
                _only_log(workspace, log(erased))
    return erased


def pseudonyms_of(workspace: Workspace, kind: PersonKind, person: str) -> tuple[str, ...]:
    """As the columns with such persons hold an identifier, and the text itself where it is a pseudonym.

    An identifier is never among them: what is remembered of who was forgotten would hold it.
    """
    named = (person,) if PSEUDONYM.fullmatch(person) else ()
    return *named, workspace.secret().pseudonym(COLUMN[kind], person)


def known_pseudonyms(workspace: Workspace, kind: PersonKind) -> frozenset[str]:
    """Pseudonyms of persons who were forgotten."""
    with workspace.engine.connect() as connection:
        return frozenset(connection.scalars(select(forgotten.c.pseudonym).where(forgotten.c.kind == kind)))


def _only_log(workspace: Workspace, happened: AuditEvent) -> None:
    """That somebody asked is written down too where there was nothing to remove."""
    with writing(workspace.engine) as connection:
        append(connection, happened)


def _affected(
    connection: duckdb.DuckDBPyConnection,
    workspace: Workspace,
    tables: Sequence[str],
    column: str,
    condition: str,
    values: Sequence[object],
) -> list[tuple[Rewrite, str, int]]:
    """Files with rows that meet a condition on a column: how to write them again, table, rows that leave."""
    found: list[tuple[Rewrite, str, int]] = []
    for table in tables:
        theirs = []
        for path in facts.files(workspace, table):
            gone = _count(connection, path, column, condition, values)
            if gone:
                kept = pq.read_metadata(path).num_rows - gone
                one = Rewrite(old=path, rows=kept, where=f"NOT ({condition})", values=tuple(values))
                theirs.append((one, table, gone))
        found += theirs
        found += _replaced(connection, workspace, table, [one for one, _, _ in theirs], condition, values)
    return found


def _replaced(
    connection: duckdb.DuckDBPyConnection,
    workspace: Workspace,
    table: str,
    rewrites: Sequence[Rewrite],
    condition: str,
    values: Sequence[object],
) -> Iterator[tuple[Rewrite, str, int]]:
    """The lists of corrected rows, without the keys of rows that leave; those are counted as rows already."""
    if not rewrites:
        return
    same = ", ".join(map(identifier, ("batch", *TABLES[table].identity)))
    rows = f"read_parquet({facts.path_list(tuple(one.old for one in rewrites))}, union_by_name = true)"
    theirs = f"({same}) IN (SELECT ({same}) FROM {rows} WHERE {condition})"
    for path in facts.listed(workspace, table, "superseded"):
        gone = _count(connection, path, "batch", theirs, values)
        if gone:
            kept = pq.read_metadata(path).num_rows - gone
            yield Rewrite(old=path, rows=kept, where=f"NOT ({theirs})", values=tuple(values)), table, 0


def _count(
    connection: duckdb.DuckDBPyConnection, path: Path, column: str, condition: str, values: Sequence[object]
) -> int:
    if column not in pq.read_schema(path).names:
        return 0
    query = f"SELECT count(*) FROM read_parquet({facts.path_list((path,))}) WHERE {condition}"
    return int(connection.execute(query, list(values)).fetchall()[0][0])


def _told(found: Sequence[tuple[Rewrite, str, int]]) -> Erased:
    rows: Counter[str] = Counter()
    for _, table, gone in found:
        rows[table] += gone
    return Erased(rows=dict(rows), files=len(found))
