"""FHIR R4 as servers really send it: what counts, what does not, and whose it is."""

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from data_connectors.batch import FileReport
from data_connectors.fhir.bases import Bases
from data_connectors.fhir.paths import Here, text
from data_connectors.sources.fhir import FhirOptions
from governance.access import LOCAL_OPERATOR
from storage import facts
from storage.duck import connect
from storage.workspace import Workspace
from tests.fhir_pulls import pulled, rows, written
from tests.servers.fhir import encounters, organisations
from workflows.sync import sync

ZONE = ZoneInfo("Europe/Amsterdam")
FORM: dict[str, Any] = {
    "resourceType": "QuestionnaireResponse",
    "id": "q1",
    "status": "completed",
    "questionnaire": "http://hospital/mbi",
    "encounter": {"reference": "Encounter/e0"},
    "authored": "2026-01-05T10:00:00+01:00",
    "item": [{"linkId": "1", "answer": [{"valueInteger": 4}]}],
}
LETTER: dict[str, Any] = {
    "resourceType": "DocumentReference",
    "id": "d1",
    "status": "current",
    "docStatus": "final",
    "type": {"coding": [{"system": "http://loinc.org", "code": "18842-5"}]},
    "subject": {"reference": "Patient/p1"},
    "date": "2026-01-05T15:00:00+01:00",
    "custodian": {"reference": "Organization/o1"},
    "content": [{"attachment": {"contentType": "application/pdf"}}],
    "context": {"period": {"start": "2026-01-01T10:00:00+01:00", "end": "2026-01-05T10:00:00+01:00"}},
}


def synced(tmp_path: Path, table: str, *resources: dict[str, Any]) -> tuple[FileReport, Workspace]:
    """The account of one run of the preset over a folder with these resources, and where its rows are."""
    folder, workspace = written(tmp_path / "export", resources), Workspace.open(tmp_path)
    (tmp_path / "sources").mkdir(exist_ok=True)
    source = f'kind = "fhir"\nmapping = "fhir_r4"\ntables = ["{table}"]\n[options]\nfolder = "{folder}"\n'
    (tmp_path / "sources" / "epd.toml").write_text(source, "utf-8")
    (report,) = sync(LOCAL_OPERATOR, workspace)
    assert report.state == "done", report
    return report.files[0], workspace


def counted(workspace: Workspace, table: str, columns: str) -> list[tuple[Any, ...]]:
    with connect() as connection:
        found = facts.source_sql(workspace, table)
        return connection.sql(f"SELECT {columns} FROM {found} ORDER BY ALL").fetchall()


def at(resource: dict[str, Any], path: str) -> str | None:
    return text(resource, path, Here(lookup=lambda _: None, zone=ZONE, bases=Bases()))


PERFORMER = {
    "type": [{"coding": [{"system": "http://hospital", "code": "9"}, {"code": "PPRF"}], "text": "performer"}],
    "individual": {"reference": "Practitioner/d2"},
}


@pytest.mark.parametrize("word", ["PPRF", "9", "performer", "ATND|PPRF"])
def test_a_condition_holds_for_any_of_several_codes(word: str) -> None:
    referrer = {"type": [{"coding": [{"code": "REFR"}]}], "individual": {"reference": "Practitioner/d1"}}
    encounter = encounters(1, participant=[referrer, PERFORMER])[0]
    assert at(encounter, f"participant[type={word}].individual.Practitioner.id") == "d2"
    assert at(encounter, "participant[type=ATND].individual.Practitioner.id") is None
    assert at(encounter, "[class=AMB|EMER].period.start") == "2026-01-05T10:00:00+01:00"


def test_a_reference_by_number_alone_is_who_has_that_number(tmp_path: Path) -> None:
    agb = {"system": "http://fhir.nl/fhir/NamingSystem/agb-z", "value": "06010101"}
    uzi = {"identifier": {"system": "http://fhir.nl/fhir/NamingSystem/uzi", "value": "9123"}}
    encounter = encounters(
        1,
        serviceProvider={"identifier": agb, "display": "Cardiologie"},
        participant=[{"individual": uzi | {"type": "Practitioner"}}],
        subject=uzi,
    )[0]
    organisation = organisations()[0] | {"identifier": [agb]}
    folder = written(tmp_path / "export", [encounter, organisation])
    (found,) = pulled(tmp_path / "out", FhirOptions(folder=str(folder)))
    (row,) = rows(found)
    assert row["serviceProvider.Organization.name"] == "Cardiologie"
    assert row["participant.individual.Practitioner.id"] == "9123"
    assert row["subject.Patient.id"] is None, "of what kind it is was not said: it may be a group"


def test_what_a_resource_brings_along_itself_is_found_in_it() -> None:
    inside = [
        {"resourceType": "Organization", "id": "o0", "name": "Cardiologie"},
        {"resourceType": "Practitioner", "id": "d0", "identifier": [{"value": "9123"}]},
    ]
    encounter = encounters(
        1,
        contained=inside,
        serviceProvider={"reference": "#o0"},
        participant=[{"individual": {"reference": "#d0"}}],
    )[0]
    assert at(encounter, "serviceProvider.Organization.name") == "Cardiologie"
    assert at(encounter, "participant.individual.Practitioner.identifier.value") == "9123"
    assert at(encounter, "participant.individual.Practitioner.id") is None, "#d0 is another in each resource"
    assert at(encounter, "participant.individual.Organization.name") is None
    unknown = encounter | {"serviceProvider": {"reference": "#o1"}}
    assert at(unknown, "serviceProvider.Organization.name") is None


