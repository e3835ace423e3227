"""FHIR R4 from a real server and from files to standard tables: none lost, doubled or named."""

import json
import shutil
import time
from pathlib import Path
from typing import Any

import pytest

from core.errors import ConfigurationError, DefinitionError, UserError
from data_connectors.mapping_file import load as preset
from data_connectors.pulling import Pulling
from data_connectors.sources.fhir import FhirOptions, check, pull
from governance.access import LOCAL_OPERATOR
from storage import facts
from storage.duck import connect
from storage.workspace import Workspace
from tests.fhir_pulls import pulled, rows, server
from tests.servers.bad_http import WHOLE, head, serving
from tests.servers.fhir import Start, delete, encounters, fhir_base, fhir_server, load, organisations
from workflows.sync import sync

__all__ = ["fhir_base", "fhir_server"]


@pytest.mark.parametrize("links", ["given", "none"])
@pytest.mark.parametrize("totals", ["given", "none"])
@pytest.mark.parametrize(
    ("count", "most"), [(0, 50), (1, 50), (49, 50), (50, 50), (51, 50), (230, 50), (230, 7)]
)
def test_every_resource_comes_once(
    tmp_path: Path, fhir_server: Start, links: str, totals: str, count: int, most: int
) -> None:
    base = fhir_server(links=links, totals=totals, most=str(most))
    load(base, [*organisations(), *encounters(count)])
    delivered = pulled(tmp_path / "out", server(base, page_size=50))
    assert sum(found.rows for found in delivered) == count
    assert {row["id"] for found in delivered for row in rows(found)} == {f"e{i}" for i in range(count)}
    assert len(delivered) == (count > 0)


def test_a_row_has_what_the_mapping_asks_and_no_more(tmp_path: Path, fhir_server: Start) -> None:
    base = fhir_server()
    named = {"reference": "Patient/p1", "display": "Mevrouw Jansen"}
    load(base, [*organisations(), *encounters(1, subject=named, reasonCode=[{"text": "pijn"}])])
    (found,) = pulled(tmp_path / "out", server(base))
    (row,) = rows(found)
    assert row["serviceProvider.Organization.name"] == "Cardiologie"
    assert row["subject.Patient.id"] == "p1"
    assert row["period.start"] == "2026-01-05T10:00:00+01:00"
    assert "Jansen" not in str(row)
    assert b"Jansen" not in found.path.read_bytes()
    assert b"pijn" not in found.path.read_bytes()


def test_the_next_run_asks_for_what_is_new(tmp_path: Path, fhir_server: Start) -> None:
    base = fhir_server()
    load(base, [*organisations(), *encounters(10)])
    (first,) = pulled(tmp_path / "one", server(base, overlap_minutes=0))
    late = encounters(2, id="late", meta={"lastUpdated": "2026-03-01T00:00:00Z"})[:1]
    load(base, late)
    (second,) = pulled(tmp_path / "two", server(base, overlap_minutes=0), since=str(first.watermark))
    assert {row["id"] for row in rows(second)} == {"e9", "late"}
    assert second.watermark == "2026-03-01T00:00:00Z"
    nothing = pulled(tmp_path / "three", server(base, overlap_minutes=0), since="2026-04-01T00:00:00Z")
    assert nothing == []
    (overlapping,) = pulled(tmp_path / "four", server(base), since=str(first.watermark))
    assert overlapping.rows == 11


def test_a_resource_of_the_future_hides_nothing_that_is_new(tmp_path: Path, fhir_server: Start) -> None:
    base = fhir_server()
    planned = encounters(1, id="planned", meta={"lastUpdated": "2099-01-01T00:00:00Z"})
    load(base, [*organisations(), *encounters(10), *planned])
    (first,) = pulled(tmp_path / "one", server(base, overlap_minutes=0))
    load(base, encounters(1, id="late", meta={"lastUpdated": "2026-03-01T00:00:00Z"}))
    (second,) = pulled(tmp_path / "two", server(base, overlap_minutes=0), since=str(first.watermark))
    assert {row["id"] for row in rows(second)} == {"e9", "late", "planned"}
    assert second.watermark == "2026-03-01T00:00:00Z"


