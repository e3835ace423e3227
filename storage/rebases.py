"""Rebases of control charts in the state database; nothing is ever deleted."""

from collections.abc import Collection
from datetime import UTC, date, datetime

from sqlalchemy import RowMapping, insert, select, update

from experiments.monitoring.rebase import Rebase
from storage.audit_log import Log, append
from storage.database import writing
from storage.schema import rebases
from storage.workspace import Workspace


def add(
    workspace: Workspace,
    *,
    kpi: str,
    department: str,
    day: date,
    reason: str,
    by: str,
    hides_signal: bool,
    log: Log[Rebase],
) -> Rebase:
    """Keep a rebase with who, when and why."""
    row = {
        "kpi": kpi,
        "department": department,
        "day": day.isoformat(),
        "reason": reason,
        "decided_by": by,
        "decided_at": _now(),
        "hides_signal": hides_signal,
    }
    with writing(workspace.engine) as connection:
        found = connection.execute(insert(rebases).values(row).returning(rebases)).mappings().one()
        append(connection, log(_rebase(found)))
    return _rebase(found)


def withdraw(workspace: Workspace, id_: int, by: str, log: Log[Rebase]) -> None:
    """Mark a rebase as withdrawn; one that already is stays as it was."""
    mine = (rebases.c.id == id_) & rebases.c.withdrawn_at.is_(None)
    with writing(workspace.engine) as connection:
        change = update(rebases).where(mine).values(withdrawn_at=_now(), withdrawn_by=by)
        found = connection.execute(change.returning(rebases)).mappings().first()
        if found is not None:
            append(connection, log(_rebase(found)))


def listed(workspace: Workspace, departments: Collection[str] | None = None) -> tuple[Rebase, ...]:
    """Every rebase in order of department, KPI and day, withdrawn ones too; None for all departments."""
    asked = select(rebases).order_by(rebases.c.department, rebases.c.kpi, rebases.c.day, rebases.c.id)
    if departments is not None:
        asked = asked.where(rebases.c.department.in_(departments))
    with workspace.engine.connect() as connection:
        return tuple(_rebase(row) for row in connection.execute(asked).mappings())


def state(workspace: Workspace) -> str:
    """A name that changes whenever a rebase is added or withdrawn."""
    return ",".join(f"{one.id}{'-' if one.withdrawn_at else '+'}" for one in listed(workspace))


def _rebase(row: RowMapping) -> Rebase:
    return Rebase(
        id=row["id"],
        kpi=row["kpi"],
        department=row["department"],
        day=date.fromisoformat(row["day"]),
        reason=row["reason"],
        decided_by=row["decided_by"],
        decided_at=row["decided_at"],
        hides_signal=bool(row["hides_signal"]),
        withdrawn_at=row["withdrawn_at"],
        withdrawn_by=row["withdrawn_by"],
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
