"""Columns that grow, in a database: nothing that is new is missed without a word, whatever they hold."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from core.errors import UserError
from data_connectors.databases.options import DatabaseOptions
from data_connectors.sources.database import check
from tests.servers.postgresql import postgres_url
from tests.source_databases import STAYS, mapping_of, pulled, pulling, run

__all__ = ["postgres_url"]

PLAIN = STAYS.replace('overlap = "2 days"\n', "")
COLUMNS = "nr BIGINT, ward TEXT, patient TEXT, admitted TEXT, discharged TEXT"
AS_TEXT = "holds times with and without an offset"
MIXED = "values of different kinds"
NO_ORDER = "no number, date or time that grows"


@pytest.fixture
def lite(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'source.db'}"


@pytest.fixture
def postgres(postgres_url: str) -> Iterator[str]:
    yield postgres_url
    run(postgres_url, "DROP TABLE stays")


def stays(url: str, kind: str, *changed: str) -> None:
    """A table of stays that were changed at these (SQL)."""
    run(url, f"CREATE TABLE stays ({COLUMNS}, changed {kind})")
    more(url, 1, *changed)


def more(url: str, first: int, *changed: str) -> None:
    for number, value in enumerate(changed, start=first):
        run(url, f"INSERT INTO stays VALUES ({number}, 'NA', 'p', '2026-03-01 10:00:00', NULL, {value})")


def fetched(url: str, folder: Path, since: str | None = None, text: str = PLAIN) -> tuple[set[str], str]:
    """The numbers of the rows of a run, and how far it was read."""
    known = {"Stay": since} if since else None
    found = pulled(url, folder, text, known, allow_writable=True)["Stay"]
    rows = pq.read_table(found.path).to_pylist()
    return {row["nr"] for row in rows}, str(found.watermark)


@pytest.mark.parametrize("per_second", [1, 1_000, 1_000_000, 1_000_000_000])
def test_a_number_that_is_a_moment_to_come_hides_nothing(lite: str, tmp_path: Path, per_second: int) -> None:
    last = 1_791_190_800 * per_second
    stays(lite, "BIGINT", str(last), str(4_000_000_000 * per_second - 1))
    _, since = fetched(lite, tmp_path)
    assert since == str(last)
    assert fetched(lite, tmp_path, since) == ({"1", "2"}, since)
    more(lite, 3, str(last + 100_000 * per_second))
    assert fetched(lite, tmp_path, since) == ({"1", "2", "3"}, str(last + 100_000 * per_second))


def test_a_number_beyond_any_calendar_hides_nothing(lite: str, tmp_path: Path) -> None:
    stays(lite, "BIGINT", "1791190800", "99999999999")
    _, since = fetched(lite, tmp_path)
    more(lite, 3, "1791290800")
    assert fetched(lite, tmp_path, since)[0] == {"1", "2", "3"}


@pytest.mark.parametrize("time", ["", "2359", "235959"])
def test_a_day_to_come_in_digits_hides_nothing(lite: str, tmp_path: Path, time: str) -> None:
    stays(lite, "BIGINT", f"20260301{time}", f"99991231{time}")
    _, since = fetched(lite, tmp_path)
    assert since == f"20260301{time}"
    more(lite, 3, f"20260302{time}")
    assert fetched(lite, tmp_path, since) == ({"1", "2", "3"}, f"20260302{time}")
    run(lite, "DELETE FROM stays WHERE nr <> 2")
    assert fetched(lite, tmp_path, since) == ({"2"}, since)


@pytest.mark.parametrize("other", ["20261301", "20260230", "20261132"])
def test_numbers_that_are_no_days_count(lite: str, tmp_path: Path, other: str) -> None:
    stays(lite, "BIGINT", "20260301", other, "30000000")
    assert (fetched(lite, tmp_path)[1] == "30000000") == (other != "20260230")


def test_where_all_that_is_new_is_to_come_the_last_number_stands(lite: str, tmp_path: Path) -> None:
    stays(lite, "BIGINT", "99999999999")
    assert fetched(lite, tmp_path, "1791190800") == ({"1"}, "1791190800")


def test_a_number_that_counts_is_read_to_its_end(lite: str, tmp_path: Path) -> None:
    stays(lite, "BIGINT", "1", "2", "20261190", "5000000000")
    assert fetched(lite, tmp_path) == ({"1", "2", "3", "4"}, "5000000000")
    assert fetched(lite, tmp_path, "5000000000") == ({"4"}, "5000000000")


def test_text_with_offsets_is_compared_as_moments(lite: str, tmp_path: Path) -> None:
    stays(lite, "TEXT", "'2026-11-28T00:30:00+01:00'")
    _, since = fetched(lite, tmp_path)
    assert since == "2026-11-27 23:30:00+00:00"
    more(lite, 2, "'2026-11-27T23:45:00+00:00'", "'2026-11-27 13:45:00 -10:00'", "'2026-11-25T23:45:00Z'")
    assert fetched(lite, tmp_path, since) == ({"1", "2", "3"}, "2026-11-27 23:45:00+00:00")


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        (("'2026-11-28T00:30:00+01:00'", "'2026-11-28 00:30:00'"), AS_TEXT),
        (("'2026-11-28T00:30:00+01:00'", "'2026-11-28'"), AS_TEXT),
        (("'2026-11-28'", "1791190800"), MIXED),
        (("1", "'2026-11-28'"), MIXED),
        (("'2026-11-28'", "'01-12-2026'"), NO_ORDER),
        (("'2026-11-28'", "''"), NO_ORDER),
        (("'2026-11-28T00:30:00+99:00'",), NO_ORDER),
    ],
)
def test_values_without_an_order_are_refused(
    lite: str, tmp_path: Path, changed: tuple[str, ...], told: str
) -> None:
    stays(lite, "", *changed)
    with pytest.raises(UserError, match=told):
        fetched(lite, tmp_path)
    with pytest.raises(UserError, match=told):
        pulled(lite, tmp_path, PLAIN, chunk_rows=1)


@pytest.mark.parametrize("wrong", ["'01-12-2026'", "1791190800"])
def test_a_value_that_would_never_be_fetched_is_refused(lite: str, tmp_path: Path, wrong: str) -> None:
    stays(lite, "", "'2026-11-28'", wrong)
    with pytest.raises(UserError, match=r"no number, date|of another type"):
        fetched(lite, tmp_path, "2026-11-28")


@pytest.mark.parametrize("since", ["2026-11-28 10:00:00", "2026-11-28", "1791190800"])
def test_text_that_got_offsets_is_refused(lite: str, tmp_path: Path, since: str) -> None:
    stays(lite, "TEXT", "'2026-11-28T10:30:00+01:00'")
    with pytest.raises(UserError, match=r"of another type than its column is now.*sync NAME --whole"):
        fetched(lite, tmp_path, since)


def test_a_last_watermark_in_the_future_is_refused(lite: str, tmp_path: Path) -> None:
    stays(lite, "TEXT", "'2026-11-28'")
    with pytest.raises(UserError, match=r"2099-01-01, lies in the future.*sync NAME --whole"):
        fetched(lite, tmp_path, "2099-01-01")


def test_the_newest_that_has_been_is_the_watermark(lite: str, tmp_path: Path) -> None:
    stays(lite, "TEXT", "'2026-03-01 10:00:00'", "'9999-12-31 00:00:00'")
    assert fetched(lite, tmp_path)[1] == "2026-03-01 10:00:00"
    assert fetched(lite, tmp_path, "2026-03-02")[1] == "2026-03-02"


@pytest.mark.parametrize(
    ("first", "then", "since"),
    [
        ("TIMESTAMP", "TIMESTAMPTZ", "2026-03-09 12:00:00"),
        ("TIMESTAMPTZ", "TIMESTAMP", "2026-03-09 12:00:00+00:00"),
    ],
)
def test_a_column_that_got_a_zone_or_lost_it_is_refused(
    postgres: str, tmp_path: Path, first: str, then: str, since: str
) -> None:
    stays(postgres, first, "'2026-03-09 12:00:00Z'")
    assert fetched(postgres, tmp_path)[1] == since
    run(postgres, f"ALTER TABLE stays ALTER COLUMN changed TYPE {then}")
    with pytest.raises(UserError, match=r"of another type than its column is now.*sync NAME --whole"):
        fetched(postgres, tmp_path, since)


@pytest.mark.parametrize("kind", ["TIMESTAMP", "TIMESTAMPTZ", "DATE", "NUMERIC"])
def test_what_is_endless_comes_with_every_run(postgres: str, tmp_path: Path, kind: str) -> None:
    one, two = ("5", "6") if kind == "NUMERIC" else ("'2026-03-09'", "'2026-03-10'")
    stays(postgres, kind, one, "'infinity'")
    found, since = fetched(postgres, tmp_path)
    assert (found, since[:10]) == ({"1", "2"}, one.strip("'"))
    more(postgres, 3, two)
    assert fetched(postgres, tmp_path, since)[0] == {"1", "2", "3"}
    run(postgres, "DELETE FROM stays WHERE changed <> 'infinity'")
    assert fetched(postgres, tmp_path, since) == ({"2"}, since)


@pytest.mark.parametrize(
    ("kind", "value"),
    [("TIMESTAMP", "-infinity"), ("TIMESTAMP", "10000-01-01"), ("DATE", "0044-03-15 BC"), ("NUMERIC", "NaN")],
)
def test_what_no_calendar_holds_is_refused(postgres: str, tmp_path: Path, kind: str, value: str) -> None:
    stays(postgres, kind, "5" if kind == "NUMERIC" else "'2026-03-09'", f"'{value}'")
    with pytest.raises(UserError, match=rf"{NO_ORDER}|{MIXED}"):
        fetched(postgres, tmp_path)


@pytest.mark.parametrize("value", ["29-11-2026 10:00", "01-12-2026"])
def test_check_refuses_what_a_run_would(lite: str, tmp_path: Path, value: str) -> None:
    stays(lite, "TEXT", "'2026-11-28'", f"'{value}'")
    options = DatabaseOptions.model_validate({"url": lite})
    found = check(options, pulling(tmp_path, mapping_of(PLAIN)))
    assert found[2].state == "failed"
    assert NO_ORDER in str(found[2].message)


def test_a_time_zone_is_part_of_the_type_of_a_column(postgres: str, tmp_path: Path) -> None:
    columns = "nr INT, ward TEXT, patient TEXT, admitted TIMESTAMP, discharged TIMESTAMPTZ"
    run(postgres, f"CREATE TABLE stays ({columns})")
    options = DatabaseOptions.model_validate({"url": postgres, "allow_writable": True})
    whole = PLAIN.replace('watermark = "changed"', "")
    found = check(options, pulling(tmp_path, mapping_of(whole)))[2].columns
    assert (found["admitted"], found["discharged"]) == ("TIMESTAMP", "TIMESTAMP WITH TIME ZONE")


def test_all_to_come_is_a_day_ago_at_first(lite: str, tmp_path: Path) -> None:
    stays(lite, "TEXT", "'2099-01-01 00:00:00'")
    assert fetched(lite, tmp_path)[1] == str((datetime.now(UTC) - timedelta(days=1)).date())
