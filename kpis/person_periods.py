"""Distinct persons per day, ISO week, month and piece of a week, kept beside the cube: they do not add up.

They serve the threshold of disclosure control. A week, month or piece in which one day alone has more persons
than any threshold asks for (`SURE`) is not counted again: its busiest day is a lower bound that is enough.
Pieces are those of weeks that a month boundary cuts; where it does not, the week says the same.
"""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from core.settings import HIGHEST
from governance.disclosure_control.policy import DOMINANT
from kpis.cells import empty
from kpis.gather import Run
from kpis.kpi import Kpi
from kpis.parts import Part, population_parts
from kpis.period_start import start_of
from kpis.person_amounts import MEASURES
from kpis.person_counts import KindsByKpi, counted
from kpis.pieces import Length, is_cut, span_of, starts
from kpis.query import Spans, within
from kpis.row_values import source
from kpis.tables import TABLES

COLUMNS = ("kpi", "department", "every", "day", "patients", "staff", *MEASURES)
"""every: the length. day: first day of it. patients, staff: NaN where not known."""

LONGER: tuple[Length, ...] = ("week", "month", "piece")
KEYS = ("kpi", "department", "day")
SURE = {"patients": float(HIGHEST["minimum_patients"]), "staff": float(HIGHEST["minimum_staff"])}
"""No threshold may be set higher."""


def by_day(
    run: Run, kpis: Sequence[Kpi], known: KindsByKpi, days: Spans | None, *, sums_only: bool = False
) -> pd.DataFrame:
    """Persons per KPI of `known`, department and day: COLUMNS. days: None for all.

    sums_only: nothing that one person brings in is asked for.
    """
    chosen = [kpi for kpi in kpis if kpi.id in known]
    return _gathered(
        [
            _table(run, population_parts(chosen, table), known, "day", days, None, sums_only=sums_only)
            for table in _tables(chosen)
        ]
    )


def by_longer(
    run: Run,
    kpis: Sequence[Kpi],
    known: KindsByKpi,
    daily: pd.DataFrame,
    every: Length,
    *,
    sums_only: bool = False,
) -> pd.DataFrame:
    """Persons per KPI, department and week, month or piece, for those of `daily` (whole): COLUMNS."""
    most = at_least(daily, every)
    open_ = ~np.logical_and.reduce([most[kind].isna() | (most[kind] >= sure) for kind, sure in SURE.items()])
    open_ |= most["largest_two"] > most["amount"] * DOMINANT
    if not open_.any():
        return most
    small = most[open_]
    exact = _gathered(
        [_small(run, kpis, table, known, small, every, sums_only=sums_only) for table in _tables(kpis)]
    )
    exact = small[list(KEYS)].merge(exact, on=list(KEYS))[list(COLUMNS)]
    return _sorted(pd.concat([exact, most[~open_]], ignore_index=True))


def at_least(daily: pd.DataFrame, every: Length) -> pd.DataFrame:
    """Per KPI, department and length the persons of its busiest day, and the sums of its days: COLUMNS."""
    days = daily["day"].to_numpy().astype("datetime64[D]")
    if every == "piece":
        daily, days = daily[is_cut(days)], days[is_cut(days)]
    first = starts(days, every).astype("datetime64[s]")
    taken = dict.fromkeys(SURE, "max") | dict.fromkeys(MEASURES, "sum")
    most = daily.assign(day=first).groupby(list(KEYS), as_index=False).agg(taken)
    return most.assign(every=every)[list(COLUMNS)]


def _small(
    run: Run,
    kpis: Sequence[Kpi],
    table: str,
    known: KindsByKpi,
    asked: pd.DataFrame,
    every: Length,
    *,
    sums_only: bool,
) -> pd.DataFrame:
    """The exact counts of the KPIs and departments in which some period is small."""
    wanted = set(asked["kpi"].unique())
    parts = [part for part in population_parts(kpis, table) if part.kpi.id in wanted]
    days = [span for day in asked["day"].unique() if (span := span_of(day.date(), every)) is not None]
    departments = sorted(asked["department"].unique())
    return _table(run, parts, known, every, joined(days), departments, sums_only=sums_only)


def _table(
    run: Run,
    parts: Sequence[Part],
    known: KindsByKpi,
    every: Length,
    days: Spans | None,
    departments: Sequence[str] | None,
    *,
    sums_only: bool,
) -> pd.DataFrame:
    if not parts:
        return empty(COLUMNS)
    table = TABLES[_table_of(parts)]
    facts = source(table.name).c
    groups = {"department": facts.department, "day": start_of(facts.day, every)}
    among = within(facts.day, days)
    among += [] if departments is None else [facts.department.in_(departments)]
    wide = counted(run, parts, table, groups, among, known, sums_only=sums_only)
    wide["day"] = pd.to_datetime(wide["day"]).astype("datetime64[s]")
    blocks = []
    for part in parts:
        columns = {"patients": wide[part.name("patient")], "staff": wide[part.name("staff")]}
        columns |= {measure: wide[part.name(measure)] for measure in MEASURES}
        block = wide[list(groups)].assign(kpi=part.kpi.id, every=every, **columns)
        blocks.append(block[wide[part.name("rows")] > 0])
    return pd.concat(blocks, ignore_index=True)[list(COLUMNS)]


def _tables(kpis: Sequence[Kpi]) -> list[str]:
    """The tables that hold the populations."""
    return sorted({kpi.denominator.table for kpi in kpis})


def _table_of(parts: Sequence[Part]) -> str:
    return parts[0].kpi.denominator.table


def joined(days: Spans) -> Spans:
    """Spans that overlap or follow each other as one, in order."""
    found: list[tuple[date, date]] = []
    for first, last in sorted(days):
        if found and (first - found[-1][1]).days <= 1:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        else:
            found.append((first, last))
    return found


def _gathered(blocks: Sequence[pd.DataFrame]) -> pd.DataFrame:
    some = [block for block in blocks if len(block)]
    return _sorted(pd.concat(some, ignore_index=True)) if some else empty(COLUMNS)


def _sorted(found: pd.DataFrame) -> pd.DataFrame:
    return found.sort_values(["kpi", "every", "department", "day"], ignore_index=True)
