"""Sources that are asked: a watched folder end to end; retries, locks, watermarks and freshness."""

import json
import os
import sys
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from core.errors import ConfigurationError, DefinitionError, NotPermitted, UnknownName, UserError
from data_connectors.connector import ConnectorKind
from data_connectors.pulling import Delivered, Finding, Pulling, PullKind, SourceOptions, Unreachable
from governance.access import ANONYMOUS, LOCAL_OPERATOR
from storage import cube_build, ledger, sync_log
from storage.database import writing
from storage.one_at_a_time import only_one
from storage.schema import batches, sync_runs
from storage.secrets import read_secret
from storage.workspace import Workspace
from tests.intake_files import GOOD, HEADER, NOTES
from workflows import configured_sources
from workflows.cli import main
from workflows.source_checks import check, freshness
from workflows.sync import ATTEMPTS, sync

FOLDER = """
kind = "folder"
mapping = "notes"
fresh_within = "36h"

[options]
path = "{path}"
quiet_seconds = 0
"""
SCRIPTED = 'kind = "scripted"\nmapping = "notes"\nminutes = 1\n'


@dataclass
class Scripted:
    """A source whose deliveries a test writes down; what stands in them is raised."""

    steps: list[object] = field(default_factory=list)
    seen: list[dict[str, str]] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=lambda: {"notitie": "text", "duur": "number"})

    def pull(self, _options: SourceOptions, pulling: Pulling) -> Iterator[Delivered]:
        self.seen.append(dict(pulling.since))
        while self.steps:
            step = self.steps.pop(0)
            if isinstance(step, Exception):
                raise step
            if step is None:
                return
            rows, watermark = step  # type: ignore[misc]
            path = pulling.folder / f"{len(self.steps)}.csv"
            path.write_text("\n".join((HEADER, *rows)) + "\n", "utf-8")
            pulling.progress(len(rows))
            yield Delivered(table="NoteSession", path=path, watermark=watermark, rejected={"invalid_time": 2})

    def check(self, _options: SourceOptions, _pulling: Pulling) -> tuple[Finding, ...]:
        return (Finding(subject="notes", state="ok", columns=self.columns),)


def row(number: int) -> str:
    return f"{number}{GOOD[1:]}"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    found = Workspace.open(tmp_path / "workspace")
    (found.root / "mappings" / "notes.toml").write_text(NOTES, "utf-8")
    return found


