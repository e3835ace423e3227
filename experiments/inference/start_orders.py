"""Randomisation over start orders: which department starts when, and which never?

The permutation test of a stepped roll-out (Ji, Fink, Robyn and Small 2017; Wang and De Gruttola 2017): under
the null that the tool adds a constant from the start on, every way to hand the same start dates to the
departments is as likely as the actual one. The statistic, each treated department's own change against the
never-treated ones over the same weeks, is linear in that constant, so inversion is exact.
"""

from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import NDArray

from experiments.inference.inversion import invert_linear
from experiments.inference.student import Inference

Floats = NDArray[np.float64]
Orders = NDArray[np.intp]

MAX_ENUMERATED = 5000
DRAWS = 1999
NEVER = -1


def possible_orders(cohort: Orders) -> int:
    """How many start orders there are: G! / (product of cohort sizes !)."""
    count, left = 1, len(cohort)
    for size in np.unique(cohort, return_counts=True)[1]:
        count *= comb(left, int(size))
        left -= int(size)
    return count


def start_orders(cohort: Orders, seed: int, most: int = MAX_ENUMERATED, draws: int = DRAWS) -> Orders:
    """(M, G) orders, the actual one first: all of them up to `most`, else `draws` random ones besides.

    cohort (G,): index of the department's start date, -1 for never.
    """
    if possible_orders(cohort) <= most:
        every = _all_orders(cohort)
        return np.vstack([cohort, every[(every != cohort).any(axis=1)]])
    drawn = np.random.default_rng(seed).random((draws, len(cohort))).argsort(axis=1)
    return np.vstack([cohort, cohort[drawn]])


def randomise_starts(changes: Floats, exposure: Floats, cohort: Orders, level: float, seed: int) -> Inference:
    """Average change of treated departments against never-treated ones, by inversion over start orders.

    changes (S, G): every department's change around each of the S start dates. exposure (S, G): the same
    change of the 0/1 treatment indicator, by which an effect of 1 would move it.
    """
    orders = start_orders(cohort, seed)
    return invert_linear(_statistics(orders, changes), _statistics(orders, exposure), level)


def by_table(table: Floats, orders: Orders) -> Floats:
    """(M,) sums over departments of table (G, C): what each would add as a member of each cohort."""
    return np.asarray(table[np.arange(len(table)), orders].sum(axis=1))


def randomise_scaled(statistics: Floats, slopes: Floats, variances: Floats, level: float) -> Inference:
    """`invert_linear` for statistics that vary unequally from order to order, each over its own error.

    statistics, slopes, variances (M,), the actual order first. The variances are those of the departments'
    own noise, which neither the order nor an effect moves: of which departments an order makes its pilots. So
    noisier pilots are compared with what as noisy ones would have given.
    """
    shrunk = np.sqrt(variances[0] / variances)
    return invert_linear(statistics * shrunk, slopes * shrunk, level)


def _statistics(orders: Orders, changes: Floats) -> Floats:
    never = orders == NEVER
    treated = (~never).sum(axis=1)
    total = np.zeros(len(orders))
    for index, around in enumerate(changes):
        own = orders == index
        total += own @ around - own.sum(axis=1) * (never @ around) / never.sum(axis=1)
    return np.asarray(total / treated)


def _all_orders(cohort: Orders) -> Orders:
    """Every distinct order: cohort by cohort, all choices among the departments that are still free."""
    orders = np.full((1, len(cohort)), NEVER)
    free = np.arange(len(cohort))[None, :]
    for index, size in zip(*np.unique(cohort[cohort != NEVER], return_counts=True), strict=True):
        choices = np.array(list(combinations(range(free.shape[1]), int(size))))
        chosen = np.tile(choices, (len(orders), 1))
        orders = np.repeat(orders, len(choices), axis=0)
        free = np.repeat(free, len(choices), axis=0)
        np.put_along_axis(orders, np.take_along_axis(free, chosen, axis=1), index, axis=1)
        left = np.ones(free.shape, dtype=bool)
        np.put_along_axis(left, chosen, False, axis=1)
        free = free[left].reshape(len(free), -1)
    return orders
