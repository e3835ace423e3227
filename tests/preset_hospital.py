"""Tables of HiX, of a FHIR-shaped warehouse and of a tool's log with the same weeks of care, dirt among them.

Five departments, two of which start at START: their patients fail to come less often afterwards.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from governance.checklist import CHECKLIST
from tests.pushed_hospital import SKIPPED, TWICE

FIRST, WEEKS, START = date(2026, 1, 5), 29, date(2026, 4, 20)
PILOT, COMPARISON = ("CAR", "NEU"), ("ORT", "LON", "DER")
DOCTORS = 7
INDEXES = {
    "hix": (
        "CREATE INDEX patient_of_document ON wi_document (patientnr)",
        "CREATE INDEX patient_of_stay ON opname_opname (patientnr)",
    ),
    "tool": (
        "CREATE INDEX draft_retrieved ON requestretrieve (generateddoc_id)",
        "CREATE INDEX draft_judged ON feedbackdetails (generateddoc_id)",
    ),
    "umcu": (
        "CREATE INDEX of_appointment ON encounter (appointment_appointment_value)",
        "CREATE INDEX of_encounter ON documentreference (context_encounter_encounter_value)",
    ),
}
"""As such systems have them: without, SQLite reads a whole table for every row of another."""
Rows = list[tuple[Any, ...]]
Tables = dict[str, tuple[dict[str, Any], Rows]]
SIGNED = "\n".join(f'{item.id} = {{ state = "signed", signer = "x", evidence = "y" }}' for item in CHECKLIST)
TEXT, TIME, WHOLE = sa.String(), sa.DateTime(), sa.Integer()


def plan(primary: str, guardrail: str, secondary: str) -> str:
    """A plan on KPIs of these tables."""
    return f"""\
id = "good"
vendor = "V"
comparison = {list(COMPARISON)}
secondary = ["{secondary}"]
window = [{FIRST}, {FIRST + timedelta(weeks=WEEKS) - timedelta(days=1)}]
run_in_weeks = 2

[name]
nl = "Pilot"
en = "Pilot"

[starts]
{chr(10).join(f"{name} = {START}" for name in PILOT)}

[primary]
kpi = "{primary}"
smallest_change = 0.05
scale = "absolute"

[[guardrails]]
kpi = "{guardrail}"
margin = 0.25
scale = "absolute"

