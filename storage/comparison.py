"""Which departments are compared over which days, as questions about the persons behind a KPI are asked."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, FromClause, case


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Sides by name with their departments, each on one side; first and last day; the day of the start."""

    sides: Mapping[str, Collection[str]]
    span: tuple[date, date]
    start: date

    @property
    def departments(self) -> list[str]:
        """Of all sides."""
        return sorted({name for side in self.sides.values() for name in side})


def side_of(facts: FromClause, sides: Mapping[str, Collection[str]]) -> ColumnElement[Any]:
    """The name of the side that the department of a row is on."""
    return case(*((facts.c.department.in_(sorted(names)), name) for name, names in sides.items() if names))
