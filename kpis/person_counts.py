"""Distinct patients and staff, counted where the rows are, per KPI and group.

A row without a pseudonym counts as one unknown person per group; a KPI whose rows give no pseudonym of a kind
at all has None for that kind, and where that leaves nobody, its rows stand in for patients: an upper bound
that is better than no threshold.

Beside them stands how much of a sum of time or money two of these persons bring in; see person_amounts.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
import sqlalchemy as sa
from sqlalchemy import ColumnElement, case, func

from kpis.gather import Run
from kpis.parts import Part
from kpis.person_amounts import MEASURES, Grouping, amount, is_amount, largest
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
    *,
    amounts: bool = True,
    sums_only: bool = False,
) -> pd.DataFrame:
    """Per group the columns KPI__patient, KPI__staff (NaN: not known), KPI__rows and those of MEASURES.

    known: the person columns that hold pseudonyms of each KPI, where somebody already looked. sets: the names
    of `groups` to group by, one grouping each and all from one pass over the rows; `set` says which it is.
    amounts: without them MEASURES are 0. sums_only: nothing that one person brings in is asked for.
    """
    rows = rows_of(contributions, table.name)
    facts, known = rows.c, kinds_by_kpi(run, contributions, table) if known is None else known
    columns = {column.person: column.name for column in table.columns if column.person}
    adding_up = [part for part in contributions if amounts and is_amount(part)]
    inner = sa.select(
        *(expression.label(name) for name, expression in groups.items()),
        *(facts[name].label(f"{kind}_key") for kind, name in columns.items()),
        *([facts[table.persons_column].label("head_count")] if table.persons_column else []),
        *(
            case((population(part, rows), sa.literal_column("1"))).label(part.name("in"))
            for part in contributions
        ),
        *(amount(part, rows).label(part.name("amount")) for part in adding_up),
    ).select_from(rows.clause)
    marked = inner.where(*among).subquery("marked")
    grouping = _grouping(marked, tuple(groups), sets)
    persons = [
        one for part in contributions for one in _person_columns(part, marked.c, known[part.kpi.id], table)
    ]
    keys = [marked.c[name] for name in groups]
    found = run(sa.select(*keys, *grouping.which, *persons).group_by(*grouping.by))
    measures = _amounts(run, found, marked, adding_up, grouping, known, sums_only=sums_only)
    names = [part.name(measure) for part in contributions for measure in MEASURES]
    return pd.concat([found, measures.reindex(columns=names, fill_value=0.0)], axis=1)


def _amounts(
    run: Run,
    found: pd.DataFrame,
    marked: sa.Subquery,
    contributions: Sequence[Part],
    groups: Grouping,
    known: KindsByKpi,
    *,
    sums_only: bool,
) -> pd.DataFrame:
    """MEASURES of the kind of person of which two bring in most; of parts that add up amounts."""
    names = [part.name(measure) for part in contributions for measure in MEASURES]
    measures = pd.DataFrame(0.0, index=found.index, columns=names)
    for kind in KINDS:
        parts = [part for part in contributions if kind in known[part.kpi.id]]
        if parts:
            own = largest(run, marked, parts, groups, f"{kind}_key", sums_only=sums_only)
            beside = found[groups.keys].merge(own, on=groups.keys, how="left") if groups.keys else own
            columns = [part.name(measure) for part in parts for measure in MEASURES]
            measures[columns] = np.maximum(measures[columns].to_numpy(), beside[columns].to_numpy())
    return measures


def _grouping(marked: sa.Subquery, names: Sequence[str], sets: Sequence[Sequence[str]]) -> Grouping:
    """By all of the columns, or GROUPING SETS of them, with the index of its set for every row."""
    if not sets:
        return Grouping(names=names, by=[marked.c[name] for name in names])
    level = func.grouping(*(marked.c[name] for name in names))
    left_out = [
        sum(2 ** (len(names) - 1 - i) for i, name in enumerate(names) if name not in one) for one in sets
    ]
    index = case(*((level == number, place) for place, number in enumerate(left_out)))
    chosen = func.grouping_sets(*(sa.tuple_(*(marked.c[name] for name in one)) for one in sets))
    return Grouping(names=names, by=[chosen], which=[index.label("set")])


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
