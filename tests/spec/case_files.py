"""The hand-made cases of tests/spec/cases: small tables in, numbers out.

A case is a line of reasoning, tables by the names of standard tables, and a list of outcomes; cases of one
file are parted by a line `***`. Empty cells are missing; `times` repeats a row; values parted by `;` stand
for so many rows. `day` follows the clock column, or is the Monday of the week.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from kpis.tables import TABLES
from tests.kpi_databases import types

FOLDER = Path(__file__).with_name("cases")
MONDAY = date(2026, 3, 30)
_LINE = re.compile(r"- ([a-z_0-9]+): (.*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Rows by table, and the outcomes as written."""

    kpi: str
    why: str
    tables: dict[str, list[dict[str, Any]]]
    outcome: dict[str, str]


def cases() -> Iterator[Case]:
    """Every case of every file."""
    for path in sorted(FOLDER.glob("*.txt")):
        for text in path.read_text("utf-8").split("\n***\n"):
            yield _case(path.stem, text.strip().splitlines())


def excluded(written: str) -> dict[str, int]:
    """Rows left out per reason, from "unsigned 1, implausible 2"."""
    pairs = (part.rsplit(" ", 1) for part in written.split(", ") if part)
    return {reason: int(rows) for reason, rows in pairs}


def number(written: str) -> float:
    """A number, also as "70/3", "168 * 365.25 / 672" or "sqrt(800)"."""
    if root := re.fullmatch(r"sqrt\((.+)\)", written):
        return math.sqrt(number(root[1]))
    first, *rest = re.split(r"\s*([*/])\s*", written)
    value = float(first)
    for sign, factor in zip(rest[::2], rest[1::2], strict=True):
        value = value * float(factor) if sign == "*" else value / float(factor)
    return value


def _case(kpi: str, lines: list[str]) -> Case:
    tables: dict[str, list[dict[str, Any]]] = {}
    outcome: dict[str, str] = {}
    name, header = "", []
    for line in lines[1:]:
        if line in TABLES:
            name, header = line, []
        elif found := _LINE.fullmatch(line):
            outcome[found[1]] = found[2]
        elif line.startswith("|") and not line.startswith("|---"):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if header:
                tables.setdefault(name, []).extend(_rows(name, dict(zip(header, cells, strict=True))))
            else:
                header = cells
    return Case(kpi=kpi, why=lines[0], tables=tables, outcome=outcome)


def _rows(table: str, cells: dict[str, str]) -> Iterator[dict[str, Any]]:
    """The rows that a line of a table stands for."""
    times = int(cells.pop("times", "1"))
    kinds = types(table)
    many = next((name for name, cell in cells.items() if ";" in cell), None)
    values = [cell.strip() for cell in cells[many].split(";")] if many else []
    for single in [{**cells, many: value} for value in values] if many else [cells] * times:
        given = {name: _value(kinds[name], cell) for name, cell in single.items()}
        yield _complete(table, given)


def _complete(table: str, given: dict[str, Any]) -> dict[str, Any]:
    moment = given.get(TABLES[table].clock.name)
    day = moment.date() if isinstance(moment, datetime) else moment or MONDAY
    common = {"department": "A", "day": day, "segment": "", "exposed": 0}
    return dict.fromkeys(types(table)) | common | given


def _value(kind: str, cell: str) -> Any:
    if not cell:
        return None
    if kind == "time":
        return datetime.fromisoformat(cell)
    if kind == "date":
        return date.fromisoformat(cell)
    return {"text": str, "integer": int, "flag": int, "number": float}[kind](cell)
