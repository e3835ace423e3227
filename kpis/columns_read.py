"""Which columns of the standard tables a KPI reads: what is kept for no KPI need not be kept."""

from kpis import expression
from kpis.kpi import Kpi
from kpis.parts import Part, parts, tables_of, values_of


def columns_read(kpi: Kpi) -> frozenset[tuple[str, str]]:
    """Pairs of table and column whose values the KPI is made of, those of its conditions included."""
    return frozenset(
        (table, name) for table in tables_of([kpi]) for part in parts([kpi], table) for name in _columns(part)
    )


def _columns(part: Part) -> frozenset[str]:
    kpi = part.kpi
    if part.role == "expected":
        return frozenset(name for one in part.where for name in expression.parsed(one.column).columns)
    found = {name for value in values_of(part) for name in expression.parsed(value).columns}
    if kpi.group is not None:
        found |= {kpi.group.column, kpi.group.item_column} if kpi.group.reverse else {kpi.group.column}
    if kpi.staff is not None:
        found.add("clinician")
    return frozenset(found | set(kpi.case_mix))
