"""What patients and staff say, and who may work with the tool."""

from kpis.tables.table import CLINICIAN, PATIENT, Column, Table, clock, flag, key, text

PEOPLE: tuple[Table, ...] = (
    Table(
        name="SurveyInvitation",
        description="One questionnaire sent to one person.",
        columns=(
            key("form", "the questionnaire of this person, the same as in SurveyResponse"),
            PATIENT,
            CLINICIAN,
            text("instrument", required=True),
            clock("invited_on", "date"),
        ),
    ),
    Table(
        name="SurveyResponse",
        description="One answer to one item of an instrument.",
        columns=(
            key("response"),
            PATIENT,
            CLINICIAN,
            text("instrument", required=True),
            text("item"),
            clock("answered_on", "date"),
            Column(name="score", type="number", required=True),
            text("scale"),
            text("form", "which filled-in questionnaire the answer belongs to"),
        ),
    ),
    Table(
        name="TrainingRecord",
        description="The training of one clinician with a licence; those who were not trained included.",
        columns=(
            key("training"),
            CLINICIAN,
            clock("licensed_on", "date"),
            flag("completed"),
            flag("before_first_use", "completed before the tool was first used"),
        ),
    ),
    Table(
        name="Licence",
        description="A week in which a clinician's licence is in force.",
        columns=(key("licence"), CLINICIAN, clock("week_start", "date")),
    ),
    Table(
        name="ConsentRecord",
        description="A patient was asked for consent to a recording.",
        columns=(key("consent"), PATIENT, clock("asked_on", "date"), flag("consented")),
    ),
)
