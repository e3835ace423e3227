"""Numbers and durations: decimal signs, thousands marks, units that the mapping or the value states."""

from core.quoting import identifier, literal
from data_connectors.mapping import ColumnMapping
from data_connectors.parsed import Check, Parsed, Reading, either, missing, text_name
from data_connectors.units import CLOCK, CLOCKS, STATED, TIME_WORDS, factor
from kpis.tables import Column

TIME_UNITS = ("seconds", "minutes", "hours", "days")
EXCEL_ERROR = r"#(N/A|DIV/0!|REF!|VALUE!|NAME\?|NUM!|NULL!)"
NON_FINITE = r"(?i)[+-]?(nan|inf|infinity)"
_EXACT = 2**53
"""Whole numbers below this survive a conversion of units."""


def parse_number(column: Column, part: ColumnMapping, reading: Reading) -> Parsed:
    """The expressions of a number; of a duration too, where the column has a unit of time."""
    text, name = text_name(column.name), identifier(column.name)
    plain = either(column.name, part, reading, _plain(text, ".", ""), _plain(text, *_signs(part, reading)))
    scale = factor(part.unit, column.unit) or 1.0
    number = "NULL::DOUBLE" if part.unit == STATED else f"{plain} * {scale!r}" if scale != 1.0 else plain
    timed = column.unit in TIME_UNITS
    stated = _stated(text, part, reading, column.unit) if timed else ()
    value = f"coalesce({', '.join((number, *stated))})" if stated else number
    unread = f"{text} IS NOT NULL AND {name} IS NULL"
    converted = scale != 1.0 or part.unit == STATED
    checks = (
        *missing(column),
        (f"{unread} AND regexp_full_match({text}, {literal(EXCEL_ERROR)})", "excel_error"),
        (f"{unread} AND regexp_full_match({text}, {literal(NON_FINITE)})", "non_finite"),
        *(((f"{unread} AND ({_without_unit(plain, text, part)})", "unit_missing"),) if timed else ()),
        (unread, "unparseable"),
        *(((f"NOT isfinite({name})", "non_finite"),) if column.type == "number" else ()),
        *_range(column, name),
    )
    flags = _converted(name, plain, converted) if stated or converted else ()
    if column.type == "number":
        return Parsed(name=column.name, value={column.name: value}, checks=checks, flags=flags)
    fraction = f"fraction {column.name}"
    return Parsed(
        name=column.name,
        value={fraction: value},
        moment={column.name: _whole(identifier(fraction))},
        checks=checks,
        flags=flags,
    )


def _converted(name: str, plain: str, always: bool) -> tuple[Check, ...]:
    if always:
        return ((f"{name} IS NOT NULL", "converted_unit"),)
    return ((f"{name} IS NOT NULL AND {plain} IS NULL", "converted_unit"),)


def _whole(number: str) -> str:
    """A whole number, or NULL where it has a fraction or is too large to be exact."""
    return f"CASE WHEN {number} = trunc({number}) AND abs({number}) < {_EXACT} THEN ({number})::BIGINT END"


def _stated(text: str, part: ColumnMapping, reading: Reading, wanted: str) -> tuple[str, ...]:
    """A value that says its own unit ("1,5 uur", "1 uur 30 min"), or stands in a declared notation (h:mm)."""
    amount = rf"(\d+(?:[{_signs(part, reading)[0]}]\d+)?)\s*({'|'.join(TIME_WORDS)})\.?"
    pattern = literal(rf"(?i)^([+-]?){amount}(?:\s*(?:en\s+)?{amount})?$")
    scale = factor("seconds", wanted) or 1.0
    words = ", ".join(f"{literal(word)}: {seconds * scale!r}" for word, seconds in TIME_WORDS.items())

    def group(number: int) -> str:
        return f"regexp_extract({text}, {pattern}, {number})"

    def amounts(number: int) -> str:
        plain = f"TRY_CAST(replace({group(number)}, ',', '.') AS DOUBLE)"
        return f"{plain} * (MAP {{{words}}})[lower({group(number + 1)})]"

    sign = f"CASE WHEN {group(1)} = '-' THEN -1 ELSE 1 END"
    total = f"{sign} * ({amounts(2)} + coalesce({amounts(4)}, 0))"
    return (
        f"CASE WHEN regexp_matches({text}, '\\pL') THEN {total} END",
        *(_clock(text, name, scale) for name in part.format),
    )


def _clock(text: str, notation: str, scale: float) -> str:
    pattern, units = CLOCKS[notation]
    parts = " + ".join(
        f"split_part({text}, ':', {i})::DOUBLE * {seconds * scale!r}" for i, seconds in enumerate(units, 1)
    )
    return f"CASE WHEN regexp_full_match({text}, {literal(pattern)}) THEN {parts} END"


def _without_unit(plain: str, text: str, part: ColumnMapping) -> str:
    """A number under a mapping that leaves units to the values, or a clock notation that is not declared."""
    bare = f"{plain} IS NOT NULL OR " if part.unit == STATED else ""
    return bare + f"regexp_full_match({text}, {literal(CLOCK)})"


def _signs(part: ColumnMapping, reading: Reading) -> tuple[str, str]:
    return (".", "") if reading.is_typed(part) else (reading.file.decimal, reading.file.thousands)


def _plain(text: str, decimal: str, thousands: str) -> str:
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
