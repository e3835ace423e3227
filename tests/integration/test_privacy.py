"""Minimisation, retention, access requests and the documents, on rows that came by the ordinary road."""

import io
import json
from datetime import date, timedelta
from pathlib import Path
from threading import Event
from time import monotonic

import pytest
from pypdf import PdfReader
from sqlalchemy import func, select

from core.errors import ConfigurationError, InputError, NotPermitted
from core.settings import load
from governance.access import ANONYMOUS, LOCAL_OPERATOR
from governance.retention import next_monday, retention
from kpis.catalogue import load as catalogue
from kpis.columns_read import columns_read
from kpis.tables import TABLES
from storage import cube, cube_build, facts, sync_log
from storage.audit_log import EVERYTHING, newest
from storage.duck import connect
from storage.schema import fact_files
from storage.working_folder import NAME
from storage.workspace import Workspace
from tests.intake_files import HEADER, NOTES
from workflows.cli import main
from workflows.forget import forget
from workflows.privacy.access_request import access_request
from workflows.privacy.daily import keep_expiring
from workflows.privacy.expiry import expire
from workflows.privacy.minimisation import STRUCTURE, minimisation
from workflows.refresh import ingest

TODAY = date(2026, 4, 15)
ROWS = (
    "1;CHI;E;p1;a1;02-03-2026 10:00;;4",
    "2;CHI;E;p2;a1;08-03-2026 11:00;;5",
    "3;CHI;E;p1;a2;09-03-2026 10:00;;6",
    "4;CHI;E;p3;a2;13-04-2026 10:00;;8",
    "5;CHI;E;p3;a2;zomaar;;8",
)


def hospital(root: Path, settings: str = "") -> Workspace:
    folder = root / "workspace"
    folder.mkdir()
    (folder / "meetlat.toml").write_text(settings, "utf-8")
    (root / "notes.toml").write_text(NOTES, "utf-8")
    take(root, Workspace.open(folder), *ROWS)
    return Workspace.open(folder)


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """For tests that only look."""
    return hospital(tmp_path_factory.mktemp("held"))


def take(root: Path, workspace: Workspace, *rows: str, name: str = "a.csv") -> None:
    (root / name).write_text("\n".join((HEADER + ";spare", *(f"{row};x" for row in rows))) + "\n", "utf-8")
    ingest(LOCAL_OPERATOR, workspace, [root / name], str(root / "notes.toml"))


def days(workspace: Workspace) -> list[str]:
    with connect() as connection:
        source = facts.source_sql(workspace, "NoteSession")
        return [str(day) for (day,) in connection.sql(f"SELECT day FROM {source} ORDER BY 1").fetchall()]


def events(workspace: Workspace, name: str) -> list[str]:
    return [
        one.event.participant_object_detail
        for one in newest(workspace, EVERYTHING, 100)
        if one.event.event_id == name
    ]


# Minimisation


def test_what_is_delivered_kept_and_used(held: Workspace) -> None:
    found = minimisation(LOCAL_OPERATOR, held)
    (delivery,) = found.deliveries
    assert (delivery.files, delivery.rows_read, delivery.rows_kept) == (1, 5, 4)
    assert delivery.not_taken == ("spare",)
    (table,) = found.tables
    assert (table.name, table.rows, table.first_day, table.last_day) == (
        "NoteSession", 4, "2026-03-02", "2026-04-13",
    )  # fmt: skip
    columns = {column.name: column for column in table.columns}
    assert "ended_at" not in columns, "a column without values is not held"
    assert "note_time_enc" in columns["active_seconds"].uses
    assert columns["patient"].pseudonym
    assert columns["patient"].uses[0] == STRUCTURE


def test_a_column_that_no_kpi_reads_is_named(tmp_path: Path) -> None:
    workspace = hospital(tmp_path)
    mapping = (tmp_path / "notes.toml").read_text("utf-8") + 'template = "spare"\n'
    (tmp_path / "notes.toml").write_text(mapping, "utf-8")
    take(tmp_path, workspace, "9;CHI;E;p1;a1;02-03-2026 10:00;;4", name="b.csv")
    (table,) = minimisation(LOCAL_OPERATOR, workspace).tables
    assert table.without_use == ("template",)


def test_every_column_that_a_kpi_reads_exists() -> None:
    common = {"department", "day", "segment", "exposed"}
    for kpi in catalogue(None).values():
        for table, column in columns_read(kpi):
            assert column in common or TABLES[table].column(column) is not None, (kpi.id, table, column)


# Retention


def test_whole_weeks_leave_and_never_a_part_of_one(tmp_path: Path) -> None:
    hospital(tmp_path)
    (tmp_path / "workspace" / "meetlat.toml").write_text("[retention]\ndefault = 999\nNoteSession = 40\n")
    workspace = Workspace.open(tmp_path / "workspace")
    assert TODAY - timedelta(days=40) == date(2026, 3, 6)
    assert expire(LOCAL_OPERATOR, workspace, today=TODAY, dry_run=True).rows == {"NoteSession": 2}
    assert len(days(workspace)) == 4
    cube_build.build(workspace)
    assert expire(LOCAL_OPERATOR, workspace, today=TODAY).rows == {"NoteSession": 2}
    assert days(workspace) == ["2026-03-09", "2026-04-13"]
    published = cube.current(workspace)
    assert published is not None
    assert published.read("coverage")["rows"].sum() == 2
    assert not expire(LOCAL_OPERATOR, workspace, today=TODAY).anything
    assert len(events(workspace, "days_removed")) == 1


