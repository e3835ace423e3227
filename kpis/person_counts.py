"""Distinct patients and staff, counted where the rows are, per KPI and group.

A row without a pseudonym counts as one unknown person per group; a KPI whose rows give no pseudonym of a kind
at all has None for that kind, and where that leaves nobody, its rows stand in for patients: an upper bound
that is better than no threshold.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import ColumnElement, case, func

from kpis.gather import Run
from kpis.parts import Part
from kpis.query import Spans, within
from kpis.row_values import population, rows_of
from kpis.tables import PersonKind, Table

KINDS: tuple[PersonKind, ...] = ("patient", "staff")
Kinds: TypeAlias = Mapping[PersonKind, str]
KindsByKpi: TypeAlias = Mapping[str, Kinds]


def counted(
    run: Run,
    contributions: Sequence[Part],
    table: Table,
    groups: Mapping[str, ColumnElement[Any]],
    among: Sequence[ColumnElement[bool]] = (),
    known: KindsByKpi | None = None,
    sets: Sequence[Sequence[str]] = (),
) -> pd.DataFrame:
    """Per group the columns KPI__patient, KPI__staff (NaN: not known) and KPI__rows.

    known: the person columns that hold pseudonyms of each KPI, where somebody already looked. sets: the names
    of `groups` to group by, one grouping each and all from one pass over the rows; `set` says which it is.
    """
    rows = rows_of(contributions, table.name)
    facts, known = rows.c, kinds_by_kpi(run, contributions, table) if known is None else known
    columns = {column.person: column.name for column in table.columns if column.person}
    inner = sa.select(
        *(expression.label(name) for name, expression in groups.items()),
        *(facts[name].label(f"{kind}_key") for kind, name in columns.items()),
        *([facts[table.persons_column].label("head_count")] if table.persons_column else []),
        *(
            case((population(part, rows), sa.literal_column("1"))).label(part.name("in"))
            for part in contributions
        ),
    ).select_from(rows.clause)
    marked = inner.where(*among).subquery("marked")
    keys = [marked.c[name] for name in groups]
    grouped, which = _grouping(marked.c, tuple(groups), sets) if sets else (keys, [])
    persons = [
        one for part in contributions for one in _person_columns(part, marked.c, known[part.kpi.id], table)
    ]
    counts: tuple[ColumnElement[Any], ...] = (*keys, *which, *persons)
    return run(sa.select(*counts).group_by(*grouped))


def _grouping(
    marked: Any, names: Sequence[str], sets: Sequence[Sequence[str]]
) -> tuple[list[ColumnElement[Any]], list[ColumnElement[Any]]]:
    """GROUPING SETS over the named columns, and the index of its set for every row of the answer."""
    level = func.grouping(*(marked[name] for name in names))
    left_out = [
        sum(2 ** (len(names) - 1 - i) for i, name in enumerate(names) if name not in one) for one in sets
    ]
    index = case(*((level == number, place) for place, number in enumerate(left_out)))
    chosen = func.grouping_sets(*(sa.tuple_(*(marked[name] for name in one)) for one in sets))
    return [chosen], [index.label("set")]


def _person_columns(part: Part, marked: Any, known: Kinds, table: Table) -> list[ColumnElement[Any]]:
    inside = marked[part.name("in")] == 1
    number = func.count(marked[part.name("in")])
    counts: dict[str, ColumnElement[Any]] = {kind: sa.null() for kind in KINDS}
    for kind in known:
        key = marked[f"{kind}_key"]
        unknown = func.max(case((inside & key.is_(None), 1), else_=0))
        counts[kind] = func.count(sa.distinct(case((inside, key)))) + unknown
    if table.persons_column:
        counts["patient"] = func.sum(case((inside, marked.head_count)))
    elif not known and any(column.person for column in table.columns):
        counts["patient"] = number
    return [
        *(sa.cast(count, sa.Double).label(part.name(kind)) for kind, count in counts.items()),
        number.label(part.name("rows")),
    ]


def kinds_by_kpi(
    run: Run,
    contributions: Sequence[Part],
    table: Table,
    days: Spans | None = None,
) -> dict[str, dict[PersonKind, str]]:
    """Per KPI the person columns in which its population gives any pseudonym; days: looked at only there.

    One table may hold answers of patients and of staff: neither is an unknown person of the other kind.
    """
    columns = {column.person: column.name for column in table.columns if column.person}
    if not columns:
        return {part.kpi.id: {} for part in contributions}
    rows = rows_of(contributions, table.name)
    counts = [
        func.count(case((population(part, rows), rows.c[name]))).label(part.name(kind))
        for part in contributions
        for kind, name in columns.items()
    ]
    asked = sa.select(*counts).select_from(rows.clause).where(*within(rows.c.day, days))
    found = run(asked)
    return {
        part.kpi.id: {kind: name for kind, name in columns.items() if found[part.name(kind)].iloc[0] > 0}
        for part in contributions
    }
