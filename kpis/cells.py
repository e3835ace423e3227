"""From the wide rows of a query to cells in long form, in the KPI's unit."""

import math
from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kpis.measurements import GRAIN, MEASURES, STAFF_KEYS, STAFF_MEASURES
from kpis.parts import Part
from kpis.tables import COMMON

Floats = NDArray[np.float64]

LEFT_OUT = (*GRAIN, "reason", "rows")
"""Columns of the counts of rows left out, which stand beside the cells."""

CELLS = (*GRAIN, *MEASURES)
STAFF = (*STAFF_KEYS, *STAFF_MEASURES)


def cells(wide: pd.DataFrame, contributions: Sequence[Part]) -> list[pd.DataFrame]:
    """The cells of one query, a frame per part: columns GRAIN + MEASURES, only cells with something in them.

    wide: one row per day, department, segment and exposure, as `query.statement` names its columns.
    """
    keys = _keys(wide)
    return [
        _expected(wide, keys, part) if part.role == "expected" else _cells_of(wide, keys, part)
        for part in contributions
    ]


def left_out(wide: pd.DataFrame, contributions: Sequence[Part]) -> list[pd.DataFrame]:
    """The rows left out per part, cell and reason: columns LEFT_OUT, no zero counts."""
    keys = _keys(wide)
    return [_left_out_of(wide, keys, part) for part in contributions]


def staff(wide: pd.DataFrame, contributions: Sequence[Part]) -> list[pd.DataFrame]:
    """The totals per clinician and day of one query of `query_staff`: columns STAFF, a frame per part."""
    keys = _dated(wide, ("day", "department", "clinician"))
    found = []
    for part in contributions:
        sides = {side: _number(wide, part, side) for side in STAFF_MEASURES}
        some = (sides["numerator"] > 0) | (sides["denominator"] > 0)
        columns = {name: side[some] for name, side in sides.items()}
        found.append(keys[some].assign(kpi=part.kpi.id, **columns)[list(STAFF)])
    return found


def merged(frames: Sequence[pd.DataFrame], columns: Sequence[str], summed: Sequence[str]) -> pd.DataFrame:
    """Frames of several queries as one, by KPI; what several tables say of a KPI meets in one cell."""
    keys = [name for name in columns if name not in summed]
    by_kpi: dict[str, list[pd.DataFrame]] = {}
    for frame in frames:
        if len(frame):
            by_kpi.setdefault(frame["kpi"].iloc[0], []).append(frame)
    blocks = []
    for _, found in sorted(by_kpi.items()):
        if len(found) > 1:
            both = pd.concat(found, ignore_index=True)
            found = [both.groupby(keys, as_index=False, sort=True)[list(summed)].sum()]
        blocks += found
    if not blocks:
        return empty(tuple(columns))
    both = pd.concat(blocks, ignore_index=True)
    return both if list(both.columns) == list(columns) else both[list(columns)]


@cache
def empty(columns: tuple[str, ...]) -> pd.DataFrame:
    """A frame without rows, its columns typed as those with rows are."""
    kinds = {"day": "datetime64[s]", "exposed": "int64", "rows": "int64", "bin": "int64"}
    text = ("kpi", "department", "segment", "reason", "kind", "clinician", "every", "table")
    return pd.DataFrame(
        {name: pd.Series(dtype="str" if name in text else kinds.get(name, "float64")) for name in columns}
    )


def _cells_of(wide: pd.DataFrame, keys: pd.DataFrame, part: Part) -> pd.DataFrame:
    a, b = part.kpi.numerator.scale, part.kpi.denominator.scale
    a_n, b_n, still_open = (_number(wide, part, name) for name in ("a_n", "b_n", "open"))
    a_sum, b_sum = _number(wide, part, "a_sum"), _number(wide, part, "b_sum")
    divides = part.kpi.statistic in ("ratio", "rate")
    squares = _number(wide, part, "a_squares", a_sum)
    offset = part.kpi.offset
    measures = {
        "n": b_n if divides else a_n + still_open,
        "total": a_sum * a,
        "squares": squares * a**2,
        "denominator": b_sum * b if divides else a_n,
        "denominator_squares": _number(wide, part, "b_squares", b_sum) * b**2 if divides else a_n,
        "cross": _number(wide, part, "cross") * a * b if divides else a_sum * a,
        "numerator_squares": (squares + 2 * offset * a_sum - offset**2 * a_n) * a**2,
        "uncapped": _number(wide, part, "uncapped", a_sum) * a,
        "open": still_open,
        **_logarithms(wide, part),
    }
    measures |= {"numerator": measures["total"], "expected": np.zeros(len(wide))}
    some = (a_n > 0) | (b_n > 0) | (still_open > 0)
    return _frame(part, keys, some, measures)


