"""The few SQL expressions whose text differs between databases, each with a rule per dialect."""

from typing import Any

from sqlalchemy import Cast, ColumnElement, Double, cast
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


class ln(FunctionElement[float]):  # noqa: N801 - a SQL function, named like one
    """Natural logarithm of a positive number."""

    type = Double()
    name = "ln"
    inherit_cache = True


def to_double(expression: ColumnElement[Any]) -> Cast[float]:
    """The number in double precision, so that sums and products never overflow or truncate."""
    return cast(expression, Double())


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

    # julianday() would lose a tenth of a millisecond; whole seconds and the fraction apart are exact
    def seconds(time: str) -> str:
        return f"strftime('%s', {time}) + (strftime('%f', {time}) - strftime('%S', {time}))"

    return f"(({seconds(end)}) - ({seconds(start)})) / 60.0"


@compiles(minutes_between, "mssql")
def _minutes_mssql(element: minutes_between, compiler: SQLCompiler, **options: Any) -> str:
    start, end = _ends(element, compiler, **options)
    return f"CAST(DATEDIFF_BIG(MILLISECOND, {start}, {end}) AS DOUBLE PRECISION) / 60000"


@compiles(minutes_between, "oracle")
def _minutes_oracle(element: minutes_between, compiler: SQLCompiler, **options: Any) -> str:
    start, end = _ends(element, compiler, **options)
    return f"(CAST({end} AS DATE) - CAST({start} AS DATE)) * 1440"


@compiles(ln)
def _ln(element: ln, compiler: SQLCompiler, **options: Any) -> str:
    return f"LN({compiler.process(element.clauses, **options)})"


@compiles(ln, "mssql")
def _ln_mssql(element: ln, compiler: SQLCompiler, **options: Any) -> str:
    return f"LOG({compiler.process(element.clauses, **options)})"
