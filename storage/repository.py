"""Registered pilots and computed results in the state database."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from sqlalchemy import Connection, RowMapping, delete, func, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from experiments.pilot import Pilot, RegisteredPilot
from experiments.plan.canonical import canonical, fingerprint, from_canonical
from storage.audit_log import Log, append
from storage.database import writing
from storage.schema import demo_truth, pilots, results
from storage.workspace import Workspace

Status = Literal["new", "changed", "unchanged"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """What registering a plan did."""

    pilot: RegisteredPilot
    status: Status


def register(workspace: Workspace, pilot: Pilot, toml: str, log: Log[Registration]) -> Registration:
    """Lock a plan. The same content changes nothing; other content is a new version, the old one is kept."""
    digest = fingerprint(pilot)
    with writing(workspace.engine) as connection:
        _one_at_a_time(connection)
        found = _current(connection, pilot.id)
        if found is not None and found["plan_sha256"] == digest:
            return Registration(pilot=_registered(found), status="unchanged")
        newest = connection.scalar(select(func.max(pilots.c.version)).where(pilots.c.id == pilot.id)) or 0
        connection.execute(update(pilots).where(pilots.c.id == pilot.id).values(current=False))
        row = {
            "id": pilot.id,
            "version": newest + 1,
            "registered_at": datetime.now(UTC).isoformat(),
            "plan_sha256": digest,
            "toml": toml,
            "json": canonical(pilot),
            "current": True,
        }
        connection.execute(insert(pilots).values(row))
        locked = RegisteredPilot(
            pilot=pilot, version=newest + 1, plan_sha256=digest, registered_at=str(row["registered_at"])
        )
        done = Registration(pilot=locked, status="changed" if newest else "new")
        append(connection, log(done))
    return done


def registered(workspace: Workspace) -> tuple[RegisteredPilot, ...]:
    """The current version of every pilot, in order of id."""
    with workspace.engine.connect() as connection:
        rows = connection.execute(select(pilots).where(pilots.c.current).order_by(pilots.c.id))
        return tuple(_registered(row) for row in rows.mappings())


def find(workspace: Workspace, pilot: str) -> RegisteredPilot | None:
    """The current version of a pilot."""
    with workspace.engine.connect() as connection:
        found = _current(connection, pilot)
    return _registered(found) if found is not None else None


def plan_text(workspace: Workspace, pilot: str) -> str | None:
    """The TOML text that the current version was registered from."""
    with workspace.engine.connect() as connection:
        found = _current(connection, pilot)
    return None if found is None else str(found["toml"])


def result(workspace: Workspace, pilot: RegisteredPilot, cube_version: str, kind: str) -> str | None:
    """The stored JSON of a computed result for a plan on a cube; None where it was not computed."""
    wanted = (
        (results.c.pilot == pilot.pilot.id)
        & (results.c.plan_sha256 == pilot.plan_sha256)
        & (results.c.cube_version == cube_version)
        & (results.c.kind == kind)
    )
    with workspace.engine.connect() as connection:
        found: str | None = connection.scalar(select(results.c.json).where(wanted))
    return found


def store_result(
    workspace: Workspace, pilot: RegisteredPilot, cube_version: str, kind: str, content: str
) -> None:
    """Keep a computed result; those of the pilot on other cubes or plans of this kind go."""
    same = (results.c.pilot == pilot.pilot.id) & (results.c.kind == kind)
    row = {
        "pilot": pilot.pilot.id,
        "plan_sha256": pilot.plan_sha256,
        "cube_version": cube_version,
        "kind": kind,
        "json": content,
        "created_at": _now(),
    }
    try:
        with writing(workspace.engine) as connection:
            connection.execute(delete(results).where(same))
            connection.execute(insert(results).values(row))
    except IntegrityError:
        return  # another reader computed and stored the same result meanwhile


def true_effects(workspace: Workspace) -> Mapping[tuple[str, str], str]:
    """What the simulator knows about its own pilots: JSON by pilot and KPI; empty for real data."""
    with workspace.engine.connect() as connection:
        rows = connection.execute(select(demo_truth.c.pilot, demo_truth.c.kpi, demo_truth.c.json))
        return {(pilot, kpi): content for pilot, kpi, content in rows}


def _one_at_a_time(connection: Connection) -> None:
    """Let nobody else register until this transaction ends; `writing` sees to that on SQLite."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE pilots IN SHARE ROW EXCLUSIVE MODE"))


def _current(connection: Connection, pilot: str) -> RowMapping | None:
    query = select(pilots).where(pilots.c.id == pilot, pilots.c.current)
    return connection.execute(query).mappings().one_or_none()


def _registered(row: RowMapping) -> RegisteredPilot:
    return RegisteredPilot(
        pilot=from_canonical(row["json"]),
        version=row["version"],
        plan_sha256=row["plan_sha256"],
        registered_at=row["registered_at"],
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
