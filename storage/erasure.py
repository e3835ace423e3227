"""The right to be forgotten: every row of a person leaves the facts, and what is made of them is made anew.

Facts are immutable files, so the files that hold a row of the person are written again without it. The ledger
changes over in one transaction; what must be deleted after it stands in a journal first, so that a process
that is killed in between leaves nothing behind (`finish` runs again with the next intake).
"""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
from sqlalchemy import delete, insert, select, update

from core.quoting import identifier, literal
from kpis.tables import TABLES, PersonKind
from storage import facts
from storage.cube_publish import remove_all
from storage.database import writing
from storage.duck import connect
from storage.schema import batches, fact_files, forgotten
from storage.workspace import Workspace

JOURNAL = ".erasing.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """Rows that left, by standard table, and the files that were written again."""

    rows: dict[str, int]
    files: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rewritten:
    old: Path
    new: Path
    table: str
    gone: int
    kept: int


def erase(
    workspace: Workspace, kind: PersonKind, pseudonyms: Sequence[str], *, dry_run: bool = False
) -> Erased:
    """Remove every row of the persons, older versions of rows too. Needs the intake lock.

    pseudonyms: of one person, whose pseudonym differs by column. They are remembered, so that rows that come
    again are not taken in.
    """
    finish(workspace)
    with connect() as connection:
        found = [
            one
            for table, columns in _columns(kind).items()
            for path in facts.files(workspace, table)
            if (one := _look(connection, path, table, columns, pseudonyms)) is not None
        ]
        erased = Erased(rows=_by_table(found), files=len(found))
        if dry_run or not found:
            return erased
        _journal(workspace, found)
        for one in found:
            _write(connection, one, _columns(kind)[one.table], pseudonyms)
    _change_over(workspace, found, kind, pseudonyms)
    finish(workspace)
    return erased


def finish(workspace: Workspace) -> None:
    """Delete what an erasure left that the ledger does not list. Needs the intake lock."""
    journal = workspace.root / "facts" / JOURNAL
    if not journal.exists():
        return
    with workspace.engine.connect() as connection:
        listed = set(connection.scalars(select(fact_files.c.path)))
    noted = json.loads(journal.read_text("utf-8"))
    for name in (*noted["old"], *noted["new"]):
        if name not in listed:
            (workspace.root / name).unlink(missing_ok=True)
    if not listed & {*noted["old"]}:  # the erasure is a fact, and every version of the cube is from before it
        remove_all(workspace)
    journal.unlink()


def known_pseudonyms(workspace: Workspace, kind: PersonKind) -> frozenset[str]:
    """Pseudonyms of persons who were forgotten."""
    with workspace.engine.connect() as connection:
        return frozenset(connection.scalars(select(forgotten.c.pseudonym).where(forgotten.c.kind == kind)))


def _columns(kind: PersonKind) -> dict[str, tuple[str, ...]]:
    """Columns with persons of a kind, by table; those named after them count, keys too."""
    found = {
        table.name: tuple(
            one.name for one in table.columns if one.person == kind or (one.key and one.name == _KEYS[kind])
        )
        for table in TABLES.values()
    }
    return {table: names for table, names in found.items() if names}


_KEYS: dict[PersonKind, str] = {"patient": "patient", "staff": "clinician"}


def _look(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    table: str,
    columns: tuple[str, ...],
    pseudonyms: Sequence[str],
) -> _Rewritten | None:
    held = [name for name in columns if name in pq.read_schema(path).names]
    if not held:
        return None
    query = f"SELECT count(*) FROM read_parquet({facts.path_list((path,))}) WHERE {_theirs(held)}"
    gone = int(connection.execute(query, _values(held, pseudonyms)).fetchall()[0][0])
    if not gone:
        return None
    kept = pq.read_metadata(path).num_rows - gone
    return _Rewritten(old=path, new=_next(path), table=table, gone=gone, kept=kept)


def _write(
    connection: duckdb.DuckDBPyConnection,
    one: _Rewritten,
    columns: tuple[str, ...],
    pseudonyms: Sequence[str],
) -> None:
    if not one.kept:
        return
    held = [name for name in columns if name in pq.read_schema(one.old).names]
    kept = f"SELECT * FROM read_parquet({facts.path_list((one.old,))}) WHERE NOT ({_theirs(held)})"
    query = f"COPY ({kept}) TO {literal(one.new)} (FORMAT parquet)"
    connection.execute(query, _values(held, pseudonyms))
    descriptor = os.open(one.new, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _change_over(
    workspace: Workspace, found: Sequence[_Rewritten], kind: PersonKind, pseudonyms: Sequence[str]
) -> None:
    """The new files for the old ones, the persons remembered, and a batch of its own: the commit point."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    with writing(workspace.engine) as connection:
        known = set(connection.scalars(select(forgotten.c.pseudonym).where(forgotten.c.kind == kind)))
        for pseudonym in sorted({*pseudonyms} - known):
            connection.execute(insert(forgotten).values(kind=kind, pseudonym=pseudonym, at=now))
        for one in found:
            place = fact_files.c.path == _name(workspace, one.old)
            if one.kept:
                new = {"path": _name(workspace, one.new), "rows": one.kept}
                connection.execute(update(fact_files).where(place).values(**new))
            else:
                connection.execute(delete(fact_files).where(place))
        connection.execute(
            insert(batches).values(
                fingerprint=f"erasure {now}",
                file="erasure",
                done=True,
                report=json.dumps({"erased": _by_table(found)}),
                started_at=now,
                done_at=now,
            )
        )


def _journal(workspace: Workspace, found: Sequence[_Rewritten]) -> None:
    noted = {
        "old": [_name(workspace, one.old) for one in found],
        "new": [_name(workspace, one.new) for one in found],
    }
    journal = workspace.root / "facts" / JOURNAL
    with journal.open("w", encoding="utf-8") as file:
        json.dump(noted, file)
        file.flush()
        os.fsync(file.fileno())


def _theirs(columns: Sequence[str]) -> str:
    return " OR ".join(f"coalesce({identifier(name)} IN (SELECT unnest(?)), false)" for name in columns)


def _values(columns: Sequence[str], pseudonyms: Sequence[str]) -> list[list[str]]:
    return [list(pseudonyms) for _ in columns]


def _by_table(found: Sequence[_Rewritten]) -> dict[str, int]:
    rows: dict[str, int] = {}
    for one in found:
        rows[one.table] = rows.get(one.table, 0) + one.gone
    return rows


def _next(path: Path) -> Path:
    """A name that no file of the ledger has: the erasures that it went through are counted at its end."""
    stem, _, count = path.stem.partition("-erased")
    return path.with_name(f"{stem}-erased{int(count or 0) + 1}.parquet")


def _name(workspace: Workspace, path: Path) -> str:
    return path.relative_to(workspace.root).as_posix()
