"""What a mapping of a file could be, as far as the file settles it; the rest is asked, never guessed."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from json import dumps

from core.language.text import N_, Text
from data_connectors.day_and_clock import DayAndClock, in_two
from data_connectors.heading import Heading, heading
from data_connectors.heading_match import matched, speaks_of, table_of
from data_connectors.key_values import are_days, are_moments, by_name, doubt
from data_connectors.mapping_rules import is_identifier
from data_connectors.parsing import NO, YES
from data_connectors.parsing_query import COMMON_COLUMNS
from data_connectors.template_choices import known, translated
from data_connectors.template_words import LABELS
from data_connectors.units import clock_formats, convertible, is_time
from data_connectors.value_notation import Notation, notation, time_formats
from kpis.tables import TABLES, Column, Table

Rows = Sequence[Mapping[str, str]]
MOST_WORDS, LONGEST = 8, 40
"""As many words of a column stand in a question, each cut off at so many characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestedColumn:
    """A standard column and where it could come from; question: what must be answered before it counts.

    day: the column with the day, where source holds a time of day alone.
    """

    name: str
    source: str
    day: str = ""
    unit: str = ""
    formats: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    question: Text | None = None

    @property
    def read_from(self) -> str | list[str]:
        """Its source as a mapping names it."""
        return [self.day, self.source] if self.day else self.source

    def toml(self, language: str) -> str:
        """The line of a mapping."""
        keys = {"unit": self.unit, "format": list(self.formats)}
        more = "".join(f", {key} = {_quoted(value)}" for key, value in keys.items() if value)
        if self.values:
            words = ", ".join(f"{_quoted(old)} = {_quoted(new)}" for old, new in self.values.items())
            more += f", values = {{ {words} }}"
        value = f"{{ from = {_quoted(self.read_from)}{more} }}" if more else _quoted(self.read_from)
        line = f"{self.name} = {value}"
        return f"# {line}  # {self.question.render(language)}" if self.question else line


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A proposal for one file. questions: what the file does not settle."""

    table: str
    file: Mapping[str, str | int]
    columns: tuple[SuggestedColumn, ...]
    unused: tuple[str, ...]
    questions: tuple[Text, ...]

    @property
    def complete(self) -> bool:
        """Whether every required column was found, so that the mapping loads."""
        found = {column.name for column in self.columns if not column.question}
        needed = {column.name for column in TABLES[self.table].columns if column.required} | {"department"}
        return needed <= found

    def toml(self, language: str) -> str:
        """A mapping file; what is not known is left as a comment."""
        common = [column for column in self.columns if column.name in ("department", "segment", "exposed")]
        own = [column for column in self.columns if column not in common]
        not_used = Text(N_("not used:"))
        return "\n".join(
            (
                *(f"# {question.render(language)}" for question in self.questions),
                "[file]",
                *(f"{key} = {_quoted(value)}" for key, value in self.file.items()),
                "",
                "[[table]]",
                f"name = {_quoted(self.table)}",
                *(column.toml(language) for column in common),
                "",
                "[table.columns]",
                *(column.toml(language) for column in own),
                *(f"# {not_used.render(language)} {name!r}" for name in self.unused),
                "",
            )
        )


def suggest(
    header: Sequence[str], rows: Rows, file: Mapping[str, str | int], chosen: str | None = None
) -> Suggestion:
    """A suggestion from the names of columns and some rows; file: what is known of how it is written."""
    headings = [heading(name) for name in header if name]
    values = by_name([one.name for one in headings], rows)
    moments = {name for name, held in values.items() if are_moments(held)}
    name, alike = (chosen, ()) if chosen else table_of(headings, moments)
    table = TABLES[name]
    numbers = notation([value for row in rows for value in row.values()])
    found = matched(table, headings, moments, _answers(values))
    columns = tuple(_columns(table, found, headings, rows))
    used = {name for column in columns for name in (column.source, column.day)}
    return Suggestion(
        table=name,
        file={**file, **_number_keys(numbers)},
        columns=columns,
        unused=tuple(name for name in header if name and name not in used),
        questions=(*_questions(table, columns, alike, numbers), *_of_layout(table, columns, rows)),
    )


def _number_keys(found: Notation) -> dict[str, str | int]:
    keys: dict[str, str | int] = {"decimal": found.decimal} if found.decimal else {}
    return keys | ({"thousands": found.thousands} if found.thousands else {})


def _columns(
    table: Table, found: Mapping[str, Heading], headings: Sequence[Heading], rows: Rows
) -> Iterator[SuggestedColumn]:
    values = by_name([one.name for one in headings], rows)
    for column in (*COMMON_COLUMNS.values(), *table.columns):
        if column.name in found:
            source = found[column.name]
            two = in_two(table, column, source, headings, values)
            yield _of_two(column, two, rows) if two else _column(table, column, source, values[source.name])


def _of_two(column: Column, two: DayAndClock, rows: Rows) -> SuggestedColumn:
    formats, question = time_formats(two.values(rows), "time")
    if two.borrowed:
        question = question or Text(N_("always on that day?"))
    return SuggestedColumn(
        name=column.name, source=two.clock, day=two.day, formats=formats, question=question
    )


def _column(table: Table, column: Column, source: Heading, values: Sequence[str]) -> SuggestedColumn:
    if column.type in ("time", "date"):
        return _moment(table, column, source, values)
    if column.unit:
        return _measured(column, source, values)
    question = doubt(table, column, source, values)
    words = translated(table, column, values)
    if words is None:
        asked = N_("which of its words ({words}) mean {known}? add values = ")
        question = question or Text(asked, {"words": _named(values), "known": known(table, column)})
    return SuggestedColumn(name=column.name, source=source.name, values=words or {}, question=question)


def _moment(table: Table, column: Column, source: Heading, values: Sequence[str]) -> SuggestedColumn:
    formats, question = time_formats(values, column.type)
    if column.type == "time" and question and are_days(values):
        formats, question = time_formats(values, "date")
        question = question or Text(N_("days without a time of day: is midnight right?"))
    if not speaks_of(source, table, column):
        meant = N_("is this the moment that is meant? The heading says more than that")
        question = question or Text(meant)
    return SuggestedColumn(name=column.name, source=source.name, formats=formats, question=question)


def _measured(column: Column, source: Heading, values: Sequence[str]) -> SuggestedColumn:
    clocks = clock_formats(values) if is_time(column.unit) else ()
    if clocks:
        asked = Text(N_('or format = ["{other}"]? The values fit both'), {"other": clocks[-1]})
        formats, question = clocks[:1], asked if len(clocks) > 1 else None
        return SuggestedColumn(
            name=column.name, source=source.name, unit="minutes", formats=formats, question=question
        )
    stated = is_time(column.unit) and bool(values) and all(map(_states_unit, values))
    unit = "stated" if stated else source.unit
    asked = Text(N_("in which unit? {units}"), {"units": ", ".join(convertible(column.unit))})
    question = None if unit else asked
    return SuggestedColumn(name=column.name, source=source.name, unit=unit or "?", question=question)


def _named(values: Sequence[str]) -> str:
    """Some of the words in a column, as one line."""
    words = [_quoted(word[:LONGEST]) for word in dict.fromkeys(values)]
    return ", ".join(words[:MOST_WORDS] + ["..."] * (len(words) > MOST_WORDS))


def _answers(values: Mapping[str, Sequence[str]]) -> set[str]:
    """Names of columns that say yes or no: one called "tool" may as well hold a name or minutes."""
    words = {*YES, *NO}
    return {name for name, held in values.items() if held and {one.lower() for one in held} <= words}


def _states_unit(value: str) -> bool:
    return re.fullmatch(r"[\d.,]+\s*[a-zA-Z]+\.?", value) is not None


def _questions(
    table: Table, columns: tuple[SuggestedColumn, ...], alike: tuple[str, ...], numbers: Notation
) -> list[Text]:
    found = {column.name for column in columns}
    questions = [_which(table, alike)] if alike else []
    questions += [numbers.question] if numbers.question else []
    missing = [column.name for column in table.columns if column.required and column.name not in found]
    missing += ["department"] if "department" not in found else []
    needed = N_("Which column holds {name} ({label})? {table} needs it.")
    questions += [
        Text(needed, {"name": name, "label": Text(LABELS[name]), "table": table.name}) for name in missing
    ]
    hidden = [
        column.name for column in table.columns if is_identifier(table, column) and column.name in found
    ]
    if "exposed" not in found:
        used = N_("Which column says whether the tool was used (exposed)? Without one, no row does.")
        questions.append(Text(used))
    kept = Text(N_("Kept as pseudonyms only: {names}."), {"names": ", ".join(hidden)})
    return questions + ([kept] if hidden else [])


def _of_layout(table: Table, columns: tuple[SuggestedColumn, ...], rows: Rows) -> Iterator[Text]:
    """What a mapping cannot read, or not column by column."""
    found = {column.name for column in columns}
    alone = [filled[0] for row in rows if len(filled := [one for one in row.values() if one]) == 1]
    above = next((line for line in alone if heading(line).is_department), "")
    if "department" not in found and above:
        told = N_(
            "Does a line such as {line} name the department of the rows below it? No mapping reads that: "
            "export the department as a column, or a file per department."
        )
        yield Text(told, {"line": _quoted(above[:LONGEST])})
    if table.name == "SurveyResponse" and "score" not in found:
        yield Text(
            N_(
                "Does every question have a column of its own? Name them under items, as the reference of "
                "mappings shows."
            )
        )


def _which(table: Table, alike: tuple[str, ...]) -> Text:
    return Text(
        N_("Is this {table}? These fit as well: {others}. Choose with --table."),
        {"table": table.name, "others": ", ".join(alike)},
    )


def _quoted(value: object) -> str:
    return dumps(value, ensure_ascii=False)
