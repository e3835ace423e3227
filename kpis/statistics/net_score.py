"""The net score: the share of promoters less the share of detractors, in points of -100 to 100."""

import math
from dataclasses import dataclass

from kpis.statistics.normal import Interval, two_sided


@dataclass(frozen=True, slots=True, kw_only=True)
class NetScore:
    """Net score in points; error and interval are None where all answers are of one class."""

    value: float
    standard_error: float | None
    interval: Interval | None
    n: int


def net_score(promoters: int, detractors: int, n: int, level: float = 0.95) -> NetScore | None:
    """The net score of n answers; None without answers or where the classes are more than n."""
    if min(promoters, detractors) < 0 or promoters + detractors > n:
        return None
    return from_sums(n, promoters - detractors, promoters + detractors, level)


def from_sums(n: int, total: int, squares: int, level: float = 0.95) -> NetScore | None:
    """The net score from sums of +1 (promoter), 0 (passive) and -1 (detractor) over n answers.

    With p and d the shares, total = n (p - d) and squares = n (p + d), so the multinomial error
    sqrt((p + d - (p - d)^2) / n) needs no more than these (Rocks 2016, Am. Stat. 70:365-372).
    """
    if n <= 0:
        return None
    net = total / n
    variance = (squares / n - net * net) / n
    if variance <= 0:
        return NetScore(value=100 * net, standard_error=None, interval=None, n=n)
    error = math.sqrt(variance)
    margin = two_sided(level) * error
    interval = Interval(low=100 * max(net - margin, -1.0), high=100 * min(net + margin, 1.0))
    return NetScore(value=100 * net, standard_error=100 * error, interval=interval, n=n)
