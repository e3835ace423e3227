"""How far two raters agree beyond chance: percent agreement, Cohen's kappa, Gwet's AC1 and AC2.

A coefficient that cannot be had is None with a reason code.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from scipy.special import stdtrit

from kpis.statistics.binning import Floats
from kpis.statistics.normal import Interval, symmetric
from kpis.statistics.proportion import wilson

TOO_FEW_TEXTS = "too_few_texts"
UNEQUAL_NUMBERS = "raters_scored_unequal_numbers"
OUTSIDE_SCALE = "rating_outside_scale"
ONE_CATEGORY = "one_category_used"
Weighting: TypeAlias = Literal["unweighted", "linear", "quadratic", "ordinal"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """A coefficient (at most 1) with observed and expected agreement; None with a reason if there is none.

    Error and interval are None where every text agrees: then the data say nothing about them.
    """

    value: float | None
    standard_error: float | None
    interval: Interval | None
    observed: float | None
    expected: float | None
    n: int
    reason: str | None


def percent_agreement(
    first: Sequence[int], second: Sequence[int], categories: Sequence[int], level: float = 0.95
) -> Agreement:
    """The share of texts that both raters gave the same score, with Wilson's interval; no chance in it."""
    reason = _refusal(first, second, categories)
    if reason:
        return _refused(reason, len(first))
    n, same = len(first), sum(a == b for a, b in zip(first, second, strict=True))
    p = same / n
    return Agreement(
        value=p,
        standard_error=math.sqrt(p * (1 - p) / n) or None,
        interval=wilson(same, n, level),
        observed=p,
        expected=None,
        n=n,
        reason=None,
    )


def cohen_kappa(
    first: Sequence[int],
    second: Sequence[int],
    categories: Sequence[int],
    weights: Weighting = "unweighted",
    level: float = 0.95,
) -> Agreement:
    """Cohen's (weighted) kappa of the scores of two raters on the same texts, in the order of the texts.

    categories: every score that could be given, in order. Error of Fleiss, Cohen and Everitt 1969
    (Psychol. Bull. 72:323-327); interval by the normal distribution. Refused where a rater used one category.
    """
    reason = _refusal(first, second, categories) or _constant(first, second)
    if reason:
        return _refused(reason, len(first))
    p, w = _table(first, second, categories), weight_matrix(len(categories), weights)
    rows, columns = p.sum(axis=1), p.sum(axis=0)
    observed, expected = float((w * p).sum()), float(rows @ w @ columns)
    kappa = (observed - expected) / (1 - expected)
    influence = w - (1 - kappa) * ((w @ columns)[:, None] + (w.T @ rows)[None, :])
    error = _error(p, influence, observed - 2 * (1 - kappa) * expected, expected, len(first))
    interval = None if error is None else symmetric(kappa, error, level)
    return _found(kappa, error, interval, observed, expected, len(first))


def gwet_ac(
    first: Sequence[int],
    second: Sequence[int],
    categories: Sequence[int],
    weights: Weighting = "unweighted",
    level: float = 0.95,
) -> Agreement:
    """Gwet's AC1 (unweighted) or AC2 (weighted), which stays sound where nearly all texts get one score.

    Arguments as `cohen_kappa`. Gwet 2008 (Br. J. Math. Stat. Psychol. 61:29-48) and Gwet 2014, chapters 3
    and 5; interval by t with n - 1 degrees of freedom. Refused where both raters used the same one category.
    """
    reason = _refusal(first, second, categories)
    if not reason and len({*first, *second}) == 1:
        reason = ONE_CATEGORY
    if reason:
        return _refused(reason, len(first))
    q, n = len(categories), len(first)
    p, w = _table(first, second, categories), weight_matrix(q, weights)
    used = (p.sum(axis=1) + p.sum(axis=0)) / 2
    scale = float(w.sum()) / (q * (q - 1))
    observed, expected = float((w * p).sum()), scale * float((used * (1 - used)).sum())
    value = (observed - expected) / (1 - expected)
    influence = w - 2 * (1 - value) * scale * (1 - (used[:, None] + used[None, :]) / 2)
    error = _error(p, influence, observed - 2 * (1 - value) * expected, expected, n)
    interval = None
    if error is not None:
        margin = float(stdtrit(n - 1, (1 + level) / 2)) * error
        interval = Interval(low=value - margin, high=min(value + margin, 1.0))
    return _found(value, error, interval, observed, expected, n)


def weight_matrix(size: int, weights: Weighting) -> Floats:
    """Agreement of every pair of categories, shape (size, size): 1 for the same, 0 for the farthest apart.

    unweighted (1 or 0), linear, quadratic, or ordinal: 1 - C(|k - l| + 1, 2) / C(size, 2) (Gwet 2014).
    """
    place = np.arange(size, dtype=np.float64)
    apart: Floats = np.abs(place[:, None] - place[None, :])
    disagreement: dict[Weighting, Floats] = {
        "unweighted": (apart > 0).astype(np.float64),
        "linear": apart / (size - 1),
        "quadratic": (apart / (size - 1)) ** 2,
        "ordinal": apart * (apart + 1) / (size * (size - 1)),
    }
    return np.subtract(1.0, disagreement[weights])


def _table(first: Sequence[int], second: Sequence[int], categories: Sequence[int]) -> Floats:
    place = {category: i for i, category in enumerate(categories)}
    table = np.zeros((len(place), len(place)))
    np.add.at(table, ([place[score] for score in first], [place[score] for score in second]), 1.0)
    return table / len(first)


def _refusal(first: Sequence[int], second: Sequence[int], categories: Sequence[int]) -> str | None:
    if len(first) != len(second):
        return UNEQUAL_NUMBERS
    if len(first) < 2:
        return TOO_FEW_TEXTS
    return None if {*first, *second} <= {*categories} else OUTSIDE_SCALE


def _constant(first: Sequence[int], second: Sequence[int]) -> str | None:
    return ONE_CATEGORY if min(len(set(first)), len(set(second))) == 1 else None


def _error(p: Floats, influence: Floats, centre: float, expected: float, n: int) -> float | None:
    variance = float((p * influence**2).sum() - centre**2) / (n * (1 - expected) ** 2)
    return math.sqrt(variance) if variance > 1e-15 else None


def _refused(reason: str, n: int) -> Agreement:
    return Agreement(
        value=None, standard_error=None, interval=None, observed=None, expected=None, n=n, reason=reason
    )


def _found(
    value: float, error: float | None, interval: Interval | None, observed: float, expected: float, n: int
) -> Agreement:
    return Agreement(
        value=value,
        standard_error=error,
        interval=interval,
        observed=observed,
        expected=expected,
        n=n,
        reason=None,
    )
