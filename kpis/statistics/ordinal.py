"""Mean, top box and distribution of scores on an ordinal scale, from the counts of each answer."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from kpis.statistics.normal import Interval, symmetric
from kpis.statistics.proportion import wilson


@dataclass(frozen=True, slots=True, kw_only=True)
class Mean:
    """Mean score; error and interval are None below two answers or where all answers are the same."""

    value: float
    standard_error: float | None
    interval: Interval | None
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Share of the answers, 0 to 1; the interval is Wilson's, the error sqrt(p (1 - p) / n)."""

    value: float
    standard_error: float
    interval: Interval
    n: int


def mean(rows: Mapping[int, int], level: float = 0.95) -> Mean | None:
    """The mean of the answers, from answer to number of answers; None without answers.

    The error is s / sqrt(n) with s over n - 1.
    """
    n = sum(rows.values())
    if n <= 0:
        return None
    value = sum(answer * count for answer, count in rows.items()) / n
    squares = sum(count * (answer - value) ** 2 for answer, count in rows.items())
    if n < 2 or squares == 0:
        return Mean(value=value, standard_error=None, interval=None, n=n)
    error = math.sqrt(squares / (n - 1) / n)
    return Mean(value=value, standard_error=error, interval=symmetric(value, error, level), n=n)


def top_box(rows: Mapping[int, int], at_least: int, level: float = 0.95) -> Share | None:
    """The share of answers of `at_least` or higher; None without answers."""
    return _share(
        sum(count for answer, count in rows.items() if answer >= at_least), sum(rows.values()), level
    )


def distribution(rows: Mapping[int, int], low: int, high: int, level: float = 0.95) -> dict[int, Share]:
    """The share of every answer from low to high, also of those that nobody gave; empty without answers."""
    n = sum(rows.values())
    found = {answer: _share(rows.get(answer, 0), n, level) for answer in range(low, high + 1)}
    return {answer: share for answer, share in found.items() if share is not None}


def _share(part: int, n: int, level: float) -> Share | None:
    interval = wilson(part, n, level)
    if interval is None:
        return None
    p = part / n
    return Share(value=p, standard_error=math.sqrt(p * (1 - p) / n), interval=interval, n=n)
