"""How much of a sum of time or money two persons bring in, per KPI and group.

A sum of which two persons make up nearly all tells each of them what the other brought in, however many there
are beside them: the rule of dominance (Hundepool et al., Statistical Disclosure Control, 2012, section 4.2.2,
with n = 2). Sums of counts and scores are not looked at: a week with one error is dominated by nature.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
import sqlalchemy as sa
from sqlalchemy import ColumnElement, Label, Subquery, case, func

from kpis import expression
from kpis.gather import Run
from kpis.parts import Part
from kpis.row_values import Rows, capped, numerator, population
from kpis.tables import TABLES

Numbers: TypeAlias = npt.NDArray[np.float64]

MEASURES = ("amount", "largest_two")
"""What all bring in together, and two of them at the most."""

_SUMS = ("duration", "mean", "ratio", "rate")
"""Statistics that add up what stands in a row."""


def is_amount(part: Part) -> bool:
    """Whether a KPI adds up time or money that stands beside the persons of its population."""
    kpi = part.kpi
    if part.role != "both" or kpi.group is not None or kpi.statistic not in _SUMS or not kpi.numerator.value:
        return False
    value, table = expression.parsed(kpi.numerator.value), TABLES[kpi.numerator.table]
    units = [column.unit for name in value.columns if (column := table.column(name)) is not None]
    return value.is_span or all(units)


def amount(part: Part, rows: Rows) -> ColumnElement[float]:
    """What a row of the population brings in, as far as it counts."""
    return case((population(part, rows), func.abs(capped(part.kpi, numerator(part, rows)))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouping:
    """names: of the columns that make a group. by: what to group by. which: further columns of a group."""

    names: Sequence[str]
    by: Sequence[ColumnElement[Any]]
    which: Sequence[Label[Any]] = ()

    @property
    def keys(self) -> list[str]:
        """Names of all columns that tell groups."""
        return [*self.names, *(column.name for column in self.which)]


def largest(
    run: Run, marked: Subquery, parts: Sequence[Part], groups: Grouping, person: str, *, sums_only: bool
) -> pd.DataFrame:
    """Per group the columns KPI__amount and KPI__largest_two, by the persons of one column of `marked`.

    `marked` holds `amount` of each part under its KPI__amount. sums_only: what one person brings in is not
    asked for, which gives a higher bound.
    """
    names = [part.name("amount") for part in parts]
    sums = [func.sum(marked.c[name]).label(name) for name in names]
    keys = [marked.c[name] for name in groups.names]
    each = sa.select(*keys, *groups.which, *sums).group_by(*groups.by, marked.c[person]).subquery()
    own = [each.c[key] for key in groups.keys]
    asked = [
        one.label(f"{name}_{label}")
        for name in names
        for label, one in _sums(each.c[name], sums_only=sums_only).items()
    ]
    found = run(sa.select(*own, *asked).group_by(*own))
    measures = {part.name(name): values for part in parts for name, values in _measures(found, part).items()}
    return found[groups.keys].assign(**measures)


def _sums(value: ColumnElement[float], *, sums_only: bool) -> dict[str, ColumnElement[float]]:
    found: dict[str, ColumnElement[float]] = {"total": func.sum(value), "squares": func.sum(value * value)}
    return found if sums_only else found | {"largest": func.max(value)}


def _measures(found: pd.DataFrame, part: Part) -> dict[str, Numbers]:
    """Two of them bring in at most the root of twice the sum of all squares (Cauchy and Schwarz).

    Where the largest is known, the second is no larger, nor than the root of what squares it leaves. Rounded
    to a millionth of the sum: what squares are left has few digits, which hang on the order of the rows.
    """
    columns = (f"{part.name('amount')}_{label}" for label in ("total", "squares", "largest"))
    total, squares, *known = (np.nan_to_num(found[name]) for name in columns if name in found)
    two = np.sqrt(2 * squares)
    for most in known:
        two = most + np.minimum(most, np.sqrt(np.abs(squares - most * most)))
    share = np.divide(np.minimum(two, total), total, out=np.zeros_like(total), where=total != 0)
    return {"amount": total, "largest_two": total * share.round(6)}
