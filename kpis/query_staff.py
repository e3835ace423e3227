"""Totals per clinician and day, from which the share of clinicians of any period is counted.

Clinicians do not add up over days: their totals do. The cells keep pseudonyms and stay inside the workspace.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Select, case, func

from kpis.parts import Part, by_clinician
from kpis.query import Spans, within
from kpis.row_values import ONE, ZERO, code, rows_of

KEYS = ("day", "department", "clinician")


def statement(contributions: Sequence[Part], table: str, days: Spans | None = None) -> Select[Any] | None:
    """Per day, department and clinician the rows of each part: KPI__numerator, KPI__denominator.

    None where no KPI of the table counts clinicians. Rows without a pseudonym are nobody's and left out.
    """
    chosen = by_clinician(contributions)
    if not chosen:
        return None
    rows = rows_of(chosen, table)
    columns: list[ColumnElement[Any]] = [
        func.count(case((code(side, rows) == ZERO, ONE))).label(side.name(side.role))
        for part in chosen
        for side in _sides(part)
    ]
    keys = [rows.c[name] for name in KEYS]
    known = [rows.c.clinician.is_not(None), *within(rows.c.day, days)]
    return sa.select(*keys, *columns).select_from(rows.clause).where(*known).group_by(*keys)


def _sides(part: Part) -> tuple[Part, ...]:
    """A part on both sides, as one for each: their conditions differ."""
    if part.role != "both":
        return (part,)
    return (Part(kpi=part.kpi, role="numerator"), Part(kpi=part.kpi, role="denominator"))
