"""The one SELECT that turns a file into rows of a standard table, generated from the table's declaration."""

from dataclasses import replace

from core.quoting import identifier, literal
from data_connectors.column_types import DUCK_TYPES
from data_connectors.connector import LINE, NOT_DATA, PROBLEM
from data_connectors.mapping import ANSWER, DELETED, TableMapping
from data_connectors.mapping_rules import is_identifier
from data_connectors.not_data import in_columns
from data_connectors.parsed import Parsed, Reading, text_name, typed_name, typed_of
from data_connectors.parsing import parse, text_of
from kpis.tables import Column, Table

COMMON_COLUMNS = {
    "department": Column(name="department", type="text", required=True),
    "segment": Column(name="segment", type="text"),
    "exposed": Column(name="exposed", type="flag", required=True),
}
DELETED_COLUMN = Column(name=DELETED, type="flag")
GONE = f"coalesce({identifier(DELETED)} = 1, false)"


def _parsed(mapping: TableMapping, table: Table, reading: Reading) -> tuple[Parsed, ...]:
    found = []
    for name, part in mapping.parts.items():
        column = standard_column(name, mapping, table)
        if column is not None:
            hidden = name in mapping.columns and is_identifier(table, column)
            found.append(parse(column, part, reading, hidden))
    return tuple(found)


def standard_column(name: str, mapping: TableMapping, table: Table) -> Column | None:
    """What a part of a mapping becomes; it must be there where the table or the mapping says so."""
    if name in mapping.columns:
        found = table.column(name)
    else:
        found = DELETED_COLUMN if name == DELETED else COMMON_COLUMNS[name]
    return replace(found, required=True) if found is not None and mapping.parts[name].required else found


def flag_names(mapping: TableMapping, table: Table, reading: Reading) -> tuple[str, ...]:
    """Codes that rows of this mapping can be flagged with."""
    return tuple(dict.fromkeys(code for part in _parsed(mapping, table, reading) for _, code in part.flags))


def parsing_query(relation: str, mapping: TableMapping, table: Table, reading: Reading) -> str:
    """The layers: text, value, moment, checks."""
    parsed = _parsed(mapping, table, reading)
    moments_of = {column.name for column in table.columns if column.type == "time"}
    keys = {column.name for column in table.columns if is_identifier(table, column)}
    texts = [
        f"{text_of(part, reading, name in moments_of, name in keys)} AS {text_name(name)}"
        for name, part in mapping.parts.items()
    ]
    texts += [
        f"{typed_of(part)} AS {typed_name(name)}"
        for name, part in mapping.parts.items()
        if reading.is_mixed(part)
    ]
    not_data = f"CASE WHEN {in_columns(reading.file)} THEN '{NOT_DATA}' ELSE {PROBLEM} END AS {PROBLEM}"
    text = f"SELECT {LINE}, {not_data}, {', '.join(texts)} FROM {relation}"
    value = f"SELECT *, {_named(*(part.value for part in parsed))} FROM ({text})"
    moments = [part.moment for part in parsed if part.moment]
    moment = f"SELECT *, {_named(*moments)} FROM ({value})" if moments else value
    gone = GONE if mapping.deleted is not None else "false"
    return (
        f"SELECT {LINE}, {_fault(parsed, mapping, table)} AS fault, {gone} AS gone, "
        f"{_day(table, reading)} AS day, "
        f"{_columns(mapping, table)}{_flags(parsed)} FROM ({moment})"
    )


def column_query(name: str, relation: str, mapping: TableMapping, table: Table, reading: Reading) -> str:
    """One column of a relation by itself, in the order of `number`: value, clean, and its flags.

    clean: no check of the column refuses the row. For columns made of one source column or of none.
    """
    part = mapping.parts[name]
    (parsed,) = (one for one in _parsed(mapping, table, reading) if one.name == name)
    text = f"SELECT number, {text_of(part, reading)} AS {text_name(name)} FROM {relation}"
    value = f"SELECT *, {_named(parsed.value)} FROM ({text})"
    moment = f"SELECT *, {_named(parsed.moment)} FROM ({value})" if parsed.moment else value
    refused = " OR ".join(f"coalesce({condition}, false)" for condition, _ in parsed.checks) or "false"
    return (
        f"SELECT {identifier(name)} AS value, NOT ({refused}) AS clean{_flags((parsed,))} "
        f"FROM ({moment}) ORDER BY number"
    )


