"""Wild rows of any standard table: gaps, edges of the definitions, clock changes, week 53, no numbers at all.

Rows come from seeds; Hypothesis draws them, and shrinks a batch of many to the one that fails. Words and
numbers are those that the definitions ask for, so that most rows count. Rows come in clusters that share what
holds them together: the items of one questionnaire have one form, instrument, day and department.
"""

import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from hypothesis import strategies as st

from kpis.kpi import Filter, Kpi
from kpis.parts import tables_of
from tests.kpi_databases import types
from tests.kpi_reference import in_columns, local

STARTS = tuple(
    datetime.fromisoformat(text)
    for text in (
        "2026-03-27T15:00",  # the clock goes forward on Sunday the 29th
        "2026-04-02T06:00",  # Easter
        "2026-10-23T15:00",  # the clock goes back on Sunday the 25th
        "2026-12-29T06:00",  # ISO week 53, and a new year in the middle of it
    )
)
Tables = dict[str, list[dict[str, Any]]]
MOST = 60
"""Rows of a table in one case."""

DEPARTMENTS = ("cardiology", "o'neill \\ 100%")
NOT_NUMBERS = (math.nan, math.inf, -math.inf, 1e300, -1e300)
HELD_TOGETHER = (
    "department",
    "segment",
    "exposed",
    "day",
    "form",
    "document",
    "instrument",
    "scale",
    "author",
)
"""Columns that the rows of a cluster share, where a table has them."""


def conditions(kpi: Kpi) -> list[tuple[str, Filter]]:
    """Every condition of a definition with the table that it is about."""
    below = [*kpi.denominator.where, *(one.where for one in kpi.exclusions)]
    expected = kpi.expected.where if kpi.expected is not None else ()
    return [
        *((kpi.numerator.table, one) for one in (*kpi.numerator.where, *kpi.against)),
        *((kpi.denominator.table, one) for one in below),
        *((kpi.expected.table, one) for one in expected if kpi.expected is not None),
    ]


def asked_for(kpis: Sequence[Kpi], table: str) -> dict[str, list[Any]]:
    """Per column the values that definitions compare it with."""
    found: dict[str, list[Any]] = {}
    for kpi in kpis:
        for where, one in conditions(kpi):
            if where == table and one.value is not None:
                values = one.value if isinstance(one.value, tuple) else (one.value,)
                found.setdefault(one.column, []).extend(values)
        if kpi.group is not None and kpi.group.reverse and kpi.numerator.table == table:
            found.setdefault(kpi.group.item_column, []).extend(kpi.group.reverse)
        if kpi.numerator.table == table:
            bounds = [
                *(kpi.plausible or ()),
                *([kpi.cap.at] if kpi.cap else []),
                *([kpi.top] if kpi.top else []),
            ]
            found.setdefault("", []).extend(in_columns(kpi, bound) for bound in bounds)
    return found


def case_seeds(cases: int, *, exactly: bool = False) -> st.SearchStrategy[list[int]]:
    """Seeds of up to so many cases, or of exactly so many, for `rows_of_cases`.

    A case is up to MOST rows of each table in departments of its own, named after its seed: one call of a
    database tries a whole batch, and a failure says which seed it was.
    """
    return st.lists(st.integers(0, 2**32 - 1), unique=True, min_size=cases if exactly else 1, max_size=cases)


def rows_of_cases(kpis: Sequence[Kpi], seeds: Sequence[int]) -> Tables:
    """The rows of some cases together."""
    return {
        table: [row for seed in seeds for row in _of_case(kpis, table, seed)] for table in tables_of(kpis)
    }


def _of_case(kpis: Sequence[Kpi], table: str, seed: int) -> list[dict[str, Any]]:
    chance = Random(f"{seed} {table}")
    rows = _rows(kpis, table, chance, chance.randint(0, MOST))
    return [row | {"department": f"{row['department']} {seed}"} for row in rows]


def wild_rows(kpis: Sequence[Kpi], seed: int, count: int) -> Tables:
    """So many rows of every table, in one case."""
    return {table: _rows(kpis, table, Random(f"{seed} {table}"), count) for table in tables_of(kpis)}