def test_where_all_lies_in_the_future_everything_is_asked_again(tmp_path: Path, fhir_server: Start) -> None:
    base = fhir_server()
    load(base, [*organisations(), *encounters(2, meta={"lastUpdated": "2099-01-01T00:00:00Z"})])
    (found,) = pulled(tmp_path / "out", server(base))
    assert (found.rows, found.watermark) == (2, None)


def test_a_last_watermark_in_the_future_is_refused(tmp_path: Path, fhir_server: Start) -> None:
    with pytest.raises(UserError, match=r"lies in the future.*sync NAME --whole"):
        pulled(tmp_path / "out", server(fhir_server()), since="2099-01-01T00:00:00Z")


def test_a_watermark_of_something_else_is_refused(tmp_path: Path, fhir_server: Start) -> None:
    with pytest.raises(ConfigurationError, match="no moment"):
        pulled(tmp_path / "out", server(fhir_server()), since="12345")


MALFORMED: list[tuple[dict[str, Any], str, str]] = [
    ({"status": None}, "missing_value", "status"),
    ({"class": None}, "missing_value", "class"),
    ({"period": {"start": "gisteren"}}, "invalid_time", "period.start"),
    ({"period": {"start": "2026-02-30T10:00:00Z"}}, "invalid_time", "period.start"),
    ({"period": []}, "unparseable", "period"),
    ({"subject": {"reference": 5}}, "unparseable", "subject.reference"),
    ({"participant": {"individual": {}}}, "unparseable", "participant"),
    ({"class_": {}}, "unparseable", "class_"),
    ({"statusHistory": [{"status": "planned"}]}, "missing_value", "statusHistory.0.period"),
]


@pytest.mark.parametrize(("change", "code", "path"), MALFORMED)
def test_a_malformed_resource_is_rejected_with_its_path(
    tmp_path: Path, fhir_server: Start, change: dict[str, Any], code: str, path: str
) -> None:
    base = fhir_server()
    good, bad = encounters(2)
    changed = {key: value for key, value in (bad | change).items() if value is not None}
    load(base, [*organisations(), good, changed])
    (found,) = pulled(tmp_path / "out", server(base))
    assert (found.rows, found.rejected) == (1, {code: 1})
    (first,) = found.first_rejected
    assert first.reason == code
    assert first.place.startswith(f"Encounter/e1: {path}")
    assert "gisteren" not in first.place


def test_a_token_is_sent_and_needed(tmp_path: Path, fhir_server: Start) -> None:
    base = fhir_server(token="geheim")
    load(base, [*organisations(), *encounters(3)], token="geheim")
    (found,) = pulled(tmp_path / "out", server(base, token="FHIR_TOKEN"))
    assert found.rows == 3
    with pytest.raises(UserError, match="does not let us in"):
        pulled(tmp_path / "out", server(base))
    with pytest.raises(UserError, match="does not let us in"):
        pulled(tmp_path / "out", server(base, user="USER", password="WORD"))


def test_a_user_name_and_a_password_go_along(tmp_path: Path) -> None:
    heard: list[str] = []
    with serving(lambda send, _over, _base: send(head(WHOLE) + WHOLE), heard) as base:
        pulled(tmp_path / "out", server(base, user="USER", password="WORD"))
    assert all("Authorization: Basic dTp3\r\n" in asked for asked in heard)


def test_without_links_and_offset_a_full_page_is_refused_and_a_short_one_is_all(
    tmp_path: Path, fhir_server: Start
) -> None:
    base = fhir_server(links="none", totals="none", offset="ignored")
    load(base, [*organisations(), *encounters(20)])
    assert pulled(tmp_path / "out", server(base, page_size=50))[0].rows == 20
    with pytest.raises(UserError, match="same page again"):
        pulled(tmp_path / "out", server(base, page_size=10))


