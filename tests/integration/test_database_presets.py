"""Presets for databases: tables as hospitals have them, with rows of known truth, to standard tables."""

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import mssql

from data_connectors.databases.options import origin_of
from data_connectors.databases.selection import columns_of, selection, sub_query, wanted
from data_connectors.mapping_file import PRESETS
from tests.either_source import url as database
from tests.servers.postgresql import postgres_url
from tests.source_databases import mapping_of, pulled, run, taken_in

__all__ = ["database", "postgres_url"]
SNAPSHOTS = Path(__file__).parent / "sql_server"

HIX = """
CREATE TABLE agenda_afspraak (afspraaknr TEXT, patientnr TEXT, datum TIMESTAMP, tijd TEXT, code TEXT,
  constype TEXT, uitvoerder TEXT, voldaan TEXT);
CREATE TABLE cszislib_arts (artscode TEXT, specialism TEXT);
CREATE TABLE opname_opname (plannr TEXT, patientnr TEXT, opndat TIMESTAMP, opntijd TEXT, ontsldat TIMESTAMP,
  ontsltijd TEXT, specialism TEXT);
CREATE TABLE wi_document (patientnr TEXT, accdatum TIMESTAMP, acctijd TEXT, sjab_id INT);
CREATE TABLE wi_sjabloon (id INT, sjabnaam TEXT);
INSERT INTO cszislib_arts VALUES ('A1', 'CAR'), ('A2', 'NEU');
INSERT INTO agenda_afspraak VALUES
  ('1', 'p1', '2026-03-02 00:00:00', '09:30', 'C1', 'E', 'A1', 'J'),
  ('2', 'p2', '2026-03-02 00:00:00', '09:40', 'NS', 'H', 'A1', 'J'),
  ('3', 'p3', '2026-03-02 00:00:00', '09:50', 'C1', 'T', 'A2', 'N'),
  ('4', '', '2026-03-02 00:00:00', '10:00', 'C1', 'H', 'A1', 'J'),
  ('5', 'p5', '2026-03-02 00:00:00', '10:10', 'C1', 'H', 'UNKNOWN', 'J'),
  ('6', 'p6', '2026-03-02 00:00:00', '', 'C1', 'H', 'A1', 'J');
INSERT INTO opname_opname VALUES
  ('10', 'p1', '2026-02-01 00:00:00', '08:00', '2026-02-03 00:00:00', '11:00', 'CAR'),
  ('11', 'p1', '2026-02-10 00:00:00', '08:00', '2026-02-12 00:00:00', '11:00', 'CAR'),
  ('12', 'p2', '2026-02-10 00:00:00', '08:00', NULL, '', 'NEU'),
  ('13', 'p3', '2026-02-10 00:00:00', '08:00', '2026-02-11 00:00:00', '12:00', 'NEU');
INSERT INTO wi_sjabloon VALUES (1, 'Ontslagbrief'), (2, 'Polibrief');
INSERT INTO wi_document VALUES
  ('p1', '2026-02-13 00:00:00', '09:00', 1), ('p1', '2026-02-12 00:00:00', '16:00', 1),
  ('p1', '2026-02-12 00:00:00', '12:00', 2), ('p3', '2026-02-11 00:00:00', '12:00', 2)
"""
UMCU = """
CREATE TABLE {s}Appointment (identifier_value TEXT, identifier_system TEXT,
  participant_actor_Patient_value TEXT,
  participant_actor_HealthcareService_value TEXT, participant_actor_HealthcareService_system TEXT,
  "start" TIMESTAMP, "end" TIMESTAMP, created TIMESTAMP, status TEXT, mutationReason_code TEXT);
CREATE TABLE {s}Encounter (identifier_value TEXT, identifier_system TEXT, appointment_Appointment_value TEXT,
  appointment_Appointment_system TEXT, arrival TIMESTAMP, type2_code TEXT, without_patient INT,
  subject_Patient_value TEXT, period_start TIMESTAMP, period_end TIMESTAMP, status TEXT, class_code TEXT,
  partOf_Encounter_value TEXT, specialty_Organization_value TEXT);
CREATE TABLE {s}HealthcareService (identifier_value TEXT, identifier_system TEXT, specialty_code TEXT);
CREATE TABLE {s}DocumentReference (context_encounter_Encounter_value TEXT,
  context_encounter_Encounter_system TEXT, type2_code_original TEXT, docStatus TEXT, created TIMESTAMP);
INSERT INTO {s}HealthcareService VALUES ('h1', 'HixSubAgenda', 'REV');
INSERT INTO {s}Appointment VALUES
  ('1', 'x/HixAgendaAfspraak','p1','h1','HixSubAgenda','2026-03-02 09:30:00', '2026-03-02 10:00:00',
   '2026-01-05 12:00:00', 'finished', NULL),
  ('2', 'x/HixAgendaAfspraak','p2','h1','HixSubAgenda','2026-03-02 09:40:00', NULL, NULL, 'finished', 'N'),
  ('3', 'x/HixAgendaAfspraak','p3','h1','HixSubAgenda','2026-03-02 09:50:00', NULL, NULL, 'cancelled', 'N'),
  ('4', 'x/HixAgendaAfspraak','p4','h1','HixSubAgenda','2026-03-02 10:00:00', NULL, NULL, 'cancelled', 'P'),
  ('5', 'x/HixAgendaAfspraak','p5','h9','HixSubAgenda','2026-03-02 10:10:00', NULL, NULL, 'finished', NULL),
  ('6', 'x/HixAgendaAfspraak','p6','h1','HixSubAgenda','2026-03-02 10:20:00', NULL, NULL, 'finished', NULL);
INSERT INTO {s}Encounter (identifier_value, identifier_system, appointment_Appointment_value,
  appointment_Appointment_system, arrival, type2_code, without_patient) VALUES
  ('1', 'x/HixAgendaAfspraak', '1', 'x/HixAgendaAfspraak', '2026-03-02 09:20:00', 'E', 0),
  ('6', 'x/HixAgendaAfspraak', '6', 'x/HixAgendaAfspraak', NULL, 'H', 1);
INSERT INTO {s}Encounter (identifier_value, identifier_system, subject_Patient_value, period_start,
  period_end, status, class_code, partOf_Encounter_value, specialty_Organization_value) VALUES
  ('20', 'x/HixOpname', 'p1', '2026-02-01 08:00:00', '2026-02-03 11:00:00', 'finished', 'IMP', NULL, NULL),
  ('21', 'x/HixOpname', 'p2', '2026-02-01 08:00:00', NULL, 'in-progress', 'IMP', NULL, NULL),
  ('20b', 'x/HixOpnamePeriode', 'p1', '2026-02-02 08:00:00', NULL, '', 'IMP', '20', 'NEO'),
  ('20a', 'x/HixOpnamePeriode', 'p1', '2026-02-01 08:00:00', NULL, '', 'IMP', '20', 'CAR'),
  ('21a', 'x/HixOpnamePeriode', 'p2', '2026-02-01 08:00:00', NULL, '', 'IMP', '21', 'PSY');
INSERT INTO {s}DocumentReference VALUES
  ('20', 'x/HixOpname', '1000100013', 'final', '2026-02-03 12:00:00'),
  ('20', 'x/HixOpname', '1000100089', 'preliminary', '2026-02-03 13:00:00'),
  ('20', 'x/HixOpname', '1000100089', 'final', '2026-02-04 13:00:00'),
  ('20', 'x/HixOpname', 'CS00000003', 'final', '2026-02-05 13:00:00')
"""
OMOP = """
CREATE TABLE visit_occurrence (visit_occurrence_id BIGINT, person_id BIGINT, visit_concept_id INT,
  visit_start_datetime TIMESTAMP, visit_end_datetime TIMESTAMP, provider_id BIGINT, care_site_id INT);
CREATE TABLE care_site (care_site_id INT, care_site_name TEXT);
CREATE TABLE note (note_id BIGINT, person_id BIGINT, note_datetime TIMESTAMP, provider_id BIGINT,
  visit_occurrence_id BIGINT);
INSERT INTO care_site VALUES (1, 'Cardiology');
INSERT INTO visit_occurrence VALUES
  (1, 7, 9202, '2026-03-02 09:30:00', '2026-03-02 09:50:00', 3, 1),
  (2, 7, 5083, '2026-03-03 09:30:00', '2026-03-03 09:50:00', 3, 1),
  (3, 7, 9201, '2026-03-04 09:30:00', '2026-03-08 09:50:00', NULL, 1),
  (4, 7, 9202, '2026-03-02 09:30:00', NULL, 3, NULL);
INSERT INTO note VALUES (1, 7, '2026-03-02 09:45:00', 3, 1), (2, 7, '2026-03-02 09:45:00', 3, NULL)
"""
TOOL = """
CREATE TABLE request (id INT, "timestamp" TIMESTAMP, response_code INT, api_version TEXT);
CREATE TABLE requestgenerate (id INT, request_id INT);
CREATE TABLE requestretrieve (id INT, request_id INT, generateddoc_id INT, success_ind TEXT);
CREATE TABLE encounter (id INT, patient_id TEXT, department TEXT);
CREATE TABLE generateddoc (id INT, requestgenerate_id INT, encounter_id INT, success_ind TEXT);
CREATE TABLE feedbackdetails (generateddoc_id INT, question TEXT, answer TEXT);
INSERT INTO request VALUES (1, '2026-03-02 03:00:00', 200, '1.2'), (2, '2026-03-02 09:00:00', 200, '1.2'),
  (3, '2026-03-02 10:00:00', 200, '1.2');
INSERT INTO requestgenerate VALUES (1, 1);
INSERT INTO encounter VALUES (1, 'p1', 'CAR'), (2, 'p2', 'CAR');
INSERT INTO generateddoc VALUES (1, 1, 1, 'Success'), (2, 1, 2, 'LengthError');
INSERT INTO requestretrieve VALUES (1, 2, 1, 'Success'), (2, 3, 1, 'Success'), (3, 3, NULL, 'Failure');
INSERT INTO feedbackdetails VALUES (1, 'useful?', 'yes')
"""


