"""No person in anything that is shown: no pseudonym, no grouping and no ranking by a person."""

from pathlib import Path
from typing import get_args

import pytest

from core.discovery import discover
from kpis.catalogue import load
from kpis.roll_up import By
from kpis.tables import TABLES
from reports import formats
from reports.report import Format
from reports.tables import COLUMNS
from storage import facts
from storage.duck import connect
from storage.workspace import Workspace
from tests.evaluated_hospital import build
from workflows.cli import main
from workflows.panel_export import SCHEMA

PERSONS = {column.name for table in TABLES.values() for column in table.columns if column.person}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return build(tmp_path_factory.mktemp("no-person"), until_week=50)


def pseudonyms(workspace: Workspace) -> set[str]:
    with connect() as connection:
        source = facts.source_sql(workspace, "NoteSession")
        rows = connection.sql(f"SELECT DISTINCT unnest([patient, clinician, note]) FROM {source}").fetchall()
    return {one for (one,) in rows if one}


def test_definitions_group_by_no_person() -> None:
    assert {"patient", "clinician"} == PERSONS
    assert not PERSONS & set(get_args(By))
    assert not PERSONS & set(SCHEMA.names)
    for kpi in load(None).values():
        assert not PERSONS & set(kpi.case_mix), kpi.id
        if kpi.group is not None:
            assert kpi.group.column not in PERSONS, f"{kpi.id} would be a number per person"


def test_columns_of_exports_name_no_person() -> None:
    counted = {"Patients", "Clinicians"}  # how many there are
    assert {name for name in COLUMNS if "linician" in name or "atient" in name} == counted


def test_no_output_holds_a_pseudonym(workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    known = pseudonyms(workspace)
    assert len(known) > 1000
    place = ("--workspace", str(workspace.root))
    panel = tmp_path / "panel.csv"
    asked = [
        ("measure", "--json"),
        *(("measure", "--kpi", "note_time_enc", "--by", by, "--json") for by in get_args(By)),
        ("measure", "--kpi", "note_time_enc", "--pilot", "good", "--out", str(panel)),
        ("evaluate", "good", "--json"),
        ("decide", "good", "--json"),
        ("chart", "--kpi", "note_time_enc", "--unit", "p1", "--json"),
        ("kpis", "explain", "note_time_enc", "--unit", "p1", "--period", "2025-W20", "--json"),
        ("quality", "sustained", "--json"),
        ("quality", "agreement", "--json"),
        ("quality", "drift", "--json"),
        ("privacy", "report", "--json"),
        ("privacy", "record"),
    ]
    asked += [
        ("report", "good", "--format", name, "-o", str(tmp_path / f"report.{name}"))
        for name in discover(formats, "FORMAT", Format)
    ]
    said = ""
    for words in asked:
        assert main([*words, *place]) in (0, 2, 3), words
        said += capsys.readouterr().out
    said += "".join(path.read_bytes().decode("latin-1") for path in tmp_path.glob("*"))
    assert len(said) > 10_000
    assert not [one for one in known if one in said]
