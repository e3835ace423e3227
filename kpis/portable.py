"""The few SQL expressions whose text differs between databases, each with a rule per dialect."""

from datetime import date
from typing import Any

from sqlalchemy import Cast, ColumnElement, Date, Double, cast
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class DuckDBDialect(PGDialect):
    """PostgreSQL's text with DuckDB's own rules where they differ, and parameters written $1, $2.

    No SQLAlchemy dialect is sound with DuckDB 2, so statements are compiled here and run by its Python API.
    """

    name = "duckdb"
    supports_statement_cache = True
    _backslash_escapes = False  # in DuckDB a backslash in a literal is a backslash

    def __init__(self) -> None:
        super().__init__(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]


class minutes_between(FunctionElement[float]):  # noqa: N801 - a SQL function, named like one
    """Minutes from the first time to the second, as a double; negative when they are reversed."""

    type = Double()
    name = "minutes_between"
    inherit_cache = True


class day(FunctionElement[date]):  # noqa: N801 - a SQL function, named like one
    """The calendar day in UTC on which a time, kept in UTC, falls."""

    type = Date()
    name = "day"
    inherit_cache = True


class floor(FunctionElement[float]):  # noqa: N801 - a SQL function, named like one
    """The largest whole number that is not above a double, as a double."""

    type = Double()
    name = "floor"
    inherit_cache = True


class ln(FunctionElement[float]):  # noqa: N801 - a SQL function, named like one
    """Natural logarithm of a positive number."""

    type = Double()
    name = "ln"
    inherit_cache = True


def to_double(expression: ColumnElement[Any]) -> Cast[float]:
    """The number in double precision, so that sums and products never overflow or truncate.

    Oracle's DOUBLE PRECISION is a decimal of 126 bits: more digits, no fewer.
    """
    return cast(expression, Double())


def _of(element: FunctionElement[Any], compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(element.clauses, **options)


def _ends(element: FunctionElement[Any], compiler: SQLCompiler, **options: Any) -> tuple[str, str]:
    start, end = element.clauses
    return compiler.process(start, **options), compiler.process(end, **options)


@compiles(minutes_between, "duckdb")
def _minutes_duckdb(element: minutes_between, compiler: SQLCompiler, **options: Any) -> str:
    start, end = _ends(element, compiler, **options)
    return f"(epoch_us({end}) - epoch_us({start})) / 6e7"


@compiles(minutes_between, "postgresql")
def _minutes_postgresql(element: minutes_between, compiler: SQLCompiler, **options: Any) -> str:
    start, end = _ends(element, compiler, **options)
    return f"CAST(EXTRACT(EPOCH FROM ({end} - {start})) AS DOUBLE PRECISION) / 60"


@compiles(minutes_between, "sqlite")
def _minutes_sqlite(element: minutes_between, compiler: SQLCompiler, **options: Any) -> str:
    start, end = _ends(element, compiler, **options)

    # SQLite rounds fractions of a second to milliseconds, and whole seconds by another rule: from the text
    # both are exact. Times are stored as SQLAlchemy's DateTime does: 2026-03-29 00:50:00.000000
    def seconds(time: str) -> str:
        return f"strftime('%s', substr({time}, 1, 19))"

    def microseconds(time: str) -> str:
        return f"substr(substr({time}, 21) || '000000', 1, 6)"

    whole, part = (f"({each(end)} - {each(start)})" for each in (seconds, microseconds))
    return f"({whole} * 1000000 + {part}) / 6e7"


@compiles(minutes_between, "mssql")
def _minutes_mssql(element: minutes_between, compiler: SQLCompiler, **options: Any) -> str:
    start, end = _ends(element, compiler, **options)
    return f"CAST(DATEDIFF_BIG(MICROSECOND, {start}, {end}) AS DOUBLE PRECISION) / 60000000"


@compiles(minutes_between, "oracle")
def _minutes_oracle(element: minutes_between, compiler: SQLCompiler, **options: Any) -> str:
    start, end = _ends(element, compiler, **options)
    # a DATE less a DATE would be a number of days and drop the fraction of a second
    passed = f"(CAST({end} AS TIMESTAMP) - CAST({start} AS TIMESTAMP))"
    units = {"DAY": 86400, "HOUR": 3600, "MINUTE": 60, "SECOND": 1}
    seconds = " + ".join(f"EXTRACT({unit} FROM {passed}) * {size}" for unit, size in units.items())
    return f"({seconds}) / 60"


@compiles(day, "duckdb")
@compiles(day, "postgresql")
@compiles(day, "mssql")
def _day(element: day, compiler: SQLCompiler, **options: Any) -> str:
    return f"CAST({_of(element, compiler, **options)} AS DATE)"


@compiles(day, "sqlite")
def _day_sqlite(element: day, compiler: SQLCompiler, **options: Any) -> str:
    return f"date({_of(element, compiler, **options)})"


@compiles(day, "oracle")
def _day_oracle(element: day, compiler: SQLCompiler, **options: Any) -> str:
    # an Oracle DATE has a time of day; TRUNC sets it to midnight
    return f"TRUNC({_of(element, compiler, **options)})"


@compiles(floor)
def _floor(element: floor, compiler: SQLCompiler, **options: Any) -> str:
    return f"FLOOR({_of(element, compiler, **options)})"


@compiles(floor, "sqlite")
def _floor_sqlite(element: floor, compiler: SQLCompiler, **options: Any) -> str:
    x = _of(element, compiler, **options)
    # not every SQLite is built with FLOOR; CAST cuts towards zero, and from 2^53 on every double is whole
    whole = f"CAST({x} AS INTEGER)"
    return (
        f"CASE WHEN ABS({x}) < 9007199254740992.0 THEN CAST({whole} - ({x} < {whole}) AS REAL) ELSE {x} END"
    )


@compiles(ln)
def _ln(element: ln, compiler: SQLCompiler, **options: Any) -> str:
    return f"LN({_of(element, compiler, **options)})"


@compiles(ln, "mssql")
def _ln_mssql(element: ln, compiler: SQLCompiler, **options: Any) -> str:
    return f"LOG({_of(element, compiler, **options)})"
