"""Up to which day the data are in, and so which periods are over and mature."""

from collections.abc import Mapping
from datetime import date, timedelta

from core.period import Period, containing
from kpis.calendar import is_working_day
from kpis.kpi import Kpi
from kpis.tables import TABLES


def horizon(kpi: Kpi, last_days: Mapping[str, date]) -> date | None:
    """The last day on which the KPI is complete and mature; None where one of its tables is empty.

    last_days: the last day of each table that holds rows.
    """
    tables = {kpi.numerator.table, kpi.denominator.table}
    if not tables <= last_days.keys():
        return None
    overall = max(last_days.values())
    last = min(_covered(table, last_days[table], overall) for table in tables)
    return last - timedelta(days=kpi.matures_after_days)


def is_complete(period: Period, last: date | None) -> bool:
    """Whether the period ends on or before the horizon."""
    return last is not None and period.end <= last


def _covered(table: str, last: date, overall: date) -> date:
    """The last day of a table; days off that follow count where other tables already go beyond them."""
    if TABLES[table].persons_column:
        return containing(last, "month").end  # a row stands for its whole month
    while last < overall and not is_working_day(last + timedelta(days=1)):
        last += timedelta(days=1)
    return last
