"""What stands in an Excel template: one field per column, in the words of whoever fills it in.

The row with technical names is what the presets `template` and `time_study` read; words are for people only.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from core.errors import UnknownName
from core.language.catalogue import translate
from core.language.text import N_, Text
from data_connectors.mapping_rules import is_identifier
from data_connectors.template_words import CHOICES, LABELS, TITLES, VALUES
from kpis.tables import TABLES, Column, ColumnType, Table

TIME_STUDY = "time-study"
REMARK = "remark"
EXAMPLE = N_("example")
YES, NO = N_("Yes"), N_("No")
MORNING = datetime(2025, 3, 10, 9, 30)  # noqa: DTZ001 - a cell of a spreadsheet has no zone
_HINTS: dict[ColumnType, str] = {
    "time": N_("Date and time, for instance 10-3-2025 09:30."),
    "date": N_("Date, for instance 10-3-2025."),
    "flag": N_("Yes or No."),
    "integer": N_("A whole number."),
    "number": N_("A number."),
}
_EXAMPLES: dict[str, str | float] = {
    "SurveyInvitation.instrument": "miniz",
    "SurveyResponse.instrument": "miniz",
    "DepartmentWeek.event": "upgrade",
    "Session.scheduled_minutes": 240.0,
    "AggregatedCount.measure": "ae_attendances",
}
_UNITS = {"minutes": N_("minutes"), "seconds": N_("seconds")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One column of a template."""

    name: str
    heading: str
    hint: str
    type: ColumnType = "text"
    required: bool = False
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    example: str | float | datetime = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A form: its title, the preset that reads it, its fields."""

    title: str
    preset: str
    fields: tuple[Field, ...]


def template(name: str, language: str) -> Template:
    """The template of a standard table, or the time-study form; raises UnknownName."""
    words = _Words(language)
    if name == TIME_STUDY:
        return Template(
            title=words(N_("Time study: minutes at a note")),
            preset="time_study",
            fields=(_remark(words), *_time_study(words)),
        )
    if name not in TABLES:
        raise UnknownName(N_("table"), name, {*TABLES, TIME_STUDY})
    table = TABLES[name]
    columns = (
        Column(name="department", type="text", required=True),
        Column(name="segment", type="text"),
        Column(name="exposed", type="flag"),
        *table.columns,
    )
    fields = tuple(_field(words, table, column) for column in columns)
    return Template(title=words(TITLES[name]), preset="template", fields=(_remark(words), *fields))


class _Words:
    """Sentences in one language."""

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, text: str, **values: str) -> str:
        return Text(text, dict(values)).render(self.language) if values else translate(text, self.language)


def _remark(words: _Words) -> Field:
    example = words(EXAMPLE)
    hint = words(N_("Is not stored. A row that says '{example}' here is never read."), example=example)
    return Field(name=REMARK, heading=words(N_("Remark")), hint=hint, example=example)


def _field(words: _Words, table: Table, column: Column) -> Field:
    keys = CHOICES.get(f"{table.name}.{column.name}", ())
    choices = tuple(words(VALUES[key]) for key in keys)
    if column.type == "flag":
        choices = (words(YES), words(NO))
    return Field(
        name=column.name,
        heading=_with_unit(words, words(LABELS[column.name]), column.unit),
        hint=" ".join(_hints(words, table, column, choices)),
        type=column.type,
        required=column.required,
        choices=choices,
        minimum=column.minimum,
        maximum=column.maximum,
        example=_EXAMPLES.get(f"{table.name}.{column.name}") or _example(words, column, choices),
    )


def _with_unit(words: _Words, label: str, unit: str) -> str:
    return f"{label} ({words(_UNITS[unit]) if unit in _UNITS else unit})" if unit else label


def _hints(words: _Words, table: Table, column: Column, choices: tuple[str, ...]) -> list[str]:
    hints = []
    if choices and column.type != "flag":
        hints.append(words(N_("One of: {values}."), values=", ".join(choices)))
    elif column.type in _HINTS:
        hints.append(words(_HINTS[column.type]))
    if column.minimum is not None and column.maximum is not None:
        least, most = f"{column.minimum:g}", f"{column.maximum:g}"
        hints.append(words(N_("From {least} to {most}."), least=least, most=most))
    if column.key and not table.about_departments:
        hints.append(words(N_("Another one on every row; the same one corrects what was read before.")))
    if column.name == "department":
        hints.append(words(N_("Its name, written the same every time.")))
    if is_identifier(table, column):
        hints.append(words(N_("Is stored as a pseudonym. Never a citizen service number (BSN).")))
    return hints or [words(N_("A word or a name.") if column.required else N_("May stay empty."))]


def _example(words: _Words, column: Column, choices: tuple[str, ...]) -> str | float | datetime:
    made: dict[ColumnType, Callable[[], str | float | datetime]] = {
        "time": lambda: MORNING,
        "date": lambda: MORNING.replace(hour=0, minute=0),
        "integer": lambda: 3.0 if column.maximum is None else min(3.0, column.maximum),
        "number": lambda: 12.0 if column.maximum is None else min(12.0, column.maximum),
    }
    if choices:
        return choices[0]
    if column.type in made:
        return made[column.type]()
    if column.name == "department":
        return words(N_("Cardiology"))
    return "12345" if column.key or column.person else ""


def _time_study(words: _Words) -> tuple[Field, ...]:
    activities = (N_("Note of a first visit"), N_("Note of a follow-up"), N_("Another note"))
    columns = (
        Column(name="department", type="text", required=True),
        Column(name="clinician", type="text", required=True, person="staff"),
        Column(name="started_at", type="time", required=True),
        Column(name="signed_at", type="time"),
        Column(name="exposed", type="flag", required=True),
    )
    department, who, when, signed, tool = (_field(words, TABLES["NoteSession"], column) for column in columns)
    number = Field(
        name="number",
        heading=words(N_("Number")),
        hint=words(N_("1, 2, 3 and so on: it tells two observations of one moment apart.")),
        required=True,
        example="1",
    )
    activity = Field(
        name="activity",
        heading=words(N_("What")),
        hint=words(N_("Choose from the list.")),
        required=True,
        choices=tuple(words(text) for text in activities),
        example=words(activities[0]),
    )
    minutes = Field(
        name="minutes",
        heading=words(N_("Minutes by the stopwatch")),
        hint=words(N_("From {least} to {most}."), least="0", most="240"),
        type="number",
        required=True,
        minimum=0,
        maximum=240,
        example=6.5,
    )
    return number, department, who, when, activity, minutes, signed, tool
