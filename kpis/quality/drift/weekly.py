"""Weeks with enough rows, and a change of level among them."""

from dataclasses import dataclass
from datetime import date
from math import isfinite

import numpy as np
import pandas as pd

from kpis.quality.drift.finding import Finding, Reason, Subject
from kpis.quality.drift.level_shift import CRITICAL, Floats, level_shift

SMALLEST_WEEK = 10
"""Rows from which a week says something."""

THRESHOLD = CRITICAL[0.01]
"""Of the level of 1 %: that leaves room for weeks that resemble each other and for several values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The change of a weekly level that stands out most; since: the first week after it, by its Monday."""

    since: date
    before: float
    after: float
    statistic: float

    @property
    def size(self) -> float:
        """How far the level moved."""
        return abs(self.after - self.before)

    def is_real(self, smallest: float) -> bool:
        """Whether it exceeds the threshold and is large enough to matter."""
        return self.statistic > THRESHOLD and self.size >= smallest


def change_of(weeks: pd.Index, values: Floats) -> Change | None:
    """The change of a series, its weeks in order; None where there are too few."""
    found = level_shift(values)
    if found is None:
        return None
    return Change(
        since=monday(weeks, found.place),
        before=found.before,
        after=found.after,
        statistic=found.statistic,
    )


def finding(subject: Subject, weeks: int, change: Change | None, smallest: float, value: str = "") -> Finding:
    """The finding of a change, or of the want of weeks."""
    if change is None:
        return unknown(subject, weeks, "too_few_weeks")
    changed = change.is_real(smallest)
    return Finding(
        subject=subject,
        status="changed" if changed else "steady",
        weeks=weeks,
        since=change.since if changed else None,
        value=value,
        before=change.before,
        after=change.after,
        statistic=change.statistic if isfinite(change.statistic) else None,
    )


def unknown(subject: Subject, weeks: int, reason: Reason) -> Finding:
    """Nothing can be said, and why."""
    return Finding(subject=subject, status="unknown", weeks=weeks, reason=reason)


def monday(weeks: pd.Index, place: int) -> date:
    """The week at a place, by its first day."""
    return pd.Timestamp(np.asarray(weeks)[place]).date()
