"""The first day of the ISO week, month or piece that holds a day, in SQL, with a rule per dialect."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, case
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from kpis.pieces import Length


def start_of(day: ColumnElement[Any], length: Length) -> ColumnElement[Any]:
    """The first day of the period or piece that holds a day."""
    if length == "day":
        return day
    week, month = week_start(day), month_start(day)
    if length == "piece":
        return case((week > month, week), else_=month)
    return week if length == "week" else month


class week_start(FunctionElement[date]):  # noqa: N801 - a SQL function, named like one
    """The Monday of the week that holds a day."""

    type = Date()
    name = "week_start"
    inherit_cache = True


class month_start(FunctionElement[date]):  # noqa: N801 - a SQL function, named like one
    """The first of the month that holds a day."""

    type = Date()
    name = "month_start"
    inherit_cache = True


def _of(element: FunctionElement[Any], compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(element.clauses, **options)


@compiles(week_start)
def _week(element: week_start, compiler: SQLCompiler, **options: Any) -> str:
    return f"CAST(date_trunc('week', {_of(element, compiler, **options)}) AS DATE)"


@compiles(month_start)
def _month(element: month_start, compiler: SQLCompiler, **options: Any) -> str:
    return f"CAST(date_trunc('month', {_of(element, compiler, **options)}) AS DATE)"


@compiles(week_start, "sqlite")
def _week_sqlite(element: week_start, compiler: SQLCompiler, **options: Any) -> str:
    return f"date({_of(element, compiler, **options)}, 'weekday 0', '-6 days')"


@compiles(month_start, "sqlite")
def _month_sqlite(element: month_start, compiler: SQLCompiler, **options: Any) -> str:
    return f"date({_of(element, compiler, **options)}, 'start of month')"


@compiles(week_start, "mssql")
def _week_mssql(element: week_start, compiler: SQLCompiler, **options: Any) -> str:
    day = _of(element, compiler, **options)
    # the first day of 1900 was a Monday
    return f"DATEADD(DAY, -(DATEDIFF(DAY, '19000101', {day}) % 7), {day})"


@compiles(month_start, "mssql")
def _month_mssql(element: month_start, compiler: SQLCompiler, **options: Any) -> str:
    day = _of(element, compiler, **options)
    return f"DATEFROMPARTS(YEAR({day}), MONTH({day}), 1)"
