"""Does an effect hold when pilot and comparison departments would not have moved in parallel?

Rambachan and Roth 2023, on the event study of the same panel: the published intervals where the covariance of
the bins can be estimated, and a variant for few departments of our own, with its warning, elsewhere.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from core.language.text import N_, Text
from experiments import answer
from experiments.contrast import enough_departments, inference_of
from experiments.details import Breakdown, Sensitivity, SensitivityAbout, SensitivityInterval
from experiments.event_course import EventCourse, event_course
from experiments.fixed_effects import cluster_codes
from experiments.inference.honest_trends.breakdown import breakdown_value
from experiments.inference.honest_trends.event_effects import EventEffects, Floats
from experiments.inference.honest_trends.few_departments import (
    DepartmentEffects,
    relative_magnitudes_interval_t,
    smoothness_interval_t,
)
from experiments.inference.honest_trends.relative_magnitudes import relative_magnitudes_interval
from experiments.inference.honest_trends.smoothness import smoothness_interval
from experiments.options import Options, SensitivityKind
from experiments.panel import Panel
from experiments.window import Window, prepare

MIN_CLUSTERS = 30
MIN_EACH = 10
MIN_PER_BIN = 5
"""Clusters for every bin: with fewer, weights fitted to the covariance follow its noise (11 % for 5 %)."""
SMALLEST_EIGENVALUE = 1e-8
BY_EVENT_TIME = ("event-study",)
"""Designs about the effect by time since the start: their first bin is shown too, as the paper does."""

Interval = Callable[[float], tuple[float, float]]
Found = tuple[Sensitivity | None, tuple[Text, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """One kind of departure: the name of its method, its interval on the working scale, a size to expect."""

    method: str
    interval: Interval
    unit: float


def sensitivity(panel: Panel, options: Options, design: str) -> Found:
    """Intervals for the departures that the options name, breakdown values, and what to know of them."""
    if not options.violations:
        return None, ()
    window = prepare(panel, options)
    if not isinstance(window, Window) or not enough_departments(window):
        return None, (Text(TOO_FEW),)
    course = event_course(window)
    if course is None:
        return None, (Text(TOO_SHORT),)
    published = _large(window) and _estimable(window, course)
    grouped = len(set(_codes(window))) < len(window.treated)
    if options.weighting == "encounters" or (grouped and not published):
        return None, (Text(UNEQUAL),)
    rows: list[SensitivityInterval] = []
    breakdowns = []
    for about, weights in _abouts(course, design):
        for violations in options.violations:
            way = (_published if published else _few)(window, course, weights, violations.kind, options)
            rows += [_row(way, violations.kind, about, m, options) for m in violations.sizes]
            value = breakdown_value(way.interval, way.unit) if way.unit > 0 else None
            breakdowns.append(Breakdown(kind=violations.kind, about=about, m=value))
    found = Sensitivity(intervals=tuple(rows), breakdowns=tuple(breakdowns))
    return found, () if published else (Text(FEW),)


def _abouts(course: EventCourse, design: str) -> list[tuple[SensitivityAbout, Floats]]:
    average: tuple[SensitivityAbout, Floats] = ("average", course.average)
    if design not in BY_EVENT_TIME or np.array_equal(course.first, course.average):
        return [average]
    return [("first", course.first), average]


def _row(
    way: _Way, kind: SensitivityKind, about: SensitivityAbout, m: float, options: Options
) -> SensitivityInterval:
    shown = answer.shown_interval(way.interval(m), options.scale)
    return SensitivityInterval(kind=kind, m=m, interval=shown, about=about, method=way.method)


def _published(
    window: Window, course: EventCourse, weights: Floats, kind: SensitivityKind, options: Options
) -> _Way:
    treated, values = window.treated, course.values
    effects = EventEffects(
        beta=values[treated].mean(axis=0) - values[~treated].mean(axis=0),
        covariance=_covariance(window, values),
        n_before=course.n_before,
        l=weights,
    )
    if kind == "smoothness":
        interval = partial(smoothness_interval, effects, level=options.level)
        return _Way(method="flci", interval=interval, unit=abs(effects.effect))
    interval = partial(relative_magnitudes_interval, effects, level=options.level)
    return _Way(method="c-lf", interval=interval, unit=1.0)


def _few(
    window: Window, course: EventCourse, weights: Floats, kind: SensitivityKind, options: Options
) -> _Way:
    effects = DepartmentEffects(
        values=course.values,
        n_before=course.n_before,
        l=weights,
        infer=inference_of(window, options.level),
        working=course.working,
    )
    if kind == "smoothness":
        plain = effects.infer(effects.values[:, effects.n_before :] @ weights)
        interval = partial(smoothness_interval_t, effects, level=options.level)
        return _Way(method="flci-t", interval=interval, unit=0.0 if plain is None else abs(plain.effect))
    return _Way(method="t-bounds", interval=partial(relative_magnitudes_interval_t, effects), unit=1.0)


def _covariance(window: Window, values: Floats) -> Floats:
    """(K + P, K + P) of the bins' effects, one cluster per department or group of them (CR1, as `cr1`)."""
    treated = window.treated
    means = np.where(treated[:, None], values[treated].mean(axis=0), values[~treated].mean(axis=0))
    size = np.where(treated, treated.sum(), (~treated).sum())
    clusters = _codes(window)
    scores = np.zeros((int(clusters.max()) + 1, values.shape[1]))
    np.add.at(scores, clusters, (values - means) / size[:, None])
    periods = int(window.complete.sum())
    rows, groups = len(treated) * periods, len(scores)
    factor = groups / (groups - 1) * (rows - 1) / (rows - periods - values.shape[1])
    return np.asarray(factor * scores.T @ scores)


def _estimable(window: Window, course: EventCourse) -> bool:
    """Whether the covariance of the bins can be estimated: clusters enough for them, and variation."""
    if course.gaps or len(set(_codes(window))) - 2 < MIN_PER_BIN * course.values.shape[1]:
        return False
    covariance = _covariance(window, course.values)
    spread = np.sqrt(np.diag(covariance))
    if not (spread > 0).all():
        return False
    return bool(np.linalg.eigvalsh(covariance / np.outer(spread, spread))[0] > SMALLEST_EIGENVALUE)


def _large(window: Window) -> bool:
    """Whether there are clusters enough, with and without the tool, for a normal approximation."""
    codes, treated = _codes(window), window.treated
    each = min(len(set(codes[treated])), len(set(codes[~treated])))
    return len(set(codes)) >= MIN_CLUSTERS and each >= MIN_EACH


def _codes(window: Window) -> NDArray[np.intp]:
    return cluster_codes(window.panel)


TOO_FEW = N_("There are too few departments to say how far the effect holds when trends differ.")
TOO_SHORT = N_(
    "How far the effect holds when trends differ cannot be said: that needs at least two bins of periods "
    "before the start, and one after it."
)
UNEQUAL = N_(
    "How far the effect holds when trends differ is only worked out for departments that stand alone and "
    "count equally."
)
FEW = N_(
    "With fewer than 30 departments, 10 on either side or 5 for every bin, the published intervals for "
    "differing trends exclude no effect too often. Shown are others, with a t interval for every bound: our "
    "own construction, checked by simulation."
)
