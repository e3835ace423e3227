"""Working days and minutes in SQL against plain Python that looks at every local day and every minute."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpis.calendar import is_working_day, working_calendar
from kpis.working_time import working_days, working_minute_number, working_minutes
from tests.hypothesis_profiles import examples
from tests.time_databases import END, SPAN, START, Database, in_duckdb, in_sqlalchemy

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
OPENS, CLOSES = time(8), time(17)
BEGIN, LAST = date(2020, 12, 1), date(2027, 2, 28)
FROM, TO = (SPAN.c.start_at, START.c), (SPAN.c.end_at, END.c)
WEEKS = (
    "2020-12-29T21:00",  # week 53 and New Year
    "2024-03-28T21:00",  # Easter, with the start of summer time
    "2024-10-25T21:00",  # the end of summer time
    "2025-04-24T21:00",  # King's Day moved from a Sunday
    "2026-03-27T21:00",  # the start of summer time, then Easter
    "2026-12-24T21:00",  # Christmas, week 53
)
# doubles: minutes of seven years are below 2^22, so one rounding is below 2^-30
TOLERANCE = 1e-9

Span = tuple[datetime, datetime]


def local(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC).astimezone(AMSTERDAM)


def days_one_by_one(start: datetime, end: datetime) -> int:
    if end < start:
        return -days_one_by_one(end, start)
    day, found = local(start).date(), 0
    while day < local(end).date():
        day += timedelta(days=1)
        found += is_working_day(day)
    return found


def minutes_one_by_one(start: datetime, end: datetime) -> int:
    if end < start:
        return -minutes_one_by_one(end, start)
    found = 0
    while start < end:
        clock = local(start)
        found += is_working_day(clock.date()) and OPENS <= clock.time() < CLOSES
        start += timedelta(minutes=1)
    return found


def minutes_by_overlap(start: datetime, end: datetime) -> Fraction:
    if end < start:
        return -minutes_by_overlap(end, start)
    day, found = local(start).date(), timedelta()
    while day <= local(end).date():
        if is_working_day(day):
            opens, closes = (
                datetime.combine(day, clock, AMSTERDAM).astimezone(UTC).replace(tzinfo=None)
                for clock in (OPENS, CLOSES)
            )
            found += max(timedelta(), min(end, closes) - max(start, opens))
        day += timedelta(days=1)
    return Fraction(found // timedelta(microseconds=1), 60_000_000)


def spans(step: timedelta, most: int) -> st.SearchStrategy[list[Span]]:
    """Two times in the same eight days; the step is the grain of the clock."""
    moment = st.integers(0, timedelta(days=8) // step)
    one = st.tuples(st.sampled_from(WEEKS).map(datetime.fromisoformat), moment, moment)
    return st.lists(
        one.map(lambda it: (it[0] + it[1] * step, it[0] + it[2] * step)), min_size=1, max_size=most
    )


@pytest.fixture(scope="module", params=["duckdb", "sqlite"])
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    calendar = working_calendar(BEGIN, LAST, "Europe/Amsterdam", OPENS, CLOSES)
    opened = in_duckdb(calendar) if request.param == "duckdb" else in_sqlalchemy("sqlite://", calendar)
    with opened as answer:
        yield answer


def rows(some: Sequence[Span]) -> list[tuple[datetime, datetime, None]]:
    return [(start, end, None) for start, end in some]


@examples(40)
@given(some=spans(timedelta(minutes=1), 4))
def test_every_day_and_every_minute(database: Database, some: list[Span]) -> None:
    found = database(rows(some), working_days(FROM, TO), working_minutes(FROM, TO))
    assert found == [(days_one_by_one(*span), minutes_one_by_one(*span)) for span in some]


@examples(40)
@given(some=spans(timedelta(microseconds=1), 20))
def test_parts_of_a_minute(database: Database, some: list[Span]) -> None:
    ends = [working_minute_number(*at) for at in (TO, FROM)]
    found = database(rows(some), working_minutes(FROM, TO), ends[0] - ends[1])
    for (minutes, difference), span in zip(found, some, strict=True):
        exact = minutes_by_overlap(*span)
        assert minutes == pytest.approx(float(exact), abs=TOLERANCE)
        assert difference == pytest.approx(float(exact), abs=TOLERANCE)


@examples(40)
@given(seconds=st.integers(0, 3_600_000), whole=st.integers(0, 480))
def test_a_time_at_a_limit_is_not_beyond_it(database: Database, seconds: int, whole: int) -> None:
    """Whole minutes apart is a whole number, whatever the seconds: 240.00000000000003 would be too late."""
    start = datetime.fromisoformat("2026-12-23T07:00") + timedelta(milliseconds=seconds)
    found = database(rows([(start, start + timedelta(minutes=whole))]), working_minutes(FROM, TO))
    assert found == [(whole,)]


def test_what_is_missing_or_outside_the_calendar_is_not_known(database: Database) -> None:
    before, inside, after = map(
        datetime.fromisoformat, ("2020-11-30T23:59", "2026-03-30T12:00", "2027-03-01T00:00")
    )
    absent = [(None, inside, None), (inside, None, None), (None, None, None)]
    outside = [(before, inside, None), (inside, after, None), (before, after, None)]
    found = database([*absent, *outside], working_days(FROM, TO), working_minutes(FROM, TO))
    assert found == [(None, None)] * 6


@pytest.mark.parametrize(
    ("contact", "letter", "days"),
    [
        ("2026-03-26T15:00", "2026-03-26T22:59", 0),  # 23:59 in winter: the day of the contact
        ("2026-03-26T15:00", "2026-03-26T23:00", 1),
        ("2026-03-30T15:00", "2026-03-30T21:59", 0),  # 23:59 in summer
        ("2026-03-30T15:00", "2026-03-30T22:00", 1),
        ("2026-04-02T15:00", "2026-04-06T15:00", 1),  # Thursday to Easter Monday: Good Friday is worked
        ("2026-04-02T15:00", "2026-04-10T15:00", 5),
        ("2025-04-24T15:00", "2025-04-28T15:00", 2),  # King's Day on Saturday instead of Sunday: no day lost
        ("2026-12-24T15:00", "2027-01-04T15:00", 5),
    ],
)
def test_within_five_working_days(database: Database, contact: str, letter: str, days: int) -> None:
    span = (datetime.fromisoformat(contact), datetime.fromisoformat(letter))
    counted = working_days(FROM, TO)
    assert database(rows([span]), counted) == [(days,)]
    assert database(rows([span]), counted <= 5) == [(True,)]