def loaded(url: str, folder: Path, preset: str, tables: str, schema: str = "") -> dict[str, Any]:
    """Rows by table, and the reasons of those set aside."""
    if schema and url.startswith("sqlite"):
        schema = ""
    prefix = f"{schema}." if schema else ""
    made = (f"CREATE SCHEMA {schema};" if schema else "") + tables.replace("{s}", prefix)
    run(url, *made.split(";"))
    text = (PRESETS / f"{preset}.toml").read_text("utf-8")
    found = {}
    for name, one in pulled(url, folder, text, allow_writable=True, schema=schema).items():
        account, rows, aside = taken_in(one.path, text, name)
        assert account.rows_read == one.rows
        found[name] = (rows, sorted((reason, column) for _, reason, column in aside))
    return found


def at(rows: list[dict[str, Any]], column: str, *shown: str) -> list[tuple[str, ...]]:
    return sorted(tuple(str(row[name]) for name in (column, *shown)) for row in rows)


def test_hix(database: str, tmp_path: Path) -> None:
    found = loaded(database, tmp_path, "hix", HIX)
    rows, aside = found["Appointment"]
    assert at(rows, "starts_at", "department", "segment", "status", "contact") == [
        ("2026-03-02 08:30:00", "CAR", "first", "attended", "visit"),
        ("2026-03-02 08:40:00", "CAR", "follow_up", "no_show", "visit"),
        ("2026-03-02 08:50:00", "NEU", "", "None", "phone"),
    ]
    assert aside == [("missing_date", "starts_at"), ("missing_department", "department")]
    assert at(found["Stay"][0], "admitted_at", "discharged_at", "department") == [
        ("2026-02-01 07:00:00", "2026-02-03 10:00:00", "CAR"),
        ("2026-02-10 07:00:00", "2026-02-11 11:00:00", "NEU"),
        ("2026-02-10 07:00:00", "2026-02-12 10:00:00", "CAR"),
        ("2026-02-10 07:00:00", "None", "NEU"),
    ]
    assert at(found["Letter"][0], "due_from", "final_at") == [
        ("2026-02-03 10:00:00", "None"),
        ("2026-02-11 11:00:00", "None"),
        ("2026-02-12 10:00:00", "2026-02-12 15:00:00"),
    ]


