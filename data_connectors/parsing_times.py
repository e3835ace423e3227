"""Days and times: declared formats or ISO 8601, Dutch and English months, 24:00, changes of the clock."""

import re
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from core.quoting import identifier, literal
from data_connectors.mapping import ColumnMapping
from data_connectors.parsed import Check, Parsed, Reading, either, missing, sql_list, text_name, typed_name
from kpis.tables import Column

EARLIEST = date(1990, 1, 1)
LATEST_AHEAD = timedelta(days=366)
ISO_DATE = r"\d{4}-\d{2}-\d{2}"
ISO_TIME = ISO_DATE + r"[ T]([01]\d|2[0-3]):\d{2}(:\d{2}(\.\d{1,9})?)?"
OFFSET = r" ?(Z|[+-](0\d|1[0-4])(:?[0-5]\d)?)"
"""No place is further than 14 hours from UTC, and some minutes."""
MIDNIGHT = r"([ T]00:00(:00(\.0+)?)?)?"

_MONTHS = (
    ("january", "jan", "januari"),
    ("february", "feb", "februari"),
    ("march", "mar", "maart", "mrt", "maa"),
    ("april", "apr"),
    ("may", "mei"),
    ("june", "jun", "juni"),
    ("july", "jul", "juli"),
    ("august", "aug", "augustus"),
    ("september", "sep", "sept"),
    ("october", "oct", "oktober", "okt"),
    ("november", "nov"),
    ("december", "dec"),
)
_NAMED = ("%B", "%b")
_BEYOND_MICRO = r"([.,]\d{6})\d{1,3}(\D|$)"
"""More digits of a fraction than %f reads: SQL Server writes seven, Java nine."""
_MIDNIGHT_24 = r"(^|[^0-9:.])24:00(:00(\.0+)?)?($|[^0-9:.])"
_HAS_HOUR = re.compile(r"(^|[^:.])%H:%M")
"""Of a notation: an hour and a minute that 24:00 may stand for, not the end of something else."""


def parse_date(column: Column, part: ColumnMapping, reading: Reading) -> Parsed:
    """The expressions of a day."""
    text, name = text_name(column.name), identifier(column.name)
    formats = () if reading.is_typed(part) else part.format or reading.file.date_format
    iso = f"regexp_full_match({text}, {literal(ISO_DATE + MIDNIGHT)})"
    typed = f"TRY_CAST(CASE WHEN {iso} THEN left({text}, 10) END AS DATE)"
    value = either(
        column.name, part, reading, typed, f"{_strptime(text, formats)}::DATE" if formats else typed
    )
    return Parsed(
        name=column.name,
        value={column.name: value},
        checks=(
            *missing(column),
            (f"{text} IS NOT NULL AND {name} IS NULL", "invalid_date"),
            (_implausible(name, reading.today), "implausible_date"),
        ),
        flags=_two_digit_year(column.name, part, reading, formats),
    )


def parse_time(column: Column, part: ColumnMapping, reading: Reading) -> Parsed:
    """`local` is a time without an offset, `sure` one with; the value is UTC either way."""
    text, name = text_name(column.name), identifier(column.name)
    local, sure = identifier(f"local {column.name}"), identifier(f"sure {column.name}")
    formats = () if reading.is_typed(part) else part.format or reading.file.time_format
    zone = reading.zone
    there = f"({name} AT TIME ZONE 'UTC') AT TIME ZONE {literal(zone)}"
    before, after = (
        f"(({name} {sign} INTERVAL 1 HOUR) AT TIME ZONE 'UTC') AT TIME ZONE {literal(zone)}" for sign in "-+"
    )
    offset = not formats or "%z" in formats[0]
    twice = f"{there} IN ({before}, {after})"
    typed = _local_and_sure(column.name, text, ())
    value = f"coalesce({sure}, ({local} AT TIME ZONE {literal(zone)}) AT TIME ZONE 'UTC')"
    return Parsed(
        name=column.name,
        value={
            layer: either(column.name, part, reading, typed[layer], own)
            for layer, own in _local_and_sure(column.name, text, formats).items()
        },
        moment={column.name: f"coalesce({sure}, {local})" if zone == "UTC" else value},
        checks=(
            *missing(column),
            (f"{text} IS NOT NULL AND {name} IS NULL", "invalid_time"),
            (_implausible(name, reading.today), "implausible_date"),
            *_near_change(zone, reading.today, local, f"{local} <> {there}", "nonexistent_local_time"),
        ),
        flags=(
            *_near_change(zone, reading.today, local, f"{local} = {before}", "dst_ambiguous"),
            *(_near_change(zone, reading.today, sure, twice, "dst_resolved") if offset else ()),
            *_two_digit_year(column.name, part, reading, formats),
        ),
    )


