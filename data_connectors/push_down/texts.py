"""A text of the source as loading reads it, and whether it is one that no name, code or key can be.

The latter is 1 or 0, in every database.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from data_connectors.cells import EXACT
from data_connectors.parsing import LONGEST_WORD, SPACES, UNREADABLE

_SCIENTIFIC_POSTGRESQL = "^[+-]?[0-9]+([.,][0-9]+)?[eE][+][0-9]+$"
_CONTROL = ((1, 8), (14, 29), (31, 31), (127, 127))
"""First and last of the characters that no text is written with."""


class trimmed(FunctionElement[str]):  # noqa: N801 - a SQL function, named like one
    """Without the white space around it."""

    type = sa.Unicode()
    name = "trimmed"
    inherit_cache = True


class is_prose(FunctionElement[int]):  # noqa: N801
    """Longer than a name or a code ever is."""

    type = sa.Integer()
    name = "is_prose"
    inherit_cache = True


class is_scientific(FunctionElement[int]):  # noqa: N801
    """What a spreadsheet makes of a long number: its last digits are lost."""

    type = sa.Integer()
    name = "is_scientific"
    inherit_cache = True


class has_control(FunctionElement[int]):  # noqa: N801
    """A control character in it, other than white space or the mark between joined texts."""

    type = sa.Integer()
    name = "has_control"
    inherit_cache = True


class has_nul(FunctionElement[int]):  # noqa: N801
    """A NUL character in it, which PostgreSQL cannot hold."""

    type = sa.Integer()
    name = "has_nul"
    inherit_cache = True


class whole_number(FunctionElement[str]):  # noqa: N801
    """A key as text: of a number without its decimals, UNREADABLE where it has a fraction or is rounded."""

    type = sa.Unicode()
    name = "whole_number"
    inherit_cache = True


def _of(element: FunctionElement[Any], compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(element.clauses, **options)


def _exact_mssql(element: FunctionElement[Any], compiler: SQLCompiler, **options: Any) -> str:
    """In a collation in which no two texts are the same but those that are written the same."""
    return f"({_of(element, compiler, **options)} COLLATE Latin1_General_BIN2)"


def _told(condition: str) -> str:
    return f"CASE WHEN {condition} THEN 1 ELSE 0 END"


@compiles(trimmed, "postgresql")
def _trimmed(element: trimmed, compiler: SQLCompiler, **options: Any) -> str:
    spaces = " || ".join(f"chr({code})" for code in SPACES)
    return f"btrim({_of(element, compiler, **options)}, {spaces})"


@compiles(trimmed, "sqlite")
def _trimmed_sqlite(element: trimmed, compiler: SQLCompiler, **options: Any) -> str:
    return f"trim({_of(element, compiler, **options)}, char({', '.join(map(str, SPACES))}))"


@compiles(trimmed, "mssql")
def _trimmed_mssql(element: trimmed, compiler: SQLCompiler, **options: Any) -> str:
    spaces = ", ".join(f"NCHAR({code})" for code in SPACES)
    return f"TRIM(CONCAT({spaces}) FROM {_exact_mssql(element, compiler, **options)})"


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


@compiles(has_control, "postgresql")
def _control(element: has_control, compiler: SQLCompiler, **options: Any) -> str:
    among = "".join(rf"\u{first:04x}-\u{last:04x}" for first, last in _CONTROL)
    return _told(f"{_of(element, compiler, **options)} ~ '[{among}]'")


@compiles(has_control, "sqlite")
def _control_sqlite(element: has_control, compiler: SQLCompiler, **options: Any) -> str:
    among = ", ".join(f"{first}, 45, {last}" for first, last in _CONTROL)
    return _told(f"{_of(element, compiler, **options)} GLOB '*[' || char({among}) || ']*'")


@compiles(has_control, "mssql")
def _control_mssql(element: has_control, compiler: SQLCompiler, **options: Any) -> str:
    text = _exact_mssql(element, compiler, **options)
    codes = [code for first, last in _CONTROL for code in range(first, last + 1)]
    among = " + ".join(f"NCHAR({code})" for code in codes)
    return _told(f"TRANSLATE({text}, {among}, REPLICATE(N' ', {len(codes)})) <> {text}")


@compiles(has_nul, "postgresql")
def _nul(_element: has_nul, _compiler: SQLCompiler, **_options: Any) -> str:
    return "0"


@compiles(has_nul, "sqlite")
def _nul_sqlite(element: has_nul, compiler: SQLCompiler, **options: Any) -> str:
    return _told(f"instr({_of(element, compiler, **options)}, char(0)) > 0")


@compiles(has_nul, "mssql")
def _nul_mssql(element: has_nul, compiler: SQLCompiler, **options: Any) -> str:
    text = _exact_mssql(element, compiler, **options)
    return _told(f"CHARINDEX(NCHAR(0) COLLATE Latin1_General_BIN2, {text}) > 0")


@compiles(whole_number, "postgresql")
def _whole(element: whole_number, compiler: SQLCompiler, **options: Any) -> str:
    value = _of(element, compiler, **options)
    text, exact = f"CAST({value} AS TEXT)", f"{value} > -{EXACT} AND {value} < {EXACT}"
    whole = f"{value} = floor({value}) AND {exact} THEN CAST(CAST({value} AS BIGINT) AS TEXT)"
    as_it_is = f"{value} IS NULL OR {text} !~ '[.a-zA-Z]'"
    return f"CASE WHEN {as_it_is} THEN {text} WHEN {whole} ELSE chr({ord(UNREADABLE)}) END"


@compiles(whole_number, "sqlite")
def _whole_sqlite(element: whole_number, compiler: SQLCompiler, **options: Any) -> str:
    value = _of(element, compiler, **options)
    whole = f"CAST({value} AS INTEGER)"
    exact = f"{value} = {whole} AND abs({value}) < {EXACT}"
    found = f"CASE WHEN {exact} THEN CAST({whole} AS TEXT) ELSE char({ord(UNREADABLE)}) END"
    return f"CASE WHEN typeof({value}) = 'real' THEN {found} ELSE CAST({value} AS TEXT) END"
