"""Cells rolled up to measurements: a KPI in a unit over a day, an ISO week or a month."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from core.period import Period, between, containing
from kpis.companions import companions
from kpis.completeness import horizon, is_complete
from kpis.content import Content
from kpis.kpi import Kpi
from kpis.measurements import MEASURES, Measurement
from kpis.roll_up import Key, Slice, placed, records, rolled_up
from kpis.staff_share import shares
from kpis.statistic import geometric_mean, over_two_tables, standard_error, value

EMPTY = dict.fromkeys(MEASURES, 0.0)
SQUARED = {
    "numerator": ("numerator", "numerator"),
    "denominator": ("denominator", "denominator"),
    "cross": ("numerator", "denominator"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """The sums by KPI, unit and start, and what else was found there."""

    sums: dict[Key, dict[str, Any]]
    days: dict[Key, dict[str, Any]]
    excluded: dict[Key, dict[str, int]]
    companions: Mapping[Key, Mapping[str, float]]


def measurements(
    content: Content, kpis: Mapping[str, Kpi], last_days: Mapping[str, date], asked: Slice
) -> tuple[Measurement, ...]:
    """One measurement per KPI, unit and period, in that order; periods without rows have value None.

    last_days: last day of each standard table.
    """
    found = _Found(
        sums=_sums(content, kpis, asked),
        days=_days(content.cells, kpis, asked),
        excluded=_reasons(rolled_up(content.left_out, asked, ("rows",), "reason")),
        companions=companions(content.histogram, kpis, last_days, asked),
    )
    periods = _periods(content, asked)
    measured = []
    for id_, unit in sorted({key[:2] for key in (*found.sums, *found.excluded)}):
        last = horizon(kpis[id_], last_days)
        for period in periods:
            key = (id_, unit, pd.Timestamp(period.start))
            measured.append(_measurement(kpis[id_], key, period, found, over=is_complete(period, last)))
    return tuple(measured)


def _sums(content: Content, kpis: Mapping[str, Kpi], asked: Slice) -> dict[Key, dict[str, Any]]:
    sums = records(rolled_up(content.cells, asked, MEASURES))
    for key, counted in records(shares(content.staff, kpis, asked)).items():
        sums[key] = sums.get(key, EMPTY) | {name: counted[name] for name in MEASURES if name != "expected"}
    return sums


def _days(cells: pd.DataFrame, kpis: Mapping[str, Kpi], asked: Slice) -> dict[Key, dict[str, Any]]:
    """Of ratios over two tables: the sums over days, each day one observation."""
    chosen = cells[cells["kpi"].isin([kpi.id for kpi in kpis.values() if over_two_tables(kpi)])]
    if chosen.empty or asked.every == "day":
        return {}
    keyed = placed(chosen, asked)
    daily = keyed.groupby(["kpi", "unit", "start", "day"], as_index=False)[["numerator", "denominator"]].sum()
    products = {
        name if name == "cross" else f"{name}_squares": daily[one] * daily[other]
        for name, (one, other) in SQUARED.items()
    }
    daily = daily.assign(n=1.0, **products)
    names = ["n", "numerator", "denominator", *products]
    return records(daily.groupby(["kpi", "unit", "start"], as_index=False)[names].sum())


def _reasons(counts: pd.DataFrame) -> dict[Key, dict[str, int]]:
    found: dict[Key, dict[str, int]] = {}
    columns = (counts[name] for name in ("kpi", "unit", "start", "reason", "rows"))
    for kpi, unit, start, reason, rows in zip(*columns, strict=True):
        found.setdefault((kpi, unit, start), {})[reason] = int(rows)
    return found


def _periods(content: Content, asked: Slice) -> tuple[Period, ...]:
    days = pd.concat([content.cells["day"], content.left_out["day"], content.staff["day"]])
    if days.empty:
        return ()
    first, last = asked.first or days.min().date(), asked.last or days.max().date()
    return between(containing(first, asked.every), containing(last, asked.every))


def _measurement(kpi: Kpi, key: Key, period: Period, found: _Found, *, over: bool) -> Measurement:
    sums, excluded = found.sums.get(key, EMPTY), found.excluded.get(key, {})
    n, beside = round(sums["n"]), found.companions.get(key, {})
    failed = kpi.missing == "fail" and excluded.get("missing_value", 0) > 0
    said = value(kpi, n, sums["numerator"], sums["denominator"])
    if kpi.statistic == "censored":
        said = beside.get("median")
    typical = geometric_mean(sums["log_n"], sums["log_total"]) if kpi.statistic == "duration" else None
    share = sums["n"] / sums["expected"] if sums["expected"] > 0 else None
    because: tuple[str, ...] = () if over else ("not_over",)
    if kpi.expected is not None and share is not None and share < kpi.expected.at_least:
        because += ("too_few_measured",) if kpi.expected.below == "withhold" else ()
    return Measurement(
        kpi=kpi.id,
        kpi_version=kpi.version,
        unit=key[1],
        period=period,
        n=n,
        value=None if failed else said,
        geometric_mean=None if failed else typical,
        numerator=float(sums["numerator"]) if n else 0.0,
        denominator=float(sums["denominator"]) if n else 0.0,
        excluded=excluded,
        complete=not because,
        standard_error=None if failed or said is None else standard_error(kpi, sums, found.days.get(key)),
        companions={} if failed or not n else {**_of_sums(kpi, sums), **beside},
        measured_share=share,
        incomplete_because=because,
    )


def _of_sums(kpi: Kpi, sums: Mapping[str, float]) -> dict[str, float]:
    """What the sums themselves say beside the value."""
    found = {}
    if kpi.cap is not None:
        found["uncapped"] = sums["uncapped"] / sums["n"]
    if kpi.statistic == "censored":
        found["open"] = sums["open"]
    return found
