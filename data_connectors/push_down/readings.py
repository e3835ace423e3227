"""What a database makes of a value as it holds it; NULL where it cannot be read, never an error.

PostgreSQL knows the type of every column, so a text where a time is wanted is refused before. SQLite and SQL
Server look at each value.
"""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

_DAY = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]"
LONG_AGO, DUMMY_DAY = "1990-01-01", "2000-01-01"
"""A time of day stands on one before the first, or on the second."""
_LONG_AGO_POSTGRESQL = r"^((0001|1[6-8]\d\d|19[0-8]\d)-|2000-01-01)"
_CLOCK = "[0-2][0-9]:[0-5][0-9]"
_CLOCK_POSTGRESQL = r"^(([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?|24:00(:00)?)$"


class moment(FunctionElement[datetime]):  # noqa: N801 - a SQL function, named like one
    """A time without an offset."""

    type = sa.DateTime()
    name = "moment"
    inherit_cache = True


class day_and_clock(FunctionElement[datetime]):  # noqa: N801
    """A time from a day and a time of day, which databases write as that of some day long ago.

    NULL where the one has a time of day of its own, or the other a day, and they do not say the same.
    """

    type = sa.DateTime()
    name = "day_and_clock"
    inherit_cache = True


class whole_day(FunctionElement[date]):  # noqa: N801
    """A day, also where it is written as midnight."""

    type = sa.Date()
    name = "whole_day"
    inherit_cache = True


class number(FunctionElement[float]):  # noqa: N801
    """A number in double precision."""

    type = sa.Double()
    name = "number"
    inherit_cache = True


def _of(element: FunctionElement[Any], compiler: SQLCompiler, **options: Any) -> list[str]:
    return [compiler.process(one, **options) for one in element.clauses]


@compiles(moment, "postgresql")
def _moment(element: moment, compiler: SQLCompiler, **options: Any) -> str:
    (value,) = _of(element, compiler, **options)
    return value


@compiles(moment, "sqlite")
def _moment_sqlite(element: moment, compiler: SQLCompiler, **options: Any) -> str:
    (value,) = _of(element, compiler, **options)
    return _canonical(value)


@compiles(moment, "mssql")
def _moment_mssql(element: moment, compiler: SQLCompiler, **options: Any) -> str:
    (value,) = _of(element, compiler, **options)
    return f"CASE WHEN {_is_iso_mssql(value)} THEN TRY_CAST({value} AS DATETIME2(6)) END"


@compiles(day_and_clock, "postgresql")
def _both(element: day_and_clock, compiler: SQLCompiler, **options: Any) -> str:
    day, clock = _of(element, compiler, **options)
    whole, own = f"CAST({clock} AS TEXT)", f"substring(CAST({clock} AS TEXT) from '[^ T]+$')"
    at, on = f"CAST(CAST({day} AS TIMESTAMP) AS TIME)", f"CAST(CAST({day} AS DATE) AS TEXT)"
    alone = f"{whole} !~ '[ T]' OR {whole} ~ '{_LONG_AGO_POSTGRESQL}' OR starts_with({whole}, {on})"
    agreed = f"({at} = TIME '00:00' OR {at} = CAST({own} AS TIME)) AND ({alone})"
    both = f"CASE WHEN {agreed} THEN CAST({day} AS DATE) + CAST({own} AS TIME) END"
    return f"CASE WHEN {own} ~ '{_CLOCK_POSTGRESQL}' THEN {both} END"


@compiles(day_and_clock, "sqlite")
def _both_sqlite(element: day_and_clock, compiler: SQLCompiler, **options: Any) -> str:
    day, clock = _of(element, compiler, **options)
    own = f"(CASE WHEN {clock} GLOB '{_DAY}[ T]*' THEN substr({clock}, 12) ELSE {clock} END)"
    on, at = f"substr({day}, 1, 10)", f"substr({day}, 12)"
    midnight = f"replace(replace(replace({at}, '0', ''), ':', ''), '.', '') = ''"
    long_ago = f"substr({clock}, 1, 10) < '{LONG_AGO}' OR substr({clock}, 1, 10) IN ('{DUMMY_DAY}', {on})"
    alone = f"{clock} NOT GLOB '{_DAY}[ T]*' OR {long_ago}"
    agreed = f"({midnight} OR {at} = {own}) AND ({alone})"
    return _canonical(f"(CASE WHEN {agreed} THEN {on} || ' ' || {own} END)")