@pytest.fixture
def scripted(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Scripted:
    made = Scripted()
    kind = PullKind(description="x", options=SourceOptions, pull=made.pull, check=made.check)
    kinds = {"scripted": ConnectorKind(description="x", asked=kind)}
    monkeypatch.setattr(configured_sources, "connectors", lambda: kinds)
    (workspace.root / "sources" / "one.toml").write_text(SCRIPTED, "utf-8")
    return made


@pytest.fixture
def drop(workspace: Workspace, tmp_path: Path) -> Path:
    folder = tmp_path / "drop"
    folder.mkdir()
    (workspace.root / "sources" / "notes.toml").write_text(FOLDER.format(path=folder.as_posix()), "utf-8")
    return folder


def test_a_folder_is_taken_in_once_and_what_is_new_later(workspace, drop):
    (drop / "a.csv").write_text("\n".join((HEADER, row(1), row(2))) + "\n", "utf-8")
    (drop / "b.csv.part").write_text("half", "utf-8")
    (first,) = sync(LOCAL_OPERATOR, workspace)
    assert (first.state, first.rows, [file.status for file in first.files]) == ("done", 2, ["loaded"])
    (drop / "b.csv").write_text("\n".join((HEADER, row(3))) + "\n", "utf-8")
    (second,) = sync(LOCAL_OPERATOR, workspace, ["notes"])
    assert sorted(file.status for file in second.files) == ["loaded", "unchanged"]
    assert ledger.position(workspace) == 2


def test_a_file_that_still_grows_waits(workspace, drop):
    text = (workspace.root / "sources" / "notes.toml").read_text("utf-8")
    (workspace.root / "sources" / "notes.toml").write_text(text.replace("= 0", "= 60"), "utf-8")
    path = drop / "a.csv"
    path.write_text("\n".join((HEADER, row(1))) + "\n", "utf-8")
    assert sync(LOCAL_OPERATOR, workspace)[0].files == ()
    os.utime(path, (time.time() - 61, time.time() - 61))
    assert sync(LOCAL_OPERATOR, workspace)[0].rows == 1


def test_an_archive_in_a_folder_is_its_members(workspace, drop):
    with zipfile.ZipFile(drop / "march.zip", "w") as made:
        made.writestr("notes_1.csv", "\n".join((HEADER, row(1), row(2))))
        made.writestr("in/notes_2.csv", "\n".join((HEADER, row(3))))
    (drop / "broken.zip").write_bytes(b"PK no archive")
    (drop / "loose.csv").write_text("\n".join((HEADER, row(1), row(2))), "utf-8")
    (report,) = sync(LOCAL_OPERATOR, workspace)
    found = {Path(file.file).relative_to(drop).as_posix(): file for file in report.files}
    assert sorted(found) == ["broken.zip", "loose.csv", "march.zip/in/notes_2.csv", "march.zip/notes_1.csv"]
    assert (found["broken.zip"].status, report.state) == ("refused", "done")
    assert sum(file.rows_loaded for file in report.files) == 3
    (again,) = sync(LOCAL_OPERATOR, workspace)
    assert again.rows == 0
    assert [finding.state for finding in check(LOCAL_OPERATOR, workspace)[0].findings] == ["ok"]


def test_files_that_nothing_is_made_of_are_named(workspace, drop, capsys):
    text = NOTES.replace('name = "NoteSession"', 'name = "NoteSession"\nfiles = "notes_*"')
    (workspace.root / "mappings" / "notes.toml").write_text(text, "utf-8")
    with zipfile.ZipFile(drop / "march.zip", "w") as made:
        made.writestr("in/notes_1.csv", "\n".join((HEADER, row(1))))
        made.writestr("in/lees mij.txt", "Beste lezer")
        made.writestr("__MACOSX/x.txt", "litter")
    (drop / "other.csv").write_text("x", "utf-8")
    ahead = drop / "notes_2.csv"
    ahead.write_text("\n".join((HEADER, row(2))), "utf-8")
    os.utime(ahead, (time.time() + 7200, time.time() + 7200))
    names = {"march.zip/in/lees mij.txt", "other.csv", "notes_2.csv"}
    (found,) = check(LOCAL_OPERATOR, workspace)
    assert {one.subject for one in found.findings if one.state == "warning"} == names
    place = ("--workspace", str(workspace.root))
    assert main(["sync", *place, "--lang", "nl"]) == 0
    out = capsys.readouterr().out
    assert "1 rijen gelezen" in out
    assert "  march.zip/in/lees mij.txt: Geen tabel" in out
    assert "  other.csv: Geen tabel" in out
    assert "  notes_2.csv: Dit bestand zegt dat het in de toekomst is gewijzigd" in out
    assert main(["sync", *place, "--json"]) == 0
    (source,) = json.loads(capsys.readouterr().out)["sources"]
    assert set(source["left"]) == names


def test_a_link_in_a_folder_is_not_followed_and_told(workspace, drop, tmp_path):
    secret = tmp_path / "passwords"
    secret.write_text("root:x:0:0\n", "utf-8")
    (drop / "notes.csv").symlink_to(secret)
    (report,) = sync(LOCAL_OPERATOR, workspace)
    assert (report.state, report.files) == ("done", ())
    (found,) = check(LOCAL_OPERATOR, workspace)
    said = [(one.subject, one.message.render("en")) for one in found.findings if one.message]
    assert said == [("notes.csv", "This is a link, and links are not followed. Put the file itself there.")]


def test_a_folder_that_is_gone_is_tried_again_and_reported(workspace, drop):
    drop.rmdir()
    pauses: list[float] = []
    (report,) = sync(LOCAL_OPERATOR, workspace, pause=pauses.append)
    assert (report.state, report.attempts, len(pauses)) == ("failed", ATTEMPTS, ATTEMPTS - 1)
    assert "cannot be read" in report.error.render("en")
    assert sync_log.last(workspace, "notes").state == "failed"


def test_an_attempt_that_fails_keeps_what_came_in_and_goes_on_from_there(workspace, scripted):
    scripted.steps = [([row(1)], "w1"), Unreachable("gone"), ([row(2)], "w2"), None]
    (report,) = sync(LOCAL_OPERATOR, workspace, pause=lambda _: None)
    assert (report.state, report.attempts, report.rows) == ("done", 2, 2 + 2 * 2)
    assert scripted.seen == [{}, {"NoteSession": "w1"}]
    assert ledger.watermarks(workspace, "one") == {"NoteSession": "w2"}
    assert report.files[0].quarantine == {"invalid_time": 2}
    assert report.files[0].rows_read == report.files[0].rows_loaded + report.files[0].rows_quarantined
    assert not list((workspace.root / "working").iterdir())


def test_what_trying_again_cannot_help_is_not_tried_again(workspace, scripted):
    scripted.steps = [([row(1)], "w1"), UserError("no rights")]
    (report,) = sync(LOCAL_OPERATOR, workspace)
    assert (report.state, report.attempts) == ("failed", 1)
    assert ledger.watermarks(workspace, "one") == {"NoteSession": "w1"}


def test_no_pause_reaches_beyond_the_deadline(workspace, scripted):
    (workspace.root / "sources" / "one.toml").write_text(SCRIPTED.replace("= 1", "= 0.0001"), "utf-8")
    scripted.steps = [Unreachable("gone")] * ATTEMPTS
    (report,) = sync(LOCAL_OPERATOR, workspace, pause=lambda _: time.sleep(0.01))
    assert report.state == "failed"
    assert report.attempts < ATTEMPTS


def test_two_runs_of_a_source_do_not_overlap(workspace, scripted):
    with only_one(workspace.root, name="sync-one"):
        assert sync(LOCAL_OPERATOR, workspace)[0].state == "busy"
    assert scripted.seen == []


def test_a_lost_watermark_is_loud(workspace, scripted):
    scripted.steps = [([row(1)], "w1"), None, None]
    sync(LOCAL_OPERATOR, workspace)
    with writing(workspace.engine) as connection:
        connection.execute(update(batches).values(source=None))
    (report,) = sync(LOCAL_OPERATOR, workspace)
    assert report.state == "failed"
    assert isinstance(report.error, ConfigurationError)
    assert "how far is lost" in report.error.render("en")
    with writing(workspace.engine) as connection:
        connection.execute(delete(sync_runs))


def test_a_run_that_was_killed_is_called_failed(workspace, scripted):
    sync_log.start(workspace, "one")
    scripted.steps = [None]
    sync(LOCAL_OPERATOR, workspace)
    assert sync_log.last(workspace, "one", "failed").message == "stopped from outside"


def test_a_mistake_of_ours_in_one_source_does_not_stop_the_others(
    workspace: Workspace, scripted: Scripted, capsys: pytest.CaptureFixture[str]
) -> None:
    (workspace.root / "sources" / "two.toml").write_text(SCRIPTED, "utf-8")
    scripted.steps = [([row(1)], "w1"), TypeError("ours"), ([row(2)], "w2"), None]
    place = ["--workspace", str(workspace.root)]
    assert main(["sync", "one", "two", *place]) == 1
    told = capsys.readouterr()
    assert "one: Meetlat made a mistake; its number is " in told.err
    assert "two: 3 rows read, 1 loaded" in told.out
    assert sync_log.last(workspace, "one").state == "failed"
    assert ledger.watermarks(workspace, "one") == {"NoteSession": "w1"}
    assert ledger.watermarks(workspace, "two") == {"NoteSession": "w2"}


def test_a_run_that_is_stopped_is_called_failed(workspace: Workspace, scripted: Scripted) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    scripted.steps = [([row(1)], "w1"), None]
    with pytest.raises(KeyboardInterrupt):
        sync(LOCAL_OPERATOR, workspace, progress=stop)
    found = sync_log.last(workspace, "one")
    assert (found.state, found.message) == ("failed", "stopped from outside")
    assert not list((workspace.root / "working").iterdir())


def test_what_a_killed_run_had_no_time_to_count_is_counted_by_the_next(
    workspace: Workspace, drop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (drop / "a.csv").write_text(f"{HEADER}\n{row(1)}\n", "utf-8")
    monkeypatch.setattr(cube_build, "build", lambda _workspace: sys.exit(143))
    with pytest.raises(SystemExit):
        sync(LOCAL_OPERATOR, workspace)
    monkeypatch.undo()
    (report,) = sync(LOCAL_OPERATOR, workspace)
    assert (report.rows, cube_build.is_current(workspace)) == (0, True)


def test_columns_that_changed_are_named_until_they_are_accepted(workspace, scripted):
    assert check(LOCAL_OPERATOR, workspace)[0].changes == ()
    scripted.columns = {"notitie": "text", "duur": "text", "soort": "text"}
    (found,) = check(LOCAL_OPERATOR, workspace)
    assert not found.sound
    assert [(one.change, one.column) for one in found.changes] == [("retyped", "duur"), ("added", "soort")]
    check(LOCAL_OPERATOR, workspace, accept=True)
    assert check(LOCAL_OPERATOR, workspace)[0].changes == ()


def test_a_promise_that_is_broken_is_seen(workspace, drop):
    now = datetime.now(UTC)
    assert freshness(LOCAL_OPERATOR, workspace, now)["notes"].broken
    sync(LOCAL_OPERATOR, workspace)
    assert not freshness(LOCAL_OPERATOR, workspace, now + timedelta(hours=35))["notes"].broken
    assert freshness(LOCAL_OPERATOR, workspace, now + timedelta(hours=37))["notes"].broken


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ("kind = 1", DefinitionError, "kind"),
        ('kind = "fax"\nmapping = "notes"', UnknownName, "fax"),
        ('kind = "folder"\nmapping = "notes"', DefinitionError, "options.path"),
        ('kind = "folder"\nmapping = "gone"\n[options]\npath = "x"', UnknownName, "gone"),
        (
            'kind = "folder"\nmapping = "notes"\ntables = ["Letter"]\n[options]\npath = "x"',
            UnknownName,
            "Letter",
        ),
        ("kind = ", UserError, "TOML"),
        ('kind = "folder"\nmapping = "notes"\nfresh_within = "soon"', DefinitionError, "fresh_within"),
    ],
)
def test_a_wrong_source_file_is_one_sentence(workspace, text, error, words):
    (workspace.root / "sources" / "bad.toml").write_text(text, "utf-8")
    (report,) = sync(LOCAL_OPERATOR, workspace)
    assert report.state == "failed"
    assert isinstance(report.error, error)
    assert words in report.error.render("en")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('fresh_within = "2m"', "schrijf uren of dagen, bijvoorbeeld 36h of 2d"),
        ("minutes = -1", "het moet meer zijn dan 0"),
        ('mode = "push"', "het moet een zijn van 'rows', 'push-down'"),
        ("bogus = 1", "zo'n instelling is er niet"),
    ],
)
def test_a_wrong_source_file_is_told_in_dutch(workspace, line, words):
    (workspace.root / "sources" / "bad.toml").write_text(
        f'kind = "folder"\nmapping = "notes"\n{line}', "utf-8"
    )
    (report,) = sync(LOCAL_OPERATOR, workspace)
    assert words in report.error.render("nl")