[governance]
{SIGNED}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What happened, before any system wrote it down."""

    number: int
    department: str
    patient: str
    at: datetime
    came: bool
    letter_after: timedelta | None


def visits(a_week: int, seed: int = 3) -> Iterator[Visit]:
    """The same for every system; a_week: of each department."""
    chance = random.Random(seed)
    number = 0
    for department in (*PILOT, *COMPARISON):
        for week in range(WEEKS):
            for _ in range(a_week):
                number += 1
                day = datetime.combine(FIRST + timedelta(weeks=week, days=chance.randrange(7)), time())
                at = day + timedelta(minutes=chance.randrange(24 * 60))
                better = department in PILOT and at.date() >= START
                late = chance.choice((timedelta(hours=3), timedelta(hours=30), None))
                yield Visit(
                    number=number,
                    department=department,
                    patient=f"p{chance.randrange(400)}",
                    at={5: SKIPPED, 6: TWICE}.get(number, at),
                    came=chance.random() > (0.1 if better else 0.4),
                    letter_after=late,
                )


def hix(a_week: int) -> Tables:
    """As ChipSoft HiX keeps them: a day and a text with the time of day."""
    agenda, stays, letters = [], [], []
    for one in visits(a_week):
        day, clock = datetime.combine(one.at, time()), f"{one.at:%H:%M}"
        clock = {7: "", 8: "25:00", 9: "24:00", 10: "9:30"}.get(one.number, clock)
        doctor = {11: "UNKNOWN"}.get(one.number, f"{one.department}{one.number % DOCTORS}")
        code, kind = ("C1" if one.came else "NS"), "EHEHEHET*SM"[one.number % 11]
        kept = "N" if one.number % 50 == 0 else "J"
        agenda.append((f"a{one.number}", one.patient, day, clock, code, kind, doctor, kept))
        if one.number % 3 == 0:
            end = one.at + timedelta(days=one.number % 5, hours=-2 if one.number % 90 == 0 else 2)
            patient = f"q{one.number}"
            discharged = (None, "") if one.number % 33 == 0 else (_day(end), f"{end:%H:%M}")
            stays.append((f"s{one.number}", patient, day, clock, *discharged, one.department))
            if one.letter_after is not None:
                final = end + one.letter_after
                letters.append((patient, _day(final), f"{final:%H:%M}", 1 + one.number % 2))
    doctors = [(f"{name}{n}", name) for name in (*PILOT, *COMPARISON) for n in range(DOCTORS)]
    return {
        "agenda_afspraak": (
            _columns(TEXT, "afspraaknr", "patientnr")
            | {"datum": TIME}
            | _columns(TEXT, "tijd", "code", "constype", "uitvoerder", "voldaan"),
            agenda,
        ),
        "cszislib_arts": (_columns(TEXT, "artscode", "specialism"), doctors),
        "opname_opname": (
            {"plannr": TEXT, "patientnr": TEXT, "opndat": TIME, "opntijd": TEXT, "ontsldat": TIME}
            | _columns(TEXT, "ontsltijd", "specialism"),
            stays,
        ),
        "wi_document": ({"patientnr": TEXT, "accdatum": TIME, "acctijd": TEXT, "sjab_id": WHOLE}, letters),
        "wi_sjabloon": ({"id": WHOLE, "sjabnaam": TEXT}, [(1, "Ontslagbrief"), (2, "Polibrief")]),
    }


def umcu(a_week: int) -> Tables:
    """As the FHIR-shaped warehouse of UMC Utrecht has them; names in lower case, as PostgreSQL folds them."""
    appointments, encounters, documents = [], [], []
    agenda, stay, period = "x/HixAgendaAfspraak", "x/HixOpname", "x/HixOpnamePeriode"
    for one in visits(a_week):
        name, number = f"a{one.number}", one.number
        status, why = ("finished", None) if one.came else ("cancelled", "N")
        status, why = {20: ("finished", "N"), 21: ("cancelled", "P")}.get(number, (status, why))
        asked = None if number % 7 == 0 else one.at - timedelta(days=number % 60, hours=5)
        ended = one.at + timedelta(minutes=-5 if number % 80 == 0 else 20)
        clinic = {22: "UNKNOWN"}.get(number, f"h{one.department}")
        appointments.append(
            (name, agenda, one.patient, clinic, "HixSubAgenda", one.at, ended, asked, status, why)
        )
        arrived = one.at - timedelta(minutes=number % 30) if one.came else None
        kind, without = "EHEHEHETSM"[number % 10], int(number % 60 == 0)
        encounters.append((name, agenda, name, agenda, arrived, kind, without, *[None] * 7))
        if number % 3 == 0:
            done = None if number % 33 == 0 else one.at + timedelta(days=number % 4, hours=2)
            state = "finished" if done else "in-progress"
            blank: list[Any] = [None] * 5
            encounters.append(
                (f"s{number}", stay, *blank, one.patient, one.at, done, state, "IMP", None, None)
            )
            part = (f"s{number}a", period, *blank, one.patient, one.at, None, "", "IMP", f"s{number}")
            encounters.append((*part, one.department))
            if done and one.letter_after is not None:
                for code, wait in (("1000100013", timedelta(hours=1)), ("1000100089", one.letter_after)):
                    documents.append((f"s{number}", stay, code, "final", done + wait))
    clinics = [(f"h{name}", "HixSubAgenda", name) for name in (*PILOT, *COMPARISON)]
    return {
        "appointment": (
            _columns(TEXT, "identifier_value", "identifier_system", "participant_actor_patient_value")
            | _columns(TEXT, "participant_actor_healthcareservice_value")
            | _columns(TEXT, "participant_actor_healthcareservice_system")
            | _columns(TIME, "start", "end", "created")
            | _columns(TEXT, "status", "mutationreason_code"),
            appointments,
        ),
        "encounter": (
            _columns(TEXT, "identifier_value", "identifier_system", "appointment_appointment_value")
            | {"appointment_appointment_system": TEXT, "arrival": TIME, "type2_code": TEXT}
            | {"without_patient": WHOLE, "subject_patient_value": TEXT}
            | _columns(TIME, "period_start", "period_end")
            | _columns(TEXT, "status", "class_code", "partof_encounter_value")
            | _columns(TEXT, "specialty_organization_value"),
            encounters,
        ),
        "healthcareservice": (
            _columns(TEXT, "identifier_value", "identifier_system", "specialty_code"),
            clinics,
        ),
        "documentreference": (
            _columns(TEXT, "context_encounter_encounter_value", "context_encounter_encounter_system")
            | _columns(TEXT, "type2_code_original", "docstatus")
            | {"created": TIME},
            documents,
        ),
    }


def tool(a_week: int) -> Tables:
    """The log of a tool that drafts letters: only in departments of the pilot, from their start on."""
    requests, generated, retrieved, patients, drafts, opinions = [], [], [], [], [], []
    for one in visits(a_week):
        if one.department not in PILOT or one.at.date() < START:
            continue
        number = one.number
        requests += [
            (number, one.at, 200, "1.2"),
            (10_000 + number, one.at + timedelta(minutes=9), 200, "1.2"),
        ]
        generated.append((number, number))
        patients.append((number, one.patient, None if number % 40 == 0 else one.department))
        drafts.append((number, number, number, "LengthError" if number % 9 == 0 else "Success"))
        if number % 4:
            opened = "Failure" if number % 11 == 0 else "Success"
            retrieved.append((number, 10_000 + number, number, opened))
        if number % 5 == 0:
            opinions.append((number, "useful?", "yes" if number % 2 else ""))
    return {
        "request": ({"id": WHOLE, "timestamp": TIME, "response_code": WHOLE, "api_version": TEXT}, requests),
        "requestgenerate": (_columns(WHOLE, "id", "request_id"), generated),
        "requestretrieve": (
            _columns(WHOLE, "id", "request_id", "generateddoc_id") | {"success_ind": TEXT},
            retrieved,
        ),
        "encounter": ({"id": WHOLE, "patient_id": TEXT, "department": TEXT}, patients),
        "generateddoc": (
            _columns(WHOLE, "id", "requestgenerate_id", "encounter_id") | {"success_ind": TEXT},
            drafts,
        ),
        "feedbackdetails": ({"generateddoc_id": WHOLE, "question": TEXT, "answer": TEXT}, opinions),
    }


def _day(moment: datetime) -> datetime:
    return datetime.combine(moment, time())


def _columns(kind: Any, *names: str) -> dict[str, Any]:
    return dict.fromkeys(names, kind)
