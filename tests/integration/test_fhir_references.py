"""A reference to another server is somebody else than the person with that id here."""

import json
from pathlib import Path
from typing import Any

from data_connectors.sources.fhir import FhirOptions
from tests.fhir_pulls import pulled, rows, server
from tests.servers.fhir import Start, encounters, fhir_base, fhir_server, load, organisations

__all__ = ["fhir_base", "fhir_server"]

ELSEWHERE = "https://elders.example/r4"
REFERENCES = {
    "Patient/abc": "abc",
    "Patient/abc/_history/2": "abc",
    "OWN/Patient/abc": "abc",
    "OWN//Patient/abc/_history/2": "abc",
    f"{ELSEWHERE}/Patient/abc": f"{ELSEWHERE}/Patient/abc",
    f"{ELSEWHERE}/Patient/abc/_history/2": f"{ELSEWHERE}/Patient/abc",
    "https://elders/r4/Patient/abc": "https://elders/r4/Patient/abc",
    "https://elders/r4/Patient?identifier=nr|abc": "https://elders/r4/Patient?identifier=nr|abc",
    "OWN/../r5/Patient/abc": "OWN/../r5/Patient/abc",
}
"""What is written to who is meant; OWN: the address of the server."""


def referring(base: str) -> list[dict[str, Any]]:
    return [
        {**encounters(1)[0], "id": f"x{number}", "subject": {"reference": told.replace("OWN", base)}}
        for number, told in enumerate(REFERENCES)
    ]


def test_a_person_of_another_server_is_somebody_else(tmp_path: Path, fhir_server: Start) -> None:
    base = fhir_server()
    load(base, [*organisations(), *referring(base)])
    (found,) = pulled(tmp_path / "out", server(base))
    meant = {row["id"]: row["subject.Patient.id"] for row in rows(found)}
    assert meant == {f"x{n}": who.replace("OWN", base) for n, who in enumerate(REFERENCES.values())}
    capitals = ELSEWHERE.replace("https", "http").replace("elders", "ELDERS") + "/"
    (known,) = pulled(tmp_path / "more", server(base, own_addresses=[capitals]))
    own = [row["id"] for row in rows(known) if row["subject.Patient.id"] == "abc"]
    assert own == [f"x{number}" for number in range(6)]


def test_an_organisation_of_another_server_is_not_the_one_here(tmp_path: Path, fhir_server: Start) -> None:
    base = fhir_server()
    (usual,) = encounters(1)
    there = {"reference": f"{ELSEWHERE}/{usual['serviceProvider']['reference']}"}
    load(base, [*organisations(), usual, {**usual, "id": "there", "serviceProvider": there}])
    (found,) = pulled(tmp_path / "out", server(base))
    names = {row["id"]: row["serviceProvider.Organization.name"] for row in rows(found)}
    assert names == {usual["id"]: "Cardiologie", "there": None}


def test_files_know_no_address_unless_it_is_given(tmp_path: Path) -> None:
    full = [
        one for one in referring("https://own/r4") if one["subject"]["reference"].startswith("https://own")
    ]
    content = "".join(json.dumps(one) + "\n" for one in full)
    (tmp_path / "Encounter.ndjson").write_text(content, "utf-8")
    (found,) = pulled(tmp_path / "out", FhirOptions(folder=str(tmp_path)))
    assert {row["subject.Patient.id"] for row in rows(found)} >= {"https://own/r4/Patient/abc"}
    assert all(row["subject.Patient.id"].startswith("https://own/r4/") for row in rows(found))
    (told,) = pulled(tmp_path / "told", FhirOptions(folder=str(tmp_path), own_addresses=("https://own/r4",)))
    assert [row["subject.Patient.id"] for row in rows(told)].count("abc") == 2