def test_answers_of_a_group_that_repeats_are_all_kept(tmp_path: Path) -> None:
    group = [{"linkId": "g", "item": [{"linkId": "g.1", "answer": [{"valueInteger": i}]}]} for i in (1, 2, 3)]
    report, workspace = synced(
        tmp_path, "SurveyResponse", *organisations(), *encounters(1), FORM | {"item": group}
    )
    assert (report.rows_loaded, report.quarantine) == (3, {})
    assert counted(workspace, "SurveyResponse", "item, score") == [("g.1", float(i)) for i in (1, 2, 3)]


def test_a_coded_answer_counts_as_the_score_that_it_gives() -> None:
    def answer(value: dict[str, Any]) -> str | None:
        return at({"item": {"answer": value}}, "item.answer.value")

    ordinal = {"url": "http://hl7.org/fhir/StructureDefinition/ordinalValue", "valueDecimal": 0}
    other = {"url": "http://hospital/colour", "valueDecimal": 7}
    assert answer({"valueCoding": {"code": "1", "extension": [other, ordinal]}}) == "0"
    assert answer({"valueCoding": {"code": "LA6568-5", "extension": [ordinal]}}) == "0"
    assert answer({"valueCoding": {"code": "3", "extension": [other]}}) == "3"
    assert answer({"valueQuantity": {"value": 5, "unit": "h"}}) == "5"
    assert answer({"valueQuantity": {"value": 5, "comparator": "<"}}) == "<5"


def test_answers_count_once_the_response_is_completed(tmp_path: Path) -> None:
    states = ("in-progress", "completed", "amended", "stopped", "entered-in-error")
    forms = [FORM | {"id": state, "status": state} for state in states]
    _, workspace = synced(tmp_path, "SurveyResponse", *organisations(), *encounters(1), *forms)
    assert counted(workspace, "SurveyResponse", "count(*)") == [(2,)]


def test_a_letter_that_was_replaced_or_never_said_how_far_it_is_does_not_count(tmp_path: Path) -> None:
    letters = [
        LETTER,
        LETTER | {"id": "amended", "docStatus": "amended"},
        LETTER | {"id": "early", "docStatus": "preliminary"},
        LETTER | {"id": "old", "status": "superseded", "docStatus": "preliminary"},
        LETTER | {"id": "wrong", "status": "entered-in-error"},
        {key: value for key, value in LETTER.items() if key != "docStatus"} | {"id": "silent"},
    ]
    report, workspace = synced(tmp_path, "Letter", *organisations(), *letters)
    assert report.quarantine == {"missing_value": 1}
    final = counted(workspace, "Letter", "kind, final_at IS NOT NULL")
    assert final == [("discharge", False), ("discharge", True), ("discharge", True)]


def test_a_contact_as_in_the_dutch_profiles(tmp_path: Path) -> None:
    kinds = {
        "Location": {"managingOrganization": {"reference": "Organization/o1"}},
        "PractitionerRole": {"practitioner": {"reference": "Practitioner/d1"}},
    }
    others = [{"resourceType": kind, "id": "x1"} | more for kind, more in kinds.items()]
    encounter = encounters(
        1,
        participant=[{"individual": {"reference": "PractitionerRole/x1", "type": "PractitionerRole"}}],
        location=[{"location": {"reference": "Location/x1", "type": "Location"}}],
    )[0]
    known = {f"{one['resourceType']}/{one['id']}": one for one in (*others, *organisations())}
    here = Here(lookup=known.get, zone=ZONE, bases=Bases())
    whom = "participant.individual.PractitionerRole.practitioner.Practitioner.id"
    where = "location.location.Location.managingOrganization.Organization.name"
    assert (text(encounter, whom, here), text(encounter, where, here)) == ("d1", "Chirurgie")
    contacts = [*encounters(1), encounters(2, status="unknown")[1]]
    report, _ = synced(tmp_path, "Encounter", *organisations(), *contacts)
    assert (report.rows_loaded, report.quarantine) == (1, {"unparseable": 1})


def test_an_appointment_of_no_patient_is_set_aside(tmp_path: Path) -> None:
    def appointment(number: str, who: str) -> dict[str, Any]:
        actors = [{"reference": who}, {"reference": "HealthcareService/h1"}]
        return {
            "resourceType": "Appointment",
            "id": number,
            "status": "fulfilled",
            "start": "2026-01-05T10:00:00+01:00",
            "participant": [{"actor": actor, "status": "accepted"} for actor in actors],
        }

    clinic = {"resourceType": "HealthcareService", "id": "h1", "name": "Cardiologie"}
    both = [appointment("a1", "Patient/p1"), appointment("a2", "Practitioner/d1")]
    report, _ = synced(tmp_path, "Appointment", clinic, *both)
    assert (report.rows_loaded, report.quarantine) == (1, {"missing_value": 1})


def test_a_use_that_failed_is_no_use(tmp_path: Path) -> None:
    event = {
        "resourceType": "AuditEvent",
        "type": {"code": "rest"},
        "subtype": [{"code": "draft_created"}],
        "recorded": "2026-01-05T10:00:00Z",
        "agent": [{"requestor": True, "who": {"reference": "Practitioner/d1"}}],
        "source": {"observer": {"reference": "Organization/o1"}},
        "entity": [{"detail": [{"type": "task", "valueString": "letter"}]}],
    }
    events = [event | {"id": "silent"}, *(event | {"id": f"u{code}", "outcome": code} for code in ("0", "8"))]
    _, workspace = synced(tmp_path, "UsageEvent", *organisations(), *events)
    assert counted(workspace, "UsageEvent", "count(*)") == [(2,)]
