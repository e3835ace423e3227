"""The standard tables: the columns every source is mapped to, with units, keys and persons.

Facts hold these columns in this order, after `department`, `day` (local calendar day of the clock column),
`segment` (a declared sub-group such as visit kind), `exposed` (1 where the tool was used for the row) and
before `batch` (the ledger's number of the batch that brought the row). Times are UTC.
"""

from dataclasses import dataclass
from typing import Literal

ColumnType = Literal["text", "integer", "number", "time", "date", "flag"]
PersonKind = Literal["patient", "staff"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: its type, unit and role. Identifying columns hold keyed pseudonyms only.

    not_before: the time column that this one may not precede. at_most: the column that bounds this one.
    """

    name: str
    type: ColumnType
    unit: str = ""
    required: bool = False
    key: bool = False
    clock: bool = False
    person: PersonKind | None = None
    minimum: float | None = None
    maximum: float | None = None
    not_before: str = ""
    at_most: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A standard table. `persons_column` names a count of people for rows that arrive already aggregated.

    about_departments: rows describe a department in a period, so their keys identify them only within it.
    """

    name: str
    description: str
    columns: tuple[Column, ...]
    persons_column: str | None = None
    about_departments: bool = False

    def column(self, name: str) -> Column | None:
        """The column of that name."""
        return next((column for column in self.columns if column.name == name), None)

    @property
    def keys(self) -> tuple[str, ...]:
        """Names of the natural key, without department."""
        return tuple(column.name for column in self.columns if column.key)

    @property
    def identity(self) -> tuple[str, ...]:
        """Columns that tell rows apart: a newer row with the same values replaces the older one."""
        if not self.about_departments:
            return self.keys
        return tuple(dict.fromkeys(("department", "segment", *self.keys, self.clock.name)))

    @property
    def clock(self) -> Column:
        """The column that says when the row happened."""
        return next(column for column in self.columns if column.clock)


COMMON = ("department", "day", "segment", "exposed")
"""Columns before a table's own in the facts; `batch` comes last."""


def _key(name: str) -> Column:
    return Column(name=name, type="text", key=True, required=True)


PATIENT = Column(name="patient", type="text", person="patient", description="pseudonym")
CLINICIAN = Column(name="clinician", type="text", person="staff", description="pseudonym")


def _clock(name: str, kind: ColumnType = "time") -> Column:
    return Column(name=name, type=kind, required=True, clock=True)


def _seconds(name: str, description: str = "") -> Column:
    return Column(
        name=name, type="number", unit="seconds", minimum=0, maximum=14_400, description=description
    )


TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        Table(
            name="Encounter",
            description="A patient contact. segment: first or follow_up.",
            columns=(
                _key("encounter"),
                PATIENT,
                CLINICIAN,
                _clock("started_at"),
                Column(name="completed", type="flag", required=True, description="signed and done"),
                Column(name="eligible", type="flag", required=True, description="the tool could be used"),
            ),
        ),
        Table(
            name="Session",
            description="A scheduled half-day clinic (dagdeel) of one clinician.",
            columns=(
                _key("session"),
                CLINICIAN,
                _clock("starts_at"),
                Column(
                    name="scheduled_minutes",
                    type="number",
                    unit="minutes",
                    required=True,
                    minimum=1,
                    maximum=720,
                ),
                Column(
                    name="outside_minutes",
                    type="number",
                    unit="minutes",
                    minimum=0,
                    maximum=1440,
                    description="EHR minutes outside scheduled time, all of them, of that day",
                ),
            ),
        ),
        Table(
            name="NoteSession",
            description="The writing of one note. One row per note.",
            columns=(
                _key("note"),
                Column(name="encounter", type="text"),
                PATIENT,
                CLINICIAN,
                _clock("started_at"),
                Column(name="ended_at", type="time", not_before="started_at"),
                _seconds("active_seconds", "active time in the note in the EHR"),
                _seconds("tool_seconds", "time in the tool; 0 where there is no tool"),
                Column(name="signed_at", type="time", not_before="started_at"),
                Column(name="template", type="text"),
            ),
        ),
        Table(
            name="Letter",
            description="A letter that is due from a moment on.",
            columns=(
                _key("letter"),
                PATIENT,
                CLINICIAN,
                Column(name="kind", type="text", required=True, description="discharge or clinic"),
                _clock("due_from"),
                Column(name="preliminary_at", type="time"),
                Column(name="final_at", type="time"),
                Column(
                    name="discharged_to",
                    type="text",
                    description="home, gp, nursing_home, deceased, internal_transfer",
                ),
            ),
        ),
        Table(
            name="Message",
            description="A patient message and its reply.",
            columns=(
                _key("message"),
                PATIENT,
                CLINICIAN,
                _clock("received_at"),
                Column(name="replied_at", type="time", not_before="received_at"),
                _seconds("read_seconds", "reading the message and any draft"),
                _seconds("write_seconds", "writing the reply"),
                Column(name="draft_offered", type="flag"),
                Column(name="draft_used", type="flag"),
            ),
        ),
        Table(
            name="UsageEvent",
            description="One use of the tool.",
            columns=(
                _key("event"),
                PATIENT,
                CLINICIAN,
                _clock("happened_at"),
                Column(name="task", type="text", required=True, description="consult, letter or message"),
                Column(name="outcome", type="text", required=True, description="offered or used"),
            ),
        ),
        Table(
            name="CodeAudit",
            description="A diagnosis code checked by a coder.",
            columns=(
                _key("audit"),
                PATIENT,
                CLINICIAN,
                _clock("audited_on", "date"),
                Column(name="correct", type="flag", required=True),
            ),
        ),
        Table(
            name="SurveyResponse",
            description="One answer to one item of an instrument.",
            columns=(
                _key("response"),
                PATIENT,
                CLINICIAN,
                Column(name="instrument", type="text", required=True),
                Column(name="item", type="text"),
                _clock("answered_on", "date"),
                Column(name="score", type="number", required=True),
                Column(name="scale", type="text"),
            ),
        ),
        Table(
            name="CostLine",
            description="A cost of the tool, booked on a day.",
            columns=(
                _key("line"),
                _clock("booked_on", "date"),
                Column(
                    name="category",
                    type="text",
                    required=True,
                    description="licence, integration, support, training",
                ),
                Column(name="amount", type="number", unit="EUR", required=True),
            ),
        ),
        Table(
            name="DepartmentWeek",
            about_departments=True,
            description="What happened in a department in a week: upgrade, downtime, staffing.",
            columns=(
                _clock("week_start", "date"),
                Column(name="event", type="text", key=True, required=True),
                Column(name="amount", type="number"),
            ),
        ),
        Table(
            name="AggregatedCount",
            description="Counts that arrive already added up, such as national monthly returns.",
            persons_column="total",
            about_departments=True,
            columns=(
                Column(name="measure", type="text", key=True, required=True),
                Column(name="period_start", type="date", key=True, clock=True, required=True),
                Column(name="total", type="number", required=True, minimum=0),
                Column(name="failures", type="number", minimum=0, at_most="total"),
            ),
        ),
    )
}
