"""When rows came in: the rows of every day by the batch that brought them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import pandas as pd
import sqlalchemy as sa

from kpis.row_values import source
from storage.scan import open_facts, rows
from storage.schema import batches
from storage.workspace import Workspace

COLUMNS = ("table", "department", "batch", "done_on", "day", "rows")


def arrivals(workspace: Workspace, tables: Sequence[str], departments: Collection[str]) -> pd.DataFrame:
    """Rows that count today per table, department, day and batch: columns COLUMNS.

    done_on: the local day on which the batch was in.
    """
    found = []
    with open_facts(workspace, tables) as connection:
        for table in tables:
            facts = source(table).c
            batch: sa.ColumnElement[int] = sa.literal_column("batch", sa.Integer)
            keys = (facts.department, batch.label("batch"), facts.day)
            asked = (
                sa.select(*keys, sa.func.count().label("rows"))
                .where(facts.department.in_(sorted(departments)))
                .group_by(facts.department, batch, facts.day)
            )
            found.append(rows(connection, asked).assign(table=table))
    counted = pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=list(COLUMNS))
    done = _done_on(workspace)
    return counted.assign(
        day=pd.to_datetime(counted["day"]).astype("datetime64[s]"),
        done_on=pd.to_datetime(counted["batch"].map(done)).astype("datetime64[s]"),
    )[list(COLUMNS)]


def _done_on(workspace: Workspace) -> dict[int, pd.Timestamp]:
    """The local day on which every finished batch was in."""
    zone = ZoneInfo(workspace.settings.timezone)
    asked = sa.select(batches.c.id, batches.c.done_at).where(batches.c.done)
    with workspace.engine.connect() as connection:
        return {
            number: pd.Timestamp(datetime.fromisoformat(moment).astimezone(zone).date())
            for number, moment in connection.execute(asked)
        }
