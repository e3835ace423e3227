"""Rows that disappear from a database: versioned as gone where it is read whole, said plainly where not."""

import random
import re
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
from workflows.cli import main
from workflows.privacy.expiry import expire
from workflows.refresh import ingest
from workflows.source_checks import check
from workflows.sync import sync

__all__ = ["postgres_url"]

WHOLE = STAYS.replace('watermark = "changed"\noverlap = "2 days"\n', "")
TABLE = "CREATE TABLE stays (nr INT, ward TEXT, patient TEXT, admitted TIMESTAMP, discharged TIMESTAMP, "
TABLE += "changed TIMESTAMP)"


def row(number: int, day: int = 0) -> str:
    moment = f"2026-03-{day or number:02}"
    return (
        f"INSERT INTO stays VALUES ({number}, 'NEU', 'p{number}', '{moment} 10:00:00', NULL, "
        f"'{moment} 12:00:00')"
    )


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    made = f"sqlite:///{tmp_path / 'source.db'}"
    run(made, TABLE, *(row(number) for number in (1, 2, 3, 4)))
    return made


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_url")
        return
    owner = request.getfixturevalue("postgres_url")
    run(owner, "DROP TABLE IF EXISTS stays", TABLE, *(row(number) for number in (1, 2, 3, 4)))
    yield owner
    run(owner, "DROP TABLE stays")


def days(made: Workspace, position: int | None = None) -> list[int]:
    """The days of the month on which stays began, as known after a batch."""
    with connect() as connection:
        source = facts.source_sql(made, "Stay", position=position)
        return [day for (day,) in connection.sql(f"SELECT day(day) FROM {source} ORDER BY 1").fetchall()]


def test_a_row_that_is_gone_counts_no_more_and_was_known_before(url: str, tmp_path: Path) -> None:
    made = workspace(tmp_path / "made", url, WHOLE, "rows")
    assert synced(made).files[0].rows_gone == 0
    run(url, "DELETE FROM stays WHERE nr = 2")
    report = synced(made)
    assert (report.state, report.gone, report.rows) == ("done", 1, 3)
    assert (days(made), days(made, 1)) == ([1, 3, 4], [1, 2, 3, 4])
    assert cube.current(made).read("coverage")["rows"].sum() == 3
    assert synced(made).files[0].status == "unchanged"


def test_a_source_that_comes_back_to_an_older_state_is_followed(sqlite_url: str, tmp_path: Path) -> None:
    made = workspace(tmp_path / "made", sqlite_url, WHOLE, "rows")
    synced(made)
    run(sqlite_url, "DELETE FROM stays WHERE nr = 4")
    synced(made)
    run(sqlite_url, row(4))
    assert [file.status for file in synced(made).files] == ["loaded"]
    assert days(made) == [1, 2, 3, 4]
    assert [days(made, position) for position in (1, 2, 3)] == [[1, 2, 3, 4], [1, 2, 3], [1, 2, 3, 4]]


def test_a_row_that_cannot_be_read_any_more_is_not_gone(sqlite_url: str, tmp_path: Path) -> None:
    made = workspace(tmp_path / "made", sqlite_url, WHOLE, "rows")
    synced(made)
    run(sqlite_url, "UPDATE stays SET discharged = '2026-03-01 00:00:00' WHERE nr = 3")
    report = synced(made)
    assert (report.gone, report.files[0].quarantine) == (0, {"negative_duration": 1})
    assert days(made) == [1, 2, 3, 4]


def test_a_source_that_may_be_half_filled_is_refused(sqlite_url: str, tmp_path: Path) -> None:
    made = workspace(tmp_path / "made", sqlite_url, WHOLE, "rows")
    synced(made)
    run(sqlite_url, "DELETE FROM stays WHERE nr > 1")
    report = synced(made)
    assert report.state == "failed"
    assert "3 of the 4 rows that this source brought are gone" in str(report.error)
    run(sqlite_url, "DELETE FROM stays")
    assert "4 of the 4 rows" in str(synced(made).error)
    assert days(made) == [1, 2, 3, 4]
    place = made.root / "sources" / "one.toml"
    place.write_text(place.read_text("utf-8") + "gone_at_most = 1\n", "utf-8")
    report = synced(made)
    assert (report.state, report.gone) == ("done", 4)
    assert (days(made), days(made, 1)) == ([], [1, 2, 3, 4])
    assert cube.current(made).read("coverage")["rows"].sum() == 0


def test_rows_from_elsewhere_are_left_alone(sqlite_url: str, tmp_path: Path) -> None:
    made = workspace(tmp_path / "made", sqlite_url, WHOLE, "rows")
    handed = tmp_path / "handed.csv"
    handed.write_text("nr,ward,patient,admitted,discharged\n9,NEU,p9,2026-03-09 10:00:00,\n", "utf-8")
    ingest(LOCAL_OPERATOR, made, [handed], "own")
    assert synced(made).gone == 0
    assert days(made) == [1, 2, 3, 4, 9]


