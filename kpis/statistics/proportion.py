"""A share with the interval of Wilson, and what it may still be where no event was seen."""

import math

from kpis.statistics.normal import Interval, two_sided


def share(part: float, n: float) -> float | None:
    """Part / n, from 0 to 1; None where n is 0 or part is not between 0 and n."""
    return part / n if n > 0 and 0 <= part <= n else None


def wilson(part: float, n: float, level: float = 0.95) -> Interval | None:
    """The score interval of a share (Wilson 1927; Brown, Cai and DasGupta 2001); None as `share`."""
    p = share(part, n)
    if p is None:
        return None
    z = two_sided(level)
    squared = z * z / n
    centre = (p + squared / 2) / (1 + squared)
    margin = z * math.sqrt(p * (1 - p) / n + squared / (4 * n)) / (1 + squared)
    # At 0 and at n one end is exact; rounding would put it 1e-17 past it.
    low = 0.0 if part == 0 else max(centre - margin, 0.0)
    high = 1.0 if part == n else min(centre + margin, 1.0)
    return Interval(low=low, high=high)


def share_at_zero(n: float, level: float = 0.95) -> float:
    """1 - (1 - level)^(1 / n): the exact one-sided bound of a share without an event in n > 0 rows.

    Clopper and Pearson 1934; a little below the rule of three, and never above 1.
    """
    return -math.expm1(math.log1p(-level) / n)


def rows_without_event(limit: float, level: float = 0.95) -> int:
    """Rows without an event from which the share is shown to be at most `limit`, between 0 and 1."""
    return math.ceil(math.log1p(-level) / math.log1p(-limit) - 1e-9)
