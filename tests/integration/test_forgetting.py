"""The right to be forgotten: no byte of a person stays, also when the process is killed half way."""

import io
import json
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from core.errors import InputError, NotPermitted
from governance.access import ANONYMOUS, LOCAL_OPERATOR
from kpis.tables import TABLES
from storage import cube, cube_build, erasure, facts, key_rotation, rewriting
from storage.duck import connect
from storage.schema import forgotten
from storage.workspace import Workspace
from tests.intake_files import HEADER, NOTES
from workflows.cli import main
from workflows.forget import forget, retain
from workflows.refresh import ingest
from workflows.rotate import rotate


class Hospital:
    """Two files with notes of three patients and two clinicians; one row is corrected later."""

    def __init__(self, root: Path) -> None:
        self.root, self.mapping = root, root / "notes.toml"
        self.mapping.write_text(NOTES, "utf-8")
        self.workspace = Workspace.open(root / "workspace")
        self.take("a.csv", "1;CHI;E;p1;a1;09-03-2026 10:00;;4", "2;CHI;E;p2;a1;09-03-2026 11:00;;5")
        self.take("b.csv", "3;CHI;E;p1;a2;09-04-2026 10:00;;6", "2;CHI;E;p2;a1;09-03-2026 11:00;;7")
        self.take("c.csv", "4;CHI;E;p3;a2;09-05-2026 10:00;;8")

    def take(self, name: str, *rows: str):  # type: ignore[no-untyped-def]
        path = self.root / name
        path.write_text("\n".join((HEADER, *rows)) + "\n", "utf-8")
        (report,) = ingest(LOCAL_OPERATOR, self.workspace, [path], str(self.mapping))
        return report

    def minutes(self) -> list[float]:
        with connect() as connection:
            source = facts.source_sql(self.workspace, "NoteSession")
            return [
                m
                for (m,) in connection.sql(f"SELECT active_seconds / 60 FROM {source} ORDER BY 1").fetchall()
            ]

    def holds(self, pseudonym: str) -> bool:
        """Whether any Parquet file of the workspace, listed or not, has the pseudonym in a column."""
        with connect() as connection:
            for path in self.workspace.root.rglob("*.parquet"):
                found = connection.sql(f"SELECT * FROM read_parquet({facts.path_list((path,))})").fetchall()
                if any(pseudonym in map(str, row) for row in found):
                    return True
        return False


@pytest.fixture
def hospital(tmp_path: Path) -> Hospital:
    return Hospital(tmp_path)


def test_every_row_of_a_patient_leaves_and_does_not_come_back(hospital):
    pseudonym = hospital.workspace.secret().pseudonym("patient", "p1")
    cube_build.build(hospital.workspace)
    assert hospital.holds(pseudonym)
    assert forget(LOCAL_OPERATOR, hospital.workspace, "patient", "p1", dry_run=True).rows == {
        "NoteSession": 2
    }
    assert hospital.minutes() == [4, 6, 7, 8]
    assert forget(LOCAL_OPERATOR, hospital.workspace, "patient", "p1").rows == {"NoteSession": 2}
    assert hospital.minutes() == [7, 8]
    assert not hospital.holds(pseudonym)
    assert cube.current(hospital.workspace).read("coverage")["rows"].sum() == 2
    report = hospital.take("d.csv", "9;CHI;E;p1;a1;09-06-2026 10:00;;9", "8;CHI;E;p4;a1;09-06-2026 10:00;;3")
    assert report.quarantine == {"identifier_blocked": 1}
    assert hospital.minutes() == [3, 7, 8]
    with hospital.workspace.engine.connect() as connection:
        assert list(connection.scalars(select(forgotten.c.pseudonym))) == [pseudonym]


def test_an_older_version_of_a_row_goes_too_and_so_do_totals_per_clinician(hospital):
    pseudonym = hospital.workspace.secret().pseudonym("clinician", "a1")
    cube_build.build(hospital.workspace)
    assert forget(LOCAL_OPERATOR, hospital.workspace, "staff", pseudonym).rows == {"NoteSession": 3}
    assert hospital.minutes() == [6, 8]
    assert not hospital.holds(pseudonym)
    versions = [path for path in (hospital.workspace.root / "cube").iterdir() if path.is_dir()]
    assert len(versions) == 1


def test_the_keys_of_rows_that_were_corrected_go_with_them(hospital):
    """They stand in the list of what a correction replaced; those of others stay in it."""
    hospital.take("d.csv", "3;CHI;E;p1;a2;09-04-2026 10:00;;9")
    one, other = (hospital.workspace.secret().pseudonym("note", number) for number in ("2", "3"))
    assert forget(LOCAL_OPERATOR, hospital.workspace, "patient", "p2").rows == {"NoteSession": 2}
    assert (hospital.holds(one), hospital.holds(other)) == (False, True)
    assert hospital.minutes() == [4, 8, 9]
    retain(LOCAL_OPERATOR, hospital.workspace, date(2026, 4, 13))
    assert not hospital.holds(other)
    assert hospital.minutes() == [8]


def test_a_stranger_changes_nothing(hospital):
    before = hospital.minutes()
    assert forget(LOCAL_OPERATOR, hospital.workspace, "patient", "nobody").rows == {}
    assert hospital.minutes() == before


