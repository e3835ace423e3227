"""Newcombe's hybrid score interval for a difference of shares."""

from math import hypot

from kpis.statistics.proportion import wilson


def newcombe(events: tuple[int, int], rows: tuple[int, int], level: float) -> tuple[float, float]:
    """Interval of share of interest minus control's, from the two Wilson intervals.

    Newcombe 1998, "Interval estimation for the difference between independent proportions" (Statistics in
    Medicine 17), method 10. rows: at least 1 each.
    """
    ours, control = (wilson(x, n, level) for x, n in zip(events, rows, strict=True))
    if ours is None or control is None:
        raise ValueError("a share needs rows")
    p1, p0 = (x / n for x, n in zip(events, rows, strict=True))
    effect = p1 - p0
    return effect - hypot(p1 - ours.low, control.high - p0), effect + hypot(ours.high - p1, p0 - control.low)
