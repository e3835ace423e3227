"""Intraclass correlation of scores: ICC(1), ICC(2) and ICC(3), of one rater and of the mean of k raters.

Shrout and Fleiss 1979 (Psychol. Bull. 86:420-428); intervals of McGraw and Wong 1996 (Psychol. Methods
1:30-46, erratum 1:390).
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import fdtri

from kpis.statistics.agreement import ONE_CATEGORY, TOO_FEW_TEXTS
from kpis.statistics.binning import Floats
from kpis.statistics.normal import Interval

TOO_FEW_RATERS = "too_few_raters"
MISSING_RATING = "missing_rating"
NO_DIFFERENCE = "no_difference_between_scores"

Form: TypeAlias = Literal["ICC(1)", "ICC(2)", "ICC(3)"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Intraclass:
    """The correlation with its interval; None with a reason if there is none.

    The interval is None where nothing is left to the residual, so that F is infinite.
    """

    value: float | None
    interval: Interval | None
    texts: int
    raters: int
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _MeanSquares:
    """Mean squares of n texts by k raters: between texts, between raters, within texts, residual."""

    n: int
    k: int
    texts: float
    raters: float
    within: float
    residual: float


def icc(scores: ArrayLike, form: Form, *, average: bool = False, level: float = 0.95) -> Intraclass:
    """The intraclass correlation of scores of shape (texts, raters), every rater having scored every text.

    ICC(1): raters differ per text. ICC(2): raters are a sample of all raters, agreement. ICC(3): these raters
    alone, consistency. average: of the mean of the raters instead of one of them.
    """
    table = np.asarray(scores, dtype=np.float64)
    n, k = table.shape
    reason = _refusal(table)
    if reason:
        return Intraclass(value=None, interval=None, texts=n, raters=k, reason=reason)
    squares = _mean_squares(table)
    value = _two_way(squares) if form == "ICC(2)" else _by_ratio(_f_ratio(squares, form), k)
    interval = _agreement_interval(squares, value, level) if form == "ICC(2)" else None
    if form != "ICC(2)":
        interval = _ratio_interval(squares, form, level)
    if average:
        value = _spearman_brown(value, k)
        interval = interval and Interval(
            low=_spearman_brown(interval.low, k), high=_spearman_brown(interval.high, k)
        )
    return Intraclass(value=value, interval=interval, texts=n, raters=k, reason=None)


def _refusal(table: Floats) -> str | None:
    n, k = table.shape
    if n < 2:
        return TOO_FEW_TEXTS
    if k < 2:
        return TOO_FEW_RATERS
    if not np.isfinite(table).all():
        return MISSING_RATING
    if np.ptp(table) == 0:
        return NO_DIFFERENCE
    return ONE_CATEGORY if (np.ptp(table, axis=0) == 0).any() else None


def _mean_squares(table: Floats) -> _MeanSquares:
    n, k = table.shape
    centred = table - table.mean()
    text, rater = centred.mean(axis=1), centred.mean(axis=0)
    residual = centred - text[:, None] - rater[None, :]
    within = centred - text[:, None]
    return _MeanSquares(
        n=n,
        k=k,
        texts=float(k * (text**2).sum()) / (n - 1),
        raters=float(n * (rater**2).sum()) / (k - 1),
        within=_without_rounding(within, table) / (n * (k - 1)),
        residual=_without_rounding(residual, table) / ((n - 1) * (k - 1)),
    )


def _without_rounding(deviations: Floats, table: Floats) -> float:
    total = float((deviations**2).sum())
    return total if total > 1e-20 * float((table**2).sum()) else 0.0


def _f_ratio(squares: _MeanSquares, form: Form) -> float:
    noise = squares.within if form == "ICC(1)" else squares.residual
    return squares.texts / noise if noise > 0 else np.inf


def _by_ratio(ratio: float, k: int) -> float:
    """(F - 1) / (F + k - 1), which is (BMS - WMS) / (BMS + (k - 1) WMS)."""
    return 1.0 if np.isinf(ratio) else (ratio - 1) / (ratio + k - 1)


def _two_way(squares: _MeanSquares) -> float:
    raters = squares.k * (squares.raters - squares.residual) / squares.n
    return (squares.texts - squares.residual) / (squares.texts + (squares.k - 1) * squares.residual + raters)


def _ratio_interval(squares: _MeanSquares, form: Form, level: float) -> Interval | None:
    ratio, n, k = _f_ratio(squares, form), squares.n, squares.k
    if np.isinf(ratio):
        return None
    above, below = n - 1, n * (k - 1) if form == "ICC(1)" else (n - 1) * (k - 1)
    p = (1 + level) / 2
    return Interval(
        low=_by_ratio(ratio / float(fdtri(above, below, p)), k),
        high=_by_ratio(ratio * float(fdtri(below, above, p)), k),
    )


def _agreement_interval(squares: _MeanSquares, rho: float, level: float) -> Interval | None:
    """With Satterthwaite's degrees of freedom; rho counts as at least 0, since its weights must."""
    n, k, positive = squares.n, squares.k, max(rho, 0.0)
    if squares.residual == 0:
        return None
    between = k * positive * squares.raters / squares.residual
    rest = n * (1 + (k - 1) * positive) - k * positive
    v = (between + rest) ** 2 / (between**2 / (k - 1) + rest**2 / ((n - 1) * (k - 1)))
    p = (1 + level) / 2
    noise = k * squares.raters + (k * n - k - n) * squares.residual
    upper, lower = float(fdtri(n - 1, v, p)), float(fdtri(v, n - 1, p))
    return Interval(
        low=n * (squares.texts - upper * squares.residual) / (upper * noise + n * squares.texts),
        high=n * (lower * squares.texts - squares.residual) / (noise + n * lower * squares.texts),
    )


def _spearman_brown(value: float, k: int) -> float:
    return k * value / (1 + (k - 1) * value)
