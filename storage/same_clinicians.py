"""A KPI from the rows of those clinicians alone who worked in their department before and after a start."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import duckdb
import pandas as pd

from core.quoting import identifier
from kpis.content import Content
from kpis.gather import needs_calendar
from kpis.kpi import Kpi
from kpis.parts import tables_of
from kpis.tables import TABLES
from storage.cube_scan import scan
from storage.scan import open_facts
from storage.workspace import Workspace

ALL = "every_"


@dataclass(frozen=True, slots=True, kw_only=True)
class SameClinicians:
    """The content of their rows, how many they are, and their share of the rows."""

    content: Content
    clinicians: int
    share: float


def of_same_clinicians(
    workspace: Workspace, kpi: Kpi, sides: Mapping[str, tuple[date, date]], span: tuple[date, date]
) -> SameClinicians | None:
    """None where the KPI's rows do not say which clinician they are of, or nobody stayed.

    sides: per department the first day that is not before the start, and the first day after the run-in.
    span: the days that are looked at, first and last.
    """
    tables = tables_of([kpi])
    if any(all(column.name != "clinician" for column in TABLES[name].columns) for name in tables):
        return None
    starts = pd.DataFrame(
        [(name, start, after) for name, (start, after) in sides.items()],
        columns=["department", "start", "after"],
    )
    with open_facts(workspace, tables, with_calendar=needs_calendar([kpi])) as connection:
        connection.register("starts", starts)
        clinicians = _keep_who_stayed(connection, tables, span)
        theirs, every = (_rows(connection, tables, prefix, span) for prefix in ("", ALL))
        if not theirs:
            return None
        content = scan(connection, [kpi], [span])
    return SameClinicians(content=content, clinicians=clinicians, share=theirs / every)


def _keep_who_stayed(
    connection: duckdb.DuckDBPyConnection, tables: Sequence[str], span: tuple[date, date]
) -> int:
    """Narrow every table to the rows of those who stayed, the whole under another name; how many they are."""
    for name in tables:
        connection.execute(f"ALTER VIEW {identifier(name)} RENAME TO {identifier(ALL + name)}")
    worked = " UNION ALL ".join(
        f"SELECT department, clinician, day FROM {identifier(ALL + name)}" for name in tables
    )
    connection.execute(
        f"CREATE TEMP TABLE stayed AS SELECT department, clinician FROM ({worked}) JOIN starts "
        "USING (department) WHERE clinician IS NOT NULL AND day BETWEEN ? AND ? GROUP BY department, "
        "clinician HAVING min(day) < any_value(start) AND max(day) >= any_value(after)",
        list(span),
    )
    for name in tables:
        connection.execute(
            f"CREATE TEMP VIEW {identifier(name)} AS SELECT * FROM {identifier(ALL + name)} "
            "SEMI JOIN stayed USING (department, clinician)"
        )
    found = connection.execute("SELECT count(DISTINCT clinician) FROM stayed").fetchone()
    return int(found[0]) if found else 0


def _rows(
    connection: duckdb.DuckDBPyConnection, tables: Sequence[str], prefix: str, span: tuple[date, date]
) -> int:
    counted = 0
    for name in tables:
        found = connection.execute(
            f"SELECT count(*) FROM {identifier(prefix + name)} SEMI JOIN starts USING (department) "
            "WHERE day BETWEEN ? AND ?",
            list(span),
        ).fetchone()
        counted += int(found[0]) if found else 0
    return counted
