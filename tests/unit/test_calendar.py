"""Holidays, vacations and the local clock against published dates and another library."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pandas as pd
import pytest
from dateutil.easter import easter

from core.errors import ConfigurationError
from kpis.calendar import (
    holidays,
    is_school_vacation,
    is_working_day,
    length_of,
    local_midnight_utc,
    session_of,
    vacations,
    working_calendar,
)

AMSTERDAM = "Europe/Amsterdam"

# as published (openholidaysapi.org for every year, alle-feestdagen.be for 2026), without Good Friday, the
# Sundays of Easter and Whitsun, and Liberation Day outside the fifth years; in 2025 the King's birthday fell
# on a Sunday, and his day is kept on the Saturday before
PUBLISHED = """
2024-01-01 2024-04-01 2024-04-27 2024-05-09 2024-05-20 2024-12-25 2024-12-26
2025-01-01 2025-04-21 2025-04-26 2025-05-05 2025-05-29 2025-06-09 2025-12-25 2025-12-26
2026-01-01 2026-04-06 2026-04-27 2026-05-14 2026-05-25 2026-12-25 2026-12-26
2027-01-01 2027-03-29 2027-04-27 2027-05-06 2027-05-17 2027-12-25 2027-12-26
2028-01-01 2028-04-17 2028-04-27 2028-05-25 2028-06-05 2028-12-25 2028-12-26
"""


@pytest.mark.parametrize("year", range(2024, 2029))
def test_holidays_are_those_published(year: int) -> None:
    published = {date.fromisoformat(one) for one in PUBLISHED.split()}
    assert holidays(year) == {one for one in published if one.year == year}


@pytest.mark.parametrize("year", range(1950, 2100))
def test_what_moves_with_easter(year: int) -> None:
    moving = {easter(year) + timedelta(days=after) for after in (1, 39, 50)}
    assert moving <= holidays(year)


# rijksoverheid.nl, schoolvakanties 2027-2028: per region autumn, Christmas, spring, May, summer
OFFICIAL = {
    "noord": "2027-10-16/24 2027-12-25/09 2028-02-19/27 2028-04-29/07 2028-07-15/27",
    "midden": "2027-10-16/24 2027-12-25/09 2028-02-26/05 2028-04-29/07 2028-07-08/20",
    "zuid": "2027-10-23/31 2027-12-25/09 2028-02-26/05 2028-04-29/07 2028-07-22/03",
}


@pytest.mark.parametrize("region", OFFICIAL)
def test_vacations_are_those_of_the_ministry(region: str) -> None:
    listed = [one for one in vacations(region) if one.school_year == "2027-2028"]  # type: ignore[arg-type]
    assert " ".join(f"{one.first}/{one.last:%d}" for one in listed) == OFFICIAL[region]


@pytest.mark.parametrize("region", OFFICIAL)
def test_vacations_run_from_saturday_to_sunday_for_whole_weeks(region: str) -> None:
    listed = vacations(region)  # type: ignore[arg-type]
    weeks = {
        "Herfstvakantie": 1,
        "Kerstvakantie": 2,
        "Voorjaarsvakantie": 1,
        "Meivakantie": 1,
        "Zomervakantie": 6,
    }
    for one in listed:
        assert (one.last - one.first).days == 7 * weeks.get(one.name["nl"], 1) + 1
        assert one.first.weekday() == 5
    assert all(one.last < other.first for one, other in pairwise(listed))


@pytest.mark.parametrize(
    ("day", "region", "expected"),
    [
        ("2025-02-15", "noord", True),
        ("2025-02-15", "midden", False),
        ("2025-02-24", "noord", False),
        ("2026-11-25", "zuid", False),
        ("2024-08-25", "noord", None),  # before the school years listed
        ("2028-09-03", "zuid", True),
        ("2028-09-04", "zuid", None),
        ("2027-04-26", "midden", None),  # sources differ
        ("2027-02-15", "zuid", None),
        ("2027-02-15", "noord", False),
    ],
)
def test_what_is_not_listed_is_not_known(day: str, region: str, expected: bool | None) -> None:
    assert is_school_vacation(date.fromisoformat(day), region) is expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-03-28", 24), ("2026-03-29", 23), ("2026-10-25", 25), ("2026-12-31", 24)]
)
def test_length_of_a_day(day: str, hours: int) -> None:
    assert length_of(date.fromisoformat(day), AMSTERDAM) == hours


def test_all_hours_of_a_year() -> None:
    days = [date(2026, 1, 1) + timedelta(days=after) for after in range(365)]
    assert sum(length_of(day, AMSTERDAM) for day in days) == 365 * 24


@pytest.mark.parametrize(
    ("day", "zone", "begins"),
    [
        ("2026-01-15", AMSTERDAM, "2026-01-14T23:00"),
        ("2026-03-29", AMSTERDAM, "2026-03-28T23:00"),
        ("2026-03-30", AMSTERDAM, "2026-03-29T22:00"),
        ("2018-11-04", "America/Sao_Paulo", "2018-11-04T03:00"),  # the clock skipped midnight
        ("2026-11-01", "America/Havana", "2026-11-01T04:00"),  # midnight comes twice
    ],
)
def test_local_midnight(day: str, zone: str, begins: str) -> None:
    assert local_midnight_utc(date.fromisoformat(day), zone) == datetime.fromisoformat(begins)


@pytest.mark.parametrize(
    ("moment", "session", "day"),
    [
        ("2026-03-27T06:59", "night", "2026-03-27"),
        ("2026-03-27T07:00", "morning", "2026-03-27"),
        ("2026-03-30T06:00", "morning", "2026-03-30"),  # an hour earlier in summer
        ("2026-03-30T10:29", "morning", "2026-03-30"),
        ("2026-03-30T10:30", "afternoon", "2026-03-30"),
        ("2026-03-30T15:00", "evening", "2026-03-30"),
        ("2026-03-30T21:00", "night", "2026-03-30"),
        ("2026-03-30T22:00", "night", "2026-03-31"),
    ],
)
def test_sessions(moment: str, session: str, day: str) -> None:
    found = datetime.fromisoformat(moment)
    assert session_of(found, AMSTERDAM) == (session, date.fromisoformat(day))
    assert session_of(found.replace(tzinfo=UTC), AMSTERDAM) == session_of(found, AMSTERDAM)


def test_the_calendar_has_every_day_once_and_counts_on() -> None:
    first, last = date(2020, 12, 1), date(2028, 1, 31)
    found = working_calendar(first, last, AMSTERDAM)
    days = pd.date_range(first, last)
    assert found["day"].tolist() == list(days.date)
    assert (found["rolls_over"].dt.normalize() == days).all()
    assert set(found["rolls_over"].dt.hour) == {22, 23}
    assert found["working_days_after"].tolist()[:-1] == found["working_days_before"].tolist()[1:]
    worked = [is_working_day(day) for day in days.date]
    assert found["working_days_before"].tolist() == list(pd.Series(worked).cumsum())
    assert ((found["closes"] > found["opens"]) == worked).all()
    assert (found["minutes_before"].diff().dropna() == [540 * one for one in worked[:-1]]).all()


def test_a_zone_west_of_greenwich() -> None:
    found = working_calendar(date(2026, 7, 2), date(2026, 7, 6), "America/New_York", time(8), time(17))
    assert found["rolls_over"].dt.hour.tolist() == [4] * 5
    assert found["working_days_before"].tolist() == [1, 2, 3, 3, 3]
    assert found["working_days_after"].tolist() == [2, 3, 3, 3, 4]


@pytest.mark.parametrize(
    ("zone", "opens", "closes", "says"),
    [
        ("Europe/London", time(8), time(17), "exactly one local day"),
        (AMSTERDAM, time(0), time(17), "within one UTC day"),
        (AMSTERDAM, time(17), time(8), "within one UTC day"),
        ("Asia/Tokyo", time(8), time(17), "within one UTC day"),
    ],
)
def test_what_the_calendar_cannot_count_is_refused(zone: str, opens: time, closes: time, says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        working_calendar(date(2026, 3, 28), date(2026, 3, 31), zone, opens, closes)
