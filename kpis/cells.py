"""From the wide rows of a query to cells in long form, in the KPI's unit."""

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from kpis.measurements import GRAIN, MEASURES
from kpis.query import Part
from kpis.tables import COMMON

LEFT_OUT = (*GRAIN, "reason", "rows")
"""Columns of the counts of rows left out, which stand beside the cells."""


def cells(wide: pd.DataFrame, contributions: Sequence[Part]) -> pd.DataFrame:
    """The cells of one table's query: columns GRAIN + MEASURES, only cells with something in them.

    wide: one row per department, day, segment and exposure, as `query.statement` names its columns.
    """
    return _stack([_cells_of(wide, part) for part in contributions], (*GRAIN, *MEASURES))


def left_out(wide: pd.DataFrame, contributions: Sequence[Part]) -> pd.DataFrame:
    """The rows left out per cell and reason: columns LEFT_OUT, no zero counts."""
    blocks = []
    for part in contributions:
        for code, reason in enumerate(part.reasons, start=1):
            rows = _number(wide, part.reason_name(code)).astype(np.int64)
            some = _keys(wide)[rows > 0]
            counted = some.assign(kpi=part.kpi.id, reason=reason, rows=rows[rows > 0])
            blocks.append(counted)
    return _stack(blocks, LEFT_OUT)


def merged(tables: Sequence[pd.DataFrame], columns: Sequence[str], summed: Sequence[str]) -> pd.DataFrame:
    """The cells of several tables as one, sorted; the two sides of a ratio meet in one cell."""
    keys = [name for name in columns if name not in summed]
    return _stack(tables, columns).groupby(keys, as_index=False, sort=True)[list(summed)].sum()


def _stack(blocks: Sequence[pd.DataFrame], columns: Sequence[str]) -> pd.DataFrame:
    filled = [block[list(columns)] for block in blocks if len(block)]
    return pd.concat(filled, ignore_index=True) if filled else empty(columns)


def empty(columns: Sequence[str]) -> pd.DataFrame:
    """A frame without rows, its columns typed as those with rows are."""
    kinds = {"day": "datetime64[s]", "exposed": "int64", "rows": "int64"}
    text = ("kpi", "department", "segment", "reason")
    return pd.DataFrame(
        {name: pd.Series(dtype="str" if name in text else kinds.get(name, "float64")) for name in columns}
    )


def _cells_of(wide: pd.DataFrame, part: Part) -> pd.DataFrame:
    a, b = part.kpi.numerator.scale, part.kpi.denominator.scale
    raw = {
        name: _number(wide, part.name(name)) * factor
        for name, factor in {
            "a_n": 1.0,
            "a_sum": a,
            "a_squares": a * a,
            "b_n": 1.0,
            "b_sum": b,
            "b_squares": b * b,
            "cross": a * b,
        }.items()
    }
    ratio = part.kpi.statistic == "ratio"
    block = _keys(wide).assign(
        kpi=part.kpi.id,
        n=raw["b_n"] if ratio else raw["a_n"],
        total=raw["a_sum"],
        squares=raw["a_squares"],
        numerator=raw["a_sum"],
        numerator_squares=raw["a_squares"],
        denominator=raw["b_sum"] if ratio else raw["a_n"],
        denominator_squares=raw["b_squares"] if ratio else raw["a_n"],
        cross=raw["cross"] if ratio else raw["a_sum"],
        **_logarithms(wide, part),
    )
    return block[(raw["a_n"] > 0) | (raw["b_n"] > 0)]


def _logarithms(wide: pd.DataFrame, part: Part) -> dict[str, pd.Series]:
    n, total, squares = (_number(wide, part.name(name)) for name in ("log_n", "log_sum", "log_squares"))
    shift = math.log(part.kpi.numerator.scale)
    return {
        "log_n": n,
        "log_total": total + shift * n,
        "log_squares": squares + 2 * shift * total + shift * shift * n,
    }


def _keys(wide: pd.DataFrame) -> pd.DataFrame:
    """The keys of the cells, with days in one type whichever database they came from."""
    return wide[list(COMMON)].assign(day=pd.to_datetime(wide["day"]).astype("datetime64[s]"))


def _number(wide: pd.DataFrame, name: str) -> pd.Series:
    """A column as doubles: 0 where it is absent, and where SQL summed no rows."""
    if name not in wide:
        return pd.Series(0.0, index=wide.index)
    return wide[name].astype("float64").fillna(0.0)
