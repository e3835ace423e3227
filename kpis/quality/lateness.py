"""How late rows come in, and after how many days a period no longer changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.period import Every, Period, between, containing
from kpis.completeness import horizon, is_complete
from kpis.kpi import Kpi
from kpis.parts import tables_of

Whole = NDArray[np.int64]
LATER_THAN = (1, 7, 30)
"""Days beyond which the share of late rows is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delay:
    """Days: the smallest within which half, 90 % and 99 % of the rows fall; later: rows beyond some days."""

    median: int
    p90: int
    p99: int
    later: Mapping[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lateness:
    """The rows of one table and department that later deliveries than the first one brought.

    to_load: days from the day of a row until the row as it counts today was in; a correction counts as late.
    overtaken: days by which the table already ran on beyond the row's day when it came in, 0 for a row that
    came in time: what a KPI's days to mature must cover. Both None where all rows came with the first
    delivery of the table, of which nobody can see how late it was.
    """

    table: str
    department: str
    rows: int
    to_load: Delay | None
    overtaken: Delay | None


def lateness(arrivals: pd.DataFrame, later_than: Sequence[int] = LATER_THAN) -> tuple[Lateness, ...]:
    """Per table and department, in order.

    arrivals: columns table, department, batch, done_on (local day on which the batch was in), day, rows.
    """
    found = []
    for table, own in arrivals.groupby("table", sort=True):
        delivered = own.groupby("batch", sort=True)["day"].max()
        before = delivered.cummax().shift(1)
        placed = own.assign(front=own["batch"].map(before))
        for department, rows in placed.groupby("department", sort=True):
            found.append(_of(str(table), str(department), rows, later_than))
    return tuple(found)


def _of(table: str, department: str, rows: pd.DataFrame, later_than: Sequence[int]) -> Lateness:
    seen = rows[rows["front"].notna()]
    counts = seen["rows"].to_numpy(np.int64)
    load, overtaken = (_days(seen[name] - seen["day"]) for name in ("done_on", "front"))
    known = int(counts.sum()) > 0
    return Lateness(
        table=table,
        department=department,
        rows=int(counts.sum()),
        to_load=_delay(load, counts, later_than) if known else None,
        overtaken=_delay(overtaken, counts, later_than) if known else None,
    )


def _days(passed: pd.Series) -> Whole:
    days: Whole = passed.dt.days.to_numpy(np.int64)
    return np.maximum(days, 0)


def _delay(days: Whole, counts: Whole, later_than: Sequence[int]) -> Delay:
    order = np.argsort(days, kind="stable")
    reached = np.cumsum(counts[order])
    median, p90, p99 = (
        int(days[order][np.searchsorted(reached, share * reached[-1] - 1e-9)]) for share in (0.5, 0.9, 0.99)
    )
    later = {limit: int(counts[days > limit].sum()) for limit in later_than}
    return Delay(median=median, p90=p90, p99=p99, later=later)


@dataclass(frozen=True, slots=True, kw_only=True)
class Maturity:
    """When the periods of a KPI are final in a department.

    declared: its days to mature. observed: days within which 99 % of the rows of its slowest table had come
    in; None where that cannot be seen yet. too_short: the declared days are fewer than the observed.
    """

    kpi: str
    department: str
    declared: int
    observed: int | None
    too_short: bool


def maturity(kpi: Kpi, found: Sequence[Lateness]) -> tuple[Maturity, ...]:
    """Per department with rows of one of the KPI's tables, in order."""
    tables = tables_of([kpi])
    slowest: dict[str, int | None] = {}
    for one in found:
        if one.table in tables:
            days = one.overtaken.p99 if one.overtaken is not None else None
            known = [each for each in (slowest.get(one.department), days) if each is not None]
            slowest[one.department] = max(known, default=None)
    return tuple(
        Maturity(
            kpi=kpi.id,
            department=department,
            declared=kpi.matures_after_days,
            observed=observed,
            too_short=observed is not None and observed > kpi.matures_after_days,
        )
        for department, observed in sorted(slowest.items())
    )


def not_final(kpi: Kpi, last_days: Mapping[str, date], every: Every) -> tuple[Period, ...]:
    """The periods that hold data and are not over or not mature; none where a table of the KPI is empty.

    last_days: the last day of each table that holds rows.
    """
    last = horizon(kpi, last_days)
    if last is None:
        return ()
    until = containing(max(last_days.values()), every)
    periods = between(containing(min(last, until.start - timedelta(days=1)), every), until)
    return tuple(period for period in periods if not is_complete(period, last))