def test_what_only_fetches_what_is_new_says_that_it_sees_no_disappearing(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = workspace(tmp_path / "made", url, STAYS.replace("2 days", "1 weeks"), "rows")
    assert synced(made).files[0].rows_gone == 0
    run(url, "DELETE FROM stays WHERE nr = 2", row(5))
    report = synced(made)
    assert report.files[0].rows_gone is None
    assert days(made) == [1, 2, 3, 4, 5]
    (found,) = check(LOCAL_OPERATOR, made)
    assert [str(one.message) for one in found.findings if one.state == "warning"][-1].startswith(
        "A row that disappears from this table is not noticed"
    )
    assert main(["sources", "check", "--workspace", str(made.root)]) == 0
    assert re.search(r"It holds (4 rows \(counted\)|about [\d,]+ rows)", capsys.readouterr().out)
    assert main(["sync", "--whole", "--workspace", str(made.root)]) == 0
    assert "1 rows are no longer in the source" in capsys.readouterr().out
    assert days(made) == [1, 3, 4, 5]


def test_a_row_that_two_sources_bring_comes_back_with_whole(sqlite_url: str, tmp_path: Path) -> None:
    """It belongs to the one that brought it last."""
    other = f"sqlite:///{tmp_path / 'other.db'}"
    run(other, TABLE, *(row(number) for number in (1, 2, 3, 4)))
    made = workspace(tmp_path / "made", sqlite_url, WHOLE, "rows")
    workspace(tmp_path / "made", other, WHOLE, "rows", "two")
    sync(LOCAL_OPERATOR, made)
    run(other, "DELETE FROM stays WHERE nr = 2")
    (_, two) = sync(LOCAL_OPERATOR, made)
    assert (two.gone, days(made)) == (1, [1, 3, 4])
    (one,) = sync(LOCAL_OPERATOR, made, ["one"])
    assert (one.rows, days(made)) == (0, [1, 3, 4])
    (one,) = sync(LOCAL_OPERATOR, made, ["one"], whole=True)
    assert (one.rows, days(made)) == (4, [1, 2, 3, 4])


def test_what_retention_took_comes_back_with_whole_once_it_may(sqlite_url: str, tmp_path: Path) -> None:
    made = workspace(tmp_path / "made", sqlite_url, WHOLE, "rows")
    assert synced(made).rows == 4
    settings = made.root / "meetlat.toml"
    settings.write_text("[retention]\nStay = 1\n", "utf-8")
    expire(LOCAL_OPERATOR, Workspace.open(made.root))
    settings.unlink()
    assert days(made) == []
    assert (synced(made).rows, days(made)) == (0, [])
    (report,) = sync(LOCAL_OPERATOR, Workspace.open(made.root), whole=True)
    assert (report.rows, days(made)) == (4, [1, 2, 3, 4])


def test_a_part_of_a_table_says_nothing_about_what_is_not_in_it(sqlite_url: str, tmp_path: Path) -> None:
    part = WHOLE.replace('from = "stays"', 'query = "SELECT * FROM stays WHERE nr > 2"\ncomplete = false')
    made = workspace(tmp_path / "made", sqlite_url, part, "rows")
    synced(made)
    run(sqlite_url, "DELETE FROM stays WHERE nr = 3")
    assert synced(made).files[0].rows_gone is None
    assert days(made) == [3, 4]
    (found,) = check(LOCAL_OPERATOR, made)
    assert "gives a part of the table" in str(found.findings[-1].message)


def test_after_any_changes_every_state_is_known_as_it_was(tmp_path: Path) -> None:
    """Truth: the set of rows at each run, drawn by chance; half of them may leave at once."""
    chance, place = random.Random(4), f"sqlite:///{tmp_path / 'source.db'}"
    run(place, TABLE)
    made = workspace(tmp_path / "made", place, WHOLE, "rows")
    truth: list[list[int]] = []
    held = set(range(1, 13))
    for _ in range(5):
        run(place, "DELETE FROM stays", *(row(number) for number in sorted(held)))
        (report,) = sync(LOCAL_OPERATOR, made)
        assert report.state == "done", report.error
        if not truth or truth[-1] != sorted(held):
            truth.append(sorted(held))
        assert days(made) == sorted(held)
        assert cube.current(made).read("coverage")["rows"].sum() == len(held)
        kept = set(chance.sample(sorted(held), len(held) - chance.randrange(len(held) // 2)))
        held = kept | set(chance.sample(range(1, 29), 4))
    assert [days(made, position) for position in range(1, len(truth) + 1)] == truth
