"""Contacts with patients, clinics and stays."""

from kpis.tables.table import (
    CLINICIAN,
    PATIENT,
    Column,
    Table,
    clock,
    count,
    flag,
    key,
    minutes,
    moment,
    one_of,
    text,
)

_LOG_DEFINITION = text(
    "definition",
    "whose definition the minutes follow: wow8, pajama_time, or a name of the source; empty: as asked",
)

CONTACTS: tuple[Table, ...] = (
    Table(
        name="Encounter",
        description="A patient contact. segment: first or follow_up.",
        columns=(
            key("encounter"),
            PATIENT,
            CLINICIAN,
            clock("started_at"),
            flag("completed", "signed and done", required=True),
            flag("eligible", "the tool could be used", required=True),
            moment("ended_at", not_before="started_at"),
            moment("note_signed_at", "when the note of this contact was signed"),
            text("kind", "visit, phone, video or email"),
        ),
    ),
    Table(
        name="Session",
        description="A scheduled half-day clinic (dagdeel) of one clinician.",
        columns=(
            key("session"),
            CLINICIAN,
            clock("starts_at"),
            Column(
                name="scheduled_minutes",
                type="number",
                unit="minutes",
                required=True,
                minimum=1,
                maximum=720,
            ),
            minutes("outside_minutes", "EHR minutes outside scheduled time, all of them, of that day"),
            minutes("ehr_minutes", "active EHR minutes that go with this session, inside and outside it"),
            minutes("in_session_ehr_minutes", "active EHR minutes within scheduled time", most=720),
            minutes("note_minutes", "of ehr_minutes: in notes"),
            minutes("inbox_minutes", "of ehr_minutes: in the in-basket"),
            minutes("prescribing_minutes", "of ehr_minutes: prescribing"),
            _LOG_DEFINITION,
        ),
    ),
    Table(
        name="OrderCount",
        description="The orders of one session. A table of its own because a share needs all its totals.",
        columns=(
            key("session"),
            CLINICIAN,
            clock("starts_at"),
            count("orders", required=True),
            count("team_orders", "prepared by others of the team", at_most="orders"),
        ),
    ),
    Table(
        name="WorkDay",
        description="One clinician's working day.",
        columns=(
            key("workday"),
            CLINICIAN,
            clock("worked_on", "date"),
            minutes("pajama_minutes", "EHR minutes in the evening, at night and on days off"),
            _LOG_DEFINITION,
        ),
    ),
    Table(
        name="Appointment",
        description="A slot booked for a patient; slots without a patient are not loaded. segment: first or "
        "follow_up.",
        columns=(
            key("appointment"),
            PATIENT,
            CLINICIAN,
            clock("starts_at"),
            moment("requested_at", "referral or request"),
            moment("arrived_at"),
            moment("ended_at"),
            one_of("status", "attended", "no_show", "cancelled", "planned"),
            one_of("contact", "visit", "phone", "video", "email"),
        ),
    ),
    Table(
        name="Stay",
        description="An admission.",
        columns=(
            key("stay"),
            PATIENT,
            CLINICIAN,
            clock("admitted_at"),
            moment("discharged_at", "missing while the patient is still there", not_before="admitted_at"),
        ),
    ),
    Table(
        name="Discharge",
        description="A discharge from the hospital, with what the source found out about the month after.",
        columns=(
            key("discharge"),
            PATIENT,
            CLINICIAN,
            clock("discharged_at"),
            one_of("destination", "home", "gp", "nursing_home", "deceased", "internal_transfer"),
            flag("readmitted_30d", "an unplanned admission within 30 days"),
        ),
    ),
)
