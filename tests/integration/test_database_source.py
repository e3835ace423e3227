"""A database that is asked: PostgreSQL and SQLite, with rows of known truth."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa

from core.errors import DefinitionError, UserError
from data_connectors.databases.options import DatabaseOptions
from data_connectors.sources.database import check
from governance.pseudonymise import Key
from tests.servers.postgresql import postgres_url
from tests.source_databases import STAYS, mapping_of, pulled, pulling, run, taken_in

__all__ = ["postgres_url"]

TABLE = "CREATE TABLE stays (nr BIGINT, ward TEXT, patient TEXT, admitted TIMESTAMP, discharged TIMESTAMP, "
TABLE += "costs NUMERIC(30, 10), changed TIMESTAMP)"


def row(number: int, day: int, ward: str = "NA") -> str:
    return (
        f"INSERT INTO stays VALUES ({9_007_199_254_740_993 + number}, '{ward}', '007', "
        f"'2026-03-{day:02} 10:00:00', NULL, 0.1, '2026-03-{day:02} 12:00:00')"
    )


@pytest.fixture(params=["postgresql", "sqlite"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database with three stays, for an account that may only read; `owner` is told by owner_of."""
    if request.param == "sqlite":
        place = f"sqlite:///{tmp_path / 'source.db'}"
        run(place, TABLE, row(1, 1), row(2, 2), row(3, 9))
        yield place
        return
    owner = request.getfixturevalue("postgres_url")
    run(
        owner,
        "DROP TABLE IF EXISTS stays",
        TABLE,
        row(1, 1),
        row(2, 2),
        row(3, 9),
        "DROP ROLE IF EXISTS reader",
        "CREATE ROLE reader LOGIN",
        "GRANT SELECT ON stays TO reader",
    )
    yield owner.replace("meetlat@", "reader@")
    run(owner, "DROP OWNED BY reader", "DROP ROLE reader", "DROP TABLE stays")


def owner_of(url: str) -> str:
    return url.replace("reader@", "meetlat@")


def rows_in(path: Path) -> list[dict[str, Any]]:
    return pq.read_table(path).to_pylist()


def test_rows_arrive_exactly_and_load(url: str, tmp_path: Path) -> None:
    found = pulled(url, tmp_path)["Stay"]
    assert (found.rows, found.watermark) == (3, "2026-03-09 12:00:00")
    account, rows, aside = taken_in(found.path, STAYS)
    assert (account.rows_read, account.rows_loaded, aside) == (3, 3, [])
    assert sorted(row["admitted_at"] for row in rows)[0] == datetime.fromisoformat("2026-03-01 09:00")
    assert {row["nr"] for row in rows_in(found.path)} == {
        str(9_007_199_254_740_993 + number) for number in (1, 2, 3)
    }
    assert {row["discharged_at"] for row in rows} == {None}


def test_the_next_run_fetches_what_is_new_and_the_overlap(url: str, tmp_path: Path) -> None:
    first = pulled(url, tmp_path)["Stay"]
    run(owner_of(url), row(4, 8), row(5, 10), row(6, 6))
    again = pulled(url, tmp_path, since={"Stay": str(first.watermark)})["Stay"]
    assert sorted(row["admitted"][:10] for row in rows_in(again.path)) == [
        "2026-03-08",
        "2026-03-09",
        "2026-03-10",
    ]
    assert again.watermark == "2026-03-10 12:00:00"


def test_an_empty_table_keeps_the_watermark(url: str, tmp_path: Path) -> None:
    run(owner_of(url), "DELETE FROM stays")
    found = pulled(url, tmp_path, since={"Stay": "2026-03-09 12:00:00"})["Stay"]
    assert (found.rows, found.watermark) == (0, "2026-03-09 12:00:00")
    assert pq.read_schema(found.path).names == ["ward", "nr", "patient", "admitted", "discharged", "changed"]
    assert pulled(url, tmp_path)["Stay"].watermark is None


def test_a_source_that_went_back_is_refused(url: str, tmp_path: Path) -> None:
    run(owner_of(url), "DELETE FROM stays WHERE changed > '2026-03-05'")
    with pytest.raises(UserError, match=r"newest watermark is 2026-03-02 12:00:00.*restored"):
        pulled(url, tmp_path, since={"Stay": "2026-03-09 12:00:00"})
    assert not list(tmp_path.glob("*.parquet"))


