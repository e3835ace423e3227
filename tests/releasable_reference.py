"""What may be shown of departments and sub-groups, worked out from the rows themselves: no cube, no SQL.

Seven departments over six weeks, of which one lies in two months: a large one, one with rare sub-groups, a
thin one, one whose sub-groups change places where the month ends, one of which a sub-group ends then, and two
of a few days: there those of one week tell of those of another. Weekends are thin. Every note takes a minute,
so nobody dominates.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import pandas as pd

from core.period import Every, containing
from governance.disclosure_control import Persons, Policy
from governance.disclosure_control.groups import REST, merged
from governance.disclosure_control.margins import days_beside, weeks_beside
from governance.disclosure_control.periods import (
    Series,
    hidden,
    months_beside,
    piece_of,
    stretches,
)
from governance.disclosure_control.policy import fewest
from kpis.roll_up import By

FIRST, WEEKS = date(2026, 3, 2), 6
SIZES = {"large": (30, 12), "mixed": (14, 9), "thin": (5, 8)}
"""Notes on a working day, and clinicians."""
SEGMENTS = {"large": (5, 5), "mixed": (10, 2, 2, 1), "thin": (2, 1)}
"""How often each sub-group comes, the first one most."""
Shown = tuple[dict[tuple[str, date], Persons], set[tuple[str, date]]]
"""Who stands behind each unit and period, and which must not be shown."""


def notes(seed: int) -> list[dict[str, Any]]:
    """Rows of NoteSession."""
    drawn = [row for department in SIZES for row in _drawn(department, Random(f"{seed} {department}"))]
    return [*drawn, *_changing_places(), *_ending(), *_of_a_few_days(), *_told()]


def _drawn(department: str, draw: Random) -> Iterator[dict[str, Any]]:
    size, staff = SIZES[department]
    often = SEGMENTS[department]
    for number in range(7 * WEEKS):
        day = FIRST + timedelta(days=number)
        count = draw.randint(0, size) if day.weekday() > 4 else draw.randint(size // 2, size + size // 2)
        for one in range(count):
            segment = f"s{draw.choices(range(len(often)), often)[0]}"
            exposed = int(number > 20 and draw.random() < 0.4)
            persons = draw.randrange(12 * size), draw.randrange(staff)
            yield _note(department, segment, day, one, persons) | {"exposed": exposed}


def _changing_places() -> Iterator[dict[str, Any]]:
    """Both sub-groups are large; of the week that is cut one has March, the other a few there and April."""
    for number in range(7 * WEEKS):
        day = FIRST + timedelta(days=number)
        counts = {"a": 2, "b": 3}
        if date(2026, 3, 30) <= day < date(2026, 4, 6):
            counts = {"a": 10, "b": 2} if day.month == 3 else {"a": 0, "b": 5}
        for segment, count in counts.items():
            for one in range(count):
                yield _note("cut", segment, day, one, (100 * number + one, (one + number) % 8))


def _ending() -> Iterator[dict[str, Any]]:
    """Of `b` the second month has two persons on one day; the week of that day has many."""
    last = date(2026, 4, 1)
    for number in range(7 * WEEKS):
        day = FIRST + timedelta(days=number)
        for segment, count in (("a", 10), ("b", 10 if day < last else 2 if day == last else 0)):
            for one in range(count):
                yield _note("ending", segment, day, one, (100 * number + one, (one + number) % 8))


def _of_a_few_days() -> Iterator[dict[str, Any]]:
    """The month of `a` less the day that it has for itself gives the five that it has in another week."""
    for day, segment, count in ((6, "b", 12), (8, "a", 20), (10, "a", 5), (11, "b", 12), (15, "b", 5)):
        for one in range(count):
            yield _note("few", segment, date(2026, 3, day), one, (100 * day + one, one % 9))


def _told() -> Iterator[dict[str, Any]]:
    """Neither 9 nor 15 March is shown; of 2 March the month of the sub-groups would tell them."""
    for day, counts in ((2, {"a": 12, "b": 12}), (9, {"a": 12, "b": 5}), (15, {"a": 1, "b": 5})):
        for segment, count in counts.items():
            for one in range(count):
                person = 100 * day + one
                yield _note("told", segment, date(2026, 3, day), one, (person, person))


def _note(department: str, segment: str, day: date, number: int, persons: tuple[int, int]) -> dict[str, Any]:
    begin = datetime.fromisoformat(f"{day}T10:00")
    return {
        "department": department,
        "segment": segment,
        "exposed": 0,
        "note": f"{department} {segment} {day} {number}",
        "patient": f"{department} {segment} {persons[0]}",
        "clinician": f"{department} {persons[1]}",
        "started_at": begin,
        "active_seconds": 60.0,
        "tool_seconds": 0.0,
        "signed_at": begin + timedelta(hours=1),
    }


def frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """The rows with their days, and every sub-group as text."""
    found = pd.DataFrame(rows)
    return found.assign(day=found["started_at"].dt.date, exposed=found["exposed"].astype(str))


def expected(rows: pd.DataFrame, policy: Policy, every: Every, by: By) -> Shown:
    """By unit and first day."""
    behind: dict[tuple[str, date], Persons] = {}
    away: set[tuple[str, date]] = set()
    for name, own in rows.groupby("department"):
        found, hidden_ = _of_department(own, policy, every, by)
        behind |= {(f"{name}{part}", start): one for (part, start), one in found.items()}
        away |= {(f"{name}{part}", start) for part, start in hidden_}
    return behind, away


def _of_department(rows: pd.DataFrame, policy: Policy, every: Every, by: By) -> Shown:
    whole = _series(rows)
    away = hidden([whole], every, policy)
    if every == "day":
        groups: tuple[By, By] = ("segment", "exposed")
        beside = [days_beside([*_family(rows, one, policy).values()], away, policy) for one in groups]
        away = away.union(*beside)
    if by == "department":
        return {("", start): one for start, one in whole.of(every).items()}, {("", start) for start in away}
    return _of_groups(_family(rows, by, policy, with_pieces=every != "day"), whole, away, policy, every)


def _of_groups(
    parts: dict[str, Series], whole: Series, away: frozenset[date], policy: Policy, every: Every
) -> Shown:
    family = [*parts.values()]
    own = hidden(family, every, policy)
    if every == "week":
        own |= weeks_beside(family, whole, policy)
    elif every == "month":
        own |= months_beside(family, stretches([whole], policy), policy)
    else:
        own |= days_beside(family, away, policy, own | away)
    held = {(f"/{part}", start): start for part, series in parts.items() for start in series.of(every)}
    behind = {
        key: fewest(one.of(every)[start] for one in family if start in one.of(every))
        for key, start in held.items()
    }
    return behind, {key for key, start in held.items() if start in own or start in away}


def _family(rows: pd.DataFrame, by: By, policy: Policy, *, with_pieces: bool = False) -> dict[str, Series]:
    rest = rest_of(rows, by, policy)
    named = rows[by].where(~rows[by].isin(rest), REST)
    return {str(part): _series(own, with_pieces=with_pieces) for part, own in rows.groupby(named)}


def rest_of(rows: pd.DataFrame, by: By, policy: Policy) -> frozenset[str]:
    """The sub-groups of a department that make up the rest."""
    return merged({str(part): _counted(own, _first("week")) for part, own in rows.groupby(by)}, policy)


def _series(rows: pd.DataFrame, *, with_pieces: bool = True) -> Series:
    return Series(
        weeks=_counted(rows, _first("week")),
        months=_counted(rows, _first("month")),
        days=_counted(rows, _first("day")),
        pieces=_counted(rows, piece_of) if with_pieces else {},
    )


def _first(every: Every) -> Callable[[date], date]:
    return lambda day: containing(day, every).start


def _counted(rows: pd.DataFrame, start: Callable[[date], Any]) -> Any:
    counts = rows.groupby(rows["day"].map(start))[["patient", "clinician"]].nunique()
    return {key: Persons(patients=int(some), staff=int(others)) for key, some, others in counts.itertuples()}