@pytest.mark.parametrize("step", ["_write", "_change_over", "finish"])
def test_killed_at_any_step_it_is_whole_before_or_after(hospital, monkeypatch, step):
    pseudonym = hospital.workspace.secret().pseudonym("patient", "p1")

    def killed(*_arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(rewriting, step, killed)
    with pytest.raises(KeyboardInterrupt):
        forget(LOCAL_OPERATOR, hospital.workspace, "patient", "p1")
    monkeypatch.undo()
    done = step == "finish"
    assert hospital.minutes() == ([7, 8] if done else [4, 6, 7, 8])
    hospital.take("e.csv", "7;CHI;E;p5;a1;09-06-2026 10:00;;1")
    assert hospital.holds(pseudonym) != done
    assert not list((hospital.workspace.root / "facts").glob(".rewriting*"))
    forget(LOCAL_OPERATOR, hospital.workspace, "patient", "p1")
    assert not hospital.holds(pseudonym)
    assert hospital.minutes() == [1, 7, 8]


@pytest.mark.parametrize("person", ["p1", "p9"])
def test_what_a_killed_intake_left_of_a_person_leaves_too(hospital, monkeypatch, person):
    """It stood there until the next file that was new; p9 has no row that counts."""
    pseudonym = hospital.workspace.secret().pseudonym("patient", person)
    monkeypatch.setattr("storage.fact_writer.commit", lambda *_arguments: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        hospital.take("d.csv", f"7;CHI;E;{person};a1;09-06-2026 10:00;;1")
    monkeypatch.undo()
    assert hospital.holds(pseudonym)
    forget(LOCAL_OPERATOR, hospital.workspace, "patient", person)
    assert not hospital.holds(pseudonym)


def test_days_that_may_no_longer_be_kept_leave(hospital):
    day = date(2026, 4, 6)
    assert retain(LOCAL_OPERATOR, hospital.workspace, day, dry_run=True).rows == {"NoteSession": 3}
    assert retain(LOCAL_OPERATOR, hospital.workspace, day).rows == {"NoteSession": 3}
    assert hospital.minutes() == [6, 8]
    assert cube.current(hospital.workspace).read("coverage")["rows"].sum() == 2
    assert retain(LOCAL_OPERATOR, hospital.workspace, day).rows == {}


@pytest.mark.parametrize(
    ("day", "sentence"),
    [(date(2062, 4, 3), "moet nog komen"), (date(2026, 4, 9), "Geef 06-04-2026 of 13-04-2026.")],
)
def test_no_part_of_a_week_leaves_and_not_everything_by_a_slip(hospital, day: date, sentence: str):
    with pytest.raises(InputError) as refused:
        retain(LOCAL_OPERATOR, hospital.workspace, day)
    assert sentence in refused.value.render("nl")
    assert hospital.minutes() == [4, 6, 7, 8]


def test_every_table_calls_its_persons_the_same():
    for table in TABLES.values():
        for column in table.columns:
            assert column.person is None or erasure.COLUMN[column.person] == column.name


def test_rights_and_an_empty_name(hospital):
    with pytest.raises(NotPermitted):
        forget(ANONYMOUS, hospital.workspace, "patient", "p1")
    with pytest.raises(InputError):
        forget(LOCAL_OPERATOR, hospital.workspace, "patient", "  ")


def test_the_command_reads_the_identifier_from_a_pipe(hospital, capsys, monkeypatch):
    place = ["--workspace", str(hospital.workspace.root)]
    monkeypatch.setattr("sys.stdin", io.StringIO("p1\n"))
    assert main(["forget", "patient", *place, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"rows": {"NoteSession": 2}, "files": 2, "dry_run": False}
    monkeypatch.setattr("sys.stdin", io.StringIO("p1\n"))
    assert main(["forget", "patient", *place, "--lang", "nl"]) == 0
    assert "Zulke rijen" in capsys.readouterr().out


def test_a_rotated_key_changes_every_pseudonym_and_no_number(hospital, capsys):
    old = hospital.workspace.secret()
    forget(LOCAL_OPERATOR, hospital.workspace, "patient", "p3")
    assert main(["rotate", "--workspace", str(hospital.workspace.root), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["files"] > 0
    new = hospital.workspace.secret()
    assert new.secrets[0] == old.secret
    assert len(new.secrets) == 2
    assert not hospital.holds(old.pseudonym("patient", "p1"))
    assert hospital.holds(new.pseudonym("patient", "p1"))
    assert hospital.minutes() == [4, 6, 7]
    report = hospital.take("d.csv", "1;CHI;E;p1;a1;09-03-2026 10:00;;9", "9;CHI;E;p3;a1;09-03-2026 10:00;;9")
    assert report.quarantine == {"identifier_blocked": 1}
    assert hospital.minutes() == [6, 7, 9]  # the row of the same note was corrected, not doubled


@pytest.mark.parametrize("step", ["_write", "_change_over", "finish", "replace"])
def test_a_rotation_killed_at_any_step_leaves_key_and_facts_together(hospital, monkeypatch, step):
    def killed(*_arguments):
        raise KeyboardInterrupt

    if step == "replace":
        monkeypatch.setattr(key_rotation.os, "replace", killed)
    else:
        real = rewriting.finish
        monkeypatch.setattr(rewriting, step, killed)
        monkeypatch.setattr(key_rotation, "finish", real)
    with pytest.raises(KeyboardInterrupt):
        rotate(LOCAL_OPERATOR, hospital.workspace)
    monkeypatch.undo()
    key = hospital.workspace.secret()
    assert hospital.holds(key.pseudonym("patient", "p1"))
    hospital.take("e.csv", "1;CHI;E;p1;a1;09-03-2026 10:00;;2")
    assert hospital.minutes() == [2, 6, 7, 8]
    rotate(LOCAL_OPERATOR, hospital.workspace)
    assert hospital.holds(hospital.workspace.secret().pseudonym("patient", "p1"))
