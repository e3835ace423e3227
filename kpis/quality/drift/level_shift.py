"""Where the level of a weekly series changed, with a test that needs no estimate of its noise."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

CRITICAL = {0.10: 29.6, 0.05: 40.1, 0.01: 68.6}
"""Upper critical values of the statistic by level (Shao and Zhang 2010, Table 1, one dimension)."""

AT_LEAST_EACH_SIDE = 4
"""Weeks on either side of a change; fewer say nothing."""

SHORTEST = 12
"""Weeks from which a series is looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelShift:
    """The split that stands out most.

    place: index of the first value after it. before, after: mean of the values on either side. statistic:
    infinite where both sides are constant and differ, 0 where nothing varies.
    """

    place: int
    before: float
    after: float
    statistic: float


def level_shift(values: ArrayLike, each_side: int = AT_LEAST_EACH_SIDE) -> LevelShift | None:
    """The most striking change of the mean of a series, shape (n,); None below SHORTEST values.

    Self-normalised: the squared distance of the partial sum to its share of the total over the sums of
    squares of the same distances within both sides, so that the noise and its autocorrelation cancel (Shao
    and Zhang, J. Am. Stat. Assoc. 2010; 105:1228-1240). The search leaves `each_side` values at both ends
    out, which makes the published critical values conservative.
    """
    x = np.asarray(values, dtype=np.float64)
    n = len(x)
    if n < max(SHORTEST, 2 * each_side):
        return None
    places = np.arange(each_side, n - each_side + 1)
    statistics = _statistics(x, places)
    best = int(np.argmax(statistics))
    place = int(places[best])
    return LevelShift(
        place=place,
        before=float(x[:place].mean()),
        after=float(x[place:].mean()),
        statistic=float(statistics[best]),
    )


def _statistics(x: Floats, places: NDArray[np.int64]) -> Floats:
    """The statistic of every split, shape (places,).

    Once both sides are centred on their own means their partial sums start and end at 0, so one cumulative
    sum along the row holds those of both.
    """
    n = len(x)
    left = np.arange(n) < places[:, None]
    first = np.array([x[:place].mean() for place in places])
    last = np.array([x[place:].mean() for place in places])
    centred = x - np.where(left, first[:, None], last[:, None])
    noise = (np.cumsum(centred, axis=1) ** 2).sum(axis=1) / n**2
    moved = (places * (first - x.mean())) ** 2 / n
    # equal values differ from their mean by rounding alone
    rounding = 1e-20 * float((x**2).sum())
    constant = noise <= rounding / n
    divided = moved / np.where(constant, 1.0, noise)
    return np.where(moved <= rounding, 0.0, np.where(constant, np.inf, divided))
