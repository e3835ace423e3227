"""Whether the ruler itself changed around a day, such as the start of a pilot."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kpis import expression
from kpis.kpi import Kpi
from kpis.parts import tables_of
from kpis.quality.drift.detect import Wanted
from kpis.quality.drift.finding import DetectorName, Finding

NOT_THE_RULER = frozenset({"volume", "case_mix"})
"""A tool may truly change how many are seen, and who; that is an effect, not another way of measuring."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasurementChange:
    """One department. changed: None where no detector could look.

    findings: the changes of the ruler near the day. also: nearby changes of volume and case mix, which an
    effect of the tool may be.
    """

    department: str
    changed: bool | None
    findings: tuple[Finding, ...]
    also: tuple[Finding, ...]


def concerning(kpi: Kpi, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The findings on what a KPI is made of: its tables, and of the columns with a unit those it reads."""
    tables, read = tables_of([kpi]), columns_read(kpi)
    return tuple(
        one
        for one in findings
        if one.subject.table in tables and (one.subject.detector != "unit" or one.subject.column in read)
    )


def columns_read(kpi: Kpi) -> frozenset[str]:
    """The columns that the values of a KPI are computed from."""
    sides = (kpi.numerator, kpi.denominator)
    return frozenset(name for side in sides for name in expression.parsed(side.value).columns)


def of_the_ruler(kpis: Sequence[Kpi]) -> Wanted:
    """What says something of the ruler of some KPIs: no volume, no case mix, no unit of a column unread."""
    read = {(table, name) for kpi in kpis for table in tables_of([kpi]) for name in columns_read(kpi)}

    def wanted(detector: DetectorName, table: str, column: str) -> bool:
        return detector not in NOT_THE_RULER and (detector != "unit" or (table, column) in read)

    return wanted


def measurement_change(
    findings: Sequence[Finding], around: date, within_weeks: int = 8
) -> tuple[MeasurementChange, ...]:
    """Per department whether a change was found within so many weeks of a day, before or after it.

    findings: of `detect`, those of one KPI chosen by `concerning`. A clock that ignores summer time is wrong
    in every week, so it counts whatever the day.
    """
    nearby = timedelta(weeks=within_weeks)
    by_department: dict[str, list[Finding]] = {}
    for one in findings:
        by_department.setdefault(one.subject.department, []).append(one)
    found = []
    for department, own in sorted(by_department.items()):
        near = [
            one
            for one in own
            if one.status == "changed" and (one.since is None or abs(one.since - around) <= nearby)
        ]
        ruler = tuple(one for one in near if one.subject.detector not in NOT_THE_RULER)
        looked = any(one.status != "unknown" for one in own if one.subject.detector not in NOT_THE_RULER)
        found.append(
            MeasurementChange(
                department=department,
                changed=bool(ruler) if looked else None,
                findings=ruler,
                also=tuple(one for one in near if one not in ruler),
            )
        )
    return tuple(found)
