"""A standard table as a sub-query of its source: read, placed in time, judged, and the rows that pass."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, and_, case, func, or_

from core.language.text import N_
from data_connectors.counting import Counting, FormerName
from data_connectors.mapping import DELETED, TableMapping
from data_connectors.mapping_rules import is_identifier
from data_connectors.parsing_query import standard_column
from data_connectors.parsing_times import EARLIEST, LATEST_AHEAD
from data_connectors.push_down.columns import NUL, Read, checks, read, text_of
from data_connectors.push_down.local_time import from_utc, to_utc, years_until
from data_connectors.push_down.source_types import Origin
from data_connectors.push_down.texts import has_control, has_nul, is_prose, is_scientific
from kpis.portable import day
from kpis.row_values import ONE, SQL_TYPES, ZERO
from kpis.tables import COMMON, TABLES, Column, Table

Value = ColumnElement[Any]
NOT_DATA = "not_data"
_ITEMS = N_("One column per question ('{column}') is turned into rows only where rows are loaded.")
_PATTERN = N_("Rows that are no data are told by a pattern ('{column}') only where rows are loaded.")


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardRows:
    """judged: every row with its `fault` (NULL: it counts) and `gone`. accepted: those that count."""

    table: Table
    judged: sa.Subquery
    accepted: sa.Subquery


def standard_rows(
    mapping: TableMapping, origin: Origin, counting: Counting, spelling: Mapping[str, str]
) -> StandardRows:
    """The rows of a table; spelling: of departments, as it comes to the safe one.

    Raises DefinitionError for what cannot be done inside a source, Refused for a column that is gone.
    """
    table = TABLES[mapping.name]
    _refuse_what_is_read_only_from_files(mapping, origin, counting)
    keys = {name for name in mapping.columns if is_identifier(table, _column(name, mapping, table))}
    found = [
        read(_column(name, mapping, table), part, origin, counting.file, name in keys)
        for name, part in mapping.parts.items()
    ]
    found = [_spelt(one, spelling) if one.column.name == "department" else one for one in found]
    raw = _raw(found, origin, counting)
    placed = _placed(found, raw, origin, counting, keys)
    judged = origin.fenced(_judged(found, placed.c, mapping, table, counting), "judged")
    return StandardRows(table=table, judged=judged, accepted=_accepted(judged, mapping, table, counting))


def _refuse_what_is_read_only_from_files(mapping: TableMapping, origin: Origin, counting: Counting) -> None:
    if mapping.items:
        raise origin.refuse(", ".join(mapping.items), _ITEMS)
    for rule in counting.file.not_data:
        if rule.matches:
            raise origin.refuse(rule.matches, _PATTERN)


def _column(name: str, mapping: TableMapping, table: Table) -> Column:
    found = standard_column(name, mapping, table)
    assert found is not None  # noqa: S101 - a mapping names standard columns only
    return found


def _spelt(found: Read, spelling: Mapping[str, str]) -> Read:
    if not spelling:
        return found
    safe = case(*((found.value == old, sa.literal(new)) for old, new in spelling.items()), else_=found.value)
    value: Value = func.nullif(safe, "", type_=sa.Unicode)
    return Read(column=found.column, value=value, given=case((value.is_(None), ZERO), else_=ONE))


def _raw(found: Sequence[Read], origin: Origin, counting: Counting) -> sa.Subquery:
    """Every column as it is read."""
    columns = [
        column
        for one in found
        for column in (one.value.label(one.column.name), one.given.label(_given(one.column.name)))
    ]
    no_data: list[Value] = [
        text_of(rule.column, origin, counting.file).in_(rule.values) for rule in counting.file.not_data
    ]
    blank = case((or_(*no_data), ONE), else_=ZERO) if no_data else ZERO
    asked = sa.select(*columns, blank.label(NOT_DATA)).select_from(origin.relation.place)
    return origin.fenced(asked, "read")


def _placed(
    found: Sequence[Read], raw: sa.Subquery, origin: Origin, counting: Counting, keys: Collection[str]
) -> sa.Subquery:
    """Times in UTC, and whether there was a local time: one that never was has none in UTC.

    A text that cannot be read as a name, a code or a key is there no more from here on.
    """
    years = years_until(counting.today, EARLIEST)
    zone = counting.file.timezone or counting.zone
    columns: list[ColumnElement[Any]] = [raw.c[NOT_DATA]]
    for one in found:
        name = one.column.name
        columns.append(_with_nul(raw.c, name, one).label(_given(name)))
        if one.local and zone != "UTC":
            columns.append(to_utc(raw.c[name], zone, years).label(name))
            columns.append(case((raw.c[name].is_not(None), ONE), else_=ZERO).label(_local(name)))
        elif one.column.type == "text":
            columns.append(_legible(raw.c[name], name in keys).label(name))
        else:
            columns.append(raw.c[name])
    return origin.fenced(sa.select(*columns), "placed")


def _legible(text: Value, key: bool) -> Value:
    """A text, NULL where nobody can see all of it, it is prose or, of a key, spoilt by a spreadsheet."""
    spoilt = is_scientific(text) if key else is_prose(text)
    return case((and_(spoilt == ZERO, has_control(text) == ZERO, has_nul(text) == ZERO), text))


def _with_nul(c: Any, name: str, one: Read) -> Value:
    given: Value = c[_given(name)]
    return case((has_nul(c[name]) == ONE, NUL), else_=given) if one.column.type == "text" else given


def _judged(
    found: Sequence[Read], c: Any, mapping: TableMapping, table: Table, counting: Counting
) -> sa.Select[Any]:
    """Every row with its day and with why it is set aside, if it is."""
    gone = case((c[DELETED] == ONE, ONE), else_=ZERO) if mapping.deleted is not None else ZERO
    first = (*table.identity, DELETED)
    cases: list[tuple[Value, Any]] = [(c[NOT_DATA] == ONE, sa.literal(NOT_DATA))]
    cases += [one for part in found if part.column.name in first for one in _checks(part, c, counting.today)]
    if mapping.deleted is not None:
        cases.append((c[DELETED] == ONE, sa.null()))
    cases += [
        one for part in found if part.column.name not in first for one in _checks(part, c, counting.today)
    ]
    cases += _between_columns(mapping, table, c)
    clock = c[table.clock.name]
    years = years_until(counting.today, EARLIEST)
    on: Value = clock if table.clock.type == "date" else day(from_utc(clock, counting.zone, years))
    kept = [c[part.column.name] for part in found]
    judged = (on.label("day"), gone.label("gone"), case(*cases).label("fault"))
    return sa.select(*kept, *judged)


def _checks(part: Read, c: Any, today: date) -> Iterator[tuple[Value, Any]]:
    name = part.column.name
    if _local(name) in c:
        skipped = and_(c[_local(name)] == ONE, c[name].is_(None))
        yield skipped, sa.literal("nonexistent_local_time")
    for condition, reason in checks(part.column, c[name], c[_given(name)]):
        yield condition, sa.literal(reason)
    if part.column.type in ("time", "date"):
        kind = SQL_TYPES[part.column.type]
        early, late = (_at(bound, part.column) for bound in (EARLIEST, today + LATEST_AHEAD))
        bounds = (sa.literal(early, kind), sa.literal(late, kind))
        yield or_(c[name] < bounds[0], c[name] > bounds[1]), sa.literal("implausible_date")


def _at(bound: date, column: Column) -> Any:
    return bound if column.type == "date" else datetime.combine(bound, time.min)


def _between_columns(mapping: TableMapping, table: Table, c: Any) -> Iterator[tuple[Value, Any]]:
    for column in table.columns:
        if column.name in mapping.columns and column.not_before in mapping.columns:
            yield c[column.name] < c[column.not_before], sa.literal("negative_duration")
        if column.name in mapping.columns and column.at_most in mapping.columns:
            yield c[column.name] > c[column.at_most], sa.literal("numerator_gt_denominator")


def _accepted(judged: sa.Subquery, mapping: TableMapping, table: Table, counting: Counting) -> sa.Subquery:
    c = judged.c
    common = {
        "department": _department(c, counting.departments),
        "day": c.day,
        "segment": func.coalesce(c.segment, "", type_=sa.Unicode),
        "exposed": c.exposed,
    }
    columns = [common[name].label(name) for name in COMMON]
    for column in table.columns:
        kind = SQL_TYPES[column.type]
        value = c[column.name] if column.name in mapping.columns else sa.cast(sa.null(), kind)
        columns.append(sa.type_coerce(value, kind).label(column.name))
    return sa.select(*columns).where(c.fault.is_(None), c.gone == ZERO).subquery(table.name)


def _department(c: Any, history: Sequence[FormerName]) -> Value:
    cases = [
        (and_(c.department == one.name, c.day >= one.first, c.day <= one.last), sa.literal(one.department))
        for one in history
    ]
    return case(*cases, else_=c.department) if cases else c.department


def _given(name: str) -> str:
    return f"{name} given"


def _local(name: str) -> str:
    return f"{name} local"
