"""What a KPI is in a department and a week, from the rows themselves: no cells, no sums of squares.

Pools what `kpi_reference_sums` saw of every row of the week and applies the textbook formula to the values.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from tests.kpi_reference import SPAN, Tables, works
from tests.kpi_reference_sums import Reference, Seen, look, sides

Place = tuple[str, date]
"""Department and the Monday of its ISO week."""


@dataclass
class Expected:
    """What is measured in one place; `squares` is the size that a rounding error of the variance goes by."""

    n: int = 0
    numerator: float = 0.0
    denominator: float = 0.0
    value: float | None = None
    variance: float | None = None
    squares: float = 0.0
    geometric_mean: float | None = None
    excluded: dict[str, int] = field(default_factory=dict)
    measured_share: float | None = None
    companions: dict[str, float] = field(default_factory=dict)


def monday(day: date) -> date:
    year, week, _ = day.isocalendar()
    return date.fromisocalendar(year, week, 1)


def measured(kpi: Any, tables: Tables) -> dict[Place, Expected]:
    """Every place with anything in it."""
    found = look(kpi, tables)
    excluded: dict[Place, Counter[str]] = defaultdict(Counter)
    for (key, reason), rows in found.left_out.items():
        excluded[_place(key)][reason] += rows
    asked: Counter[Place] = Counter()
    for key, rows in found.expected.items():
        asked[_place(key)] += rows
    pooled = _clinicians(kpi, found) if kpi.staff is not None else _rows(kpi, found, tables)
    places = {*pooled, *excluded, *asked}
    for place in places:
        one = pooled.setdefault(place, Expected())
        one.excluded = dict(excluded[place])
        one.measured_share = one.n / asked[place] if asked[place] else None
        if kpi.missing == "fail" and one.excluded.get("missing_value"):
            one.value = one.variance = one.geometric_mean = None
            one.companions = {}
    return pooled


def _place(key: Sequence[Any]) -> Place:
    return key[0], monday(key[1])


def _rows(kpi: Any, found: Reference, tables: Tables) -> dict[Place, Expected]:
    by_place: dict[Place, list[Seen]] = defaultdict(list)
    for one in found.seen:
        by_place[_place(one.key)].append(one)
    return {place: _pooled(kpi, seen, tables) for place, seen in by_place.items()}


def _pooled(kpi: Any, seen: list[Seen], tables: Tables) -> Expected:
    scale, below = kpi.numerator.scale, kpi.denominator.scale
    divides = kpi.statistic in ("ratio", "rate")
    a = [scale * one.a for one in seen if one.a is not None]
    b = [below * one.b for one in seen if one.b is not None] if divides else [1.0] * len(a)
    still_open = [one for one in seen if one.since is not None]
    n = len(b) if divides else len(a) + len(still_open)
    above, under = math.fsum(a), math.fsum(b)
    one = Expected(n=n, numerator=above if n else 0.0, denominator=under if n else 0.0)
    silent = above == 0 and _says_nothing_of_none(kpi)
    if kpi.statistic == "censored":
        one.companions = _survival(kpi, seen, tables) | {"open": len(still_open)}
        one.value = one.companions.get("median")
        return one
    if n and under > 0 and not silent:
        one.value = above / under
        one.variance, one.squares = _variance(kpi, seen, above / under)
    if kpi.statistic == "duration":
        logs = [math.log(x) for x in a if x > 0]
        one.geometric_mean = math.exp(math.fsum(logs) / len(logs)) if logs else None
        one.companions = {"median": _quantile(a, Fraction(1, 2)), "p90": _quantile(a, Fraction(9, 10))}
    if kpi.statistic == "ordinal":
        one.companions["top_box"] = sum(x >= kpi.top for x in a) / len(a)
    if kpi.cap is not None:
        one.companions["uncapped"] = math.fsum(scale * x.raw for x in seen if x.raw is not None) / n
    return one


def _says_nothing_of_none(kpi: Any) -> bool:
    """A table in which nothing was found is no proof that there was nothing, unless missing means zero."""
    return bool(kpi.numerator.table != kpi.denominator.table and kpi.missing != "zero")


def _variance(kpi: Any, seen: list[Seen], ratio: float) -> tuple[float | None, float]:
    """Of the value, as residuals over independent rows or days; Poisson for a rate."""
    scale, below = kpi.numerator.scale, kpi.denominator.scale
    if kpi.statistic == "rate":
        events = math.fsum(one.a for one in seen if one.a is not None)
        exposed = math.fsum(below * one.b for one in seen if one.b is not None)
        return (scale * scale * events / exposed**2 if events > 0 else None), 0.0
    if kpi.numerator.table != kpi.denominator.table:
        days: dict[date, list[float]] = defaultdict(lambda: [0.0, 0.0])
        for one in seen:
            days[one.key[1]][0] += scale * (one.a or 0.0)
            days[one.key[1]][1] += below * (one.b or 0.0)
        return _residuals([(a, b) for a, b in days.values()], ratio)
    divides = kpi.statistic == "ratio"
    return _residuals([(scale * one.a, below * one.b if divides else 1.0) for one in seen], ratio)  # type: ignore[operator]


def _residuals(pairs: list[tuple[float, float]], ratio: float) -> tuple[float | None, float]:
    n, under = len(pairs), math.fsum(b for _, b in pairs)
    if n < 2:
        return None, 0.0
    residuals = math.fsum((a - ratio * b) ** 2 for a, b in pairs)
    size = math.fsum((abs(a) + abs(ratio * b)) ** 2 for a, b in pairs)
    return n / (n - 1) * residuals / under**2, n / (n - 1) * size / under**2


def _clinicians(kpi: Any, found: Reference) -> dict[Place, Expected]:
    totals: dict[Place, dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    for (department, day, clinician), sides_ in found.staff.items():
        for side, rows in enumerate(sides_):
            totals[department, monday(day)][clinician][side] += rows
    return {place: _counted(kpi, people.values()) for place, people in totals.items()}


def _counted(kpi: Any, people: Iterable[Sequence[int]]) -> Expected:
    rule = kpi.staff
    among = [
        (used, could)
        for used, could in people
        if (could > 0 if rule.among == "denominator" else used >= rule.at_least)
    ]
    share = rule.share_above
    counts = [used >= rule.at_least and (share is None or used > share * could) for used, could in among]
    n, some = len(among), sum(counts)
    one = Expected(n=n, numerator=float(some), denominator=float(n))
    if n and (some or not _says_nothing_of_none(kpi)):
        one.value = some / n
        one.variance = some / n * (1 - some / n) / (n - 1) if n > 1 else None
        one.squares = 1.0
    return one


def _quantile(values: Iterable[float], q: Fraction) -> float:
    """The inverse of the empirical distribution: a value that was seen."""
    ordered = sorted(values)
    return ordered[max(math.ceil(q * len(ordered)), 1) - 1]


def _survival(kpi: Any, seen: list[Seen], tables: Tables) -> dict[str, float]:
    """Kaplan and Meier by hand: an event in the middle of its bin, what is open followed to the last day."""
    last = max(row["day"] for table, _ in sides(kpi) for row in tables[table])
    times = [(_middle(kpi, one), True) for one in seen if one.a is not None]
    times += [(_followed(kpi, one, last), False) for one in seen if one.since is not None]
    left, median, within = 1.0, None, 1.0
    for at in sorted({time for time, event in times if event}):
        at_risk = sum(time >= at for time, _ in times)
        left *= 1 - sum(event and time == at for time, event in times) / at_risk
        if left <= 0.5 + 1e-12 and median is None:
            median = at
        if at <= (kpi.within or 0.0):
            within = left
    found = {} if median is None else {"median": median}
    beyond = (kpi.within or 0.0) > max(time for time, _ in times) and left > 1e-12
    return found if kpi.within is None or beyond else found | {"within": 1 - within}


def _middle(kpi: Any, one: Seen) -> float:
    width = float(Fraction(str(kpi.bin)) / Fraction(str(kpi.numerator.scale)).limit_denominator(10**6))
    return (math.floor(one.a / width) + 0.5) * kpi.bin  # type: ignore[operator]


def _followed(kpi: Any, one: Seen, last: date) -> float:
    """From the hour in which it opened to the end of the last day, down to a whole bin, in the KPI's unit."""
    day = one.key[1]
    ahead = [day + timedelta(days=number + 1) for number in range((last - day).days)]
    kind = SPAN.fullmatch(kpi.numerator.value)[1]  # type: ignore[index]
    if kind is None:
        minutes = 1440.0 * (len(ahead) + 1) - 60 * (math.floor(one.since / 60) + 1)  # type: ignore[operator]
    else:
        minutes = sum(map(works, ahead)) * (540.0 if kind == "working_minutes" else 1.0)
    return math.floor(max(minutes * kpi.numerator.scale, 0.0) / kpi.bin) * kpi.bin
