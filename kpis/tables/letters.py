"""Notes, letters and messages: what clinicians write."""

from kpis.tables.table import (
    CLINICIAN,
    PATIENT,
    Table,
    clock,
    flag,
    key,
    minutes,
    moment,
    one_of,
    seconds,
    text,
)

LETTERS: tuple[Table, ...] = (
    Table(
        name="NoteSession",
        description="The writing of one note. One row per note.",
        columns=(
            key("note"),
            text("encounter"),
            PATIENT,
            CLINICIAN,
            clock("started_at"),
            moment("ended_at", not_before="started_at"),
            seconds("active_seconds", "active time in the note in the EHR"),
            seconds("tool_seconds", "time in the tool; 0 where there is no tool"),
            moment("signed_at", not_before="started_at"),
            text("template"),
            text("definition", "which definition of the vendor's log the seconds follow"),
        ),
    ),
    Table(
        name="Letter",
        description="A letter that is due from a moment on. segment: short_stay or long_stay, where known.",
        columns=(
            key("letter"),
            PATIENT,
            CLINICIAN,
            text("kind", "discharge or clinic", required=True),
            clock("due_from"),
            moment("preliminary_at"),
            moment("final_at"),
            one_of("discharged_to", "home", "gp", "nursing_home", "deceased", "internal_transfer"),
            minutes(
                "writing_minutes", "with the form open, all sittings of the admission together", most=180
            ),
        ),
    ),
    Table(
        name="Message",
        description="A patient message and its reply.",
        columns=(
            key("message"),
            PATIENT,
            CLINICIAN,
            clock("received_at"),
            moment("replied_at", not_before="received_at"),
            seconds("read_seconds", "reading the message and any draft"),
            seconds("write_seconds", "writing the reply"),
            flag("draft_offered"),
            flag("draft_used"),
        ),
    ),
)
