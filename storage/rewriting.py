"""Fact files written again: what must leave them leaves for good, and what is made of them is made anew.

Facts are immutable, so a file is written again under a new name. The ledger changes over in one transaction;
what must be deleted after it stands in a journal first, so that a process that is killed in between leaves
nothing behind: `finish` runs again with the next intake.
"""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
from sqlalchemy import Connection, delete, insert, select, update

from core.quoting import literal
from storage import facts
from storage.cube_publish import remove_all
from storage.database import writing
from storage.schema import batches, fact_files
from storage.workspace import Workspace

JOURNAL = ".rewriting.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewrite:
    """One file. columns, where, values: the SELECT of its new content. rows: it will hold; 0: it goes."""

    old: Path
    rows: int
    columns: str = "*"
    where: str = "true"
    values: tuple[Any, ...] = ()

    @property
    def new(self) -> Path:
        """A name that no file of the ledger has: how often it was written again stands at its end."""
        stem, _, count = self.old.stem.partition("-again")
        return self.old.with_name(f"{stem}-again{int(count or 0) + 1}.parquet")


def rewrite(
    connection: duckdb.DuckDBPyConnection,
    workspace: Workspace,
    rewrites: Sequence[Rewrite],
    why: str,
    report: Mapping[str, Any],
    also: Callable[[Connection], None] = lambda _connection: None,
) -> None:
    """Write the files again, all or none, as a batch of its own. Needs the intake lock.

    also: what else belongs to the same transaction of the state database.
    """
    _note(workspace, rewrites)
    for one in rewrites:
        if one.rows:
            _write(connection, one)
    _change_over(workspace, rewrites, why, report, also)
    finish(workspace)


def finish(workspace: Workspace) -> None:
    """Delete what a rewriting left that the ledger does not list. Needs the intake lock."""
    journal = workspace.root / "facts" / JOURNAL
    if not journal.exists():
        return
    with workspace.engine.connect() as connection:
        listed = set(connection.scalars(select(fact_files.c.path)))
    noted = json.loads(journal.read_text("utf-8"))
    for name in (*noted["old"], *noted["new"]):
        if name not in listed:
            (workspace.root / name).unlink(missing_ok=True)
    if not listed & {*noted["old"]}:  # it took place, and every version of the cube is from before it
        remove_all(workspace)
    journal.unlink()


def _note(workspace: Workspace, rewrites: Sequence[Rewrite]) -> None:
    noted = {
        "old": [_name(workspace, one.old) for one in rewrites],
        "new": [_name(workspace, one.new) for one in rewrites],
    }
    with (workspace.root / "facts" / JOURNAL).open("w", encoding="utf-8") as file:
        json.dump(noted, file)
        file.flush()
        os.fsync(file.fileno())


def _write(connection: duckdb.DuckDBPyConnection, one: Rewrite) -> None:
    content = f"SELECT {one.columns} FROM read_parquet({facts.path_list((one.old,))}) WHERE {one.where}"
    connection.execute(f"COPY ({content}) TO {literal(one.new)} (FORMAT parquet)", list(one.values))
    descriptor = os.open(one.new, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _change_over(
    workspace: Workspace,
    rewrites: Sequence[Rewrite],
    why: str,
    report: Mapping[str, Any],
    also: Callable[[Connection], None],
) -> None:
    """The new files for the old ones, and a batch of its own: the commit point."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    with writing(workspace.engine) as connection:
        also(connection)
        for one in rewrites:
            place = fact_files.c.path == _name(workspace, one.old)
            if one.rows:
                new = {"path": _name(workspace, one.new), "rows": one.rows}
                connection.execute(update(fact_files).where(place).values(**new))
            else:
                connection.execute(delete(fact_files).where(place))
        done = {"done": True, "report": json.dumps(dict(report)), "started_at": now, "done_at": now}
        connection.execute(insert(batches).values(fingerprint=f"{why} {now}", file=why, **done))


def _name(workspace: Workspace, path: Path) -> str:
    return path.relative_to(workspace.root).as_posix()
