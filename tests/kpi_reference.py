"""The meaning of a KPI definition, row by row in plain Python: slow, obvious, no code shared with the SQL.

Only the definition's own types are read; values, filters and sums are worked out here once more.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

Row = Mapping[str, Any]
Tables = Mapping[str, list[Row]]
Key = tuple[str, Any, str, int]


def quantity(row: Row, text: str) -> float | None:
    """Empty is 1 per row; "a + b - c" adds up; "a..b" is minutes; missing in any part is missing."""
    if text == "":
        return 1.0
    if ".." in text:
        start, end = (row[name] for name in text.split(".."))
        return None if start is None or end is None else (end - start).total_seconds() / 60
    words, total, sign = text.replace("+", " + ").replace("-", " - ").split(), 0.0, 1
    for word in words:
        if word in "+-":
            sign = 1 if word == "+" else -1
        elif row[word] is None:
            return None
        else:
            total += sign * float(row[word])
    return total


def holds(row: Row, column: str, operator: str, value: Any) -> bool:
    """A condition on a missing value does not hold, except `missing`."""
    plain = not any(mark in column for mark in "+-.")
    found = row[column] if plain else quantity(row, column)
    if operator in ("missing", "present"):
        return (found is None) == (operator == "missing")
    if found is None:
        return False
    return {
        "=": lambda: found == value,
        "!=": lambda: found != value,
        "<": lambda: found < value,
        "<=": lambda: found <= value,
        ">": lambda: found > value,
        ">=": lambda: found >= value,
        "in": lambda: found in value,
        "not in": lambda: found not in value,
    }[operator]()


def all_hold(row: Row, conditions: Iterable[Any]) -> bool:
    return all(holds(row, one.column, one.operator, one.value) for one in conditions)


def plausible(kpi: Any, raw: float) -> bool:
    if kpi.plausible is None:
        return True
    scale = Fraction(kpi.numerator.scale).limit_denominator(10**6)
    low, high = (Fraction(str(bound)) for bound in kpi.plausible)
    return low <= Fraction(raw) * scale <= high


def numerator_of(kpi: Any, row: Row) -> float | str:
    """The row's numerator in its own unit, or the reason why it has none."""
    if kpi.statistic == "proportion":
        asked = [one.column for one in kpi.numerator.where if one.operator not in ("missing", "present")]
        absent = any(quantity_missing(row, column) for column in asked)
        if absent and kpi.missing != "zero":
            return "missing_value"
        raw: float | None = 1.0 if all_hold(row, kpi.numerator.where) else 0.0
    elif not all_hold(row, kpi.numerator.where):
        raw = 0.0
    else:
        raw = quantity(row, kpi.numerator.value)
        if raw is None:
            if kpi.missing != "zero":
                return "missing_value"
            raw = 0.0
    return raw if plausible(kpi, raw) else "implausible"


def quantity_missing(row: Row, column: str) -> bool:
    plain = not any(mark in column for mark in "+-.")
    return (row[column] if plain else quantity(row, column)) is None


def judge(kpi: Any, row: Row) -> tuple[float, float] | str | None:
    """(numerator, denominator) of a row of the population, or the reason it is left out; None: not in it."""
    if not all_hold(row, kpi.denominator.where):
        return None
    for exclusion in kpi.exclusions:
        if all_hold(row, [exclusion.where]):
            return str(exclusion.reason)
    below = quantity(row, kpi.denominator.value)
    above = numerator_of(kpi, row)
    if below is None:
        return "missing_value"
    return above if isinstance(above, str) else (above, below)


def measure(kpi: Any, tables: Tables) -> tuple[dict[Key, dict[str, float]], dict[tuple[Key, str], int]]:
    """Sums per department, day, segment and exposure, and rows left out per reason; in the KPI's unit."""
    pairs: dict[Key, list[tuple[float, float]]] = defaultdict(list)
    tops: dict[Key, list[float]] = defaultdict(list)
    left_out: dict[tuple[Key, str], int] = defaultdict(int)
    one_table = kpi.numerator.table == kpi.denominator.table
    for row in tables[kpi.denominator.table]:
        found = judge(kpi, row) if one_table else _below(kpi, row)
        if isinstance(found, str):
            left_out[_key(row), found] += 1
        elif found is not None:
            pairs[_key(row)].append(found)
    if not one_table:
        for row in tables[kpi.numerator.table]:
            if all_hold(row, kpi.numerator.where):
                top = numerator_of(kpi, row)
                if isinstance(top, str):
                    left_out[_key(row), top] += 1
                else:
                    tops[_key(row)].append(top)
    keys = set(pairs) | set(tops)
    return {key: _sums(kpi, pairs[key], tops[key]) for key in keys}, dict(left_out)


def _below(kpi: Any, row: Row) -> tuple[float, float] | str | None:
    if not all_hold(row, kpi.denominator.where):
        return None
    for exclusion in kpi.exclusions:
        if all_hold(row, [exclusion.where]):
            return str(exclusion.reason)
    below = quantity(row, kpi.denominator.value)
    return "missing_value" if below is None else (0.0, below)


def _key(row: Row) -> Key:
    return row["department"], row["day"], row["segment"], row["exposed"]


def _sums(kpi: Any, pairs: list[tuple[float, float]], tops: list[float]) -> dict[str, float]:
    a = [kpi.numerator.scale * top for top in tops or [above for above, _ in pairs]]
    b = [kpi.denominator.scale * below for _, below in pairs]
    paired = kpi.numerator.table == kpi.denominator.table
    logs = [math.log(x) for x in a if x > 0] if kpi.statistic == "duration" else []
    if not paired and not tops:
        a = []
    return {
        "n": len(pairs),
        "total": math.fsum(a),
        "squares": math.fsum(x * x for x in a),
        "log_n": len(logs),
        "log_total": math.fsum(logs),
        "log_squares": math.fsum(x * x for x in logs),
        "numerator": math.fsum(a),
        "denominator": math.fsum(b),
        "numerator_squares": math.fsum(x * x for x in a),
        "denominator_squares": math.fsum(x * x for x in b),
        "cross": math.fsum(x * y for x, y in zip(a, b, strict=True)) if paired else 0.0,
    }
