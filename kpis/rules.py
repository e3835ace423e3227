"""What a KPI definition must obey beyond its types: tables, columns, filters and the chosen statistic."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from core.language.catalogue import LANGUAGES
from core.language.text import N_, Value
from kpis import expression
from kpis.kpi import Filter, Kpi, Quantity
from kpis.tables import COMMON, TABLES, ColumnType, Table

COMMON_TYPES: dict[str, ColumnType] = dict(zip(COMMON, ("text", "date", "text", "flag"), strict=True))
NUMERIC = ("integer", "number", "flag")
ORDERED = ("<", "<=", ">", ">=")
LISTS = ("in", "not in")
PRESENCE = ("missing", "present")


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A rule that is broken, at a path in the definition."""

    path: tuple[str | int, ...]
    message: str
    remedy: str = ""
    values: Mapping[str, Value] = field(default_factory=dict)


def problems(kpi: Kpi) -> tuple[Problem, ...]:
    """Every rule that a definition breaks."""
    return (
        *_texts(kpi),
        *_quantity(kpi.numerator, "numerator"),
        *_quantity(kpi.denominator, "denominator"),
        *_exclusions(kpi),
        *_statistic(kpi),
        *_numbers(kpi),
    )


def column_type(table: Table, name: str) -> ColumnType | None:
    """The type of a column of the facts, the common ones included; None where there is no such column."""
    found = table.column(name)
    return found.type if found else COMMON_TYPES.get(name)


def _texts(kpi: Kpi) -> Iterator[Problem]:
    for key, texts in (("label", kpi.label), ("question", kpi.question), ("unit", kpi.unit)):
        for language in LANGUAGES:
            if not texts.get(language):
                yield Problem(
                    path=(key,),
                    message=N_("'{key}' has no text in language '{language}'."),
                    remedy=N_("Add it."),
                    values={"key": key, "language": language},
                )


def _quantity(quantity: Quantity, key: str) -> Iterator[Problem]:
    table = TABLES.get(quantity.table)
    if table is None:
        yield Problem(
            path=(key, "table"),
            message=N_("There is no table '{table}'."),
            remedy=N_("Known: {known}."),
            values={"table": quantity.table, "known": ", ".join(TABLES)},
        )
        return
    yield from _value(quantity.value, table, (key, "value"))
    for number, condition in enumerate(quantity.where):
        yield from _filter(condition, table, (key, "where", number))


def _value(value: str, table: Table, path: tuple[str | int, ...]) -> Iterator[Problem]:
    parsed = expression.parse(value)
    if parsed is None:
        yield Problem(
            path=path,
            message=N_("'{value}' is not a value."),
            remedy=N_(
                'Write "" for rows, "a", "a + b", "a - b", or "a..b" for the minutes between two times.'
            ),
            values={"value": value},
        )
        return
    allowed = ("time",) if parsed.kind == "minutes" else NUMERIC
    for name in parsed.columns:
        yield from _column(name, table, allowed, path)


def _column(
    name: str, table: Table, allowed: tuple[str, ...], path: tuple[str | int, ...]
) -> Iterator[Problem]:
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


def _filter(condition: Filter, table: Table, path: tuple[str | int, ...]) -> Iterator[Problem]:
    parsed = expression.parse(condition.column)
    if parsed is None or parsed.kind == "rows":
        yield from _value(condition.column or "?", table, (*path, "column"))
        return
    if parsed.kind == "minutes" or len(parsed.terms) > 1:
        yield from _value(condition.column, table, (*path, "column"))
        kind: ColumnType | None = "number"
    else:
        yield from _column(condition.column, table, ("text", "time", "date", *NUMERIC), (*path, "column"))
        kind = column_type(table, condition.column)
    if kind is not None and not _fits(condition, kind):
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


def _exclusions(kpi: Kpi) -> Iterator[Problem]:
    table = TABLES.get(kpi.denominator.table)
    reasons = [exclusion.reason for exclusion in kpi.exclusions]
    for number, exclusion in enumerate(kpi.exclusions):
        if table is not None:
            yield from _filter(exclusion.where, table, ("exclusions", number, "where"))
        if reasons.index(exclusion.reason) < number or exclusion.reason in RESERVED:
            yield Problem(
                path=("exclusions", number, "reason"),
                message=N_("Reason '{reason}' is used twice."),
                remedy=N_("Give every exclusion a reason of its own."),
                values={"reason": exclusion.reason},
            )


RESERVED = ("missing_value", "implausible")
"""Reasons that Meetlat itself gives to rows it leaves out."""


def _statistic(kpi: Kpi) -> Iterator[Problem]:
    if kpi.statistic == "ratio":
        return
    if kpi.numerator.table != kpi.denominator.table:
        yield Problem(
            path=("numerator", "table"),
            message=N_("A {statistic} takes numerator and denominator from one table."),
            remedy=N_('Use one table, or statistic = "ratio".'),
            values={"statistic": kpi.statistic},
        )
    if kpi.denominator.value:
        yield Problem(
            path=("denominator", "value"),
            message=N_("The denominator of a {statistic} counts rows and takes no value."),
            remedy=N_('Leave it out, or use statistic = "ratio".'),
            values={"statistic": kpi.statistic},
        )
    averaged = kpi.statistic in ("duration", "mean")
    if averaged == bool(kpi.numerator.where) or averaged != bool(kpi.numerator.value):
        yield Problem(
            path=("numerator",),
            message=N_("The numerator of a {statistic} does not fit."),
            remedy=N_(
                "A duration or mean has a value and its conditions stand under the denominator; a proportion "
                "has conditions (where) and no value."
            ),
            values={"statistic": kpi.statistic},
        )


def _numbers(kpi: Kpi) -> Iterator[Problem]:
    checks = (
        ("smallest_change", kpi.smallest_change > 0, N_("must be more than 0")),
        ("display_scale", kpi.display_scale > 0, N_("must be more than 0")),
        ("digits", 0 <= kpi.digits <= 6, N_("must be from 0 to 6")),
        ("matures_after_days", kpi.matures_after_days >= 0, N_("must be 0 or more")),
        (
            "plausible",
            kpi.plausible is None or kpi.plausible[0] < kpi.plausible[1],
            N_("must run from a lower to a higher number"),
        ),
        ("numerator", kpi.numerator.scale > 0, N_("must have a scale of more than 0")),
        ("denominator", kpi.denominator.scale > 0, N_("must have a scale of more than 0")),
    )
    for key, fine, rule in checks:
        if not fine:
            yield Problem(path=(key,), message=f"'{{key}}' {rule}.", values={"key": key})