def test_umcu_warehouse(database: str, tmp_path: Path) -> None:
    found = loaded(database, tmp_path, "umcu_warehouse", UMCU, "models")
    rows, aside = found["Appointment"]
    assert at(rows, "starts_at", "status", "segment", "contact", "arrived_at") == [
        ("2026-03-02 08:30:00", "attended", "first", "visit", "2026-03-02 08:20:00"),
        ("2026-03-02 08:40:00", "None", "", "None", "None"),
        ("2026-03-02 08:50:00", "no_show", "", "None", "None"),
        ("2026-03-02 09:00:00", "cancelled", "", "None", "None"),
    ]
    assert aside == [("missing_department", "department")]
    assert at(found["Stay"][0], "admitted_at", "discharged_at", "department") == [
        ("2026-02-01 07:00:00", "2026-02-03 10:00:00", "CAR"),
        ("2026-02-01 07:00:00", "None", "PSY"),
    ]
    assert at(found["Letter"][0], "due_from", "preliminary_at", "final_at", "department") == [
        ("2026-02-03 10:00:00", "2026-02-03 11:00:00", "2026-02-04 12:00:00", "CAR")
    ]


def test_omop(database: str, tmp_path: Path) -> None:
    found = loaded(database, tmp_path, "omop_5_4", OMOP)
    assert at(found["Encounter"][0], "started_at", "kind", "department") == [
        ("2026-03-02 08:30:00", "visit", "Cardiology"),
        ("2026-03-03 08:30:00", "phone", "Cardiology"),
    ]
    assert found["Encounter"][1] == [("missing_department", "department")]
    assert at(found["Stay"][0], "admitted_at") == [("2026-03-04 08:30:00",)]
    assert at(found["NoteSession"][0], "started_at") == [("2026-03-02 08:45:00",)]
    assert found["NoteSession"][1] == [("missing_department", "department")]


