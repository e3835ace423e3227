"""The meaning of a KPI definition, row by row in plain Python: slow, obvious, no code shared with the SQL.

Only the definition's own types are read; values, conditions, reasons and working time are worked out here
once more. `kpi_reference_sums` adds up what this says of each row.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

Row = Mapping[str, Any]
Tables = Mapping[str, list[Row]]

ZONE = ZoneInfo("Europe/Amsterdam")
OPENS, CLOSES = time(8), time(17)
DAYS_OFF = {
    date(2025, 12, 25), date(2025, 12, 26), date(2026, 1, 1), date(2026, 4, 6), date(2026, 4, 27),
    date(2026, 5, 14), date(2026, 5, 25), date(2026, 12, 25), date(2026, 12, 26), date(2027, 1, 1),
}  # fmt: skip
SPAN = re.compile(r"(?:(working_days|working_minutes)\()?(\w+)\.\.(\w+)\)?")
PRESENCE = ("missing", "present")


LARGEST = 1e100


def read(row: Row, name: str) -> Any:
    """What a column holds; a number that is not finite, or beyond any measurement, is missing."""
    found = row[name]
    return None if isinstance(found, float) and not -LARGEST <= found <= LARGEST else found


def as_it_is(row: Row, name: str) -> Any:
    """What a column holds: a numerator that is not finite is not missing but implausible."""
    return row[name]


def quantity(row: Row, text: str, read: Callable[[Row, str], Any] = read) -> float | None:
    """Empty is 1 per row; "a + b - c" adds up; "a..b" is minutes; missing in any part is missing."""
    if text == "":
        return 1.0
    if span := SPAN.fullmatch(text):
        start, end = read(row, span[2]), read(row, span[3])
        return None if start is None or end is None else passed(span[1], start, end)
    total, sign = 0.0, 1
    for word in re.findall(r"[+-]|\w+", text):
        if word in "+-":
            sign = 1 if word == "+" else -1
        elif read(row, word) is None:
            return None
        else:
            total += sign * float(read(row, word))
    return total


def passed(kind: str | None, start: datetime, end: datetime) -> float:
    """Minutes, working minutes or working days between two UTC times; negative when they are reversed."""
    if end < start:
        return -passed(kind, end, start)
    if kind is None:
        return (end - start) // timedelta(microseconds=1) / 60_000_000
    first, last = local(start).date(), local(end).date()
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    if kind == "working_days":
        return float(sum(works(day) for day in days[1:]))
    worked = timedelta()
    for day in filter(works, days):
        opens, closes = (in_utc(day, clock) for clock in (OPENS, CLOSES))
        worked += max(min(end, closes) - max(start, opens), timedelta())
    return worked // timedelta(microseconds=1) / 60_000_000


def local(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC).astimezone(ZONE)


def in_utc(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, ZONE).astimezone(UTC).replace(tzinfo=None)


def works(day: date) -> bool:
    return day.weekday() < 5 and day not in DAYS_OFF


def holds(row: Row, column: str, operator: str, value: Any) -> bool:
    """A condition on a missing value does not hold, except `missing`."""
    found = read(row, column) if column.isidentifier() else quantity(row, column)
    if operator in PRESENCE:
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


def in_columns(kpi: Any, value: float) -> float:
    """A number in the KPI's unit as the columns would give it: 0.05 min is 3 s at a scale of 1/60."""
    return _unscaled(kpi.numerator.scale, value)


@cache
def _unscaled(factor: float, value: float) -> float:
    scale = Fraction(str(factor))
    near = scale.limit_denominator(10**6)
    return float(Fraction(str(value)) / (near if abs(near / scale - 1) < 1e-12 else scale))


def judge(kpi: Any, row: Row, role: str) -> tuple[float | None, float] | str | None:
    """(numerator, denominator) in the unit of the columns, the reason it is left out, or None: not in it.

    role: what the row's table holds of the KPI: both, numerator or denominator. A numerator of None is open.
    """
    population = kpi.numerator.where if role == "numerator" else kpi.denominator.where
    if not all_hold(row, population):
        return None
    if role != "numerator":
        for exclusion in kpi.exclusions:
            if all_hold(row, [exclusion.where]):
                return str(exclusion.reason)
    divides = kpi.statistic in ("ratio", "rate", "staff_share")
    below = quantity(row, kpi.denominator.value) if role != "numerator" and divides else 1.0
    if below is None or (kpi.group is not None and read(row, kpi.group.column) is None):
        return "missing_value"
    if role == "denominator":
        return 0.0, below
    above = numerator(kpi, row, role)
    return above if isinstance(above, str) else (above, below)


def numerator(kpi: Any, row: Row, role: str) -> float | str | None:
    """The row's numerator before its cap, or the reason why it has none; None where it is still open."""
    where, value = kpi.numerator.where, kpi.numerator.value
    asked = (*where, *kpi.against)
    if kpi.statistic in ("proportion", "net") and not value:
        if kpi.missing != "zero" and any(_unanswered(row, one) for one in asked):
            return "missing_value"
        if all_hold(row, where):
            return _plausible(kpi, 1.0)
        return _plausible(kpi, -1.0 if kpi.against and all_hold(row, kpi.against) else 0.0)
    if role == "both" and not all_hold(row, where):
        return _plausible(kpi, 0.0)
    raw = quantity(row, value, as_it_is)
    if raw is None and kpi.statistic == "censored":
        return "missing_value" if read(row, SPAN.fullmatch(value)[2]) is None else None  # type: ignore[index]
    if raw is None and kpi.missing != "zero":
        return "missing_value"
    if kpi.group is not None:
        return 0.0 if raw is None else _turned(kpi, row, raw)
    return _plausible(kpi, raw or 0.0)


def _turned(kpi: Any, row: Row, raw: float) -> float | str:
    """An answer to an item: refused outside its range; items that ask the other way round are turned."""
    group = kpi.group
    low, high = group.item_range or (-LARGEST, LARGEST)
    if not low <= raw <= high:
        return "implausible"
    turned = bool(group.reverse) and read(row, group.item_column) in group.reverse
    return group.reverse_around - raw if turned else raw


def _plausible(kpi: Any, raw: float) -> float | str:
    """The value, unless it lies outside what is plausible, or is no number of a hospital at all."""
    bounds = [in_columns(kpi, bound) for bound in kpi.plausible or ()]
    low, high = bounds or (-LARGEST, LARGEST)
    return raw if low <= raw <= high else "implausible"


def _unanswered(row: Row, condition: Any) -> bool:
    return condition.operator not in PRESENCE and holds(row, condition.column, "missing", None)