def test_a_moment_to_come_is_no_watermark(url: str, tmp_path: Path) -> None:
    run(owner_of(url), "UPDATE stays SET changed = '2099-01-01 00:00:00' WHERE ward = 'NA'")
    assert str(pulled(url, tmp_path)["Stay"].watermark) < "2090"


def test_a_column_that_disappeared_is_named(url: str, tmp_path: Path) -> None:
    run(owner_of(url), "ALTER TABLE stays RENAME COLUMN discharged TO gone")
    with pytest.raises(UserError, match=r"no column 'discharged'.*Columns of the source: nr, ward"):
        pulled(url, tmp_path)


def test_letters_may_differ_in_case(url: str, tmp_path: Path) -> None:
    upper = STAYS.replace('"nr"', '"NR"')
    found = pulled(url, tmp_path, upper)["Stay"]
    assert taken_in(found.path, upper)[0].rows_loaded == 3


def test_a_query_is_one_select_and_its_columns_are_checked(url: str, tmp_path: Path) -> None:
    asked = STAYS.replace('from = "stays"', "query = \"SELECT * FROM stays WHERE ward <> ':x%' AND nr > 0\"")
    assert pulled(url, tmp_path, asked)["Stay"].rows == 3
    for query in ("DELETE FROM stays", "SELECT 1; DELETE FROM stays", "WITH a AS (SELECT 1) SELECT * FROM a"):
        with pytest.raises(DefinitionError, match="one SELECT"):
            pulled(url, tmp_path, STAYS.replace('from = "stays"', f'query = "{query}"'))
    with pytest.raises(UserError):
        pulled(url, tmp_path, STAYS.replace('from = "stays"', 'query = "SELECT 1) AS x, (DELETE FROM stays"'))


def test_a_query_with_an_unknown_column_is_a_question_of_ours(url: str, tmp_path: Path) -> None:
    asked = STAYS.replace('from = "stays"', 'query = "SELECT ward_no FROM stays"')
    with pytest.raises(UserError, match=r"refuses the question: .*ward_no"):
        pulled(url, tmp_path, asked)


def test_many_chunks_are_one_file(url: str, tmp_path: Path) -> None:
    run(owner_of(url), *(row(number, 3 + number % 20) for number in range(10, 60)))
    found = pulled(url, tmp_path, chunk_rows=7)["Stay"]
    assert pq.ParquetFile(found.path).num_row_groups == 8
    assert found.rows == 53


def test_check_tells_what_is_there(url: str, tmp_path: Path) -> None:
    options = DatabaseOptions.model_validate({"url": url})
    findings = check(options, pulling(tmp_path, mapping_of(STAYS)))
    assert [finding.state for finding in findings] == ["ok", "ok", "ok", "warning"]
    assert findings[2].columns["admitted"].startswith(("TIMESTAMP", "DATETIME"))
    assert "2026-03-09 12:00:00" in str(findings[2].message)
    assert findings[2].rows_are == ("counted" if url.startswith("sqlite") else "estimated")
    broken = check(options, pulling(tmp_path, mapping_of(STAYS.replace('"ward"', '"afdeling"'))))
    assert [finding.state for finding in broken] == ["ok", "ok", "failed"]


def test_check_says_about_how_many_rows_there_are(url: str, tmp_path: Path) -> None:
    run(owner_of(url), *(row(number, 1 + number % 20) for number in range(10, 507)))
    if not url.startswith("sqlite"):
        run(owner_of(url), "ANALYZE stays")
    query = "query = \"SELECT * FROM stays WHERE ward LIKE 'N%' AND nr > 0\""
    options = DatabaseOptions.model_validate({"url": url})
    for text in (STAYS, STAYS.replace('from = "stays"', query)):
        found = check(options, pulling(tmp_path, mapping_of(text)))[2]
        assert found.rows == pytest.approx(500, abs=5)


def test_nothing_listens(tmp_path: Path) -> None:
    for url in ("postgresql+psycopg://reader@127.0.0.1:9/db", f"sqlite:///{tmp_path / 'absent.db'}"):
        with pytest.raises(UserError, match="cannot be reached"):
            pulled(url, tmp_path)
        findings = check(DatabaseOptions.model_validate({"url": url}), pulling(tmp_path, mapping_of(STAYS)))
        assert [finding.state for finding in findings] == ["failed"]


def test_a_password_stands_in_no_address_and_in_no_message(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="password does not belong") as told:
        pulled("postgresql+psycopg://reader:canary-password@127.0.0.1:9/db", tmp_path)
    assert "canary" not in str(told.value)
    with pytest.raises(UserError) as told:
        pulled("postgresql+psycopg://reader@127.0.0.1:9/db", tmp_path, password="DATABASE_PASSWORD")
    assert "canary" not in str(told.value)


