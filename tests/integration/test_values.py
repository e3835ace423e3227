# ruff: noqa: DTZ001 - facts hold UTC without a zone
"""Dates, times, durations, flags and numbers as hospitals write them: the right value or none."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from data_connectors.mapping_file import read
from tests import intake_files
from tests.intake_files import GOOD, HEADER, NOTES, taken

FIELDS = dict(zip(HEADER.split(";"), GOOD.split(";"), strict=True))
FORMATS = '["%d-%m-%Y %H:%M", "%Y-%m-%d %H:%M", "%d %B %Y %H:%M", "%d %b %Y %H:%M"]'
SEVERAL = NOTES.replace('"%d-%m-%Y %H:%M"', FORMATS)
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def one(folder: Path, toml: str = NOTES, **changes: str) -> Any:
    """The row that loads, or the reason why none does."""
    account, rows, _ = taken(folder, ";".join((FIELDS | changes).values()), toml=toml)
    return rows[0] if rows else next(iter(account.set_aside))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("03-04-2026 10:00", date(2026, 4, 3)),
        ("2026-04-03 10:00", date(2026, 4, 3)),
        ("3 april 2026 10:00", date(2026, 4, 3)),
        ("1 mrt 2026 10:00", date(2026, 3, 1)),
        ("1 mrt. 2026 10:00", date(2026, 3, 1)),
        ("3 MAART 2026 10:00", date(2026, 3, 3)),
        ("31 okt 2026 10:00", date(2026, 10, 31)),
        ("31 October 2026 10:00", date(2026, 10, 31)),
        ("12 mei 2026 10:00", date(2026, 5, 12)),
        ("15 sept 2026 10:00", date(2026, 9, 15)),
        ("28-02-2026 24:00", date(2026, 3, 1)),
        ("31 december 2025 24:00", date(2026, 1, 1)),
        ("31 feb 2026 10:00", "invalid_time"),
        ("31 foo 2026 10:00", "invalid_time"),
        ("3 4 2026 10:00", "invalid_time"),
        ("32-01-2026 10:00", "invalid_time"),
        ("29-02-2026 10:00", "invalid_time"),
        ("2026-13-03 10:00", "invalid_time"),
        ("03-04-2026 24:30", "invalid_time"),
        ("03-04-2026 25:00", "invalid_time"),
    ],
)
def test_days_in_several_declared_notations(tmp_path: Path, text: str, day: date | str) -> None:
    found = one(tmp_path, SEVERAL, begin=text, eind="")
    assert (found if isinstance(found, str) else found["day"]) == day


@pytest.mark.parametrize("text", ["2026-03-28T24:00", "2026-03-28 24:00:00", "2026-03-28T24:00:00.000+01:00"])
def test_24_00_is_midnight_of_the_next_day(tmp_path: Path, text: str) -> None:
    iso = NOTES.replace('time_format = "%d-%m-%Y %H:%M"\n', "")
    found = one(tmp_path, iso, begin=text, eind="")
    assert (found["started_at"], found["day"]) == (datetime(2026, 3, 28, 23), date(2026, 3, 29))


@pytest.mark.parametrize(
    ("notation", "text", "moment"),
    [
        ("%Y-%m-%d %Hh%M:%S", "2026-07-04 10h24:00", datetime(2026, 7, 4, 8, 24)),
        ("%Y-%m-%d:%H:%M", "2026-07-24:00:30", datetime(2026, 7, 23, 22, 30)),
        ("%M:%H %d-%m-%Y", "24:00 04-07-2026", datetime(2026, 7, 3, 22, 24)),
    ],
)
def test_24_00_that_is_no_hour_and_minute_is_what_it_says(
    tmp_path: Path, notation: str, text: str, moment: datetime
) -> None:
    found = one(tmp_path, NOTES.replace("%d-%m-%Y %H:%M", notation), begin=text, eind="")
    assert found["started_at"] == moment


def test_every_hour_of_twelve_years(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the clock on the wall shows it, against the time zone data of Python."""
    monkeypatch.setattr(intake_files, "TODAY", date(2030, 12, 31))
    first, hours = datetime(2019, 1, 1), 24 * (365 * 12 + 3)
    walls = [first + timedelta(hours=hour) for hour in range(hours)]
    rows = [
        ";".join((FIELDS | {"notitie": str(i), "begin": f"{wall:%d-%m-%Y %H:%M}", "eind": ""}).values())
        for i, wall in enumerate(walls)
    ]
    account, found, aside = taken(tmp_path, *rows)
    exist = [wall for wall in walls if _back(wall.replace(tzinfo=AMSTERDAM, fold=1)) == wall]
    known = set(exist)
    twice = [
        wall for wall in exist if wall.replace(tzinfo=AMSTERDAM).utcoffset() != _winter(wall).utcoffset()
    ]
    assert sorted(row["started_at"] for row in found) == sorted(
        _winter(wall).astimezone(UTC).replace(tzinfo=None) for wall in exist
    )
    assert [line - 2 for line, _, _ in aside] == [i for i, wall in enumerate(walls) if wall not in known]
    assert account.set_aside == {"nonexistent_local_time": 12}
    assert account.flags["dst_ambiguous"] == len(twice) == 12


