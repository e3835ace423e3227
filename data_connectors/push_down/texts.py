"""Whether a text of the source is one that no name, code or key can be: 1 or 0, in every database."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from data_connectors.parsing import LONGEST_WORD

_SCIENTIFIC_POSTGRESQL = "^[+-]?[0-9]+([.,][0-9]+)?[eE][+][0-9]+$"


class is_prose(FunctionElement[int]):  # noqa: N801 - a SQL function, named like one
    """Longer than a name or a code ever is."""

    type = sa.Integer()
    name = "is_prose"
    inherit_cache = True


class is_scientific(FunctionElement[int]):  # noqa: N801
    """What a spreadsheet makes of a long number: its last digits are lost."""

    type = sa.Integer()
    name = "is_scientific"
    inherit_cache = True


def _of(element: FunctionElement[Any], compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(element.clauses, **options)


def _told(condition: str) -> str:
    return f"CASE WHEN {condition} THEN 1 ELSE 0 END"


@compiles(is_prose, "postgresql")
@compiles(is_prose, "sqlite")
def _prose(element: is_prose, compiler: SQLCompiler, **options: Any) -> str:
    return _told(f"length({_of(element, compiler, **options)}) > {LONGEST_WORD}")


@compiles(is_prose, "mssql")
def _prose_mssql(element: is_prose, compiler: SQLCompiler, **options: Any) -> str:
    return _told(f"LEN({_of(element, compiler, **options)}) > {LONGEST_WORD}")


@compiles(is_scientific, "postgresql")
def _scientific(element: is_scientific, compiler: SQLCompiler, **options: Any) -> str:
    return _told(f"{_of(element, compiler, **options)} ~ '{_SCIENTIFIC_POSTGRESQL}'")


@compiles(is_scientific, "sqlite")
def _scientific_sqlite(element: is_scientific, compiler: SQLCompiler, **options: Any) -> str:
    text = _of(element, compiler, **options)
    at = f"instr(upper({text}), 'E+')"
    unsigned = f"CASE WHEN substr({text}, 1, 1) IN ('+', '-') THEN 2 ELSE 1 END"
    amount = f"substr({text}, {unsigned}, {at} - ({unsigned}))"
    power = f"substr({text}, {at} + 2)"
    marks = f"length({amount}) - length(replace(replace({amount}, '.', ''), ',', ''))"
    digits = f"{amount} GLOB '[0-9]*' AND {amount} GLOB '*[0-9]' AND {amount} NOT GLOB '*[^0-9.,]*'"
    whole = f"{power} <> '' AND {power} NOT GLOB '*[^0-9]*'"
    return _told(f"{at} > 1 AND {digits} AND {marks} <= 1 AND {whole}")


@compiles(is_scientific, "mssql")
def _scientific_mssql(element: is_scientific, compiler: SQLCompiler, **options: Any) -> str:
    text = _of(element, compiler, **options)
    number = f"TRY_CAST(REPLACE({text}, ',', '.') AS FLOAT) IS NOT NULL"
    return _told(f"CHARINDEX('E+', UPPER({text})) > 0 AND {number}")