@pytest.mark.parametrize(
    ("grant", "told"),
    [
        ("GRANT UPDATE (costs) ON stays TO reader", "change stays"),
        ("GRANT INSERT ON stays TO reader", "change stays"),
        ("GRANT CREATE ON SCHEMA public TO reader", "create in public"),
        ("ALTER ROLE reader CREATEROLE", "create role"),
        (
            "ALTER ROLE reader NOINHERIT; GRANT INSERT ON stays TO writer; GRANT writer TO reader",
            "change stays as writer",
        ),
        ("ALTER ROLE writer CREATEDB; GRANT writer TO reader", "create database"),
        ("GRANT TRIGGER ON stays TO reader", "change stays"),
        ("CREATE SEQUENCE sq; GRANT USAGE ON SEQUENCE sq TO reader", "advance sq"),
        ("CREATE SEQUENCE sq; GRANT UPDATE ON SEQUENCE sq TO reader", "advance sq"),
    ],
)
def test_an_account_that_may_write_is_refused(
    postgres_url: str, tmp_path: Path, grant: str, told: str, request: pytest.FixtureRequest
) -> None:
    made = ("CREATE ROLE reader LOGIN", "CREATE ROLE writer", "GRANT SELECT ON stays TO reader")
    run(postgres_url, TABLE, row(1, 1), *made, *grant.split("; "))
    try:
        reader = postgres_url.replace("meetlat@", "reader@")
        with pytest.raises(UserError, match=told):
            pulled(reader, tmp_path)
        assert pulled(reader, tmp_path, allow_writable=True)["Stay"].rows == 1
        options = DatabaseOptions.model_validate({"url": reader, "allow_writable": True})
        assert check(options, pulling(tmp_path, mapping_of(STAYS)))[1].state == "warning"
    finally:
        run(postgres_url, "DROP OWNED BY reader, writer", "DROP ROLE reader, writer", "DROP TABLE stays")
        run(postgres_url, "DROP SEQUENCE IF EXISTS sq")


LENDING = "CREATE FUNCTION clear() RETURNS {} LANGUAGE {} SECURITY DEFINER AS {}"


@pytest.mark.parametrize(
    ("function", "told"),
    [
        (LENDING.format("void", "sql", "'DELETE FROM stays'"), "warning"),
        (LENDING.format("trigger", "plpgsql", "'BEGIN RETURN NULL; END'"), "ok"),
        (LENDING.format("void", "sql", "'DELETE FROM stays'").replace("DEFINER", "INVOKER"), "ok"),
    ],
)
def test_a_function_with_the_rights_of_its_owner_is_told(
    postgres_url: str, tmp_path: Path, function: str, told: str
) -> None:
    run(
        postgres_url,
        TABLE,
        row(1, 1),
        "CREATE ROLE reader LOGIN",
        "GRANT SELECT ON stays TO reader",
        function,
    )
    reader = postgres_url.replace("meetlat@", "reader@")
    options = DatabaseOptions.model_validate({"url": reader})

    def account() -> tuple[str, str]:
        found = check(options, pulling(tmp_path, mapping_of(STAYS)))[1]
        return found.state, str(found.message)

    try:
        assert account()[0] == told
        assert ("clear()" in account()[1]) == (told == "warning")
        assert pulled(reader, tmp_path)["Stay"].rows == 1
        run(postgres_url, "REVOKE EXECUTE ON FUNCTION clear() FROM PUBLIC")
        assert account() == ("ok", "The account may only read.")
    finally:
        run(
            postgres_url,
            "DROP FUNCTION clear()",
            "DROP OWNED BY reader",
            "DROP ROLE reader",
            "DROP TABLE stays",
        )