def _winter(wall: datetime) -> datetime:
    return wall.replace(tzinfo=AMSTERDAM, fold=1)


def _back(moment: datetime) -> datetime:
    return moment.astimezone(UTC).astimezone(AMSTERDAM).replace(tzinfo=None, fold=0)


STATED = NOTES.replace('unit = "minutes"', 'unit = "stated"')


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90 min", 5400),
        ("90min.", 5400),
        ("1,5 uur", 5400),
        ("5400 s", 5400),
        ("5400 seconden", 5400),
        ("1 uur 30 min", 5400),
        ("1u30m", "unparseable"),
        ("1 Uur en 30 Minuten", 5400),
        ("250 ms", 0.25),
        ("90", "unit_missing"),
        ("1:30", "unit_missing"),
        ("1.5 uur", "unparseable"),
        ("90 stuks", "unparseable"),
        ("-5 min", "negative_duration"),
        ("5 uur", "implausible"),
    ],
)
def test_durations_that_state_their_own_unit(tmp_path: Path, text: str, seconds: float | str) -> None:
    found = one(tmp_path, STATED, duur=text)
    assert (found if isinstance(found, str) else found["active_seconds"]) == seconds


@pytest.mark.parametrize(
    ("notations", "text", "seconds"),
    [
        ('["h:mm"]', "1:30", 5400),
        ('["h:mm", "h:mm:ss"]', "1:30:01", 5401),
        ('["m:ss"]', "1:30", 90),
        ('["h:mm"]', "1:30:01", "unit_missing"),
        ('["h:mm"]', "1:60", "unit_missing"),
        ('["h:mm"]', "4,5", 270),
        ('["h:mm"]', "1 uur", 3600),
        ("[]", "1:30", "unit_missing"),
    ],
)
def test_durations_by_the_clock_where_declared(
    tmp_path: Path, notations: str, text: str, seconds: float | str
) -> None:
    toml = NOTES.replace('unit = "minutes"', f'unit = "minutes", format = {notations}')
    found = one(tmp_path, toml, duur=text)
    assert (found if isinstance(found, str) else found["active_seconds"]) == seconds


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        *((word, 1) for word in ("Ja", "J", "1", "true", "WAAR", "X", "Yes", "y")),
        *((word, 0) for word in ("Nee", "N", "0", "False", "no", "onwaar")),
        ("", "missing_value"),
        ("misschien", "unparseable"),
        ("2", "unparseable"),
    ],
)
def test_flags(tmp_path: Path, text: str, flag: int | str) -> None:
    toml = NOTES.replace('department = "afdeling"', 'department = "afdeling"\nexposed = "soort"')
    found = one(tmp_path, toml, soort=text)
    assert (found if isinstance(found, str) else found["exposed"]) == flag


@pytest.mark.parametrize("text", ["1,2E+18", "1.23457E+17", "1E+05"])
def test_an_identifier_that_a_spreadsheet_rounded_is_none(tmp_path: Path, text: str) -> None:
    assert one(tmp_path, patnr=text) == "unparseable"


def test_identifiers_beyond_64_bits_stay_apart(tmp_path: Path) -> None:
    long = "123456789012345678901234567890"
    pseudonyms = {one(tmp_path, patnr=long[:-1] + last)["patient"] for last in "0123"}
    assert len(pseudonyms) == 4


ORDERS = """
[file]
delimiter = ";"
decimal = ","
thousands = "."

[[table]]
name = "OrderCount"
department = "a"

[table.columns]
session = "s"
clinician = "c"
starts_at = "t"
orders = "n"
"""


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("12", 12),
        ("12,0", 12),
        ("1.234", 1234),
        ("4,5", "unparseable"),
        ("9007199254740993", "unparseable"),
        ("1.23", "unparseable"),
        ("-1", "negative_count"),
    ],
)
def test_counts_are_whole(tmp_path: Path, text: str, count: int | str) -> None:
    line = f"1;CHI;a;2026-03-01 10:00;{text}"
    account, rows, _ = taken(tmp_path, line, toml=ORDERS, header="s;a;c;t;n")
    assert (rows[0]["orders"] if rows else next(iter(account.set_aside))) == count


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"%d-%m-%Y %H:%M"', '["%d-%m-%Y", "%m-%d-%Y"]', "order of day, month and year"),
        ('"%d-%m-%Y %H:%M"', '["%d-%m-%y", "%y-%m-%d"]', "order of day, month and year"),
        ('unit = "minutes"', 'unit = "minutes", format = "%H:%M"', "no notation of durations"),
        ('unit = "minutes"', 'unit = "minutes", format = ["h:mm", "m:ss"]', "cannot be both"),
    ],
)
def test_what_would_have_to_be_guessed_is_a_mistake_in_the_mapping(old: str, new: str, words: str) -> None:
    _, issues = read(NOTES.replace(old, new), "x.toml")
    assert words in issues[0].render("en")
