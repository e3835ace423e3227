"""Intervals under departures from parallel trends: what they need, whatever the effects come from."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from core.language.text import Text
from experiments.details import SensitivityAbout
from experiments.inference.honest_trends.event_effects import EventEffects, Floats, step_matrix
from experiments.inference.honest_trends.relative_magnitudes import relative_magnitudes_interval
from experiments.inference.honest_trends.smoothness import smoothness_interval
from experiments.options import SensitivityKind

MIN_CLUSTERS = 30
MIN_EACH = 10
MIN_PER_PERIOD = 5
"""Clusters for every effect: with fewer, smoothness weights follow the covariance's noise (11 % for 5 %)."""
SMALLEST = 1e-8


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One kind of departure: the name of its method, its interval on the working scale, a size to expect."""

    method: str
    interval: Callable[[float], tuple[float, float]]
    unit: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """Effects around the start, ready to be judged.

    abouts: what the effect of interest may be, with its weights (P,) of the periods after the start. way: how
    a kind of departure is judged, or why not. note: what to know where the way is not a published one.
    """

    abouts: tuple[tuple[SensitivityAbout, Floats], ...]
    way: Callable[[SensitivityKind, Floats], Way | Text]
    note: Text


def published(
    effects: EventEffects, weights: Floats, kind: SensitivityKind, clusters: int, level: float
) -> Way | None:
    """The published interval, or None where the covariance cannot carry it.

    Relative magnitudes use two effects at a time, smoothness all of them together.
    """
    chosen = replace(effects, l=weights)
    if kind == "smoothness":
        if clusters - 2 < MIN_PER_PERIOD * len(effects.beta) or not _definite(effects.covariance):
            return None
        return Way(
            method="flci",
            interval=partial(smoothness_interval, chosen, level=level),
            unit=abs(chosen.effect),
        )
    steps = step_matrix(effects.n_before, len(weights))
    variances = np.diag(steps @ effects.covariance @ steps.T)
    if not variances.min() > SMALLEST * variances.max():
        return None
    return Way(method="c-lf", interval=partial(relative_magnitudes_interval, chosen, level=level), unit=1.0)


def large(clusters: NDArray[np.intp], treated: NDArray[np.bool_]) -> bool:
    """Whether there are clusters enough, with and without the tool, for a normal approximation."""
    each = min(len(set(clusters[treated])), len(set(clusters[~treated])))
    return len(set(clusters)) >= MIN_CLUSTERS and each >= MIN_EACH


def _definite(covariance: Floats) -> bool:
    spread = np.sqrt(np.diag(covariance))
    if not (spread > 0).all():
        return False
    return bool(np.linalg.eigvalsh(covariance / np.outer(spread, spread))[0] > SMALLEST)
