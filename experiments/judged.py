"""Averages of cohort effects with their uncertainty, whatever way it was worked out."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.special import stdtrit

from experiments.cohort_averages import Average
from experiments.inference.student import Inference
from experiments.panel import Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Several:
    """P estimates: effects and errors (P,), intervals and simultaneous bands (P, 2); NaN where none."""

    effects: Floats
    errors: Floats
    intervals: Floats
    bands: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """An average and its parts. lost: a department without which the average is not defined, if any."""

    headline: Inference
    parts: Several
    lost: str = ""


class Errors(Protocol):
    """One way to work out uncertainty."""

    def average(self, average: Average) -> Judged:
        """The average with its parts."""
        ...

    def cells(self) -> Several:
        """Every estimated effect of a cohort in a period."""
        ...


def several_t(
    effects: Floats, errors: Floats, degrees: Floats, level: float, multiple: float | None = None
) -> Several:
    """Estimates (P,) with t intervals, and bands of `multiple` errors or after Sidak 1967."""
    known = np.isfinite(effects) & np.isfinite(errors)
    single = level ** (1 / max(int(known.sum()), 1))
    wide = stdtrit(degrees, 0.5 + single / 2) if multiple is None else multiple
    return Several(
        effects=effects,
        errors=errors,
        intervals=_around(effects, stdtrit(degrees, 0.5 + level / 2) * errors),
        bands=_around(effects, wide * errors),
    )


def _around(effects: Floats, half: Floats) -> Floats:
    return np.stack([effects - half, effects + half], axis=1)