def rows_for_each(kpis: Sequence[Kpi], count: int) -> Tables:
    """So many rows of its tables for every definition, together: each has rows that were made to count."""
    found: Tables = {table: [] for table in tables_of(kpis)}
    for seed, kpi in enumerate(kpis):
        for table, rows in wild_rows([kpi], seed, count).items():
            found[table] += rows
    return found


def without_nan(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The same rows as SQLite can hold them: it knows no NaN, and endless less endless is NULL there."""
    return [{name: _held_by_sqlite(value) for name, value in row.items()} for row in rows]


def _held_by_sqlite(value: Any) -> Any:
    if not isinstance(value, float):
        return value
    return None if math.isnan(value) else max(value, -1e300)


def _rows(kpis: Sequence[Kpi], table: str, chance: Random, count: int) -> list[dict[str, Any]]:
    asked, kinds, rows = asked_for(kpis, table), types(table), []
    items = asked.get("item", [])
    wholes = [kpi.group.rows for kpi in kpis if kpi.group is not None]
    while len(rows) < count:
        begins = chance.choice(STARTS) + timedelta(milliseconds=chance.randrange(6 * 86_400_000))
        shared = {name: _value(chance, name, kind, asked, begins) for name, kind in kinds.items()}
        shared["form"] = shared["document"] = f"whole {chance.randrange(10**9)}"
        answers = chance.choice((1, 4, 5, 10, 100))
        for number in range(chance.choice((1, 1, 2, 2, 4, 6, 9, 10, 11, *wholes))):
            row = {name: _value(chance, name, kind, asked, begins) for name, kind in kinds.items()}
            if chance.random() < 0.97:
                row |= {name: shared[name] for name in HELD_TOGETHER if name in row}
            if "item" in row and items and chance.random() < 0.8:
                row["item"] = items[number % len(items)]
            if "score" in row and chance.random() < 0.9:
                row["score"] = float(chance.randint(0 if answers in (4, 100) else 1, answers))
            rows.append(row)
    return rows[:count]


def _value(chance: Random, name: str, kind: str, asked: dict[str, list[Any]], begins: datetime) -> Any:
    if name == "department":
        return chance.choice(DEPARTMENTS)
    if name == "day":
        return local(begins).date()
    if name == "segment":
        return chance.choice(["", "first"])
    if name == "exposed":
        return chance.randrange(2)
    if chance.random() < 0.08:
        return None
    if name in asked and kind != "time" and chance.random() < 0.7:
        found = chance.choice(asked[name])
        return float(found) if kind == "number" else found
    if kind == "text":
        return f"{name} {chance.randrange(3)}"
    if kind == "time":
        return _moment(chance, begins, asked.get("", []))
    return _number(chance, kind, asked.get("", []))


def _moment(chance: Random, begins: datetime, edges: list[float]) -> datetime:
    """Near the start of its row: the same instant, whole days, hours, or anything; sometimes before it.

    Or as many minutes after it as a bound of a definition, and a microsecond more.
    """
    if edges and chance.random() < 0.15:
        return begins + timedelta(minutes=chance.choice(edges), microseconds=chance.randrange(2))
    later = chance.choice(
        (
            timedelta(),
            timedelta(days=chance.randrange(8)),
            timedelta(hours=chance.randint(-2, 40)),
            timedelta(milliseconds=chance.randrange(86_400_000)),
            timedelta(microseconds=chance.randrange(9 * 86_400_000_000)),
        )
    )
    return begins + later


def _number(chance: Random, kind: str, edges: list[float]) -> Any:
    if kind == "date":
        return date(2026, 3, 29)
    if kind == "flag":
        return chance.randrange(2)
    if kind == "integer":
        return chance.choice((0, 1, 2, 3, 5, chance.randrange(1000)))
    which = chance.random()
    if which < 0.03:
        return chance.choice(NOT_NUMBERS)
    if which < 0.15 and edges:
        return chance.choice(edges)
    if which < 0.2:
        return -round(chance.lognormvariate(1, 1), 2)
    if which < 0.35:
        return float(chance.randrange(12))
    return round(chance.lognormvariate(4, 1.5), 3)