def test_rights_are_checked(workspace):
    for call in (sync, check, freshness):
        with pytest.raises(NotPermitted):
            call(ANONYMOUS, workspace)


def test_secrets_come_from_the_environment_or_a_closed_file(workspace, monkeypatch):
    path = workspace.root / "secret" / "TOKEN"
    path.write_text("abc\n", "utf-8")
    path.chmod(0o644)
    with pytest.raises(ConfigurationError, match="Other people"):
        read_secret(workspace, "TOKEN")
    path.chmod(0o600)
    assert read_secret(workspace, "TOKEN") == "abc"
    monkeypatch.setenv("MEETLAT_SECRET_TOKEN", "def")
    assert read_secret(workspace, "TOKEN") == "def"
    for name in ("NONE", "../meetlat.toml"):
        with pytest.raises(ConfigurationError, match="is not there"):
            read_secret(workspace, name)


def test_the_commands(workspace, drop, capsys):
    (drop / "a.csv").write_text("\n".join((HEADER, row(1), "2;;;;;;;")) + "\n", "utf-8")
    place = ["--workspace", str(workspace.root)]
    assert main(["sync", *place, "--json"]) == 3
    (found,) = json.loads(capsys.readouterr().out)["sources"]
    assert (found["state"], found["rows_read"], found["files"][0]["rows_loaded"]) == ("done", 2, 1)
    assert main(["sources", "check", *place]) == 0
    assert "in order" in capsys.readouterr().out
    assert main(["sources", "list", *place, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["configured"] == ["notes"]
    assert main(["sync", "other", *place, "--lang", "nl"]) == 2
    assert "other" in capsys.readouterr().err
    assert main(["sync", *place, "--lang", "nl"]) == 0
    assert capsys.readouterr().out.rstrip().endswith(", 1 bestand")
    (drop / "b.csv").write_text(f"{HEADER}\n{row(3)}\n", "utf-8")
    assert main(["sync", *place, "--lang", "en"]) == 0
    assert capsys.readouterr().out.rstrip().endswith(", 2 files")


def test_a_run_that_failed_is_told_though_the_promise_holds(workspace, scripted, capsys):
    scripted.steps = [([row(1)], "w1"), None]
    sync(LOCAL_OPERATOR, workspace)
    scripted.steps = [UserError("no such column"), None]
    sync(LOCAL_OPERATOR, workspace)
    main(["sources", "check", "--workspace", str(workspace.root), "--lang", "nl"])
    assert "De laatste keer is het ophalen mislukt." in capsys.readouterr().out
