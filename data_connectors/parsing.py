"""From text to a value of a standard column: SQL expressions and the reasons why a value is refused.

Every column passes the same steps, each a layer of sub-query: text (null marks, translations, defaults),
value (cast, unit, pseudonym), checks. One `Parsed` per column says what each layer computes.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

from core.quoting import identifier, literal
from data_connectors.connector import source_column
from data_connectors.mapping import ColumnMapping, FileFormat
from data_connectors.units import factor
from kpis.tables import Column

EARLIEST = date(1990, 1, 1)
LATEST_AHEAD = timedelta(days=366)
TIME_UNITS = ("seconds", "minutes", "hours", "days")
ISO_DATE = r"\d{4}-\d{2}-\d{2}"
ISO_TIME = ISO_DATE + r"[ T]([01]\d|2[0-3]):\d{2}(:\d{2}(\.\d{1,9})?)?"
OFFSET = r"(Z|[+-]\d{2}(:?\d{2})?)"
MIDNIGHT = r"([ T]00:00(:00(\.0+)?)?)?"
EXCEL_ERROR = r"#(N/A|DIV/0!|REF!|VALUE!|NAME\?|NUM!|NULL!)"
NON_FINITE = r"(?i)[+-]?(nan|inf|infinity)"

Check = tuple[str, str]
"""A condition and the reason code of the rows that meet it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """What the layers compute for a column: name to SQL; checks in order; flags on rows that load."""

    name: str
    value: dict[str, str]
    moment: dict[str, str] = field(default_factory=dict)
    checks: tuple[Check, ...] = ()
    flags: tuple[Check, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How one file's text is to be understood.

    zone: that of times without an offset. hospital_zone: decides what a day is.
    """

    file: FileFormat
    typed: frozenset[str]
    zone: str
    hospital_zone: str
    today: date

    def is_typed(self, part: ColumnMapping) -> bool:
        """Whether the source wrote this column from a type, so that the file's own formats do not hold."""
        return bool(part.source) and set(part.source) <= self.typed


def text_of(part: ColumnMapping, reading: Reading, moment: bool = False) -> str:
    """The text of a column: trimmed, NULL where the source is empty and no default is given.

    moment: of two columns the first holds the day and the second the time of day.
    """
    if part.value is not None:
        return literal(part.value)
    pieces = [_cleaned(source, reading.file.null) for source in part.source]
    text = pieces[0] if len(pieces) == 1 else _joined(pieces, moment)
    if part.values:
        cases = " ".join(f"WHEN {literal(old)} THEN {literal(new)}" for old, new in part.values.items())
        text = f"CASE {text} {cases} ELSE {text} END"
    return f"coalesce({text}, {literal(part.default)})" if part.default is not None else text


def text_name(name: str) -> str:
    """Name of a column's text in the layers."""
    return identifier(f"text {name}")


def parse(column: Column, part: ColumnMapping, reading: Reading, pseudonym: bool) -> Parsed:
    """The expressions of one column."""
    if column.type == "time":
        return _time(column, part, reading)
    if column.type == "date":
        return _date(column, part, reading)
    if column.type == "flag":
        return _flag(column)
    if column.type == "text":
        return _text(column, pseudonym)
    return _number(column, part, reading)


def pseudonym_sql(kind: str, text: str) -> str:
    """HMAC-SHA256 by RFC 2104 over the pads that the connection holds as variables."""
    message = f"encode({literal(kind)} || chr(31) || {text})"
    inner = f"unhex(sha256(getvariable('inner_pad') || {message}))"
    return f"sha256(getvariable('outer_pad') || {inner})"


def _cleaned(source: str, null: tuple[str, ...]) -> str:
    trimmed = f"trim({source_column(source)}, chr(32) || chr(9) || chr(10) || chr(13) || chr(160))"
    marks = ", ".join(literal(mark) for mark in ("", *null))
    return f"CASE WHEN {trimmed} IN ({marks}) THEN NULL ELSE {trimmed} END"


def _joined(pieces: list[str], moment: bool) -> str:
    """Several columns as one text; NULL where one of them is."""
    if not moment:
        return "(" + " || chr(30) || ".join(pieces) + ")"
    # databases write a day as midnight of it and a time of day as that of some day long ago
    day, clock = pieces
    return f"(regexp_extract({day}, '^[^ T]+') || ' ' || regexp_extract({clock}, '[^ T]+$'))"


def _missing(column: Column) -> tuple[Check, ...]:
    reason = {"department": "missing_department"}.get(column.name, "missing_value")
    if column.clock:
        reason = "missing_date"
    return ((f"{text_name(column.name)} IS NULL", reason),) if column.required else ()


def _text(column: Column, pseudonym: bool) -> Parsed:
    text = text_name(column.name)
    value = f"left({pseudonym_sql(column.name, text)}, 24)" if pseudonym else text
    return Parsed(name=column.name, value={column.name: value}, checks=_missing(column))


def _flag(column: Column) -> Parsed:
    text, name = text_name(column.name), identifier(column.name)
    value = f"CASE WHEN lower({text}) IN ('1', 'true') THEN 1 WHEN lower({text}) IN ('0', 'false') THEN 0 END"
    return Parsed(
        name=column.name,
        value={column.name: f"({value})::TINYINT"},
        checks=(*_missing(column), (f"{text} IS NOT NULL AND {name} IS NULL", "unparseable")),
    )


def _number(column: Column, part: ColumnMapping, reading: Reading) -> Parsed:
    text, name = text_name(column.name), identifier(column.name)
    scale = factor(part.unit, column.unit) or 1.0
    kind = "BIGINT" if column.type == "integer" else "DOUBLE"
    number = _cast_number(text, part, reading)
    value = f"{number} * {scale!r}" if scale != 1.0 else number
    unread = f"{text} IS NOT NULL AND {name} IS NULL"
    checks = (
        *_missing(column),
        (f"{unread} AND regexp_full_match({text}, {literal(EXCEL_ERROR)})", "excel_error"),
        (f"{unread} AND regexp_full_match({text}, {literal(NON_FINITE)})", "non_finite"),
        (unread, "unparseable"),
        *(((f"NOT isfinite({name})", "non_finite"),) if kind == "DOUBLE" else ()),
        *_range(column, name),
    )
    return Parsed(
        name=column.name,
        value={column.name: f"TRY_CAST({value} AS {kind})"},
        checks=checks,
        flags=((f"{name} IS NOT NULL", "converted_unit"),) if scale != 1.0 else (),
    )


def _cast_number(text: str, part: ColumnMapping, reading: Reading) -> str:
    decimal, thousands = reading.file.decimal, reading.file.thousands
    if reading.is_typed(part):
        decimal, thousands = ".", ""
    whole = r"\d+" + (rf"|\d{{1,3}}([{thousands}]\d{{3}})+" if thousands else "")
    pattern = rf"[+-]?(({whole})([{decimal}]\d*)?|[{decimal}]\d+)([eE][+-]?\d+)?"
    plain = f"replace({text}, {literal(thousands)}, '')" if thousands else text
    plain = f"replace({plain}, ',', '.')" if decimal == "," else plain
    return f"TRY_CAST(CASE WHEN regexp_full_match({text}, {literal(pattern)}) THEN {plain} END AS DOUBLE)"


def _range(column: Column, name: str) -> tuple[Check, ...]:
    found: list[Check] = []
    if column.minimum == 0:
        found.append((f"{name} < 0", "negative_duration" if column.unit in TIME_UNITS else "negative_count"))
    elif column.minimum is not None:
        found.append((f"{name} < {column.minimum!r}", "implausible"))
    if column.maximum is not None:
        found.append((f"{name} > {column.maximum!r}", "implausible"))
    return tuple(found)


def _date(column: Column, part: ColumnMapping, reading: Reading) -> Parsed:
    text, name = text_name(column.name), identifier(column.name)
    formats = () if reading.is_typed(part) else part.format or reading.file.date_format
    if formats:
        value = f"try_strptime({text}, {_list(formats)})::DATE"
    else:
        iso = f"regexp_full_match({text}, {literal(ISO_DATE + MIDNIGHT)})"
        value = f"TRY_CAST(CASE WHEN {iso} THEN left({text}, 10) END AS DATE)"
    return Parsed(
        name=column.name,
        value={column.name: value},
        checks=(
            *_missing(column),
            (f"{text} IS NOT NULL AND {name} IS NULL", "invalid_date"),
            (_implausible(name, reading.today), "implausible_date"),
        ),
        flags=_two_digit_year(name, formats),
    )


def _time(column: Column, part: ColumnMapping, reading: Reading) -> Parsed:
    """`local` is a time without an offset, `sure` one with; the value is UTC either way."""
    text, name = text_name(column.name), identifier(column.name)
    local, sure = identifier(f"local {column.name}"), identifier(f"sure {column.name}")
    formats = () if reading.is_typed(part) else part.format or reading.file.time_format
    zone = reading.zone
    there = f"({name} AT TIME ZONE 'UTC') AT TIME ZONE {literal(zone)}"
    before = f"(({name} - INTERVAL 1 HOUR) AT TIME ZONE 'UTC') AT TIME ZONE {literal(zone)}"
    value = f"coalesce({sure}, ({local} AT TIME ZONE {literal(zone)}) AT TIME ZONE 'UTC')"
    return Parsed(
        name=column.name,
        value=_local_and_sure(column.name, text, formats),
        moment={column.name: f"coalesce({sure}, {local})" if zone == "UTC" else value},
        checks=(
            *_missing(column),
            (f"{text} IS NOT NULL AND {name} IS NULL", "invalid_time"),
            (_implausible(name, reading.today), "implausible_date"),
            *(() if zone == "UTC" else ((f"{local} <> {there}", "nonexistent_local_time"),)),
        ),
        flags=(
            *(() if zone == "UTC" else ((f"{local} = {before}", "dst_ambiguous"),)),
            *_two_digit_year(name, formats),
        ),
    )


def _local_and_sure(column: str, text: str, formats: tuple[str, ...]) -> dict[str, str]:
    none = "NULL::TIMESTAMP"
    if not formats:
        local = (
            f"TRY_CAST(CASE WHEN regexp_full_match({text}, {literal(ISO_TIME)}) THEN {text} END AS TIMESTAMP)"
        )
        offset = f"CASE WHEN regexp_full_match({text}, {literal(ISO_TIME + OFFSET)}) THEN {text} END"
        sure = f"TRY_CAST({offset} AS TIMESTAMPTZ) AT TIME ZONE 'UTC'"
    elif "%z" in formats[0]:
        local, sure = none, f"try_strptime({text}, {_list(formats)}) AT TIME ZONE 'UTC'"
    else:
        local, sure = f"try_strptime({text}, {_list(formats)})", none
    return {f"local {column}": local, f"sure {column}": sure}


def _implausible(name: str, today: date) -> str:
    return f"{name} < DATE '{EARLIEST}' OR {name} > DATE '{today + LATEST_AHEAD}'"


def _two_digit_year(name: str, formats: tuple[str, ...]) -> tuple[Check, ...]:
    return ((f"{name} IS NOT NULL", "two_digit_year"),) if any("%y" in text for text in formats) else ()


def _list(formats: tuple[str, ...]) -> str:
    return "[" + ", ".join(literal(text) for text in formats) + "]"
