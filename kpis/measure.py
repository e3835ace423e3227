"""Cells rolled up to measurements: a KPI in a unit over a day, an ISO week or a month."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import numpy as np
import pandas as pd

from core.period import Every, Period, between, containing
from kpis.calendar import period_starts
from kpis.completeness import horizon, is_complete
from kpis.kpi import Kpi
from kpis.measurements import MEASURES, Measurement
from kpis.statistic import geometric_mean, value

By = Literal["department", "segment", "exposed"]
EMPTY = dict.fromkeys(MEASURES, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """What is asked: periods of a length, per department or a sub-group of it.

    first, last: days in the first and the last period, which are taken whole: a free range of days could be
    subtracted from another one. None for the first and the last day with data.
    """

    every: Every = "week"
    by: By = "department"
    first: date | None = None
    last: date | None = None


def measurements(
    cells: pd.DataFrame,
    left_out: pd.DataFrame,
    kpis: Mapping[str, Kpi],
    last_days: Mapping[str, date],
    asked: Slice,
) -> tuple[Measurement, ...]:
    """One measurement per KPI, unit and period, in that order; periods without rows have value None.

    cells, left_out: as kpis.cells makes them. last_days: last day of each standard table.
    """
    sums = rolled_up(cells, asked, MEASURES)
    counts = _reasons(rolled_up(left_out, asked, ("rows",), "reason"))
    found = {(row["kpi"], row["unit"], row["start"]): row for row in _records(sums)}
    periods = _periods(cells, left_out, asked)
    measured = []
    for kpi, unit in sorted({(name, unit) for name, unit, _ in found} | {key[:2] for key in counts}):
        last = horizon(kpis[kpi], last_days)
        for period in periods:
            key = (kpi, unit, pd.Timestamp(period.start))
            measured.append(
                _measurement(
                    kpis[kpi],
                    unit,
                    period,
                    found.get(key, EMPTY),
                    counts.get(key, {}),
                    is_complete(period, last),
                )
            )
    return tuple(measured)


def rolled_up(cells: pd.DataFrame, asked: Slice, summed: Sequence[str], *also: str) -> pd.DataFrame:
    """Cells summed by kpi, unit, start of the period and the columns of `also`."""
    days = cells["day"].to_numpy().astype("datetime64[D]")
    inside = np.ones(len(days), dtype=bool)
    if asked.first is not None:
        inside &= days >= np.datetime64(containing(asked.first, asked.every).start)
    if asked.last is not None:
        inside &= days <= np.datetime64(containing(asked.last, asked.every).end)
    starts = period_starts(days, asked.every).astype("datetime64[s]")
    keyed = cells.assign(unit=_units(cells, asked.by), start=starts)[inside]
    keys = ["kpi", "unit", "start", *also]
    return keyed.groupby(keys, as_index=False, sort=True)[list(summed)].sum()


def _units(cells: pd.DataFrame, by: By) -> pd.Series:
    if by == "department":
        return cells["department"]
    return cells["department"] + "/" + cells[by].astype("str")


def _reasons(counts: pd.DataFrame) -> dict[tuple[Any, ...], dict[str, int]]:
    found: dict[tuple[Any, ...], dict[str, int]] = {}
    for row in _records(counts):
        found.setdefault((row["kpi"], row["unit"], row["start"]), {})[row["reason"]] = int(row["rows"])
    return found


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def _periods(cells: pd.DataFrame, left_out: pd.DataFrame, asked: Slice) -> tuple[Period, ...]:
    days = pd.concat([cells["day"], left_out["day"]])
    if days.empty:
        return ()
    first, last = asked.first or days.min().date(), asked.last or days.max().date()
    return between(containing(first, asked.every), containing(last, asked.every))


def _measurement(
    kpi: Kpi, unit: str, period: Period, row: Mapping[str, float], excluded: dict[str, int], complete: bool
) -> Measurement:
    n = round(row["n"])
    failed = kpi.missing == "fail" and excluded.get("missing_value", 0) > 0
    found = None if failed else value(kpi, n, row["numerator"], row["denominator"])
    typical = geometric_mean(row["log_n"], row["log_total"]) if kpi.statistic == "duration" else None
    return Measurement(
        kpi=kpi.id,
        kpi_version=kpi.version,
        unit=unit,
        period=period,
        n=n,
        value=found,
        geometric_mean=None if failed else typical,
        numerator=float(row["numerator"]) if n else 0.0,
        denominator=float(row["denominator"]) if n else 0.0,
        excluded=excluded,
        complete=complete,
    )
