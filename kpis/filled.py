"""Which columns any source has ever filled: a column that nobody fills says nothing, not "no"."""

from collections.abc import Collection, Mapping, Sequence

import sqlalchemy as sa

from kpis import expression
from kpis.gather import Run
from kpis.kpi import Kpi
from kpis.parts import parts
from kpis.query import Spans, within
from kpis.row_values import source


def asked_columns(kpi: Kpi, table: str) -> frozenset[str]:
    """The columns of a table without which the KPI's numerator would be empty or a row of "no"."""
    if kpi.numerator.table != table:
        return frozenset()
    values = [kpi.numerator.value, *(one.column for one in (*kpi.numerator.where, *kpi.against))]
    return frozenset(name for value in values for name in expression.parsed(value).columns)


def filled_columns(run: Run, kpis: Sequence[Kpi], table: str, days: Spans | None = None) -> frozenset[str]:
    """Those of the asked columns of a table that hold any value; days: looked at only there."""
    asked = sorted(frozenset().union(*(asked_columns(part.kpi, table) for part in parts(kpis, table))))
    if not asked:
        return frozenset()
    facts = source(table).c
    counts = sa.select(*(sa.func.count(facts[name]).label(name) for name in asked))
    found = run(counts.where(*within(facts.day, days)))
    return frozenset(name for name in asked if found[name].iloc[0] > 0)


def with_data(kpis: Sequence[Kpi], filled: Mapping[str, Collection[str]]) -> tuple[Kpi, ...]:
    """The KPIs of which something is known. filled: columns by table, for the tables that hold rows."""
    return tuple(
        kpi
        for kpi in kpis
        if kpi.denominator.table in filled
        and (
            kpi.numerator.table not in filled
            or asked_columns(kpi, kpi.numerator.table) <= set(filled[kpi.numerator.table])
        )
    )