def test_a_load_removes_what_is_too_old_by_itself(tmp_path: Path) -> None:
    workspace = hospital(tmp_path, "[retention]\nNoteSession = 1\n")
    assert days(workspace) == []
    assert len(events(workspace, "days_removed")) == 1


def test_the_running_app_removes_what_is_too_old_by_itself(tmp_path: Path) -> None:
    hospital(tmp_path)
    (tmp_path / "workspace" / "meetlat.toml").write_text("[retention]\nNoteSession = 1\n")
    workspace, stop = Workspace.open(tmp_path / "workspace"), Event()
    killed = workspace.root / NAME / "of-a-killed-intake"
    killed.mkdir()
    (killed / "names.csv").write_text("De Vries", "utf-8")
    thread = keep_expiring(workspace, stop, first=0.01)
    until = monotonic() + 60
    while days(workspace) and monotonic() < until:
        stop.wait(0.1)
    assert days(workspace) == []
    stop.set()
    thread.join(timeout=60)
    assert not thread.is_alive()
    assert len(events(workspace, "days_removed")) == 1
    assert not killed.exists()


def test_rows_set_aside_and_old_runs_leave_too(tmp_path: Path) -> None:
    workspace = hospital(tmp_path, 'retention = "quarantine=30 logs=30"\n')
    for rows in (3, 0):
        sync_log.finish(workspace, sync_log.start(workspace, "north"), "done", rows)
    later = date.today() + timedelta(days=60)  # noqa: DTZ011 - the ledger's own clock
    found = expire(LOCAL_OPERATOR, workspace, today=later)
    assert (found.rows, found.quarantine, found.runs) == ({}, 1, 1)
    with workspace.engine.connect() as connection:
        kinds = connection.execute(select(fact_files.c.kind, func.count()).group_by(fact_files.c.kind)).all()
    assert [kind for kind, _ in kinds] == ["facts"]
    kept = sync_log.last(workspace, "north")
    assert kept is not None
    assert kept.rows == 3, "the run that says how far a source was read stays"
    assert len(days(workspace)) == 4


@pytest.mark.parametrize(
    "setting", ["Notes=3", "default=0", "default=-1", "default=1.5", "default", "quarantine=99999999"]
)
def test_a_wrong_retention_is_refused(setting: str) -> None:
    with pytest.raises(ConfigurationError, match="retention"):
        retention(setting, TABLES)


def test_retention_is_read_from_a_table_or_from_the_environment(tmp_path: Path) -> None:
    (tmp_path / "meetlat.toml").write_text("[retention]\ndefault = 10\nLetter = 20\n", "utf-8")
    found = retention(load(tmp_path, {})[0].retention, TABLES)
    assert (found.days("Letter"), found.days("Stay"), found.quarantine) == (20, 10, None)
    settings, origins = load(tmp_path, {"MEETLAT_RETENTION": "Letter=5"})
    assert retention(settings.retention, TABLES).days("Letter") == 5
    assert origins["retention"] == "MEETLAT_RETENTION"


def test_weeks_begin_on_monday() -> None:
    assert [next_monday(date(2026, 3, 9 + n)).day for n in range(8)] == [9, 16, 16, 16, 16, 16, 16, 16]


# Access requests


def test_what_is_held_of_a_patient_by_number_or_pseudonym(held: Workspace) -> None:
    workspace = held
    found = access_request(LOCAL_OPERATOR, workspace, "patient", "p1")
    assert [row["day"] for row in found.rows["NoteSession"]] == ["2026-03-02", "2026-03-09"]
    assert all("clinician" not in row for row in found.rows["NoteSession"]), "others have rights too"
    assert [one["file"] for one in found.deliveries.values()] == ["a.csv"]
    pseudonym = workspace.secret().pseudonym("patient", "p1")
    assert access_request(LOCAL_OPERATOR, workspace, "patient", pseudonym) == found
    logged = events(workspace, "person_looked_up")
    assert len(logged) == 2
    assert all("p1" not in one and pseudonym not in one for one in logged)


def test_what_is_held_of_a_member_of_staff_includes_totals(held: Workspace) -> None:
    cube_build.build(held)
    found = access_request(LOCAL_OPERATOR, held, "staff", "a1")
    assert len(found.rows["NoteSession"]) == 2
    assert all("patient" not in row for row in found.rows["NoteSession"])


def test_nobody_and_somebody_who_was_forgotten(tmp_path: Path) -> None:
    workspace = hospital(tmp_path)
    assert not access_request(LOCAL_OPERATOR, workspace, "patient", "nobody").found
    forget(LOCAL_OPERATOR, workspace, "patient", "p1")
    found = access_request(LOCAL_OPERATOR, workspace, "patient", "p1")
    assert found.erased
    assert not found.rows


