"""From a column of the source to a standard column, inside the source; what cannot be said there is refused.

The same steps as for rows that are loaded: null marks, translations, defaults, unit, and the same checks
under the same reasons.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, and_, case, func, or_

from core.language.text import N_
from data_connectors.mapping import ColumnMapping, FileFormat
from data_connectors.parsing import JOINT, NO, UNREADABLE, YES
from data_connectors.push_down.readings import day_and_clock, moment, number, whole_day
from data_connectors.push_down.source_types import Kind, Origin
from data_connectors.push_down.texts import trimmed, whole_number
from data_connectors.units import STATED, factor
from kpis.portable import floor
from kpis.row_values import ONE, ZERO
from kpis.tables import Column

Value = ColumnElement[Any]
TIME_UNITS = ("seconds", "minutes", "hours", "days")
EXACT = 2.0**53
NUL = 2
"""Beside 1 and 0 for what is given: a text that holds a NUL character."""

_READS_TEXT = N_("'{column}' comes from text, and text is read as a {type} only where rows are loaded.")
_NOT_THAT = N_("'{column}' comes from a column of another kind ({kind}), which is not read as a {type}.")
_NOTATION = N_("How '{column}' is written (a format, a stated unit) is read only where rows are loaded.")
_TRANSLATED = N_("'{column}' is a {type}: translating its values or a default is done only for loaded rows.")
_CONSTANT = N_("'{column}' is a {type} and the same for every row.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A column as it is read. given: 1 where the source says something (NUL: and what), else 0.

    local: a time of a zone.
    """

    column: Column
    value: Value
    given: Value
    local: bool = False


def read(column: Column, part: ColumnMapping, origin: Origin, file: FileFormat, key: bool) -> Read:
    """The value of a standard column; raises DefinitionError for what only reading rows can do.

    key: it stands for a person or a row.
    """
    if column.type in ("text", "flag"):
        return _word(column, part, origin, file, key)
    if part.values or part.default is not None:
        raise origin.refuse(column.name, _TRANSLATED, type=column.type)
    if part.format or part.unit == STATED or (not origin.typed and _has_formats(column, file)):
        raise origin.refuse(column.name, _NOTATION)
    if part.value is not None and column.type in ("time", "date"):
        raise origin.refuse(column.name, _CONSTANT, type=column.type)
    return _READERS[column.type](column, part, origin, file)


def checks(column: Column, value: Value, given: Value) -> list[tuple[Value, str]]:
    """Conditions under which a row is set aside, each with its reason, in the order of trying."""
    found: list[tuple[Value, str]] = []
    if column.required:
        reason = {"department": "missing_department"}.get(column.name, "missing_value")
        found.append((given == ZERO, "missing_date" if column.clock else reason))
    if column.type == "text":
        found.append((given == sa.literal(NUL), "nul_byte"))
    unread = and_(given == ONE, value.is_(None))
    if column.type in ("number", "integer"):
        found += [(unread, "unparseable"), *_bounds(column, value)]
    elif column.type == "flag" or (column.type == "text" and not column.words):
        found.append((unread, "unparseable"))
    elif column.words:
        unknown = sa.or_(value.is_(None), value.not_in(column.words))
        found.append((and_(given == ONE, unknown), "unparseable"))
    elif column.type == "date":
        found.append((unread, "invalid_date"))
    elif column.type == "time":
        found.append((unread, "invalid_time"))
    return found


def _has_formats(column: Column, file: FileFormat) -> bool:
    formats = {"time": file.time_format, "date": file.date_format}.get(column.type, ())
    return bool(formats) or (column.type in ("number", "integer") and file.decimal != ".")


def text_of(name: str, origin: Origin, file: FileFormat, key: bool = False) -> Value:
    """The text of a source column, trimmed; NULL where it is empty or a null mark.

    key: it stands for a person or a row, and a number for the whole one that it is.
    """
    raw = origin.column(name)
    numbers = origin.dialect == "sqlite" or origin.kind(name) == "number"
    written: Value = whole_number(raw) if key and numbers else sa.cast(raw, sa.Unicode)
    text: Value = trimmed(written)
    for mark in ("", *file.null):
        text = func.nullif(text, mark, type_=sa.Unicode)
    return text


