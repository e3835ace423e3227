"""What came in last, by source and standard table: the newest finished batch of each, with its account."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from storage.schema import batches
from storage.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """source: empty for files that were handed in. report: as a FileReport was written to the ledger."""

    source: str
    table: str
    at: datetime
    report: dict[str, Any]


def newest(workspace: Workspace) -> tuple[Delivery, ...]:
    """By source and table, in the order of their names."""
    last = (
        select(func.max(batches.c.id))
        .where(batches.c.done, batches.c.table_name.is_not(None))
        .group_by(batches.c.source, batches.c.table_name)
    )
    query = select(batches.c.source, batches.c.table_name, batches.c.done_at, batches.c.report).where(
        batches.c.id.in_(last)
    )
    with workspace.engine.connect() as connection:
        found = [
            Delivery(
                source=source or "",
                table=table,
                at=datetime.fromisoformat(done_at),
                report=json.loads(report),
            )
            for source, table, done_at, report in connection.execute(query)
        ]
    return tuple(sorted(found, key=lambda one: (one.source, one.table)))
