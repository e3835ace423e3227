# ruff: noqa: DTZ001 - facts hold UTC without a zone
"""What becomes of a value: every reason, every flag, and the values that must survive as they are."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from governance.pseudonymise import Key
from tests.intake_files import GOOD, HEADER, NOTES, taken

FIELDS = dict(zip(HEADER.split(";"), GOOD.split(";"), strict=True))


def row(**changes: str) -> str:
    return ";".join((FIELDS | {"notitie": "2"} | changes).values())


def test_a_good_row_in_dutch_notation(tmp_path: Path) -> None:
    account, rows, _ = taken(tmp_path, GOOD)
    assert (account.rows_read, account.rows_loaded, account.set_aside) == (1, 1, {})
    assert rows[0]["department"] == "NA"
    assert rows[0]["segment"] == "first"
    assert rows[0]["exposed"] == 0
    assert rows[0]["day"] == date(2025, 3, 9)
    assert rows[0]["started_at"] == datetime(2025, 3, 9, 9, 0)
    assert rows[0]["active_seconds"] == 270.0
    assert rows[0]["patient"] == Key(b"k" * 32).pseudonym("patient", "007")
    assert rows[0]["note"] == Key(b"k" * 32).pseudonym("note", "1")
    assert rows[0]["encounter"] is None
    assert account.flags == {"converted_unit": 1}


@pytest.mark.parametrize(
    ("changes", "reason", "column"),
    [
        ({"afdeling": ""}, "missing_department", "department"),
        ({"afdeling": "NULL"}, "missing_department", "department"),
        ({"notitie": " "}, "missing_value", "note"),
        ({"begin": "-"}, "missing_date", "started_at"),
        ({"begin": "31-02-2025 10:00"}, "invalid_time", "started_at"),
        ({"begin": "09-03-2025 25:00"}, "invalid_time", "started_at"),
        ({"begin": "09-03-1925 10:00"}, "implausible_date", "started_at"),
        ({"begin": "09-03-2925 10:00"}, "implausible_date", "started_at"),
        ({"begin": "30-03-2025 02:30", "eind": ""}, "nonexistent_local_time", "started_at"),
        ({"eind": "09-03-2025 09:59"}, "negative_duration", "ended_at"),
        ({"duur": "vier"}, "unparseable", "active_seconds"),
        ({"duur": "4.5"}, "unparseable", "active_seconds"),
        ({"duur": "1_000"}, "unparseable", "active_seconds"),
        ({"duur": "0x10"}, "unparseable", "active_seconds"),
        ({"duur": "NaN"}, "non_finite", "active_seconds"),
        ({"duur": "-inf"}, "non_finite", "active_seconds"),
        ({"duur": "1e999"}, "non_finite", "active_seconds"),
        ({"duur": "#DIV/0!"}, "excel_error", "active_seconds"),
        ({"duur": "-1"}, "negative_duration", "active_seconds"),
        ({"duur": "241"}, "implausible", "active_seconds"),
        ({"duur": "4;5"}, "too_many_fields", ""),
        ({"duur": "4\0"}, "nul_byte", ""),
        ({"duur": '"4'}, "unparseable", ""),
        ({"afdeling": "Car\x1bdio"}, "unparseable", "department"),
        ({"patnr": "a\x01"}, "unparseable", "patient"),
        ({"patnr": "a\x1e"}, "unparseable", "patient"),
    ],
)
def test_a_bad_value_sets_its_row_aside(
    tmp_path: Path, changes: dict[str, str], reason: str, column: str
) -> None:
    account, rows, aside = taken(tmp_path, GOOD, row(**changes))
    assert account.set_aside == {reason: 1}
    assert (account.rows_read, account.rows_loaded) == (2, 1)
    assert len(rows) == 1
    assert aside == [(3, reason, column)]


def test_too_few_fields(tmp_path: Path) -> None:
    account, _, aside = taken(tmp_path, GOOD, "2;CHI;E")
    assert account.set_aside == {"too_few_fields": 1}
    assert aside == [(3, "too_few_fields", "")]


def test_blank_lines_and_repeated_headers_are_no_data(tmp_path: Path) -> None:
    account, _, _ = taken(tmp_path, "", GOOD, ";;;;;;;", HEADER, "  ")
    assert (account.rows_read, account.rows_not_data, account.rows_loaded) == (5, 4, 1)


def test_totals_are_no_data_where_the_mapping_says_so(tmp_path: Path) -> None:
    toml = NOTES.replace(
        "[[table]]", 'not_data = [{ column = "afdeling", values = ["Totaal"] }]\n\n[[table]]'
    )
    account, _, _ = taken(tmp_path, GOOD, "Som;Totaal;;;;;;99", toml=toml)
    assert (account.rows_not_data, account.rows_loaded) == (1, 1)


def test_the_last_of_two_rows_with_one_key_counts(tmp_path: Path) -> None:
    account, rows, aside = taken(tmp_path, GOOD, row(), GOOD.replace("4,5", "6"), GOOD.replace("4,5", "5"))
    assert account.set_aside == {"duplicate": 2}
    assert aside == [(2, "duplicate", ""), (4, "duplicate", "")]
    assert sorted(found["active_seconds"] for found in rows) == [270.0, 300.0]
    assert account.rows_loaded == 2
    assert account.flags["converted_unit"] == 2


def test_prose_never_comes_in(tmp_path: Path) -> None:
    account, rows, aside = taken(
        tmp_path, row(soort="é" * 300), row(notitie="3", soort="Pijn op de borst. " * 20)
    )
    assert account.rows_loaded == len(rows) == 1
    assert aside == [(3, "unparseable", "segment")]


def test_numbers_with_thousands(tmp_path: Path) -> None:
    toml = NOTES.replace('unit = "minutes"', 'unit = "milliseconds"')
    _, rows, _ = taken(tmp_path, row(duur="1.234.567,5"), toml=toml)
    assert rows[0]["active_seconds"] == pytest.approx(1234.5675, rel=1e-15)


def test_the_hour_that_comes_twice_is_flagged_and_taken_as_winter_time(tmp_path: Path) -> None:
    account, rows, _ = taken(tmp_path, row(begin="26-10-2025 02:30", eind="26-10-2025 03:10"))
    assert account.flags["dst_ambiguous"] == 1
    assert rows[0]["started_at"] == datetime(2025, 10, 26, 1, 30)
    assert rows[0]["ended_at"] == datetime(2025, 10, 26, 2, 10)


@pytest.mark.parametrize("form", ['"%d-%m-%Y %H:%M %z"', '"%Y-%m-%d %H:%M%z"', ""])
def test_the_hour_that_comes_twice_is_settled_by_an_offset(tmp_path: Path, form: str) -> None:
    toml = NOTES.replace('time_format = "%d-%m-%Y %H:%M"', f"time_format = {form}" if form else "")
    day, gap = ("25-10-2026", " ") if form.startswith('"%d') else ("2026-10-25", "")
    walls = ("02:30+02:00", "02:30+01:00", "01:59+02:00", "03:00+01:00", "00:30+00:00")
    rows = [
        row(notitie=str(i), begin=f"{day} {wall[:5]}{gap}{wall[5:]}", eind="") for i, wall in enumerate(walls)
    ]
    account, found, _ = taken(tmp_path, *rows, toml=toml)
    assert account.flags == {"converted_unit": 5, "dst_resolved": 3}
    assert sorted(f"{one['started_at']:%H:%M}" for one in found) == [
        "00:30", "00:30", "01:30", "02:00", "23:59"
    ]  # fmt: skip


def test_a_duration_across_the_change_of_the_clock_is_true(tmp_path: Path) -> None:
    _, rows, _ = taken(tmp_path, row(begin="25-10-2026 01:50", eind="25-10-2026 03:10"))
    assert (rows[0]["ended_at"] - rows[0]["started_at"]).total_seconds() == (2 * 60 + 20) * 60


ISO = NOTES.replace('time_format = "%d-%m-%Y %H:%M"\n', "")


@pytest.mark.parametrize(
    ("text", "utc", "day"),
    [
        ("2025-03-09T10:00:00+01:00", datetime(2025, 3, 9, 9), date(2025, 3, 9)),
        ("2025-07-01T22:30Z", datetime(2025, 7, 1, 22, 30), date(2025, 7, 2)),
        ("2025-07-01 22:30:00.123456", datetime(2025, 7, 1, 20, 30, 0, 123456), date(2025, 7, 1)),
        ("2025-12-31T23:30:00+00", datetime(2025, 12, 31, 23, 30), date(2026, 1, 1)),
        ("2025-03-09 10:00:00.0000000 +01:00", datetime(2025, 3, 9, 9), date(2025, 3, 9)),
        ("2025-03-09 10:00 -0930", datetime(2025, 3, 9, 19, 30), date(2025, 3, 9)),
        ("2025-03-09 10:00:00.123456789 Z", datetime(2025, 3, 9, 10, 0, 0, 123456), date(2025, 3, 9)),
        ("2025-03-09 10:00+14:00", datetime(2025, 3, 8, 20), date(2025, 3, 8)),
    ],
)
def test_iso_times_with_and_without_offset(tmp_path: Path, text: str, utc: datetime, day: date) -> None:
    _, rows, _ = taken(tmp_path, row(begin=text, eind=""), toml=ISO)
    assert (rows[0]["started_at"], rows[0]["day"]) == (utc, day)


@pytest.mark.parametrize(
    "text",
    [
        "2025-03-09",
        "2025-03-09 24:01",
        "2025-03-09 24:00:30",
        "09-03-2025 10:00",
        "2025-02-29 10:00",
        "infinity",
        "2025-03-09 10:00:00+99:00",
        "2025-03-09 10:00:00+15:00",
        "2025-03-09 10:00:00-01:60",
        "2025-03-09 10:00:00  +01:00",
    ],
)
def test_what_is_no_iso_time(tmp_path: Path, text: str) -> None:
    account, _, _ = taken(tmp_path, row(begin=text, eind=""), toml=ISO)
    assert account.set_aside == {"invalid_time": 1}


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("09-03-2025 10:00+02:00", "2025-03-09 08:00:00"),
        ("09-03-2025 10:00Z", "2025-03-09 10:00:00"),
        ("09-03-2025 24:00+0100", "2025-03-09 23:00:00"),
        ("09-03-2025 10:00", None),
        ("09-03-2025 10:00+99:00", None),
        ("09-03-2025 10:00-15:00", None),
        ("09-03-2025 10:00+01:99", None),
    ],
)
def test_a_format_with_an_offset(tmp_path: Path, text: str, read: str | None) -> None:
    toml = NOTES.replace("%d-%m-%Y %H:%M", "%d-%m-%Y %H:%M%z")
    account, rows, _ = taken(tmp_path, row(begin=text, eind=""), toml=toml)
    assert [str(one["started_at"]) for one in rows] == ([read] if read else [])
    assert account.set_aside == ({} if read else {"invalid_time": 1})


@pytest.mark.parametrize("digits", ["5", "123456", "1234567", "123456789"])
def test_a_fraction_of_a_second_may_have_up_to_nine_digits(tmp_path: Path, digits: str) -> None:
    toml = NOTES.replace('"%d-%m-%Y %H:%M"', '["%Y-%m-%d %H:%M:%S.%f", "%d-%m-%Y %H:%M:%S,%f"]')
    texts = (f"2025-07-09 10:00:00.{digits}", f"09-07-2025 10:00:00,{digits}")
    rows = [row(notitie=str(i), begin=text, eind="") for i, text in enumerate(texts)]
    _, found, _ = taken(tmp_path, *rows, toml=toml)
    expected = datetime(2025, 7, 9, 8) + timedelta(microseconds=int(f"{digits:0<6}"[:6]))
    assert [one["started_at"] for one in found] == [expected] * 2


def test_a_year_of_two_digits_is_flagged(tmp_path: Path) -> None:
    toml = NOTES.replace("%d-%m-%Y", "%d-%m-%y")
    account, rows, _ = taken(tmp_path, row(begin="09-03-25 10:00", eind=""), toml=toml)
    assert account.flags["two_digit_year"] == 1
    assert rows[0]["day"] == date(2025, 3, 9)


@pytest.mark.parametrize(
    "order", ['["%d-%m-%Y %H:%M", "%d-%m-%y %H:%M"]', '["%d-%m-%y %H:%M", "%d-%m-%Y %H:%M"]']
)
def test_only_a_year_of_two_digits_is_flagged(tmp_path: Path, order: str) -> None:
    rows = [GOOD, GOOD.replace("1;", "2;", 1).replace("-2025", "-25")]
    account, kept, _ = taken(tmp_path, *rows, toml=NOTES.replace('"%d-%m-%Y %H:%M"', order))
    assert (account.rows_loaded, account.flags["two_digit_year"]) == (2, 1)
    assert len({row["started_at"] for row in kept}) == 1


def test_defaults_constants_and_joined_keys(tmp_path: Path) -> None:
    toml = NOTES.replace(
        'note = "notitie"', 'note = ["notitie", "soort"]\ntemplate = { value = "vrij" }'
    ).replace('department = "afdeling"', 'department = { from = "afdeling", default = "onbekend" }')
    _, rows, _ = taken(tmp_path, GOOD, row(notitie="1", soort="H", afdeling=""), toml=toml)
    assert len({found["note"] for found in rows}) == 2
    assert [found["department"] for found in rows] == ["NA", "onbekend"]
    assert {found["template"] for found in rows} == {"vrij"}


def test_white_space_around_a_value_is_no_part_of_it(tmp_path: Path) -> None:
    _, rows, _ = taken(tmp_path, row(afdeling="\u00a0 CHI\t", duur=" 4,5\u00a0"))
    assert (rows[0]["department"], rows[0]["active_seconds"]) == ("CHI", 270.0)


def test_no_identifier_is_kept(tmp_path: Path) -> None:
    _, rows, aside = taken(
        tmp_path, row(patnr="SECRET-1", arts="SECRET-2", notitie="SECRET-3", duur="x"), GOOD
    )
    assert "SECRET" not in repr(rows) + repr(aside)


@pytest.mark.parametrize(
    ("day", "clock", "expected"),
    [
        ("2026-03-02", "09:30", "2026-03-02 08:30:00"),
        ("2026-03-02 00:00:00", "1899-12-30 09:30:15", "2026-03-02 08:30:15"),
        ("2026-03-02T00:00:00", "09:30", "2026-03-02 08:30:00"),
        ("2026-03-02", "", "missing_date"),
        ("2026-03-02", "25:00", "invalid_time"),
        ("2026-03-02 09:30", "2026-03-02 09:30", "2026-03-02 08:30:00"),
        ("2026-03-02", "2026-03-02 09:30", "2026-03-02 08:30:00"),
        ("2026-03-02 00:00:00.000", "2000-01-01 09:30", "2026-03-02 08:30:00"),
        ("2026-03-02", "2026-03-09 09:30", "invalid_time"),
        ("2026-03-02 23:15", "09:30", "invalid_time"),
        ("2026-03-02 23:00:00+00:00", "09:30", "invalid_time"),
        ("2026-03-02", "09:30 +01:00", "invalid_time"),
    ],
)
def test_a_time_from_a_day_and_a_time_of_day(tmp_path: Path, day: str, clock: str, expected: str) -> None:
    toml = (
        '[file]\ndelimiter = ";"\n[[table]]\nname = "Stay"\ndepartment = "a"\n[table.columns]\n'
        'stay = "n"\nadmitted_at = ["dag", "tijd"]\n'
    )
    _, rows, aside = taken(tmp_path, f"1;A;{day};{clock}", toml=toml, header="n;a;dag;tijd")
    found = [str(row["admitted_at"]) for row in rows] + [reason for _, reason, _ in aside]
    assert found == [expected]


def test_a_day_in_words_and_a_time_of_day(tmp_path: Path) -> None:
    toml = (
        '[file]\ndelimiter = ";"\ntime_format = "%d %B %Y %H:%M"\n[[table]]\nname = "Stay"\n'
        'department = "a"\n[table.columns]\nstay = "n"\nadmitted_at = ["dag", "tijd"]\n'
    )
    _, rows, _ = taken(tmp_path, "1;A;2 maart 2026;09:30", toml=toml, header="n;a;dag;tijd")
    assert [str(row["admitted_at"]) for row in rows] == ["2026-03-02 08:30:00"]