def _near_change(zone: str, today: date, time: str, condition: str, code: str) -> tuple[Check, ...]:
    """A check that only a change of the clock can fail, made in the months in which clocks change."""
    months = ", ".join(map(str, _months_of_changes(zone, today.year)))
    return ((f"CASE WHEN month({time}) IN ({months}) THEN {condition} END", code),) if months else ()


@cache
def _months_of_changes(zone: str, year: int) -> tuple[int, ...]:
    """Months with a change of the clock, in any year of a plausible time; a month has days to spare."""
    days = (date(year + 3, 1, 1) - EARLIEST).days
    noons = [datetime(EARLIEST.year, 1, 1, 12, tzinfo=UTC) + timedelta(days=i) for i in range(-3, days)]
    offsets = [noon.astimezone(ZoneInfo(zone)).utcoffset() for noon in noons]
    changes = [noon for noon, one, next_ in zip(noons, offsets, offsets[1:], strict=False) if one != next_]
    near = (noon + timedelta(days=i) for noon in changes for i in (-2, 3))
    return tuple(sorted({day.month for day in near}))


def _local_and_sure(column: str, text: str, formats: tuple[str, ...]) -> dict[str, str]:
    """24:00 is read as 0:00 and put a day later."""
    none, early, later = "NULL::TIMESTAMP", text, ""
    if not formats or any(map(_HAS_HOUR.search, formats)):
        at_24 = f"contains({text}, '24:00') AND regexp_matches({text}, {literal(_MIDNIGHT_24)})"
        early = f"CASE WHEN {at_24} THEN replace({text}, '24:00', '00:00') ELSE {text} END"
        later = f" + CASE WHEN {at_24} THEN INTERVAL 1 DAY ELSE INTERVAL 0 DAY END"
    if not formats:
        local = f"TRY_CAST({_where(early, ISO_TIME)} AS TIMESTAMP){later}"
        marked = " OR ".join(f"contains(substr({early}, 17), '{mark}')" for mark in "Z+-")
        offset = f"CASE WHEN {marked} THEN {_where(early, ISO_TIME + OFFSET)} END"
        offset = f"regexp_replace({offset}, ' ([Z+-])', '\\1')"
        sure = f"TRY_CAST({offset} AS TIMESTAMPTZ) AT TIME ZONE 'UTC'{later}"
    elif "%z" in formats[0]:
        if all(text.endswith("%z") for text in formats):
            early = f"CASE WHEN regexp_matches({early}, {literal(OFFSET + '$')}) THEN {early} END"
        offset = f"regexp_replace({early}, 'Z$', '+00:00')"  # %z does not read a Z
        local, sure = none, f"({_strptime(offset, formats)}{later}) AT TIME ZONE 'UTC'"
    else:
        local, sure = f"{_strptime(early, formats)}{later}", none
    return {f"local {column}": local, f"sure {column}": sure}


def _implausible(name: str, today: date) -> str:
    return f"{name} < DATE '{EARLIEST}' OR {name} > DATE '{today + LATEST_AHEAD}'"


def _two_digit_year(
    column: str, part: ColumnMapping, reading: Reading, formats: tuple[str, ...]
) -> tuple[Check, ...]:
    if not any("%y" in text for text in formats):
        return ()
    own = f" AND NOT {typed_name(column)}" if reading.is_mixed(part) else ""
    short = tuple(text for text in formats if "%y" in text)
    early = f"replace({text_name(column)}, '24:00', '00:00')"
    read = "" if short == formats else f" AND {_strptime(early, short)} IS NOT NULL"
    return ((f"{identifier(column)} IS NOT NULL{own}{read}", "two_digit_year"),)


def _where(text: str, pattern: str) -> str:
    return f"CASE WHEN regexp_full_match({text}, {literal(pattern)}) THEN {text} END"


def _strptime(text: str, formats: tuple[str, ...]) -> str:
    """Names of months become numbers between marks, so that a number never passes for a name.

    %Y reads two digits too, as the year 26: beside its twin with %y it comes after it, which reads only two.
    """
    twins = tuple(one for one in formats if "%y" in one and one.replace("%y", "%Y") in formats)
    formats = (*twins, *(one for one in formats if one not in twins))
    if any("%f" in one for one in formats):
        text = f"regexp_replace({text}, {literal(_BEYOND_MICRO)}, '\\1\\2')"
    if not any(name in one for one in formats for name in _NAMED):
        return f"try_strptime({text}, {sql_list(formats)})"
    word = f"regexp_extract({text}, '\\pL{{3,}}')"
    names = ", ".join(f"{literal(name)}: 'm{i:02}m'" for i, all_ in enumerate(_MONTHS, 1) for name in all_)
    numbered = f"replace(replace({text}, {word} || '.', {word}), {word}, MAP {{{names}}}[lower({word})])"
    marked = tuple(one.replace("%B", "m%mm").replace("%b", "m%mm") for one in formats)
    return f"try_strptime(coalesce({numbered}, {text}), {sql_list(marked)})"
