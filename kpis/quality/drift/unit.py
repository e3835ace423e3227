"""A column that goes on in another unit: seconds instead of minutes, minutes instead of hours."""

import numpy as np
import pandas as pd

from kpis.quality.drift.finding import Finding, Subject
from kpis.quality.drift.level_shift import AT_LEAST_EACH_SIDE, SHORTEST, Floats
from kpis.quality.drift.weekly import SMALLEST_WEEK, monday, unknown

FACTORS = (24.0, 60.0, 100.0, 1000.0, 1440.0, 3600.0)
"""Between hours and days, seconds and minutes (minutes and hours), shares and percentages, thousands, minutes
and days, seconds and hours."""

TOLERANCE = 0.25
"""How far, relatively, a ratio of medians may be from a factor. No true change of a hospital's times is as
large as the smallest factor, so chance plays no part: a median would have to move twentyfold."""


def unit_changes(table: str, column: str, medians: pd.DataFrame) -> tuple[Finding, ...]:
    """One finding per department: the ratio of medians on either side of the best split against FACTORS.

    medians: columns department, week, rows, median (of the values above 0; missing where there are none). The
    split has the smallest sum of absolute distances of the logarithms to the medians of their sides.
    """
    found = []
    for department, own in medians.groupby("department", sort=True):
        subject = Subject(detector="unit", department=str(department), table=table, column=column)
        found.append(_finding(subject, own))
    return tuple(found)


def _finding(subject: Subject, own: pd.DataFrame) -> Finding:
    kept = own[(own["rows"] >= SMALLEST_WEEK) & (own["median"] > 0)].sort_values("week")
    if own["median"].isna().all():
        return unknown(subject, len(own), "never_filled")
    if len(kept) < SHORTEST:
        return unknown(subject, len(kept), "too_few_weeks")
    logs = np.log(kept["median"].to_numpy(np.float64))
    place = min(
        range(AT_LEAST_EACH_SIDE, len(logs) - AT_LEAST_EACH_SIDE + 1), key=lambda at: _spread(logs, at)
    )
    before, after = (float(np.exp(np.median(side))) for side in (logs[:place], logs[place:]))
    factor = _factor(after / before)
    return Finding(
        subject=subject,
        status="steady" if factor is None else "changed",
        weeks=len(kept),
        since=None if factor is None else monday(pd.Index(kept["week"]), place),
        value="" if factor is None else f"{factor:g}",
        before=before,
        after=after,
    )


def _spread(logs: Floats, place: int) -> float:
    return sum(float(np.abs(side - np.median(side)).sum()) for side in (logs[:place], logs[place:]))


def _factor(ratio: float) -> float | None:
    """The factor by which the values grew or shrank (then below 1); None for any other change."""
    for factor in FACTORS:
        for candidate in (factor, 1 / factor):
            if abs(np.log(ratio / candidate)) <= np.log1p(TOLERANCE):
                return candidate
    return None
