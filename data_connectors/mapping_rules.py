"""What a mapping must obey, beyond its types: it speaks of standard tables, units and identifiers."""

import re
from collections.abc import Iterator
from zoneinfo import available_timezones

from core.language.text import N_, Value
from data_connectors.mapping import ColumnMapping, FileFormat, Mapping, TableMapping
from data_connectors.units import convertible, factor
from kpis.rules_values import Problem
from kpis.tables import TABLES, Column, Table
from kpis.toml_lines import Path

_DIRECTIVES = frozenset("YymdHMSfbBIpzj%-")
_DIRECTIVE = re.compile(r"%(-?.)")
OFFSET = "%z"


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
    try:
        "".encode(file.encoding)
    except LookupError:
        yield _problem(
            ("file", "encoding"),
            N_("There is no encoding '{encoding}'."),
            N_("Write utf-8, cp1252 or utf-16."),
            encoding=file.encoding,
        )
    for key, formats in (("date_format", file.date_format), ("time_format", file.time_format)):
        yield from _formats(("file", key), formats)


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
    if len({OFFSET in text for text in formats}) > 1:
        yield _problem(path, N_("Either all formats have an offset (%z) or none has."))


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


def _column(at: Path, table: str, part: ColumnMapping, column: Column | None) -> Iterator[Problem]:
    if bool(part.source) == (part.value is not None):
        yield _problem(
            at,
            N_("'{column}' needs a source column or a constant, one of them."),
            N_('Add from = "NAME" or value = "TEXT".'),
            column=str(at[-1]),
        )
    if len(part.source) > 1 and column is not None and not _joins(column, len(part.source)):
        yield _problem(
            at,
            N_("Only text can be joined from several columns, and a time from a day and a time of day."),
        )
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


def _problem(path: Path, message: str, remedy: str = "", **values: Value) -> Problem:
    return Problem(path=path, message=message, remedy=remedy, values=values)
