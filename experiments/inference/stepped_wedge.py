"""What a stepped wedge's treatment can be told apart from, and the test over its start orders.

Hussey and Hughes 2007 (Contemporary Clinical Trials 28): y_it = b_t + theta x_it + a_i + e_it with fixed
periods; here with fixed departments too.
"""

import numpy as np

from experiments.inference.department_contrasts import Flags, Floats
from experiments.inference.inversion import invert_linear
from experiments.inference.start_orders import Orders, by_table, start_orders
from experiments.inference.student import Inference

RANK = 1e-8


def separable(used: Flags, treatment: Floats) -> bool:
    """Whether treatment (G, T, K) is apart from periods even beside fixed departments, with cells to spare.

    The effect then rests on changes within departments, not on their levels alone.
    """
    columns = _columns(used, treatment)
    count = columns.shape[2]
    if used.sum() <= count + len(used):
        return False
    within = _within(used, columns)
    return bool(np.linalg.matrix_rank(within, tol=RANK, hermitian=True) == count - 1)


def randomise_order(
    y: Floats, used: Flags, treatment: Floats, cohort: Orders, level: float, seed: int
) -> Inference:
    """The effect with fixed departments and periods, inverted over start orders (Wang, De Gruttola 2017).

    y, used, treatment (G, T); cohort (G,): 0, 1, ... for the dates, of which never or not yet is one too. No
    variance is estimated, so the test is exact. The effect is sum(scores * y) and another order hands the
    same rows of scores to other departments: each is a sum over a table of departments by cohorts.
    """
    scores = _scores(used, treatment)[np.unique(cohort, return_index=True)[1]]
    orders, centred = start_orders(cohort, seed), y - y.mean(axis=1, keepdims=True)
    statistics, slopes = (by_table(values @ scores.T, orders) for values in (centred, treatment))
    return invert_linear(statistics, slopes, level)


def _scores(used: Flags, treatment: Floats) -> Floats:
    """(G, T) by which the least-squares effect with fixed departments and periods is sum(scores * y)."""
    columns = _columns(used, treatment[:, :, None])
    within = _within(used, columns)
    direction = np.linalg.lstsq(within, np.eye(len(within))[-1], rcond=RANK)[0]
    fitted = (columns @ direction) * used
    counts = np.maximum(used.sum(axis=1, keepdims=True), 1)
    return np.asarray((fitted - fitted.sum(axis=1, keepdims=True) / counts) * used)


def _columns(used: Flags, treatment: Floats) -> Floats:
    """(G, T, p) periods with a used cell, then treatment."""
    groups, periods = used.shape
    dummies = np.broadcast_to(
        np.eye(periods)[:, used.any(axis=0)], (groups, periods, int(used.any(axis=0).sum()))
    )
    return np.concatenate([dummies, treatment], axis=2)


def _within(used: Flags, columns: Floats) -> Floats:
    """(p, p) cross-products of columns (G, T, p) over the used cells, department means taken out."""
    kept = columns * used[:, :, None]
    means = kept.sum(axis=1) / np.maximum(used.sum(axis=1), 1)[:, None]
    within = (kept - means[:, None, :])[used]
    return np.asarray(within.T @ within)
