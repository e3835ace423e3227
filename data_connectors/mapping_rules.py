"""What a mapping must obey, beyond its types: it speaks of standard tables, units and identifiers."""

import re
from collections.abc import Iterator
from zoneinfo import available_timezones

import duckdb

from core.language.text import N_, Value
from data_connectors.mapping import ANSWER, ITEM, ColumnMapping, FileFormat, Mapping, NotData, TableMapping
from data_connectors.units import CLOCKS, STATED, convertible, factor, is_time
from kpis.rules_values import Problem
from kpis.tables import TABLES, Column, Table
from kpis.toml_lines import Path

_DIRECTIVES = frozenset("YymdHMSfbBIpzj%-")
_DIRECTIVE = re.compile(r"%(-?.)")
_SWAPPABLE = re.compile(r"%-?[dmy]")
OFFSET = "%z"
WORDS = ("text", "flag")
"""Types of columns whose content is a word."""


def problems(mapping: Mapping) -> Iterator[Problem]:
    """Every rule that the mapping breaks, with the path of the key."""
    yield from _file(mapping.file)
    for i, table in enumerate(mapping.table):
        at: Path = ("table", i)
        standard = TABLES.get(table.name)
        if standard is None:
            yield Problem(
                path=(*at, "name"),
                message=N_("There is no standard table '{name}'."),
                remedy=N_("Known: {known}."),
                values={"name": table.name, "known": ", ".join(TABLES)},
            )
            continue
        yield from _table(at, table, standard)


def is_identifier(table: Table, column: Column) -> bool:
    """Whether a column holds a pseudonym: a person, the key of a row, or another table's key."""
    if table.about_departments:
        return False
    return column.key or column.person is not None or column.name in _ROW_KEYS


_ROW_KEYS = frozenset(key for table in TABLES.values() if not table.about_departments for key in table.keys)


def _file(file: FileFormat) -> Iterator[Problem]:
    if file.thousands == file.decimal:
        yield _problem(("file", "thousands"), N_("The thousands mark and the decimal sign are the same."))
    yield from _known_zone(file.timezone)
    yield from _known_encoding(file.encoding)
    for i, rule in enumerate(file.not_data):
        yield from _not_data(("file", "not_data", i), rule)
    for key, formats in (("date_format", file.date_format), ("time_format", file.time_format)):
        yield from _formats(("file", key), formats)


def _known_encoding(name: str) -> Iterator[Problem]:
    try:
        "".encode("utf-8" if name == "auto" else name)
    except LookupError:
        yield _problem(
            ("file", "encoding"),
            N_("There is no encoding '{encoding}'."),
            N_("Write auto, utf-8, cp1252 or utf-16."),
            encoding=name,
        )


def _not_data(at: Path, rule: NotData) -> Iterator[Problem]:
    if bool(rule.values) == bool(rule.matches) or (rule.values and not rule.column):
        yield _problem(
            at,
            N_("A rule of not_data needs a column with values, or a pattern."),
            N_("Write column and values, or matches."),
        )
    try:
        duckdb.execute("SELECT regexp_matches('', ?)", [rule.matches])
    except duckdb.Error:
        yield _problem(
            at,
            N_("'{pattern}' is not a pattern (a regular expression)."),
            N_("Write for instance ^Pagina [0-9]+."),
            pattern=rule.matches,
        )


def _known_zone(name: str) -> Iterator[Problem]:
    if name and name not in available_timezones():
        yield _problem(
            ("file", "timezone"),
            N_("There is no time zone '{zone}'."),
            N_("Write Europe/Amsterdam or UTC."),
            zone=name,
        )


def _formats(path: Path, formats: tuple[str, ...]) -> Iterator[Problem]:
    for text in formats:
        for directive in _DIRECTIVE.findall(text):
            if directive.lstrip("-") not in _DIRECTIVES:
                yield _problem(
                    path,
                    N_("'{format}' is not a date or time format: %{directive} is unknown."),
                    N_("Write for instance %d-%m-%Y %H:%M."),
                    format=text,
                    directive=directive,
                )
    shapes = [shape(text) for text in dict.fromkeys(formats)]
    if len(set(shapes)) < len(shapes):
        yield _problem(
            path,
            N_("Two formats differ only in the order of day, month and year."),
            N_("Keep one of them: they read one text as two dates."),
        )
    if len({OFFSET in text for text in formats}) > 1:
        yield _problem(path, N_("Either all formats have an offset (%z) or none has."))


def shape(text: str) -> str:
    """A format without its order of day, month and year: two with one shape read one text as two dates."""
    return _SWAPPABLE.sub("%_", text)