def test_an_access_request_needs_the_right_and_a_person(held: Workspace) -> None:
    workspace = held
    with pytest.raises(NotPermitted):
        access_request(ANONYMOUS, workspace, "patient", "p1")
    with pytest.raises(InputError):
        access_request(LOCAL_OPERATOR, workspace, "patient", " ")
    with pytest.raises(NotPermitted):
        minimisation(ANONYMOUS, workspace)
    with pytest.raises(NotPermitted):
        expire(ANONYMOUS, workspace)


# Commands and documents


def asked(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["privacy", *words]) == 0
    return capsys.readouterr().out


def test_the_commands(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    hospital(tmp_path, 'hospital = "St <b>Elders</b>"\n[retention]\ndefault = 3650\n')
    place = ("--workspace", str(tmp_path / "workspace"))
    capsys.readouterr()
    assert "spare" in asked(capsys, "report", *place)
    assert json.loads(asked(capsys, "report", "--json", *place))["tables"][0]["keep_days"] == 3650
    assert "0 rijen" in asked(capsys, "expire", "--lang", "nl", *place)
    monkeypatch.setattr("sys.stdin", io.StringIO("p1\n"))
    assert json.loads(asked(capsys, "access", "patient", *place))["found"]
    nl = asked(capsys, "record", "--lang", "nl", *place)
    assert "Gepseudonimiseerde gegevens blijven persoonsgegevens" in nl
    assert "<b>" not in nl.replace("\\<b\\>", "")
    assert "Schrijven van verslagen" in nl or "Verslag" in nl
    assert "3650 dagen" in nl
    assert "no legal advice" in asked(capsys, "record", *place)
    for word in ("record", "measured"):
        out = tmp_path / f"{word}.pdf"
        asked(capsys, word, "--format", "pdf", "-o", str(out), "--lang", "nl", *place)
        read = PdfReader(out)
        assert read.trailer["/Root"]["/MarkInfo"]["/Marked"]
        if word == "measured":
            assert len(read.pages) == 1, "one page"
    assert main(["privacy", "record", "--format", "pdf", *place]) == 2


def test_the_page_for_the_works_council_says_what_numbers_are_about(
    held: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    place = ("--workspace", str(held.root))
    assert main(["measure", "--every", "day", "--by", "segment", *place]) == 0, "such numbers are given out"
    capsys.readouterr()
    said = asked(capsys, "measured", *place)
    assert "on a day or longer" in said
    assert "a part of its work" in said
    assert "5 members of staff, 10 patients and 5 answers to a questionnaire" in said
    assert "stands in its log by name" in said


def test_the_record_of_processing_names_those_who_use_it_and_what_is_left_of_the_erased(
    held: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    said = asked(capsys, "record", "--lang", "nl", "--workspace", str(held.root))
    assert "mensen die Meetlat gebruiken, met naam" in said
    assert "tot 30 dagen na het laatste gebruik" in said
    assert "Het auditlogboek: wie keek" in said
    assert "Van iemand die gewist is blijft de code staan" in said


@pytest.mark.parametrize(
    ("setting", "wanted"),
    [
        ("", "No retention is set"),
        ("logs=365 quarantine=90", "No retention is set"),
        (
            "NoteSession=3650",
            "with a number of days leave by themselves, with every load and once a day; others stay",
        ),
        ("default=3650", "Old rows leave by themselves, with every load and once a day."),
    ],
)
def test_the_record_of_processing_says_which_rows_leave(
    held: Workspace,
    setting: str,
    wanted: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MEETLAT_RETENTION", setting)
    assert wanted in asked(capsys, "record", "--workspace", str(held.root))


@pytest.mark.parametrize(
    ("kind", "options", "wanted"),
    [
        (
            "folder",
            'path = "/srv/drop"',
            "Bestanden die andere systemen in een map achterlaten | /srv/drop |",
        ),
        ("database", 'url = "postgresql://reader@dwh.example/x"\npassword = "p"', "| dwh.example |"),
        ("database", 'url = "sqlite:////srv/copy.db"', "/srv/copy.db |"),
        ("fhir", 'url = "https://a.example/r4"\nalso = ["https://b.example"]', "| a.example, b.example |"),
    ],
)
def test_the_record_of_processing_names_every_place_that_is_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str, options: str, wanted: str
) -> None:
    workspace = Workspace.open(tmp_path)
    source = f'kind = "{kind}"\nmapping = "{"fhir_r4" if kind == "fhir" else "hix"}"\n[options]\n{options}\n'
    (workspace.root / "sources" / "one.toml").write_text(source, "utf-8")
    assert wanted in asked(capsys, "record", "--lang", "nl", "--workspace", str(tmp_path))


def test_a_source_that_is_called_as_a_word_of_ours_keeps_its_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = 'kind = "folder"\nmapping = "hix"\n[options]\npath = "/srv/drop"\n'
    workspace = Workspace.open(tmp_path)
    (workspace.root / "sources" / "phase.toml").write_text(source, "utf-8")
    assert "\n| phase |" in asked(capsys, "record", "--lang", "nl", "--workspace", str(tmp_path))
