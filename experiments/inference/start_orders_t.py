"""Randomisation over start orders on a studentised statistic: allows departments to differ in noise.

MacKinnon and Webb 2020 (Journal of Econometrics 218), with the standard error of the scaled EWC t under each
start order: the order's own spread of changes gives the common factor, the cosines each department's noise
relative to the others. With pilot departments noisier than the others the plain statistic finds effects that
are not there; see docs/evidence/staggered_size.json.
"""

import numpy as np
from numpy.typing import NDArray

from experiments.inference.inversion import TOLERANCE, Ranges, invert
from experiments.inference.quartic import positive, quartic
from experiments.inference.start_orders import NEVER, Orders, start_orders
from experiments.inference.student import Inference

Floats = NDArray[np.float64]


def randomise_starts_t(
    changes: Floats, exposure: Floats, noise: Floats, cohort: Orders, level: float, seed: int
) -> Inference:
    """Average change against never-treated departments over its standard error, by inversion over orders.

    changes, exposure (S, G), cohort (G,): as for `randomise_starts`. noise (G,): relative noise variance of
    each department, which an effect does not move. Taking an effect x away leaves the actual order's variance
    V as it is, so another order counts where S_a(x)^2 V - (x - effect)^2 V_a(x), a quartic in x, is positive.
    """
    orders = start_orders(cohort, seed)
    values, shifts = _contrasts(orders, changes), _contrasts(orders, exposure)
    slopes = _average(orders, shifts)
    # The algebra runs in z = (x - effect) / error, which keeps the quartic well scaled.
    effect = float(_average(orders, values)[0])
    residuals = values - effect * shifts
    variance = float(_variances(orders[:1], residuals[:1], shifts[:1], noise)[0, 0])
    error = float(np.sqrt(variance))
    if not error > 0:
        raise ValueError("the changes do not vary")
    line = np.stack([_average(orders, residuals), -slopes * error], axis=1) / error
    below = _variances(orders, residuals, shifts * error, noise) / variance
    always = (np.abs(slopes) >= 1 - TOLERANCE) | (below[:, 2] <= TOLERANCE)
    starts, ends = positive(quartic(line[~always], below[~always]))
    forever = np.full(int(always.sum()), np.inf)
    ranges = Ranges(
        starts=np.concatenate([starts * error + effect, -forever]),
        ends=np.concatenate([ends * error + effect, forever]),
        assignments=len(orders),
    )
    return invert(ranges, effect, error, level)


def _contrasts(orders: Orders, around: Floats) -> Floats:
    """(M, G) every department's value under each order; for the actual one that of `experiments.contrast`.

    around (S, G): the statistic around each start. A department that starts: its own, minus the average of
    those that never do; one that never starts: its deviation from that average, over the starts.
    """
    never = orders == NEVER
    values = np.zeros(orders.shape)
    for index, own in enumerate(around):
        here = orders == index
        centred = own - (never @ own / never.sum(axis=1))[:, None]
        share = here.sum(axis=1) / (~never).sum(axis=1)
        values += np.where(here, centred, 0.0) + np.where(never, share[:, None] * centred, 0.0)
    return values


def _average(orders: Orders, values: Floats) -> Floats:
    """(M,) mean of the departments that start; that of the others is zero by construction."""
    treated = orders != NEVER
    return np.asarray((values * treated).sum(axis=1) / treated.sum(axis=1))


def _variances(orders: Orders, values: Floats, shifts: Floats, noise: Floats) -> Floats:
    """(M, 3): squared error of each order's average for values - x * shifts: coefficients of 1, x, x^2."""
    weights = 1 / noise
    spread, part = np.zeros((len(orders), 3)), np.zeros(len(orders))
    for group in (orders == NEVER, orders != NEVER):
        own = group * weights
        first, second = (own * values).sum(axis=1), (own * shifts).sum(axis=1)
        squares = [(own * product).sum(axis=1) for product in (values**2, -2 * values * shifts, shifts**2)]
        means = np.stack([first**2, -2 * first * second, second**2], axis=1) / own.sum(axis=1)[:, None]
        spread += np.stack(squares, axis=1) - means
        part += (group @ noise) / group.sum(axis=1) ** 2
    return np.asarray(spread / (orders.shape[1] - 2) * part[:, None])
