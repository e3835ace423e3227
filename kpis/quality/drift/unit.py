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
    place = _best_split(logs)
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


def _best_split(logs: Floats) -> int:
    """The first place at which both sides together are closest to their medians."""
    within = range(AT_LEAST_EACH_SIDE, len(logs) - AT_LEAST_EACH_SIDE + 1)
    before, after = _distances(logs), _distances(logs[::-1])[::-1]
    return within[int(np.argmin([before[place - 1] + after[place] for place in within]))]


def _distances(values: Floats) -> Floats:
    """(W,) of the first 1, 2, ... W values the sum of their distances to their median.

    That is the sum of the upper half less that of the lower half, whatever stands in the middle.
    """
    number = np.arange(1, len(values) + 1)
    first = np.sort(np.where(number <= number[:, None], values, np.inf), axis=1)
    sums = np.cumsum(np.where(np.isfinite(first), first, 0.0), axis=1)
    row, half = number - 1, number // 2
    lower = np.where(half > 0, sums[row, half - 1], 0.0)
    distances: Floats = sums[row, number - 1] - sums[row, number - half - 1] - lower
    return distances


def _factor(ratio: float) -> float | None:
    """The factor by which the values grew or shrank (then below 1); None for any other change."""
    for factor in FACTORS:
        for candidate in (factor, 1 / factor):
            if abs(np.log(ratio / candidate)) <= np.log1p(TOLERANCE):
                return candidate
    return None
