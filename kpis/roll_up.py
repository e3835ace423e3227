"""Cells summed to periods and units: what is asked, and the sums by KPI, unit and first day of the period."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.period import Every, containing
from kpis.calendar import period_starts

By = Literal["department", "segment", "exposed"]
Key = tuple[str, str, pd.Timestamp]
"""KPI, unit and first day of the period."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """What is asked: periods of a length, per department or a sub-group of it.

    first, last: days in the first and the last period, which are taken whole: a free range of days could be
    subtracted from another one. None for the first and the last day with data. details: whether medians,
    distributions and the like are wanted beside the value.
    """

    every: Every = "week"
    by: By = "department"
    first: date | None = None
    last: date | None = None
    details: bool = True


def rolled_up(cells: pd.DataFrame, asked: Slice, summed: Sequence[str], *also: str) -> pd.DataFrame:
    """Cells summed by kpi, unit, start of the period and the columns of `also`."""
    keyed = placed(cells, asked)
    keys = ["kpi", "unit", "start", *also]
    return keyed.groupby(keys, as_index=False, sort=True)[list(summed)].sum()


def placed(cells: pd.DataFrame, asked: Slice) -> pd.DataFrame:
    """The cells inside the periods that are asked, with their `unit` and the `start` of their period."""
    days = cells["day"].to_numpy().astype("datetime64[D]")
    inside = _inside(days, asked)
    starts = period_starts(days, asked.every).astype("datetime64[s]")
    return cells.assign(unit=_units(cells, asked.by), start=starts)[inside]


def records(frame: pd.DataFrame) -> dict[Key, dict[str, Any]]:
    """The rows of a frame by KPI, unit and start."""
    names = [str(name) for name in frame.columns]
    keys = zip(*(frame[name].tolist() for name in ("kpi", "unit", "start")), strict=True)
    rows = zip(*(frame[name].tolist() for name in frame.columns), strict=True)
    return {key: dict(zip(names, row, strict=True)) for key, row in zip(keys, rows, strict=True)}


def _inside(days: NDArray[np.datetime64], asked: Slice) -> NDArray[np.bool_]:
    inside = np.ones(len(days), dtype=bool)
    if asked.first is not None:
        inside &= days >= np.datetime64(containing(asked.first, asked.every).start)
    if asked.last is not None:
        inside &= days <= np.datetime64(containing(asked.last, asked.every).end)
    return inside


def _units(cells: pd.DataFrame, by: By) -> pd.Series:
    if by == "department" or by not in cells:
        return cells["department"]
    return cells["department"] + "/" + cells[by].astype("str")