def _word(column: Column, part: ColumnMapping, origin: Origin, file: FileFormat, key: bool) -> Read:
    if part.value is not None:
        text: Value = sa.literal(part.value, sa.Unicode)
    else:
        pieces = [_without_joint(text_of(name, origin, file, key)) for name in part.source]
        text = pieces[0]
        for piece in pieces[1:]:
            text = text.concat(sa.literal(JOINT, sa.Unicode)).concat(piece)
    if part.values:
        new = {old: sa.literal(written, sa.Unicode) for old, written in part.values.items()}
        text = case(*((text == old, written) for old, written in new.items()), else_=text)
    if part.filled is not None:
        text = case((text.is_not(None), sa.literal(part.filled, sa.Unicode)))
    if part.default is not None:
        text = func.coalesce(text, part.default, type_=sa.Unicode)
    if column.type == "text":
        named = case((text.in_(part.values.values()), text)) if part.only else text
        return Read(column=column, value=named, given=_given(text))
    lower = func.lower(text)
    flag = case((lower.in_(YES), ONE), (lower.in_(NO), ZERO))
    return Read(column=column, value=flag, given=_given(text))


def _without_joint(text: Value) -> Value:
    """A text in which a mark between two of them can only be ours."""
    return func.replace(text, JOINT, UNREADABLE, type_=sa.Unicode)


def _given(text: Value) -> Value:
    return case((text.is_(None), ZERO), else_=ONE)


def _raw(
    column: Column, part: ColumnMapping, origin: Origin, file: FileFormat, *allowed: Kind
) -> list[Value]:
    """The source columns as they are, NULL for a null mark; raises for a kind that is not read so."""
    for name in part.source:
        kind = origin.kind(name)
        if kind == "text" and "text" not in allowed:
            raise origin.refuse(column.name, _READS_TEXT, type=column.type)
        if kind not in (*allowed, "any"):
            raise origin.refuse(column.name, _NOT_THAT, type=column.type, kind=kind)
    found = [origin.column(name) for name in part.source]
    if not file.null and origin.typed:
        return found
    texts = [text_of(name, origin, file) for name in part.source]
    return [case((text.is_not(None), raw)) for raw, text in zip(found, texts, strict=True)]


def _time(column: Column, part: ColumnMapping, origin: Origin, file: FileFormat) -> Read:
    if len(part.source) == 2:
        day, clock = part.source
        (first,) = _raw(column, part.model_copy(update={"source": (day,)}), origin, file, "time", "date")
        alone = part.model_copy(update={"source": (clock,)})
        (second,) = _raw(column, alone, origin, file, "text", "time", "clock")
        text = text_of(clock, origin, file)
        given = case((or_(first.is_(None), text.is_(None)), ZERO), else_=ONE)
        # as text SQL Server would leave the seconds of an older time out
        value = day_and_clock(first, second if origin.dialect == "mssql" else text)
        return Read(column=column, value=value, given=given, local=True)
    (raw,) = _raw(column, part, origin, file, "time", "zoned")
    if origin.kind(part.source[0]) == "zoned":
        return Read(column=column, value=func.timezone("UTC", raw, type_=sa.DateTime()), given=_given(raw))
    return Read(column=column, value=moment(raw), given=_given(raw), local=True)


def _date(column: Column, part: ColumnMapping, origin: Origin, file: FileFormat) -> Read:
    (raw,) = _raw(column, part, origin, file, "date", "time")
    return Read(column=column, value=whole_day(raw), given=_given(raw))


def _number(column: Column, part: ColumnMapping, origin: Origin, file: FileFormat) -> Read:
    scale = factor(part.unit, column.unit) or 1.0
    if part.value is not None:
        value: Value = sa.literal(float(part.value), sa.Double)
        given: Value = ONE
    else:
        (raw,) = _raw(column, part, origin, file, "number")
        value, given = number(raw), _given(raw)
    value = value * sa.literal(scale, sa.Double) if scale != 1.0 else value
    if column.type == "integer":
        exact = and_(value == floor(value), value > -EXACT, value < EXACT)
        value = case((exact, sa.cast(value, sa.BigInteger)))
    return Read(column=column, value=value, given=given)


_READERS: Mapping[str, Callable[[Column, ColumnMapping, Origin, FileFormat], Read]] = {
    "time": _time,
    "date": _date,
    "number": _number,
    "integer": _number,
}


def _bounds(column: Column, value: Value) -> list[tuple[Value, str]]:
    found: list[tuple[Value, str]] = []
    if column.type == "number":
        endless = ~value.between(sa.literal(-1.7e308, sa.Double), sa.literal(1.7e308, sa.Double))
        found.append((endless, "non_finite"))
    if column.minimum == 0:
        reason = "negative_duration" if column.unit in TIME_UNITS else "negative_count"
        found.append((value < ZERO, reason))
    elif column.minimum is not None:
        found.append((value < sa.literal(column.minimum, sa.Double), "implausible"))
    if column.maximum is not None:
        found.append((value > sa.literal(column.maximum, sa.Double), "implausible"))
    return found