def test_one_row_for_every_answer_and_no_free_text(tmp_path: Path, fhir_server: Start) -> None:
    form = {
        "resourceType": "QuestionnaireResponse",
        "id": "q1",
        "status": "completed",
        "questionnaire": "http://hospital/mbi",
        "encounter": {"reference": "Encounter/e0"},
        "source": {"reference": "Practitioner/d1"},
        "authored": "2026-01-05T23:30:00Z",
        "item": [
            {"linkId": "1", "answer": [{"valueInteger": 4}]},
            {
                "linkId": "2",
                "item": [
                    {"linkId": "2.1", "answer": [{"valueCoding": {"code": "3"}}, {"valueDecimal": 1.5}]},
                    {"linkId": "2.2", "answer": [{"valueString": "Dr. Bakker was aardig"}]},
                    {"linkId": "2.3", "answer": [{"valueString": "7"}]},
                    {"linkId": "2.4"},
                ],
            },
        ],
    }
    base = fhir_server()
    load(base, [*organisations(), *encounters(1), form])
    (found,) = pulled(tmp_path / "out", server(base), "SurveyResponse")
    assert [
        (row["item.linkId"], row["item.answer.number"], row["item.answer.value"]) for row in rows(found)
    ] == [
        ("1", "1", "4"),
        ("2.1", "1", "3"),
        ("2.1", "2", "1.5"),
        ("2.2", "1", None),
        ("2.3", "1", "7"),
    ]
    assert {row["authored.date"] for row in rows(found)} == {"2026-01-06"}
    assert {row["encounter.Encounter.serviceProvider.Organization.name"] for row in rows(found)} == {
        "Cardiologie"
    }
    assert b"Bakker" not in found.path.read_bytes()


def test_synthea_files_and_a_server_with_them_give_the_same(
    tmp_path: Path, fhir_server: Start, shared: Path
) -> None:
    data, folder = shared / "data", tmp_path / "export"
    folder.mkdir()
    for kind, file in (
        ("Encounter", "synthea_encounter_200"),
        ("DocumentReference", "synthea_documentreference_nodata"),
        ("Practitioner", "synthea_practitioner"),
        ("Organization", "synthea_organization"),
    ):
        shutil.copy(data / f"{file}.ndjson", folder / f"{kind}.000.ndjson")
    base = fhir_server(links="none", most="60")
    for path in sorted(folder.glob("*.ndjson")):
        load(base, [json.loads(line) for line in path.read_text().splitlines()])
    from_files = pulled(tmp_path / "one", FhirOptions(folder=str(folder)), "Encounter", "Letter")
    from_server = pulled(tmp_path / "two", server(base), "Encounter", "Letter")
    for one, two in zip(from_files, from_server, strict=True):
        assert one.rows == two.rows == 200
        assert one.rejected == two.rejected == {}
        assert sorted(map(str, rows(one))) == sorted(map(str, rows(two)))
        assert all(next(v for k, v in row.items() if k.endswith("Organization.name")) for row in rows(one))


def test_accepted_and_rejected_lines_are_all_lines_of_a_file(tmp_path: Path) -> None:
    folder = tmp_path / "export"
    folder.mkdir()
    good = [json.dumps(one) for one in encounters(5)]
    bad = [
        '{"resourceType": "Encounter", "id": "x"',
        "[]",
        "null",
        "NaN",
        '{"resourceType":"Patient","id":"1"}',
    ]
    (folder / "Encounter.ndjson").write_text("\n".join([*good, "", *bad]) + "\n")
    (folder / "Organization.ndjson").write_text("\n".join(map(json.dumps, organisations())))
    (found,) = pulled(tmp_path / "out", FhirOptions(folder=str(folder)))
    assert found.rows == 5
    assert sum(found.rejected.values()) == 5
    assert found.rejected["malformed_json"] == 2


def test_a_patient_is_never_looked_up(tmp_path: Path, fhir_server: Start) -> None:
    mapping = preset("fhir_r4")
    table = mapping.table[0].model_copy(
        update={
            "segment": mapping.table[0].department.model_copy(update={"source": ("subject.Patient.gender",)})
        }
    )
    run = Pulling(
        tables=(table,), since={}, folder=tmp_path, deadline=time.monotonic() + 10, secrets=lambda _: ""
    )
    with pytest.raises(DefinitionError, match="Of a Patient only the id"):
        list(pull(server(fhir_server()), run))


def test_check_says_what_works_and_what_does_not(tmp_path: Path, fhir_server: Start) -> None:
    base = fhir_server(token="geheim")
    run = Pulling(
        tables=preset("fhir_r4").table[:1],
        since={},
        folder=tmp_path,
        deadline=time.monotonic() + 10,
        secrets=lambda _: "geheim",
    )
    (good,) = check(server(base, token="T"), run)
    (bad,) = check(server(base), run)
    assert (good.state, bad.state) == ("ok", "failed")
    assert bad.message is not None
    assert "token" in bad.message.render("en")


