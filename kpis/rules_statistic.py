"""Which parts of a definition go with which statistic."""

from collections.abc import Iterator

from core.language.text import N_
from kpis import expression
from kpis.kpi import Kpi
from kpis.rules_values import Path, Problem, column_problems, column_type, where_problems
from kpis.tables import TABLES

OVER_ROWS = ("duration", "mean", "proportion", "ordinal", "net", "censored")
"""Statistics of the rows of one table; the others divide one sum by another."""

AVERAGED = ("duration", "mean", "ordinal", "censored")
"""Statistics whose numerator is a value of every row."""

BELONGS = {
    "against": ("net",),
    "group": ("mean", "proportion"),
    "staff": ("staff_share",),
    "top": ("ordinal",),
    "within": ("censored",),
    "cap": ("duration", "mean"),
    "offset": ("duration", "mean"),
}
"""Keys that only some statistics take."""

REQUIRED = {"net": "against", "staff_share": "staff", "ordinal": "top", "censored": "within"}


def statistic_problems(kpi: Kpi) -> Iterator[Problem]:
    """What does not go with the statistic."""
    if kpi.statistic in OVER_ROWS:
        yield from _over_rows(kpi)
    else:
        yield from _divisor(kpi)
    for key, statistics in BELONGS.items():
        if getattr(kpi, key) and kpi.statistic not in statistics:
            yield _problem(
                (key,),
                N_("'{key}' does not go with a {statistic}."),
                N_("Leave it out, or choose one of: {statistics}."),
                key=key,
                statistic=kpi.statistic,
                statistics=", ".join(statistics),
            )
    needed = REQUIRED.get(kpi.statistic, "")
    if needed and getattr(kpi, needed) in (None, ()):
        yield _problem(
            (),
            N_("A {statistic} needs '{key}'."),
            N_("Add it."),
            key=needed,
            statistic=kpi.statistic,
        )
    if kpi.against:
        yield from where_problems(kpi.numerator.table, kpi.against, ("against",))
    yield from _censored(kpi)
    yield from _group(kpi)
    yield from _staff(kpi)


def _over_rows(kpi: Kpi) -> Iterator[Problem]:
    if kpi.numerator.table != kpi.denominator.table:
        yield _problem(
            ("numerator", "table"),
            N_("A {statistic} takes numerator and denominator from one table."),
            N_('Use one table, or statistic = "ratio".'),
            statistic=kpi.statistic,
        )
    if kpi.denominator.value:
        yield _problem(
            ("denominator", "value"),
            N_("The denominator of a {statistic} counts rows and takes no value."),
            N_('Leave it out, or use statistic = "ratio".'),
            statistic=kpi.statistic,
        )
    averaged = kpi.statistic in AVERAGED or kpi.group is not None
    if averaged == bool(kpi.numerator.where) or averaged != bool(kpi.numerator.value):
        yield _problem(
            ("numerator",),
            N_("The numerator of a {statistic} does not fit."),
            N_(
                "A duration or mean has a value and its conditions stand under the denominator; a proportion "
                "has conditions (where) and no value."
            ),
            statistic=kpi.statistic,
        )


def _divisor(kpi: Kpi) -> Iterator[Problem]:
    """A sum that lacks some of its rows is too small, and what is divided by it too large."""
    table, parsed = TABLES.get(kpi.denominator.table), expression.parse(kpi.denominator.value)
    if table is None or parsed is None:
        return
    for name in parsed.columns:
        column = table.column(name)
        if column is not None and not column.required:
            yield _problem(
                ("denominator", "value"),
                N_("The KPI divides by '{column}' of {table}, which may be missing."),
                N_("Divide by a column that is always there, or count rows where it is present."),
                column=name,
                table=table.name,
            )


def _censored(kpi: Kpi) -> Iterator[Problem]:
    parsed = expression.parse(kpi.numerator.value)
    if kpi.statistic != "censored" or parsed is None:
        return
    if not parsed.is_span or kpi.missing != "exclude":
        yield _problem(
            ("numerator", "value"),
            N_("A censored duration runs from one time to another that may still be open."),
            N_('Write value = "start..end" and missing = "exclude"; an open end is never dropped.'),
        )


def _group(kpi: Kpi) -> Iterator[Problem]:
    group, table = kpi.group, TABLES.get(kpi.numerator.table)
    if group is None or table is None:
        return
    for key, name in (("column", group.column), ("item_column", group.item_column)):
        if key == "column" or group.reverse:
            yield from column_problems(name, table, ("text",), ("group", key))
    if not 1 <= group.at_least <= group.rows:
        yield _problem(
            ("group", "at_least"),
            N_("'at_least' must be from 1 to the number of rows, {rows}."),
            rows=group.rows,
        )
    if (group.counts is not None) != (kpi.statistic == "proportion"):
        yield _problem(
            ("group", "counts"),
            N_("'counts' says which gathered values meet a proportion; a proportion needs it."),
            N_("Add operator and value under [group.counts], or leave it out for a mean."),
        )


def _staff(kpi: Kpi) -> Iterator[Problem]:
    if kpi.statistic != "staff_share":
        return
    for key, quantity in (("numerator", kpi.numerator), ("denominator", kpi.denominator)):
        table = TABLES.get(quantity.table)
        if table is not None and column_type(table, "clinician") is None:
            yield _problem(
                (key, "table"),
                N_("Table {table} names no clinicians, so there is no share of them."),
                table=table.name,
            )


def _problem(path: Path, message: str, remedy: str = "", **values: str | float) -> Problem:
    return Problem(path=path, message=message, remedy=remedy, values=values)