def test_what_postgresql_can_hold_arrives_or_is_set_aside(postgres_url: str, tmp_path: Path) -> None:
    run(
        postgres_url,
        "CREATE TABLE odd (nr UUID, ward TEXT, at TIMESTAMPTZ, out TIMESTAMPTZ, amount NUMERIC, empty INT)",
        "INSERT INTO odd VALUES ('00000000-0000-0000-0000-000000000001', 'A', '2026-10-25 01:30+02', "
        "'infinity', 123456789012345678901234567890.123456789, NULL), "
        "('00000000-0000-0000-0000-000000000002', 'A', '2026-10-25 02:30+02', NULL, 'NaN', NULL)",
    )
    text = STAYS.replace('"admitted"', '"at"').replace('"discharged"', '"out"')
    text = text.replace('patient = "patient"', 'patient = "nr"\nclinician = "empty"')
    text = text.replace('"stays"', '"odd"').replace('"changed"', '"at"').replace('"ward"', '"amount"')
    try:
        found = pulled(postgres_url, tmp_path, text, allow_writable=True)["Stay"]
        assert [row["amount"] for row in rows_in(found.path)] == [
            "123456789012345678901234567890.123456789",
            "NaN",
        ]
        account, rows, aside = taken_in(found.path, text)
        assert aside == [(1, "invalid_time", "discharged_at")]
        assert [row["admitted_at"] for row in rows] == [datetime.fromisoformat("2026-10-25 00:30")]
        assert account.rows_read == 2
    finally:
        run(postgres_url, "DROP TABLE odd")


@pytest.mark.parametrize(
    ("kind", "sound", "spoilt"),
    [
        (
            "double precision",
            {"991010.0": "991010", "1e15": "1000000000000000"},
            ("0.5", "1e16", "9007199254740992"),
        ),
        ("numeric(30, 2)", {"991010.00": "991010"}, ("991010.25",)),
    ],
)
def test_a_person_is_the_same_whatever_the_type_of_the_number(
    url: str, tmp_path: Path, kind: str, sound: dict[str, str], spoilt: tuple[str, ...]
) -> None:
    numbers = (*sound, *spoilt)
    moment = "'2026-03-02 10:00:00'"
    values = [f"({n}, 'A', {p}, {moment}, NULL, 1, {moment})" for n, p in enumerate(numbers)]
    made = (TABLE.replace("patient TEXT", f"patient {kind}"), f"INSERT INTO stays VALUES {', '.join(values)}")
    run(owner_of(url), "DROP TABLE stays", *made)
    account, rows, aside = taken_in(pulled(owner_of(url), tmp_path, allow_writable=True)["Stay"].path, STAYS)
    known = Key(b"k" * 32)
    assert [row["patient"] for row in rows] == [known.pseudonym("patient", text) for text in sound.values()]
    assert [(reason, column) for _, reason, column in aside] == [("unparseable", "patient")] * len(spoilt)
    assert account.rows_read == len(numbers)


def test_control_characters_are_set_aside(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'source.db'}"
    run(url, TABLE, row(1, 1, "Car' || char(0) || 'dio"), row(2, 2, "Car' || char(1) || 'dio"), row(3, 3))
    account, rows, aside = taken_in(pulled(url, tmp_path)["Stay"].path, STAYS)
    assert aside == [(1, "nul_byte", "department"), (2, "unparseable", "department")]
    assert (account.rows_read, len(rows)) == (3, 1)


def test_a_number_with_a_type_is_not_read_in_the_notation_of_the_mapping(url: str, tmp_path: Path) -> None:
    run(owner_of(url), "UPDATE stays SET costs = 120.5")
    text = STAYS.replace("[file]", '[file]\ndecimal = ","\nthousands = "."').replace('"Stay"', '"Session"')
    text = text.replace('stay = "nr"', 'session = "nr"').replace("patient =", "clinician =")
    text = text.replace("admitted_at", "starts_at").replace("discharged_at =", "scheduled_minutes =")
    text = text.replace('"discharged"', '{ from = "costs", unit = "minutes" }')
    _, rows, aside = taken_in(pulled(url, tmp_path, text)["Session"].path, text)
    assert aside == []
    assert {row["scheduled_minutes"] for row in rows} == {120.5}


def test_statements_only_read(url: str, tmp_path: Path) -> None:
    sent: list[str] = []

    def keep(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement.strip().split()[0].upper())

    sa.event.listen(sa.Engine, "before_cursor_execute", keep)
    try:
        pulled(url, tmp_path)
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", keep)
    assert set(sent) <= {"SELECT", "BEGIN", "SHOW", "PRAGMA"}


def test_a_statement_that_takes_too_long_is_stopped(postgres_url: str, tmp_path: Path) -> None:
    slow = STAYS.replace(
        'from = "stays"',
        "query = \"SELECT 1 AS nr, 'A' AS ward, 'p' AS patient, now() AS admitted, now() AS discharged, "
        'now() AS changed, pg_sleep(20)"',
    )
    slow = slow.replace('watermark = "changed"\noverlap = "2 days"', "")
    with pytest.raises(UserError, match="longer than is allowed"):
        pulled(postgres_url, tmp_path, slow, allow_writable=True, statement_seconds=0.3)
