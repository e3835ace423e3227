"""What one standard table contributes to one KPI."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from kpis import expression
from kpis.kpi import Filter, Kpi

Role = Literal["both", "numerator", "denominator", "expected"]

OVER_TWO_SUMS = ("ratio", "rate", "staff_share")
"""Statistics that divide by a sum of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """All of a KPI, one side of a ratio over two tables, or the rows that could have been measured."""

    kpi: Kpi
    role: Role

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why rows can be left out, in the order they are tried; a reason's code is 1 + its index."""
        if self.role == "expected":
            return ()
        declared = tuple(exclusion.reason for exclusion in self.kpi.exclusions)
        own = ("missing_value",) if self.role == "denominator" else ("missing_value", "implausible")
        gathered = ("incomplete",) if self.kpi.group is not None else ()
        return (*(declared if self.role != "numerator" else ()), *own, *gathered)

    @property
    def where(self) -> tuple[Filter, ...]:
        """The conditions of the population that this part looks at."""
        if self.role == "expected":
            return self.kpi.expected.where if self.kpi.expected is not None else ()
        return (self.kpi.numerator if self.role == "numerator" else self.kpi.denominator).where

    @property
    def has_numerator(self) -> bool:
        """Whether the table holds the KPI's numerator."""
        return self.role in ("both", "numerator")

    @property
    def has_denominator(self) -> bool:
        """Whether the table holds a denominator that is not simply the rows of the numerator."""
        return self.kpi.statistic in OVER_TWO_SUMS and self.role in ("both", "denominator")

    def name(self, measure: str) -> str:
        """The column of a measure."""
        return f"{self.kpi.id}__{'expected_' if self.role == 'expected' else ''}{measure}"


def parts(kpis: Sequence[Kpi], table: str) -> tuple[Part, ...]:
    """What a table contributes to the KPIs."""
    found = []
    for kpi in kpis:
        sides = (kpi.numerator.table == table, kpi.denominator.table == table)
        if any(sides):
            found.append(Part(kpi=kpi, role=_ROLES[sides]))
        if kpi.expected is not None and kpi.expected.table == table:
            found.append(Part(kpi=kpi, role="expected"))
    return tuple(found)


_ROLES: dict[tuple[bool, bool], Role] = {
    (True, True): "both",
    (True, False): "numerator",
    (False, True): "denominator",
}


def over_rows(contributions: Sequence[Part]) -> tuple[Part, ...]:
    """Those that are sums over the rows themselves: one scan gives all of them."""
    return tuple(
        part
        for part in contributions
        if part.role == "expected" or (part.kpi.group is None and part.kpi.staff is None)
    )


def gathered(contributions: Sequence[Part], column: str | None = None) -> tuple[Part, ...]:
    """Those whose rows are gathered into one value first, such as the items of a questionnaire.

    column: only those that are held together by it.
    """
    return tuple(
        part
        for part in contributions
        if part.kpi.group is not None and part.role == "both" and column in (None, part.kpi.group.column)
    )


def by_clinician(contributions: Sequence[Part]) -> tuple[Part, ...]:
    """Those that count clinicians by their totals."""
    return tuple(part for part in contributions if part.kpi.staff is not None and part.role != "expected")


def population_parts(kpis: Sequence[Kpi], table: str) -> tuple[Part, ...]:
    """Those whose population this table holds: the persons behind the KPI are counted there."""
    return tuple(part for part in parts(kpis, table) if part.role in ("both", "denominator"))


def tables_of(kpis: Sequence[Kpi]) -> tuple[str, ...]:
    """The standard tables that the KPIs read, each once, in a fixed order."""
    named = {table for kpi in kpis for table in (kpi.numerator.table, kpi.denominator.table)}
    return tuple(sorted(named | {kpi.expected.table for kpi in kpis if kpi.expected is not None}))


def values_of(part: Part) -> tuple[str, ...]:
    """Every value of the definition that this part works out of a row, those of its conditions included."""
    kpi = part.kpi
    where = [*part.where, *(one.where for one in kpi.exclusions if part.role != "numerator")]
    values = [condition.column for condition in where]
    if part.has_numerator:
        values += [kpi.numerator.value, *(one.column for one in (*kpi.numerator.where, *kpi.against))]
    if part.has_denominator:
        values.append(kpi.denominator.value)
    return tuple(dict.fromkeys(values))


def calendar_columns(contributions: Sequence[Part]) -> tuple[str, ...]:
    """The time columns that must be looked up in the calendar, because working time is counted from them."""
    spans = (expression.parsed(value) for part in contributions for value in values_of(part))
    return tuple(sorted({name for span in spans if span.needs_calendar for name in span.columns}))
