"""What the tables, columns and conditions of a definition must obey."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from core.language.text import N_, Value
from kpis import expression
from kpis.kpi import Filter, Quantity
from kpis.tables import COMMON, TABLES, ColumnType, Table

COMMON_TYPES: dict[str, ColumnType] = dict(zip(COMMON, ("text", "date", "text", "flag"), strict=True))
NUMERIC = ("integer", "number", "flag")
ORDERED = ("<", "<=", ">", ">=")
LISTS = ("in", "not in")
PRESENCE = ("missing", "present")

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A rule that is broken, at a path in the definition."""

    path: Path
    message: str
    remedy: str = ""
    values: Mapping[str, Value] = field(default_factory=dict)


def column_type(table: Table, name: str) -> ColumnType | None:
    """The type of a column of the facts, the common ones included; None where there is no such column."""
    found = table.column(name)
    return found.type if found else COMMON_TYPES.get(name)


def quantity_problems(quantity: Quantity, key: str) -> Iterator[Problem]:
    """What is wrong with the table, value and conditions of a quantity."""
    table = TABLES.get(quantity.table)
    if table is not None:
        yield from _value(quantity.value, table, (key, "value"))
    yield from where_problems(quantity.table, quantity.where, (key,))


def where_problems(table: str, where: tuple[Filter, ...], path: Path) -> Iterator[Problem]:
    """What is wrong with the conditions on a table, which itself must be a standard table."""
    found = TABLES.get(table)
    if found is None:
        yield Problem(
            path=(*path, "table"),
            message=N_("There is no table '{table}'."),
            remedy=N_("Known: {known}."),
            values={"table": table, "known": ", ".join(TABLES)},
        )
        return
    within = path if path == ("against",) else (*path, "where")
    for number, condition in enumerate(where):
        yield from filter_problems(condition, found, (*within, number))


def _value(value: str, table: Table, path: Path) -> Iterator[Problem]:
    parsed = expression.parse(value)
    if parsed is None:
        yield Problem(
            path=path,
            message=N_("'{value}' is not a value."),
            remedy=N_(
                'Write "" for rows, "a", "a + b", "a - b", "a..b" for the minutes between two times, or '
                "working_minutes(a..b) or working_days(a..b)."
            ),
            values={"value": value},
        )
        return
    allowed = ("time",) if parsed.is_span else NUMERIC
    for name in parsed.columns:
        yield from column_problems(name, table, allowed, path)


def column_problems(name: str, table: Table, allowed: tuple[str, ...], path: Path) -> Iterator[Problem]:
    """What is wrong with a column of a table that must be of one of the allowed types."""
    kind = column_type(table, name)
    if kind is None:
        yield Problem(
            path=path,
            message=N_("Table {table} has no column '{column}'."),
            remedy=N_("Known: {known}."),
            values={
                "table": table.name,
                "column": name,
                "known": ", ".join((*COMMON, *(column.name for column in table.columns))),
            },
        )
    elif kind not in allowed:
        yield Problem(
            path=path,
            message=N_("Column '{column}' of {table} is of type {kind}; here {allowed} is needed."),
            values={"column": name, "table": table.name, "kind": kind, "allowed": " / ".join(allowed)},
        )


def filter_problems(condition: Filter, table: Table, path: Path) -> Iterator[Problem]:
    """What is wrong with a condition on the rows of a table."""
    parsed = expression.parse(condition.column)
    if parsed is None or parsed.kind == "rows":
        yield from _value(condition.column or "?", table, (*path, "column"))
        return
    if parsed.is_span or len(parsed.terms) > 1:
        yield from _value(condition.column, table, (*path, "column"))
        kind: ColumnType | None = "number"
    else:
        yield from column_problems(
            condition.column, table, ("text", "time", "date", *NUMERIC), (*path, "column")
        )
        kind = column_type(table, condition.column)
    column = table.column(condition.column)
    if column is not None and column.person is not None and condition.operator not in PRESENCE:
        yield Problem(
            path=(*path, "column"),
            message=N_("A definition picks nobody out: '{column}' holds persons."),
            remedy=N_("Ask only whether it is 'missing' or 'present'."),
            values={"column": condition.column},
        )
    elif kind is not None and not _fits(condition, kind):
        yield Problem(
            path=(*path, "value"),
            message=N_("The value {value} does not go with operator '{operator}' on a {kind}."),
            remedy=N_(
                "'missing' and 'present' take no value, 'in' and 'not in' take a list, text is compared "
                "with text, numbers and flags (0 or 1) with numbers; times only with 'missing' and 'present'."
            ),
            values={"value": repr(condition.value), "operator": condition.operator, "kind": kind},
        )


def _fits(condition: Filter, kind: ColumnType) -> bool:
    value = condition.value
    if condition.operator in PRESENCE:
        return value is None
    if kind in ("time", "date") or (condition.operator in ORDERED and kind == "text"):
        return False
    if (condition.operator in LISTS) != isinstance(value, tuple) or value in (None, ()):
        return False
    wanted = str if kind == "text" else (int, float)
    return all(isinstance(one, wanted) for one in (value if isinstance(value, tuple) else (value,)))
