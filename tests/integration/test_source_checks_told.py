"""What `meetlat sources check` says of a database fits how it is read, and what is missing to read it."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from governance.access import LOCAL_OPERATOR
from tests.pushed_hospital import filled, omop, synced, workspace
from workflows.cli import main
from workflows.source_checks import check
from workflows.sync import sync


@pytest.mark.parametrize(("mode", "told"), [("rows", True), ("push-down", False)])
def test_disappearing_rows_are_seen_by_a_count(tmp_path: Path, mode: str, told: bool) -> None:
    url = f"sqlite:///{tmp_path / 'source.db'}"
    filled(url, omop(20))
    (found,) = check(LOCAL_OPERATOR, workspace(tmp_path / "w", url, "omop_5_4", mode))
    said = [finding.message.render("en") for finding in found.findings if finding.message]
    assert any("disappears" in one for one in said) == told


def test_a_table_that_cannot_be_looked_at_is_not_called_gone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'source.db'}"
    filled(url, omop(20))
    place = workspace(tmp_path / "w", url, "omop_5_4", "rows")
    check(LOCAL_OPERATOR, place)
    with sa.create_engine(url).begin() as connection:
        connection.execute(sa.text("ALTER TABLE visit_occurrence RENAME COLUMN person_id TO person"))
    (found,) = check(LOCAL_OPERATOR, place)
    assert not found.sound
    assert any(finding.state == "failed" for finding in found.findings)
    assert found.changes == ()


@pytest.mark.parametrize("words", [("sync",), ("sources", "check")])
def test_where_there_are_no_sources_it_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    assert main([*words, "--workspace", str(tmp_path), "--lang", "nl"]) == 0
    told = f"Er zijn nog geen bronnen. Schrijf er een in {tmp_path / 'sources'}.\n"
    assert capsys.readouterr() == ("", told)


def test_an_unknown_source_is_the_users_mistake(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["sources", "check", "gone", "--workspace", str(tmp_path), "--lang", "nl"]
    assert main(words) == 2
    assert capsys.readouterr().err == "Er is geen bron 'gone'. Er zijn er nog geen.\n"


@pytest.mark.parametrize(
    ("url", "package"),
    [
        ("oracle+cx_oracle://reader@127.0.0.1/x", "cx_Oracle"),
        ("nodatabase://reader@127.0.0.1/x", "sqlalchemy-nodatabase"),
    ],
)
def test_a_missing_driver_is_named(tmp_path: Path, url: str, package: str) -> None:
    (found,) = check(LOCAL_OPERATOR, workspace(tmp_path, url, "omop_5_4", "rows"))
    (finding,) = found.findings
    assert finding.message is not None
    assert f"pip install {package}" in finding.message.render("en")


@pytest.mark.parametrize("mode", ["rows", "push-down"])
def test_a_file_that_is_no_database_is_told_as_such(tmp_path: Path, mode: str) -> None:
    (tmp_path / "source.db").write_bytes(b"this is not a database, and never was one" * 100)
    made = workspace(tmp_path / "w", f"sqlite:///{tmp_path / 'source.db'}", "omop_5_4", mode)
    (found,) = check(LOCAL_OPERATOR, made)
    said = [one.message.render("en") for one in found.findings if one.state != "warning" and one.message]
    assert said == [synced(made).error.render("en")]
    assert "no SQLite database" in said[0]


def test_rows_beside_a_count_are_told_before_it_is_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'source.db'}"
    filled(url, omop(20))
    made = workspace(tmp_path / "w", url, "omop_5_4", "rows")
    assert synced(made).state == "done"
    (before,) = check(LOCAL_OPERATOR, made)
    assert before.sound
    workspace(tmp_path / "w", url, "omop_5_4", "push-down")
    (found,) = check(LOCAL_OPERATOR, made)
    failed = [one.message.render("en") for one in found.findings if one.state == "failed" and one.message]
    assert failed[0] == synced(made).error.render("en")
    assert "would come on top of them" in failed[0]
    workspace(tmp_path / "counted", url, "omop_5_4", "push-down", "one")
    other = workspace(tmp_path / "counted", url, "omop_5_4", "push-down", "two")
    sync(LOCAL_OPERATOR, other, ["one"])
    alone, second = check(LOCAL_OPERATOR, other)
    assert (alone.sound, second.sound) == (True, False)