def test_sync_brings_facts_and_takes_back_what_was_entered_in_error(
    tmp_path: Path, fhir_server: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = fhir_server(token="geheim")
    load(base, [*organisations(), *encounters(9), encounters(10, period={"start": "2026-01"})[9]], "geheim")
    load(base, [{"resourceType": "Encounter", "id": "bad", "status": "finished"}], "geheim")
    monkeypatch.setenv("MEETLAT_SECRET_FHIR_TOKEN", "geheim")
    workspace = Workspace.open(tmp_path)
    (tmp_path / "sources").mkdir(exist_ok=True)
    (tmp_path / "sources" / "epd.toml").write_text(
        'kind = "fhir"\nmapping = "fhir_r4"\nfresh_within = "36h"\ntables = ["Encounter"]\n[options]\n'
        f'url = "{base}"\ninternal = true\ntoken = "FHIR_TOKEN"\n'
    )
    (first,) = sync(LOCAL_OPERATOR, workspace)
    assert first.state == "done", first
    (report,) = first.files
    assert (report.rows_read, report.rows_loaded) == (11, 9)
    assert report.quarantine == {"invalid_time": 1, "missing_value": 1}
    assert [(row.place, row.line, row.reason) for row in report.first_set_aside] == [
        ("Encounter/bad: class", None, "missing_value"),
        ("", 10, "invalid_time"),
    ]
    wrong = encounters(1, status="entered-in-error", meta={"lastUpdated": "2026-06-01T00:00:00Z"})
    load(base, wrong, "geheim")
    (second,) = sync(LOCAL_OPERATOR, workspace)
    assert second.state == "done", second
    with connect() as connection:
        found = facts.source_sql(workspace, "Encounter")
        assert connection.sql(f"SELECT count(*) FROM {found}").fetchall() == [(8,)]


def test_a_resource_that_is_deleted_counts_no_more_once_everything_is_asked_again(
    tmp_path: Path, fhir_server: Start
) -> None:
    base, workspace = fhir_server(), Workspace.open(tmp_path)
    load(base, [*organisations(), *encounters(9)])
    source = f'kind = "fhir"\nmapping = "fhir_r4"\ntables = ["Encounter"]\n[options]\nurl = "{base}"\n'
    (tmp_path / "sources").mkdir(exist_ok=True)
    (tmp_path / "sources" / "epd.toml").write_text(f"{source}internal = true\npage_size = 4\n", "utf-8")
    assert sync(LOCAL_OPERATOR, workspace)[0].files[0].rows_gone == 0
    delete(base, "Encounter/e3")
    (ordinary,) = sync(LOCAL_OPERATOR, workspace)
    assert [file.rows_gone for file in ordinary.files] == [None]
    load(base, [{"resourceType": "Encounter", "id": "bad", "status": "finished"}])
    (with_one_rejected,) = sync(LOCAL_OPERATOR, workspace, whole=True)
    assert [file.rows_gone for file in with_one_rejected.files] == [None]
    delete(base, "Encounter/bad")
    (whole,) = sync(LOCAL_OPERATOR, workspace, whole=True)
    assert (whole.state, whole.gone, whole.rows) == ("done", 1, 8)
    with connect() as connection:
        counted = [
            connection.sql(f"SELECT count(*) FROM {facts.source_sql(workspace, 'Encounter', position=at)}")
            for at in (1, None)
        ]
        assert [one.fetchall() for one in counted] == [[(9,)], [(8,)]]


@pytest.mark.parametrize(("habits", "seen"), [({}, True), ({"totals": "more"}, False)])
def test_rows_are_gone_only_where_the_server_gave_all_that_it_says_there_is(
    tmp_path: Path, fhir_server: Start, habits: dict[str, str], seen: bool
) -> None:
    base = fhir_server(links="given", **habits)
    load(base, [*organisations(), *encounters(9)])
    (found,) = pulled(tmp_path / "out", server(base, page_size=2))
    assert (found.gone_at_most is not None) == seen
