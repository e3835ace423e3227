"""The definitions of a workspace: those that hold now, and every older version that gave numbers."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime

from sqlalchemy import Connection, RowMapping, insert, select, update

from core.issue import Issue, raise_errors
from core.language.text import N_, Text
from governance.audit import AuditEvent
from kpis.catalogue import find, load
from kpis.explanation import DefinitionVersion
from kpis.kpi import Kpi
from kpis.meaning import as_json, from_json, meaning
from kpis.meaning import fingerprint as whole
from storage.audit_log import append
from storage.database import writing
from storage.schema import kpi_definitions
from storage.workspace import Workspace


def active(workspace: Workspace) -> dict[str, Kpi]:
    """The definitions that hold now, by id.

    Raises DefinitionError with every problem at once: a definition whose meaning changed needs a new version,
    and one that is certified may not change at all.
    """
    found = load(workspace.root / "kpis")
    raise_errors(problems(workspace, found), str(workspace.root / "kpis"))
    return found


def every_version(workspace: Workspace) -> dict[str, Kpi]:
    """The active definitions by id, recorded from now on, and the older versions by id@version."""
    found = active(workspace)
    with workspace.engine.connect() as connection:
        known = _rows(connection)
    if any((kpi.id, kpi.version) not in known for kpi in found.values()):
        with writing(workspace.engine) as connection:
            known = _rows(connection)
            _record(connection, [kpi for kpi in found.values() if (kpi.id, kpi.version) not in known])
    older = [
        from_json(row["json"])
        for (id_, version), row in known.items()
        if id_ not in found or found[id_].version != version
    ]
    return {**found, **{kpi.key: replace(kpi, id=kpi.key) for kpi in older}}


def history(workspace: Workspace, id_: str) -> tuple[DefinitionVersion, ...]:
    """Every version of a definition that numbers were made with, newest first; raises UnknownName."""
    kpi = find(active(workspace), id_)
    with workspace.engine.connect() as connection:
        known = _rows(connection)
    rows = sorted((version, row) for (name, version), row in known.items() if name == kpi.id)
    return tuple(
        DefinitionVersion(
            kpi=from_json(row["json"]) if version != kpi.version else kpi,
            recorded_at=row["recorded_at"],
            certified_by=row["certified_by"],
            certified_at=row["certified_at"],
        )
        for version, row in reversed(rows)
    )


def problems(workspace: Workspace, kpis: Mapping[str, Kpi]) -> tuple[Issue, ...]:
    """What forbids these definitions to hold: a meaning that changed within its version, a certified one."""
    with workspace.engine.connect() as connection:
        return tuple(_changes(kpis, _rows(connection)))


def next_version(workspace: Workspace, id_: str) -> int:
    """The first version of an id that no number was made with yet."""
    with workspace.engine.connect() as connection:
        return max((version for name, version in _rows(connection) if name == id_), default=0) + 1


def newest(workspace: Workspace, id_: str) -> Kpi | None:
    """The last version of an id that numbers were made with; None where there was none."""
    with workspace.engine.connect() as connection:
        found = {version: row for (name, version), row in _rows(connection).items() if name == id_}
    return from_json(found[max(found)]["json"]) if found else None


def certify(workspace: Workspace, id_: str, by: str, happened: AuditEvent) -> DefinitionVersion:
    """Lock the active version of a definition; certifying it twice changes nothing. Raises UnknownName."""
    every_version(workspace)
    kpi = find(active(workspace), id_)
    mine = (kpi_definitions.c.id == kpi.id) & (kpi_definitions.c.version == kpi.version)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    with writing(workspace.engine) as connection:
        locked = connection.execute(
            update(kpi_definitions)
            .where(mine, kpi_definitions.c.certified_at.is_(None))
            .values(certified_by=by, certified_at=now, json=as_json(kpi))
        )
        if locked.rowcount:
            append(connection, happened)
    return history(workspace, id_)[0]


def fingerprint(kpis: Mapping[str, Kpi]) -> str:
    """The same for the same meaning."""
    content = {name: asdict(kpi) for name, kpi in kpis.items()}
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


Known = dict[tuple[str, int], RowMapping]


def _rows(connection: Connection) -> Known:
    rows = connection.execute(select(kpi_definitions)).mappings()
    return {(row["id"], row["version"]): row for row in rows}


def _record(connection: Connection, kpis: list[Kpi]) -> None:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    rows = [
        {"id": kpi.id, "version": kpi.version, "meaning_sha256": meaning(kpi), "json": as_json(kpi)}
        | {"recorded_at": now}
        for kpi in kpis
    ]
    connection.execute(insert(kpi_definitions), rows)


def _changes(found: Mapping[str, Kpi], known: Known) -> Iterator[Issue]:
    for kpi in found.values():
        row = known.get((kpi.id, kpi.version))
        if row is None or row["json"] == as_json(kpi):
            continue
        recorded = from_json(row["json"])
        # not the stored fingerprint: another Meetlat may know keys that this one gives a default
        if meaning(recorded) != meaning(kpi):
            yield _issue(kpi, N_("KPI '{kpi}' changed, but its version is still {version}."))
        elif row["certified_at"] and whole(recorded) != whole(kpi):
            yield _issue(kpi, N_("KPI '{kpi}' version {version} is certified and may not change."))


def _issue(kpi: Kpi, message: str) -> Issue:
    return Issue(
        level="error",
        message=Text(message, {"kpi": kpi.id, "version": kpi.version}),
        where=f"{kpi.id}.toml",
        remedy=Text(
            N_("Write version = {next}: older numbers keep their definition."), {"next": kpi.version + 1}
        ),
    )
