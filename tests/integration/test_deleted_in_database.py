"""Rows that a database itself says are deleted: by a flag, by a moment, by a table of what was removed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from governance.access import LOCAL_OPERATOR
from storage import cube, facts
from storage.duck import connect
from storage.workspace import Workspace
from tests.pushed_hospital import synced, workspace
from tests.servers.postgresql import postgres_url
from tests.source_databases import STAYS, run
from workflows.source_checks import check

__all__ = ["postgres_url"]

COLUMNS = "nr INT, ward TEXT, patient TEXT, admitted TIMESTAMP, discharged TIMESTAMP, changed TIMESTAMP"
TABLES = (
    f"CREATE TABLE stays ({COLUMNS}, removed BOOLEAN, removed_at TIMESTAMP)",
    "CREATE TABLE removed_stays (nr INT, at TIMESTAMP)",
)
BY_FLAG = 'deleted = "removed"\n'
BY_MOMENT = 'deleted = { from = "removed_at", filled = "1", default = "0" }\n'
BY_TABLE = f'deleted = {{ from = "gone" }}\n{STAYS[STAYS.index("[table.columns]") :]}'.replace(
    'from = "stays"',
    'query = "SELECT nr, ward, patient, admitted, discharged, changed, 0 AS gone FROM stays '
    'UNION ALL SELECT nr, NULL, NULL, NULL, NULL, at, 1 FROM removed_stays"',
)
"""What was removed stands in a table of its own, with nothing but its key and when."""


def mapping(way: str) -> str:
    before, columns = STAYS[: STAYS.index("[table.columns]")], STAYS[STAYS.index("[table.columns]") :]
    return before + (way if "[table.columns]" in way else way + columns)


def row(number: int) -> str:
    moment = f"2026-03-{number:02} 10:00:00"
    return f"INSERT INTO stays VALUES ({number}, 'NEU', 'p', '{moment}', NULL, '{moment}', false, NULL)"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    dropped = ("DROP TABLE stays", "DROP TABLE removed_stays")
    made = (
        f"sqlite:///{tmp_path / 'source.db'}"
        if request.param == "sqlite"
        else request.getfixturevalue("postgres_url")
    )
    run(made, *TABLES, *(row(number) for number in (1, 2, 3)))
    yield made
    run(made, *dropped)


def days(made: Workspace, position: int | None = None) -> list[int]:
    with connect() as connection:
        source = facts.source_sql(made, "Stay", position=position)
        return [day for (day,) in connection.sql(f"SELECT day(day) FROM {source} ORDER BY 1").fetchall()]


def counted(made: Workspace) -> int:
    return int(cube.current(made).read("coverage")["rows"].sum())


@pytest.mark.parametrize("way", [BY_FLAG, BY_MOMENT, BY_TABLE], ids=["flag", "moment", "table"])
def test_a_deleted_row_counts_no_more(url: str, tmp_path: Path, way: str) -> None:
    made = workspace(tmp_path / "rows", url, mapping(way), "rows")
    assert synced(made).rows == 3
    at = "2026-03-04 00:00:00"
    if way is BY_TABLE:
        run(url, "DELETE FROM stays WHERE nr = 2", f"INSERT INTO removed_stays VALUES (2, '{at}')")
    else:
        run(url, f"UPDATE stays SET removed = true, removed_at = '{at}', changed = '{at}' WHERE nr = 2")
        # nothing but its key is left of it
        run(url, "UPDATE stays SET ward = NULL, patient = NULL WHERE nr = 2")
    report = synced(made)
    assert (report.state, report.files[0].quarantine) == ("done", {})
    assert (days(made), days(made, 1), counted(made)) == ([1, 3], [1, 2, 3], 2)
    assert all(one.subject == "account" for one in told(made))
    pushed = workspace(tmp_path / "pushed", url, mapping(way), "push-down")
    assert synced(pushed).state == "done"
    assert counted(pushed) == 2


EXAMPLES = [
    line
    for line in Path("docs/how-to/sources.md").read_text("utf-8").splitlines()
    if line.startswith("deleted =")
]
STATES = (
    ("'ok'", "false", "NULL"),
    ("NULL", "false", "NULL"),
    ("'removed'", "true", "'2026-03-04 00:00:00'"),
)
"""Of each row what the columns of the examples hold; the last one was removed."""


def test_the_document_has_three_ways() -> None:
    assert len(EXAMPLES) == 3


@pytest.mark.parametrize("example", EXAMPLES)
@pytest.mark.parametrize("mode", ["rows", "push-down"])
def test_the_examples_of_the_document_work(url: str, tmp_path: Path, example: str, mode: str) -> None:
    run(
        url,
        *(
            f"ALTER TABLE stays ADD {name}"
            for name in ("status TEXT", "is_deleted BOOLEAN", "deleted_at TIMESTAMP")
        ),
    )
    for number, values in enumerate(STATES, start=1):
        status, flag, at = values
        run(
            url,
            f"UPDATE stays SET status = {status}, is_deleted = {flag}, deleted_at = {at} WHERE nr = {number}",
        )
    made = workspace(tmp_path, url, mapping(f"{example}\n"), mode)
    report = synced(made)
    assert (report.state, report.files[0].quarantine) == ("done", {})
    assert counted(made) == 2


def told(made: Workspace) -> list[object]:
    """What `sources check` warns of: not of rows that disappear, since the source says which do."""
    (found,) = check(LOCAL_OPERATOR, made)
    return [one for one in found.findings if one.state != "ok"]
