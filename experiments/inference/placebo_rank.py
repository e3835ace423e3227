"""Placebo in space: would departments without the tool show as large a change in the gap?

Abadie, Diamond and Hainmueller 2010: the ratio of the root mean squared gap after the start to that before,
ranked among pretended pilots. Firpo and Possebom 2018, "Synthetic control method: inference, sensitivity
analysis and confidence sets" (Journal of Causal Inference 6), equations 12 to 15: the same test of a constant
effect x, taken out of the treated outcomes, inverted for an interval. A squared ratio is a parabola in x, so
the ranges of x on which a pretended pilot counts are exact.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.inference.inversion import TOLERANCE, Ranges, invert
from experiments.inference.student import Inference
from experiments.inference.synthetic_control import Gaps

Floats = NDArray[np.float64]

NOTHING = 1e-4
"""A gap before the start smaller than this part of the outcomes' spread counts as this part."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceboRank:
    """Root mean squared gaps of the actual assignment, its rank by their ratio, and the test.

    exact: the mix leaves next to no gap before the start, so that no ratio can be judged. inference: an
    interval without width at the effect means that every constant effect is excluded.
    """

    rmspe_before: float
    rmspe_after: float
    rank: int
    of: int
    exact: bool
    inference: Inference


def placebo_rank(found: Gaps, spread: float, level: float) -> PlaceboRank:
    """Rank, p-value and interval; spread: of the outcomes, in their unit."""
    before, after = found.gaps[:, : found.n_before], found.gaps[:, found.n_before :]
    squares = np.mean(before**2, axis=1)
    squared = np.maximum(squares, (NOTHING * spread) ** 2)
    ratios = np.mean(after**2, axis=1) / squared
    effect = float(after[0].mean())
    shifted = after - effect * found.exposure[:, None]
    error = float(np.sqrt(np.mean(shifted[1:].mean(axis=1) ** 2)))
    return PlaceboRank(
        rmspe_before=float(np.sqrt(squares[0])),
        rmspe_after=float(np.sqrt(np.mean(after[0] ** 2))),
        rank=int((ratios >= ratios[0] * (1 - TOLERANCE)).sum()),
        of=len(ratios),
        exact=bool(squares[0] <= (NOTHING * spread) ** 2),
        inference=invert(_ranges(shifted, squared, found.exposure, effect), effect, error, level),
    )


def _ranges(shifted: Floats, squared: Floats, exposure: Floats, effect: float) -> Ranges:
    """Where each ratio is at least the actual one: a z^2 + b z + c >= 0, z the distance to the effect."""
    relative = squared[0] / squared
    a = exposure**2 * relative - 1
    b = -2 * exposure * shifted.mean(axis=1) * relative
    c = np.mean(shifted**2, axis=1) * relative - np.mean(shifted[0] ** 2)
    a, b, c = a[1:], b[1:], c[1:]
    flat = np.abs(a) <= TOLERANCE
    inner, outer = (a < 0) & ~flat, (a > 0) & ~flat
    real = b**2 - 4 * a * c >= 0
    low, high = _roots(a, b, c)
    with np.errstate(divide="ignore", invalid="ignore"):
        border = -c / b
    endless = np.inf
    pieces = [
        (low[inner & real], high[inner & real]),
        (np.full(int((outer & real).sum()), -endless), low[outer & real]),
        (high[outer & real], np.full(int((outer & real).sum()), endless)),
        (border[flat & (b > 0)], np.full(int((flat & (b > 0)).sum()), endless)),
        (np.full(int((flat & (b < 0)).sum()), -endless), border[flat & (b < 0)]),
    ]
    always = 1 + int((outer & ~real).sum() + (flat & (b == 0) & (c >= 0)).sum())
    pieces.append((np.full(always, -endless), np.full(always, endless)))
    return Ranges(
        starts=effect + np.concatenate([start for start, _ in pieces]),
        ends=effect + np.concatenate([end for _, end in pieces]),
        assignments=len(exposure),
    )


def _roots(a: Floats, b: Floats, c: Floats) -> tuple[Floats, Floats]:
    """Both real roots, the smaller first; by the form that loses no digits."""
    with np.errstate(divide="ignore", invalid="ignore"):
        half = -(b + np.copysign(np.sqrt(np.maximum(b**2 - 4 * a * c, 0)), b)) / 2
        first, second = half / a, np.where(half == 0, half / a, c / half)
    return np.minimum(first, second), np.maximum(first, second)
