"""The breakdown value: the largest departure at which no effect is still excluded."""

from collections.abc import Callable

PRECISION = 1e-3
DOUBLINGS = 40
HALVINGS = 60


def breakdown_value(interval: Callable[[float], tuple[float, float]], unit: float) -> float | None:
    """By bisection, to a thousandth of itself; None where zero lies inside the interval already at m = 0.

    interval: from a departure m to an interval that grows with it. unit: a departure of the size to expect.
    The interval at the value given back excludes zero; 0.1 % further it does not.
    """

    def excludes(m: float) -> bool:
        low, high = interval(m)
        return low > 0 or high < 0

    if not excludes(0.0):
        return None
    low, high = 0.0, unit
    for _ in range(DOUBLINGS):
        if not excludes(high):
            break
        low, high = high, 2 * high
    for _ in range(HALVINGS):
        if high - low <= PRECISION * high:
            break
        middle = (low + high) / 2
        low, high = (middle, high) if excludes(middle) else (low, middle)
    return low