@compiles(day_and_clock, "mssql")
def _both_mssql(element: day_and_clock, compiler: SQLCompiler, **options: Any) -> str:
    day, clock = _of(element, compiler, **options)
    whole, text = f"TRY_CAST({day} AS DATETIME2(6))", f"CONVERT(NVARCHAR(40), {clock}, 121)"
    at, on = f"CAST({whole} AS TIME)", f"CAST({whole} AS DATE)"
    then = f"TRY_CAST({clock} AS DATETIME2(6))"
    own, there = f"CAST({then} AS TIME)", f"CAST({then} AS DATE)"
    passed = f"DATEDIFF(MILLISECOND, CAST('00:00' AS TIME), {own})"
    alone = f"{there} < '{LONG_AGO}' OR {there} IN ('{DUMMY_DAY}', {on})"
    agreed = f"({at} = CAST('00:00' AS TIME) OR {at} = {own}) AND ({alone})"
    plain = f"CHARINDEX('-', {text}) IN (0, 5) AND CHARINDEX('-', {text}, 9) = 0 AND {_only(':. T-', text)}"
    both = f"CASE WHEN {agreed} THEN DATEADD(MILLISECOND, {passed}, CAST({on} AS DATETIME2(6))) END"
    return f"CASE WHEN {_is_iso_mssql(day)} AND {plain} THEN {both} END"


@compiles(whole_day, "postgresql")
def _whole_day(element: whole_day, compiler: SQLCompiler, **options: Any) -> str:
    (value,) = _of(element, compiler, **options)
    return f"CASE WHEN {value} = CAST({value} AS DATE) THEN CAST({value} AS DATE) END"


@compiles(whole_day, "sqlite")
def _whole_day_sqlite(element: whole_day, compiler: SQLCompiler, **options: Any) -> str:
    (value,) = _of(element, compiler, **options)
    day = f"substr({value}, 1, 10)"
    rest = f"replace(replace(replace(substr({value}, 11), '0', ''), ':', ''), '.', '')"
    written = f"{day} GLOB '{_DAY}' AND strftime('%Y-%m-%d', {day}) = {day}"
    return f"CASE WHEN {written} AND {rest} IN ('', ' ', 'T') THEN {day} END"


@compiles(whole_day, "mssql")
def _whole_day_mssql(element: whole_day, compiler: SQLCompiler, **options: Any) -> str:
    (value,) = _of(element, compiler, **options)
    same = f"TRY_CAST({value} AS DATETIME2(6)) = CAST(TRY_CAST({value} AS DATE) AS DATETIME2(6))"
    return f"CASE WHEN {_is_iso_mssql(value)} AND {same} THEN TRY_CAST({value} AS DATE) END"


@compiles(number, "postgresql")
def _number(element: number, compiler: SQLCompiler, **options: Any) -> str:
    (value,) = _of(element, compiler, **options)
    return f"CAST({value} AS DOUBLE PRECISION)"


@compiles(number, "sqlite")
def _number_sqlite(element: number, compiler: SQLCompiler, **options: Any) -> str:
    (value,) = _of(element, compiler, **options)
    return f"CASE WHEN typeof({value}) IN ('integer', 'real') THEN CAST({value} AS REAL) END"


@compiles(number, "mssql")
def _number_mssql(element: number, compiler: SQLCompiler, **options: Any) -> str:
    (value,) = _of(element, compiler, **options)
    return f"TRY_CAST({value} AS FLOAT)"


def _is_iso_mssql(value: str) -> str:
    """Whether it is a time without an offset, or the text of one that starts with its year.

    Of 02-03-2026 the settings of the server would say which is the month, and an offset would be dropped.
    """
    text = f"CONVERT(NVARCHAR(40), {value}, 121)"
    return f"LEFT({text}, 10) LIKE '{_DAY}' AND {_only(':. T', f'SUBSTRING({text}, 11, 30)')}"


def _only(marks: str, text: str) -> str:
    """Whether a text in SQL Server holds digits and some marks alone."""
    known = f"123456789{marks}"
    return f"REPLACE(TRANSLATE({text}, '{known}', REPLICATE('0', {len(known)})), '0', '') = ''"


def _canonical(value: str) -> str:
    """SQLite's text of a time as SQLAlchemy writes it; no fraction of a second is rounded."""
    seconds = f"CASE WHEN substr({value}, 17, 1) = ':' THEN substr({value}, 18, 2) ELSE '00' END"
    text = f"(substr({value}, 1, 10) || ' ' || substr({value}, 12, 5) || ':' || {seconds})"
    fraction = f"substr(substr({value}, 21) || '000000', 1, 6)"
    shape = f"{value} GLOB '{_DAY}[ T]{_CLOCK}*'"
    rest = f"(length({value}) = 16 OR {value} GLOB '{_DAY}?{_CLOCK}:[0-5][0-9]*')"
    plain = f"substr({value}, 20) NOT GLOB '*[^0-9.]*'"
    real = f"strftime('%Y-%m-%d %H:%M:%S', {text}) = {text}"
    return f"CASE WHEN {shape} AND {rest} AND {plain} AND {real} THEN {text} || '.' || {fraction} END"