def _expected(wide: pd.DataFrame, keys: pd.DataFrame, part: Part) -> pd.DataFrame:
    """Cells in which nothing but the number of rows that could have been measured is filled."""
    rows = _number(wide, part, "n")
    nothing = dict.fromkeys(MEASURES, np.zeros(len(wide)))
    return _frame(part, keys, rows > 0, nothing | {"expected": rows})


def _frame(
    part: Part, keys: pd.DataFrame, some: NDArray[np.bool_], measures: Mapping[str, Floats]
) -> pd.DataFrame:
    """The cells where `some` holds, column by column: copies of whole frames cost as much as the scan."""
    all_of_them = bool(some.all())
    kept = keys if all_of_them else keys[some]
    columns = {name: measures[name] if all_of_them else measures[name][some] for name in MEASURES}
    kpi = pd.array([part.kpi.id], dtype="str").repeat(len(kept))
    named = {"kpi": kpi, **{name: kept[name].array for name in GRAIN[1:]}, **columns}
    return pd.DataFrame(named, copy=False)


def _logarithms(wide: pd.DataFrame, part: Part) -> dict[str, Floats]:
    """Of a duration; where all values are positive the query counts them once, as the values."""
    total, squares = (_number(wide, part, name) for name in ("log_sum", "log_squares"))
    once = part.name("log_sum") in wide and part.name("log_n") not in wide
    n = _number(wide, part, "a_n" if once else "log_n")
    shift = math.log(part.kpi.numerator.scale)
    return {
        "log_n": n,
        "log_total": total + shift * n,
        "log_squares": squares + 2 * shift * total + shift**2 * n,
    }


def _left_out_of(wide: pd.DataFrame, keys: pd.DataFrame, part: Part) -> pd.DataFrame:
    counts = {
        reason: _number(wide, part, f"left_out_{code}") for code, reason in enumerate(part.reasons, start=1)
    }
    where = {reason: np.flatnonzero(rows) for reason, rows in counts.items()}
    some = [reason for reason, found in where.items() if len(found)]
    if not some:
        return empty(LEFT_OUT)
    kept = keys.take(np.concatenate([where[reason] for reason in some]))
    rows = np.concatenate([counts[reason][where[reason]] for reason in some]).astype(np.int64)
    reasons = pd.array(some, dtype="str").repeat([len(where[reason]) for reason in some])
    named = {
        "kpi": part.kpi.id,
        **{name: kept[name].array for name in GRAIN[1:]},
        "reason": reasons,
        "rows": rows,
    }
    return pd.DataFrame(named, copy=False)


def _keys(wide: pd.DataFrame) -> pd.DataFrame:
    """The keys of the cells, with days in one type whichever database they came from."""
    return _dated(wide, COMMON)


def _dated(wide: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    return wide[list(keys)].assign(day=pd.to_datetime(wide["day"]).astype("datetime64[s]"))


def _number(wide: pd.DataFrame, part: Part, name: str, absent: Floats | None = None) -> Floats:
    """A column as doubles: 0 where SQL summed no rows; `absent`, or else 0, where there is no such column.

    The query leaves the squares of 0/1 values out: they are the sums.
    """
    column = part.name(name)
    if column not in wide:
        return np.zeros(len(wide)) if absent is None else absent
    found = wide[column].to_numpy(dtype=np.float64, na_value=np.nan)
    gaps = np.isnan(found)
    return np.where(gaps, 0.0, found) if gaps.any() else found