def _named(*layers: dict[str, str]) -> str:
    return ", ".join(f"{sql} AS {identifier(name)}" for layer in layers for name, sql in layer.items())


def _fault(parsed: tuple[Parsed, ...], mapping: TableMapping, table: Table) -> str:
    """'reason|column' of the first check that a row fails, NULL where it passes all."""
    cases = [f"WHEN {PROBLEM} IS NOT NULL THEN {_of_standard_column(mapping)}"]
    cases += [
        f"WHEN {condition} THEN {literal(f'{reason}|{part.name}')}"
        for part in parsed
        for condition, reason in part.checks
        if part.name in (*table.identity, DELETED)
    ]
    if mapping.deleted is not None:
        cases.append(f"WHEN {GONE} THEN NULL")
    cases += [
        f"WHEN {condition} THEN {literal(f'{reason}|{part.name}')}"
        for part in parsed
        for condition, reason in part.checks
        if part.name not in (*table.identity, DELETED)
    ]
    for column in table.columns:
        name = identifier(column.name)
        if column.name in mapping.columns and column.not_before in mapping.columns:
            reason = literal(f"negative_duration|{column.name}")
            cases.append(f"WHEN {name} < {identifier(column.not_before)} THEN {reason}")
        if column.name in mapping.columns and column.at_most in mapping.columns:
            reason = literal(f"numerator_gt_denominator|{column.name}")
            cases.append(f"WHEN {name} > {identifier(column.at_most)} THEN {reason}")
    return f"CASE {' '.join(cases)} END"


def _of_standard_column(mapping: TableMapping) -> str:
    """The problem of a row, its column of the file as the first standard column that is made of it."""
    made: dict[str, str] = {}
    for name, part in mapping.parts.items():
        for source in part.source:
            made.setdefault(source, name)
    cases = "".join(f" WHEN {literal(source)} THEN {literal(name)}" for source, name in made.items())
    reason, column = f"split_part({PROBLEM}, '|', 1)", f"substr({PROBLEM}, strpos({PROBLEM}, '|') + 1)"
    other = literal(made.get(ANSWER, ""))  # one column per question
    named = f"CASE {column}{cases} ELSE {other} END" if cases else other
    return f"CASE WHEN contains({PROBLEM}, '|') THEN {reason} || '|' || {named} ELSE {PROBLEM} || '|' END"


def _day(table: Table, reading: Reading) -> str:
    """A time without an offset says its own day where it is the hospital's time."""
    clock = identifier(table.clock.name)
    if table.clock.type == "date":
        return clock
    there = f"(({clock} AT TIME ZONE 'UTC') AT TIME ZONE {literal(reading.hospital_zone)})::DATE"
    local = identifier(f"local {table.clock.name}")
    return f"coalesce({local}::DATE, {there})" if reading.zone == reading.hospital_zone else there


def _columns(mapping: TableMapping, table: Table) -> str:
    common = "department, coalesce(segment, '') AS segment, exposed"
    own = [
        identifier(column.name)
        if column.name in mapping.columns
        else f"NULL::{DUCK_TYPES[column.type]} AS {identifier(column.name)}"
        for column in table.columns
    ]
    return ", ".join((common, *own))


def _flags(parsed: tuple[Parsed, ...]) -> str:
    conditions: dict[str, list[str]] = {}
    for part in parsed:
        for condition, code in part.flags:
            conditions.setdefault(code, []).append(f"coalesce({condition}, false)")
    return "".join(f", {' OR '.join(found)} AS {flag_column(code)}" for code, found in conditions.items())


def flag_name(code: str) -> str:
    """Name of the column that marks the rows with a flag."""
    return f"flag {code}"


def flag_column(code: str) -> str:
    """The same as a SQL identifier."""
    return identifier(flag_name(code))
