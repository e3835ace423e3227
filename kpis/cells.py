"""From the wide rows of a query to cells in long form, in the KPI's unit."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kpis.measurements import GRAIN, MEASURES
from kpis.query import Part
from kpis.tables import COMMON

Floats = NDArray[np.float64]
ByKpi = Mapping[str, pd.DataFrame]

LEFT_OUT = (*GRAIN, "reason", "rows")
"""Columns of the counts of rows left out, which stand beside the cells."""


def cells(wide: pd.DataFrame, contributions: Sequence[Part]) -> ByKpi:
    """The cells of one table's query per KPI: columns GRAIN + MEASURES, only cells with something in them.

    wide: one row per day, department, segment and exposure, as `query.statement` names its columns.
    """
    keys = _keys(wide)
    return {part.kpi.id: _cells_of(wide, keys, part) for part in contributions}


def left_out(wide: pd.DataFrame, contributions: Sequence[Part]) -> ByKpi:
    """The rows left out per KPI, cell and reason: columns LEFT_OUT, no zero counts."""
    keys = _keys(wide)
    return {part.kpi.id: _left_out_of(wide, keys, part) for part in contributions}


def merged(tables: Sequence[ByKpi], columns: Sequence[str], summed: Sequence[str]) -> pd.DataFrame:
    """What several tables gave as one frame, by KPI; the two sides of a ratio meet in one cell."""
    keys = [name for name in columns if name not in summed]
    blocks = []
    for kpi in sorted({kpi for table in tables for kpi in table}):
        found = [table[kpi] for table in tables if kpi in table and len(table[kpi])]
        if len(found) == 1:
            blocks += found
        elif found:
            both = pd.concat(found, ignore_index=True)
            blocks.append(both.groupby(keys, as_index=False, sort=True)[list(summed)].sum())
    return pd.concat(blocks, ignore_index=True)[list(columns)] if blocks else empty(columns)


def empty(columns: Sequence[str]) -> pd.DataFrame:
    """A frame without rows, its columns typed as those with rows are."""
    kinds = {"day": "datetime64[s]", "exposed": "int64", "rows": "int64"}
    text = ("kpi", "department", "segment", "reason")
    return pd.DataFrame(
        {name: pd.Series(dtype="str" if name in text else kinds.get(name, "float64")) for name in columns}
    )


def _cells_of(wide: pd.DataFrame, keys: pd.DataFrame, part: Part) -> pd.DataFrame:
    a, b = part.kpi.numerator.scale, part.kpi.denominator.scale
    a_n, b_n = _number(wide, part, "a_n"), _number(wide, part, "b_n")
    a_sum, b_sum = _number(wide, part, "a_sum"), _number(wide, part, "b_sum")
    ratio = part.kpi.statistic == "ratio"
    measures = {
        "n": b_n if ratio else a_n,
        "total": a_sum * a,
        "squares": _number(wide, part, "a_squares", a_sum) * a**2,
        "denominator": b_sum * b if ratio else a_n,
        "denominator_squares": _number(wide, part, "b_squares", b_sum) * b**2 if ratio else a_n,
        "cross": _number(wide, part, "cross") * a * b if ratio else a_sum * a,
        **_logarithms(wide, part),
    }
    measures |= {"numerator": measures["total"], "numerator_squares": measures["squares"]}
    some = (a_n > 0) | (b_n > 0)
    columns = {name: measures[name][some] for name in MEASURES}
    return keys[some].assign(kpi=part.kpi.id, **columns)[[*GRAIN, *MEASURES]]


def _logarithms(wide: pd.DataFrame, part: Part) -> dict[str, Floats]:
    n, total, squares = (_number(wide, part, name) for name in ("log_n", "log_sum", "log_squares"))
    shift = math.log(part.kpi.numerator.scale)
    return {
        "log_n": n,
        "log_total": total + shift * n,
        "log_squares": squares + 2 * shift * total + shift**2 * n,
    }


def _left_out_of(wide: pd.DataFrame, keys: pd.DataFrame, part: Part) -> pd.DataFrame:
    blocks = []
    for code, reason in enumerate(part.reasons, start=1):
        rows = _number(wide, part, f"left_out_{code}").astype(np.int64)
        if rows.any():
            counted = keys[rows > 0].assign(kpi=part.kpi.id, reason=reason, rows=rows[rows > 0])
            blocks.append(counted[list(LEFT_OUT)])
    return pd.concat(blocks, ignore_index=True) if blocks else empty(LEFT_OUT)


def _keys(wide: pd.DataFrame) -> pd.DataFrame:
    """The keys of the cells, with days in one type whichever database they came from."""
    return wide[list(COMMON)].assign(day=pd.to_datetime(wide["day"]).astype("datetime64[s]"))


def _number(wide: pd.DataFrame, part: Part, name: str, absent: Floats | None = None) -> Floats:
    """A column as doubles: 0 where SQL summed no rows; `absent`, or else 0, where there is no such column.

    The query leaves the squares of 0/1 values out: they are the sums.
    """
    column = part.name(name)
    if column not in wide:
        return np.zeros(len(wide)) if absent is None else absent
    return np.asarray(np.nan_to_num(wide[column].to_numpy(dtype=np.float64, na_value=np.nan)))