def test_log_of_a_tool(database: str, tmp_path: Path) -> None:
    found = loaded(database, tmp_path, "ai_tool_log", TOOL)
    assert at(found["UsageEvent"][0], "happened_at", "outcome", "department") == [
        ("2026-03-02 02:00:00", "failed", "CAR"),
        ("2026-03-02 02:00:00", "offered", "CAR"),
        ("2026-03-02 08:00:00", "opened", "CAR"),
        ("2026-03-02 09:00:00", "opened", "CAR"),
    ]
    assert at(found["Document"][0], "drafted_at", "opened_at", "feedback") == [
        ("2026-03-02 02:00:00", "2026-03-02 08:00:00", "1")
    ]


@pytest.mark.parametrize("preset", ["hix", "umcu_warehouse", "omop_5_4", "ai_tool_log"])
def test_sql_server_gets_the_statement_of_the_snapshot(preset: str) -> None:
    """No SQL Server here: what would be sent is kept in a file, to be read by people who have one."""
    mapping = mapping_of((PRESETS / f"{preset}.toml").read_text("utf-8"))
    sent = []
    for table in mapping.table:
        origin = origin_of(table)
        names = wanted(table, origin)
        place: sa.FromClause = sa.table(origin.table, *map(sa.column, names), schema="dbo")  # type: ignore[arg-type]
        if origin.query:
            place = sub_query(origin.query, "dbo")
        asked = selection(None, columns_of(place, names), names, origin, None, table.name)  # type: ignore[arg-type]
        sent.append(f"-- {table.name}\n{asked.compile(dialect=mssql.dialect())}\n")
    assert "\n".join(sent) == (SNAPSHOTS / f"{preset}.sql").read_text("utf-8")
