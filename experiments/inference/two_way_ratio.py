"""Counts and shares on one regressor with unit and period effects: a ratio of rates or of odds.

Poisson with a log link (Gourieroux, Monfort and Trognon 1984; Wooldridge 1999: consistent for any outcome of
zero or more whose mean is right) and binomial with a logit link, by iteratively reweighted least squares.
Each step is a weighted two-way regression, so the last one carries every error that a two-way fit can have.
Department effects of a logit bias the ratio by about one over the number of cases of a department, which is
nothing over many periods (incidental parameters; Fernandez-Val and Weidner 2016).
"""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from experiments.inference.generalised_linear import LINK, MEAN, START, VARIANCE
from experiments.inference.two_way import TwoWay, two_way

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
RatioFamily = Literal["poisson", "binomial"]

MAX_STEPS = 50
TOLERANCE = 1e-10
EDGE = 1e-10


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What is fitted: y (U, T) counts or shares, NaN where there is none; on (U, T) the regressor.

    exposure (U, T): what a count or a share is out of, above zero wherever there is a value.
    """

    family: RatioFamily
    y: Floats
    on: Floats
    exposure: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """effect: log of the ratio. linear (U, T): linear predictor without offset. used (U, T): its cells.

    fit: the last step, a two-way fit whose residuals are Pearson's.
    """

    effect: float
    linear: Floats
    used: Flags
    fit: TwoWay


def informative(data: Counts) -> Flags:
    """(U, T) cells whose unit and whose period have an event, and not only events: the others say nothing."""
    used = np.isfinite(data.y)
    while True:
        y, most = (np.where(used, values, 0.0) for values in (data.y, np.ones_like(data.y)))
        kept = used.copy()
        for axis in (0, 1):
            total = y.sum(axis=axis, keepdims=True)
            below = total < most.sum(axis=axis, keepdims=True) if data.family == "binomial" else True
            kept &= (total > 0) & below
        if (kept == used).all():
            return used
        used = kept


def two_way_ratio(data: Counts) -> Ratio:
    """Raises ValueError where the steps do not settle, or where there is nothing to compare.

    They do not settle under separation: the ratio, or a unit's or a period's effect, is zero or infinite.
    """
    used = informative(data)
    y = np.where(used, data.y, 0.0)
    offset, prior = _offset_and_prior(data, used)
    linear = _start(data.family, y, prior, offset, used)
    for _ in range(MAX_STEPS):
        mean = MEAN[data.family](linear + offset)
        variance = VARIANCE[data.family](mean)
        weight = np.where(used, prior * variance, 0.0)
        working = linear + (y - mean) / variance
        before, (linear, effect) = linear, _step(working, data.on, weight)
        if not np.isfinite(effect) or variance[used].min() < EDGE:
            break
        if np.abs(linear - before)[used].max() <= TOLERANCE * (1 + np.abs(linear[used]).max()):
            # A cell is one observation, whatever its working weight.
            fit = replace(two_way(working, data.on, weight), n=float(used.sum()))
            return Ratio(effect=effect, linear=linear, used=used, fit=fit)
    raise ValueError("the model does not settle")


def _offset_and_prior(data: Counts, used: Flags) -> tuple[Floats, Floats]:
    exposure = np.where(used, data.exposure, 1.0)
    if data.family == "poisson":
        return np.log(exposure), np.ones_like(exposure)
    return np.zeros_like(exposure), exposure


def _start(family: RatioFamily, y: Floats, prior: Floats, offset: Floats, used: Flags) -> Floats:
    if not used.any():
        raise ValueError("no events at all")
    linear = np.zeros_like(y)
    linear[used] = LINK[family](START[family](y[used], prior[used])) - offset[used]
    return linear


def _step(working: Floats, on: Floats, weight: Floats) -> tuple[Floats, float]:
    """Fitted values (U, T) and the coefficient of a weighted two-way regression, without its other parts."""
    total = np.maximum(weight.sum(axis=1), np.finfo(float).tiny)
    periods = weight.sum(axis=0) > 0
    share = weight[:, periods] / total[:, None]
    laplacian = np.diag(weight[:, periods].sum(axis=0)) - weight[:, periods].T @ share
    both = np.stack([working, on])
    both = both - ((weight * both).sum(axis=2) / total)[:, :, None]
    sums = (weight * both).sum(axis=1)[:, periods].T
    effects = np.zeros((2, working.shape[1]))
    try:
        # The first period is the one the others are held against.
        effects[:, np.flatnonzero(periods)[1:]] = np.linalg.solve(laplacian[1:, 1:], sums[1:]).T
    except np.linalg.LinAlgError:
        raise ValueError("periods cannot be compared") from None
    both = both - effects[:, None, :]
    left, x = both - ((weight * both).sum(axis=2) / total)[:, :, None]
    strength = float((weight * x**2).sum())
    if not strength > TOLERANCE * float(weight.sum()):
        raise ValueError("the regressor does not vary within units and periods")
    effect = float((weight * x * left).sum()) / strength
    return np.where(weight > 0, working - left + effect * x, 0.0), effect