def _clocks(path: Path, notations: tuple[str, ...]) -> Iterator[Problem]:
    for notation in notations:
        if notation not in CLOCKS:
            yield _problem(
                path,
                N_("'{format}' is no notation of durations."),
                N_("Write one of: {known}."),
                format=notation,
                known=", ".join(CLOCKS),
            )
    if {"h:mm", "m:ss"} <= set(notations):
        yield _problem(path, N_("1:30 cannot be both h:mm and m:ss."), N_("Choose one."))


def _table(at: Path, table: TableMapping, standard: Table) -> Iterator[Problem]:
    for column in standard.columns:
        if column.required and column.name not in table.columns:
            yield _problem(
                at,
                N_("{table} needs column '{column}'."),
                N_('Add {column} = "NAME OF THE COLUMN IN THE FILE" to its columns.'),
                table=table.name,
                column=column.name,
            )
    for name, part in table.parts.items():
        place = (*at, name) if name not in table.columns else (*at, "columns", name)
        found = standard.column(name)
        if name in table.columns and found is None:
            yield _problem(
                place,
                N_("{table} has no column '{column}'."),
                N_("Known: {known}."),
                table=table.name,
                column=name,
                known=", ".join(column.name for column in standard.columns),
            )
        else:
            yield from _column(place, table.name, part, found)
    yield from _identifiers(at, table, standard)
    yield from _items(at, table)


def _column(at: Path, table: str, part: ColumnMapping, column: Column | None) -> Iterator[Problem]:
    if bool(part.source) == (part.value is not None):
        yield _problem(
            at,
            N_("'{column}' needs a source column or a constant, one of them."),
            N_('Add from = "NAME" or value = "TEXT".'),
            column=str(at[-1]),
        )
    if part.only and (not part.values or (column is not None and column.type != "text")):
        yield _problem(
            (*at, "only"),
            N_("'only' goes with text, and beside values."),
            N_("Write values, or leave out only."),
        )
    if part.filled is not None and (part.values or (column is not None and column.type not in WORDS)):
        yield _problem(
            (*at, "filled"),
            N_("'filled' goes with text and with yes or no, and not beside values."),
            N_('Write for instance filled = "1" and default = "0".'),
        )
    if len(part.source) > 1 and column is not None and not _joins(column, len(part.source)):
        yield _problem(
            at,
            N_("Only text can be joined from several columns, and a time from a day and a time of day."),
        )
    if column is not None and is_time(column.unit):
        yield from _clocks((*at, "format"), part.format)
    else:
        yield from _formats((*at, "format"), part.format)
    if column is not None:
        yield from _unit(at, table, part.unit, column)


def _joins(column: Column, sources: int) -> bool:
    return column.type == "text" or (column.type == "time" and sources == 2)


def _unit(at: Path, table: str, unit: str, column: Column) -> Iterator[Problem]:
    place = f"{table}.{column.name}"
    if column.unit and not unit:
        yield _problem(
            at,
            N_("column '{column}' has no unit; {place} needs one."),
            N_('Add unit = "{unit}", or one of: {units}.'),
            column=column.name,
            place=place,
            unit=column.unit,
            units=", ".join(convertible(column.unit)),
        )
    elif unit == STATED and is_time(column.unit):
        return
    elif unit and factor(unit, column.unit) is None:
        yield _problem(
            (*at, "unit"),
            N_("{place} is in {wanted}; '{unit}' cannot be converted into that."),
            N_("Write one of: {units}."),
            place=place,
            wanted=column.unit or "-",
            unit=unit,
            units=", ".join(convertible(column.unit)),
        )


def _identifiers(at: Path, table: TableMapping, standard: Table) -> Iterator[Problem]:
    secret = set(table.identifiers)
    hidden = {column.name for column in standard.columns if is_identifier(standard, column)}
    for name, part in table.columns.items():
        if name in hidden and len(part.source) == 1:  # what is joined with others need not identify
            secret.update(part.source)
    for name, part in table.parts.items():
        for source in part.source:
            if source in secret and name not in hidden:
                yield _problem(
                    (*at, "columns", name) if name in table.columns else (*at, name),
                    N_("'{source}' is an identifier and '{column}' would show it as it is."),
                    N_("Map it to a column that holds a pseudonym: {hidden}."),
                    source=source,
                    column=name,
                    hidden=", ".join(sorted(hidden)) or "-",
                )


def _items(at: Path, table: TableMapping) -> Iterator[Problem]:
    used = {source for part in table.parts.values() for source in part.source}
    if bool(table.items) != bool(used & {ITEM, ANSWER}):
        yield _problem(
            (*at, "items") if table.items else at,
            N_("{item} and {answer} stand for the columns that items names: one is not without the other."),
            N_('Write items = ["question_*"] and for instance score = "{answer}".'),
            item=ITEM,
            answer=ANSWER,
        )


def _problem(path: Path, message: str, remedy: str = "", **values: Value) -> Problem:
    return Problem(path=path, message=message, remedy=remedy, values=values)
