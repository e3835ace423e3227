"""What needs attention first: per KPI how much was measured lately, per table how late rows come."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kpis.kpi import Kpi
from kpis.quality.lateness import Lateness
from kpis.quality.measured import Coverage, CoverageStatus
from workflows.quality.completeness import CoverageRow
from workflows.quality.lateness import LatenessRow

WORST: tuple[CoverageStatus, ...] = ("withheld", "warned", "enough", "unknown")


@dataclass(frozen=True, slots=True, kw_only=True)
class KpiCoverage:
    """One KPI over its departments, each in its last period that is over and was measured.

    worst: the coverage that is shown for the KPI, of the department named; its status is the worst of all,
    where "unknown" counts only if nothing is known anywhere. below: departments under the floor. looked,
    unknown, hidden: departments whose share is known, is not known, may not be shown.
    """

    kpi: Kpi
    worst: Coverage | None
    department: str
    below: tuple[str, ...]
    looked: int
    unknown: int
    hidden: int


def latest_coverage(rows: Iterable[CoverageRow]) -> tuple[KpiCoverage, ...]:
    """Per KPI, those with the worst status first."""
    latest: dict[str, dict[str, CoverageRow]] = {}
    for row in rows:
        if row.over:
            own = latest.setdefault(row.kpi.id, {})
            before = own.get(row.department)
            if before is None or _says_more(row, before):
                own[row.department] = row
    found = [_of_kpi(list(own.values())) for own in latest.values()]
    return tuple(sorted(found, key=lambda one: (_rank(one.worst), one.kpi.id)))


def _says_more(row: CoverageRow, before: CoverageRow) -> bool:
    """A later period takes over unless it knows nothing where the earlier one does."""
    return _known(row) or not _known(before)


def _known(row: CoverageRow) -> bool:
    return row.coverage.value is not None and row.coverage.value.status != "unknown"


def _of_kpi(rows: Sequence[CoverageRow]) -> KpiCoverage:
    shown = [(row.department, row.coverage.value) for row in rows if row.coverage.value is not None]
    shown.sort(key=lambda one: (_rank(one[1]), one[1].share or 0.0, one[0]))
    department, worst = shown[0] if shown else ("", None)
    return KpiCoverage(
        kpi=rows[0].kpi,
        worst=worst,
        department=department,
        below=tuple(sorted(name for name, one in shown if one.status in ("withheld", "warned"))),
        looked=sum(one.status != "unknown" for _, one in shown),
        unknown=sum(one.status == "unknown" for _, one in shown),
        hidden=len(rows) - len(shown),
    )


def _rank(found: Coverage | None) -> int:
    return len(WORST) if found is None else WORST.index(found.status)


@dataclass(frozen=True, slots=True, kw_only=True)
class TableDelay:
    """The department in which the rows of a table come in latest; None where no delay is known or shown."""

    table: str
    slowest: Lateness | None
    departments: int


def slowest_by_table(rows: Iterable[LatenessRow]) -> tuple[TableDelay, ...]:
    """Per table, the slowest first."""
    by_table: dict[str, list[Lateness | None]] = {}
    for row in rows:
        by_table.setdefault(row.table, []).append(row.lateness.value)
    found = []
    for table, own in by_table.items():
        known = [one for one in own if one is not None and one.to_load is not None]
        slowest = max(known, key=_p99, default=None)
        found.append(TableDelay(table=table, slowest=slowest, departments=len(known)))
    return tuple(sorted(found, key=lambda one: (-_p99(one.slowest), one.table)))


def _p99(one: Lateness | None) -> int:
    return one.to_load.p99 if one is not None and one.to_load is not None else -1
