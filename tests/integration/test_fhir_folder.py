"""A folder of a bulk export: every file that holds what is asked for is read, or named."""

import json
from pathlib import Path

from data_connectors.sources.fhir import FhirOptions
from governance.access import LOCAL_OPERATOR
from storage.workspace import Workspace
from tests.fhir_pulls import pulled, rows, written
from tests.servers.fhir import encounters, organisations
from workflows.sync import sync


def test_files_of_an_export_go_by_their_type_wherever_it_stands_in_the_name(tmp_path: Path) -> None:
    folder = written(tmp_path / "export", organisations())
    names = ["Encounter.ndjson", "Encounter_1.ndjson", "2.Encounter.ndjson", "Encounter-3.000.ndjson"]
    for one, name in zip(encounters(4), names, strict=True):
        (folder / name).write_text(json.dumps(one) + "\n", "utf-8")
    (found,) = pulled(tmp_path / "out", FhirOptions(folder=str(folder)))
    assert {row["id"] for row in rows(found)} == {"e0", "e1", "e2", "e3"}


def test_of_a_resource_in_several_files_the_last_one_counts(tmp_path: Path) -> None:
    folder = written(tmp_path / "export", organisations())
    for number in (10, 2, 1):
        one = encounters(1, id="e", period={"start": f"2026-01-{number:02}T10:00:00+01:00"})[0]
        (folder / f"{number}.Encounter.ndjson").write_text(json.dumps(one) + "\n", "utf-8-sig")
    (found,) = pulled(tmp_path / "out", FhirOptions(folder=str(folder)))
    assert [row["period.start"][8:10] for row in rows(found)] == ["01", "02", "10"]


def test_a_file_that_seems_to_hold_what_is_asked_for_is_named(tmp_path: Path) -> None:
    folder = written(tmp_path / "export", [*organisations(), *encounters(1)])
    for name, one in (("8d1f.ndjson", encounters(1)[0]), ("Patient.ndjson", {"resourceType": "Patient"})):
        (folder / name).write_text(json.dumps(one) + "\n", "utf-8")
    for name in ("Encounter.ndjson.gz", "Encounter.json", "empty.ndjson", ".Encounter.swp"):
        (folder / name).write_bytes(b"")
    workspace = Workspace.open(tmp_path)
    (tmp_path / "sources").mkdir(exist_ok=True)
    (tmp_path / "sources" / "epd.toml").write_text(
        f'kind = "fhir"\nmapping = "fhir_r4"\ntables = ["Encounter"]\n[options]\nfolder = "{folder}"\n',
        "utf-8",
    )
    (report,) = sync(LOCAL_OPERATOR, workspace)
    unread = ["8d1f.ndjson", "Encounter.json", "Encounter.ndjson.gz"]
    assert [finding.subject for finding in report.left] == unread


def test_what_a_server_would_have_brought_along_is_read_from_its_file(tmp_path: Path) -> None:
    form = {
        "resourceType": "QuestionnaireResponse",
        "id": "q1",
        "status": "completed",
        "encounter": {"reference": "Encounter/e0"},
        "item": [{"linkId": "1", "answer": [{"valueInteger": 4}]}],
    }
    folder = written(tmp_path / "export", [form, *organisations(), *encounters(1)])
    (found,) = pulled(tmp_path / "out", FhirOptions(folder=str(folder)), "SurveyResponse")
    (row,) = rows(found)
    assert row["encounter.Encounter.serviceProvider.Organization.name"] == "Cardiologie"
