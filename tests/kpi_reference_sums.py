"""What the rows of a KPI add up to, per key: cells, rows left out, histograms and totals per clinician.

Adds up what `kpi_reference` says of each row, in the KPI's unit, with exactly rounded sums.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.kpi_reference import SPAN, Row, Tables, all_hold, in_columns, judge, read

Key = tuple[str, Any, str, int]
"""Department, day, segment, exposed."""

COMPARE = {"<": "__lt__", "<=": "__le__", ">": "__gt__", ">=": "__ge__", "=": "__eq__"}


@dataclass(frozen=True)
class Seen:
    """One row (or group of rows) that counts: its values in the unit of the columns.

    a: numerator after the cap, None where it is open or the row has none. raw: before the cap. b:
    denominator, None where the row has none. since: minutes from 00:00 UTC of its day to an open span.
    """

    key: Key
    a: float | None
    b: float | None
    raw: float | None = None
    since: float | None = None


@dataclass
class Reference:
    seen: list[Seen] = field(default_factory=list)
    left_out: Counter[tuple[Key, str]] = field(default_factory=Counter)
    expected: Counter[Key] = field(default_factory=Counter)
    staff: dict[tuple[str, Any, str], tuple[int, int]] = field(default_factory=dict)


def key_of(row: Row) -> Key:
    return row["department"], row["day"], row["segment"], row["exposed"]


def sides(kpi: Any) -> Iterator[tuple[str, str]]:
    """Tables with what they hold of the KPI."""
    above, below = kpi.numerator.table, kpi.denominator.table
    yield from [(above, "both")] if above == below else [(above, "numerator"), (below, "denominator")]


def look(kpi: Any, tables: Tables) -> Reference:
    """Everything that the rows say."""
    found = Reference()
    if kpi.expected is not None:
        rows = tables[kpi.expected.table]
        found.expected.update(key_of(row) for row in rows if all_hold(row, kpi.expected.where))
    if kpi.staff is not None:
        found.staff = clinicians(kpi, tables)
        return found
    for table, role in sides(kpi):
        counted = [(row, judge(kpi, row, role)) for row in tables[table]]
        found.left_out.update((key_of(row), said) for row, said in counted if isinstance(said, str))
        inside = [(row, said) for row, said in counted if isinstance(said, tuple)]
        if kpi.group is not None:
            _groups(kpi, inside, found)
        else:
            found.seen += [_seen(kpi, row, role, *said) for row, said in inside]
    return found


def _seen(kpi: Any, row: Row, role: str, above: float | None, below: float) -> Seen:
    if role == "denominator":
        return Seen(key_of(row), None, below)
    b = None if role == "numerator" else below
    if above is None:
        start = read(row, SPAN.fullmatch(kpi.numerator.value)[2])  # type: ignore[index]
        since = (start - datetime.combine(row["day"], datetime.min.time())).total_seconds() / 60
        return Seen(key_of(row), None, b, since=since)
    capped = above if kpi.cap is None else min(above, in_columns(kpi, kpi.cap.at))
    return Seen(key_of(row), capped, b, above)


def _groups(kpi: Any, inside: Iterable[tuple[Row, Any]], found: Reference) -> None:
    group, answers = kpi.group, defaultdict(list)
    for row, (above, _) in inside:
        answers[key_of(row), row[group.column]].append(above)
    for (key, _), values in answers.items():
        too_many = group.combine == "sum" and len(values) > group.rows
        if len(values) < group.at_least or too_many:
            found.left_out[key, "incomplete"] += 1
            continue
        value = math.fsum(values)
        if group.combine == "mean":
            value /= len(values)
        elif group.at_least < group.rows:
            value = value / len(values) * group.rows
        value += group.shift
        if kpi.plausible is not None:
            low, high = (in_columns(kpi, bound) for bound in kpi.plausible)
            if not low <= value <= high:
                found.left_out[key, "implausible"] += 1
                continue
        if group.counts is not None:
            meets = getattr(value, COMPARE[group.counts.operator])(in_columns(kpi, group.counts.value))
            value = 1.0 if meets else 0.0
        found.seen.append(Seen(key, value, 1.0, value))


def clinicians(kpi: Any, tables: Tables) -> dict[tuple[str, Any, str], tuple[int, int]]:
    """Rows of either side per department, day and clinician; rows of nobody do not count."""
    totals: dict[tuple[str, Any, str], list[int]] = defaultdict(lambda: [0, 0])
    for side, table in enumerate((kpi.numerator.table, kpi.denominator.table)):
        for row in tables[table]:
            said = judge(kpi, row, ("numerator", "denominator")[side])
            if row["clinician"] is not None and isinstance(said, tuple):
                totals[row["department"], row["day"], row["clinician"]][side] += 1
    return {key: (used, could) for key, (used, could) in totals.items()}


def cells(kpi: Any, found: Reference) -> dict[Key, dict[str, float]]:
    """Sums per key in the KPI's unit, under the names of a cell."""
    by_key: dict[Key, list[Seen]] = defaultdict(list)
    for one in found.seen:
        by_key[one.key].append(one)
    keys = {*by_key, *found.expected}
    return {key: sums(kpi, by_key[key]) | {"expected": found.expected[key]} for key in keys}


def sums(kpi: Any, seen: list[Seen]) -> dict[str, float]:
    scale, below, offset = kpi.numerator.scale, kpi.denominator.scale, kpi.offset
    a = [scale * one.a for one in seen if one.a is not None]
    divides = kpi.statistic in ("ratio", "rate")
    b = [below * one.b for one in seen if one.b is not None] if divides else [1.0] * len(a)
    pairs = [(one.a * scale, one.b * below) for one in seen if one.a is not None and one.b is not None]
    positive = [math.log(x) for x in a if x > 0] if kpi.statistic == "duration" else []
    still_open = sum(one.since is not None for one in seen)
    return {
        "n": len(b) if divides else len(a) + still_open,
        "total": math.fsum(a),
        "squares": math.fsum((x - offset * scale) ** 2 for x in a),
        "log_n": len(positive),
        "log_total": math.fsum(positive),
        "log_squares": math.fsum(x * x for x in positive),
        "numerator": math.fsum(a),
        "denominator": math.fsum(b),
        "numerator_squares": math.fsum(x * x for x in a),
        "denominator_squares": math.fsum(x * x for x in b),
        "cross": math.fsum(x * y for x, y in pairs) if divides else math.fsum(a),
        "uncapped": math.fsum(scale * one.raw for one in seen if one.raw is not None),
        "open": still_open,
    }


def histogram(kpi: Any, found: Reference) -> Counter[tuple[Key, str, int]]:
    """Rows per key, kind and bin: bins of 2 %, scores, or bins of the KPI's width and hours of open rows."""
    if kpi.statistic not in ("duration", "ordinal", "censored"):
        return Counter()
    counted: Counter[tuple[Key, str, int]] = Counter()
    for one in found.seen:
        if one.since is not None:
            counted[one.key, "open", math.floor(one.since / 60)] += 1
        elif one.a is not None:
            counted[one.key, "value", _bin(kpi, one.a)] += 1
    return counted


def _bin(kpi: Any, value: float) -> int:
    if kpi.statistic == "ordinal":
        return math.floor(value)
    if kpi.statistic == "censored":
        return math.floor(value / in_columns(kpi, kpi.bin))
    if value == 0:
        return 0
    place = math.floor(math.log(abs(value)) / math.log(1.02)) + 40_000
    return place if value > 0 else -place
