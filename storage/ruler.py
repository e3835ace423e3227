"""What the detectors of a changed ruler look at, counted in the facts per department and week."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

import duckdb
import pandas as pd
import sqlalchemy as sa
from sqlalchemy import ColumnElement, Select, case, func

from governance.disclosure_control import Persons
from kpis.period_start import start_of
from kpis.person_counts import KINDS
from kpis.portable import minutes_between, to_double
from kpis.quality.drift.detect import Observed, Seen, Wanted, everything
from kpis.quality.drift.shares import ShareDetector
from kpis.row_values import ONE, source
from kpis.tables import TABLES, Table
from storage.scan import rows

MIXES: dict[str, ShareDetector] = {
    "definition": "definition",
    "edit_method": "definition",
    "template": "template",
    "tool_version": "tool_version",
    "segment": "case_mix",
}
"""Columns of which the mix of values tells something, and the detector that looks at it."""

WITHOUT_TOOL = frozenset({"template"})
"""Counted over rows without the tool: its own template is what is tried, not the ruler."""

EVENTS_OF_USE = frozenset({"UsageEvent", "Document"})
"""Their number is use, which KPIs measure; it is no drift."""

Among = tuple[ColumnElement[bool], ...]


def observe(
    connection: duckdb.DuckDBPyConnection,
    tables: Sequence[str],
    departments: Collection[str],
    span: tuple[date, date],
    wanted: Wanted = everything,
) -> Observed:
    """What the detectors look at in some tables over a span of days, both included."""
    shares, times, medians, volumes = [], [], [], []
    for name in tables:
        table, among = TABLES[name], _among(name, departments, span)
        for column, detector in MIXES.items():
            held = column == "segment" or table.column(column) is not None
            if held and wanted(detector, name, column):
                shares.append((detector, _seen(connection, name, column, _shares(name, column, among))))
        if table.clock.type == "time" and wanted("clock", name, table.clock.name):
            times.append(_seen(connection, name, table.clock.name, _times(table, among)))
        with_unit = [one.name for one in table.columns if one.type == "number" and one.unit]
        medians += [
            _seen(connection, name, column, _medians(name, column, among))
            for column in with_unit
            if wanted("unit", name, column)
        ]
        if name not in EVENTS_OF_USE and wanted("volume", name, ""):
            volumes.append(_seen(connection, name, "", _volumes(name, among)))
    return Observed(
        shares=[one for one in shares if len(one[1].frame)],
        times=times,
        medians=medians,
        volumes=[one for one in volumes if len(one.frame)],
    )


def persons_behind(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    column: str,
    departments: Collection[str],
    span: tuple[date, date],
) -> dict[str, Persons]:
    """Per department the fewest distinct persons behind any value of a column ("" for all rows).

    A share of one value gives that of the others away, so the smallest group decides for all of them.
    """
    facts = source(table).c
    value = func.coalesce(facts[column], "") if column in MIXES else sa.literal_column("''")
    keys = {str(one.person): facts[one.name] for one in TABLES[table].columns if one.person}
    counts = [func.count(sa.distinct(key)).label(kind) for kind, key in keys.items()]
    unknown = [
        func.max(case((key.is_(None), ONE), else_=0)).label(f"{kind}_unknown") for kind, key in keys.items()
    ]
    asked = (
        sa.select(facts.department, value.label("value"), func.count().label("rows"), *counts, *unknown)
        .where(*_among(table, departments, span), *_without_tool(table, column))
        .group_by(facts.department, value)
    )
    found = rows(connection, asked)
    named = [kind for kind in keys if found[kind].sum() > 0]
    persons: dict[str, pd.Series] = {kind: found[kind] + found[f"{kind}_unknown"] for kind in named}
    if keys and not persons:
        # rows stand in for patients where the source names nobody
        persons = {"patient": found["rows"]}
    fewest = pd.DataFrame({"department": found["department"], **persons}).groupby("department").min()
    return {str(department): _persons(own) for department, own in fewest.iterrows()}


def _persons(own: pd.Series) -> Persons:
    patients, staff = (int(own[kind]) if kind in own else None for kind in KINDS)
    return Persons(patients=patients, staff=staff)


def _among(table: str, departments: Collection[str], span: tuple[date, date]) -> Among:
    facts = source(table).c
    return (facts.department.in_(sorted(departments)), facts.day.between(*span))


def _without_tool(table: str, column: str) -> Among:
    return (source(table).c.exposed == 0,) if column in WITHOUT_TOOL else ()


def _seen(connection: duckdb.DuckDBPyConnection, table: str, column: str, asked: Select[Any]) -> Seen:
    frame = rows(connection, asked)
    dated = {
        name: pd.to_datetime(frame[name]).astype("datetime64[s]") for name in ("week", "day") if name in frame
    }
    return Seen(table=table, column=column, frame=frame.assign(**dated))


def _shares(table: str, column: str, among: Among) -> Select[Any]:
    facts = source(table).c
    week, value = start_of(facts.day, "week").label("week"), func.coalesce(facts[column], "").label("value")
    keys = (facts.department, week, value)
    chosen = (*among, *_without_tool(table, column))
    return sa.select(*keys, func.count().label("rows")).where(*chosen).group_by(*keys)


def _times(table: Table, among: Among) -> Select[Any]:
    facts = source(table.name).c
    at = facts[table.clock.name]
    full = sa.and_(sa.extract("minute", at) == 0, sa.extract("second", at) == 0)
    keys = (facts.department, facts.day)
    return (
        sa.select(
            *keys,
            func.count().label("rows"),
            func.sum(minutes_between(sa.cast(facts.day, sa.DateTime), at)).label("minutes"),
            func.count(case((full, ONE))).label("full_hours"),
        )
        .where(*among)
        .group_by(*keys)
    )


def _medians(table: str, column: str, among: Among) -> Select[Any]:
    facts = source(table).c
    value = to_double(facts[column])
    keys = (facts.department, start_of(facts.day, "week").label("week"))
    median = func.median(case((value > 0, value))).label("median")
    return sa.select(*keys, func.count(facts[column]).label("rows"), median).where(*among).group_by(*keys)


def _volumes(table: str, among: Among) -> Select[Any]:
    facts = source(table).c
    keys = (facts.department, start_of(facts.day, "week").label("week"))
    return sa.select(*keys, func.count().label("rows")).where(*among).group_by(*keys)
