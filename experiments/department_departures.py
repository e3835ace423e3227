"""Departures from parallel trends on bins of department values: published where departments are many."""

import numpy as np

from core.language.text import N_, Text
from experiments.contrast import enough_departments, inference_of
from experiments.departures import Course, Way, large, published
from experiments.details import SensitivityAbout
from experiments.event_course import EventCourse, event_course
from experiments.fixed_effects import cluster_codes
from experiments.inference.honest_trends.event_effects import EventEffects, Floats
from experiments.inference.honest_trends.few_departments import (
    DepartmentEffects,
    relative_magnitudes_interval_t,
    smoothness_interval_t,
)
from experiments.options import Options, SensitivityKind
from experiments.panel import Panel
from experiments.window import Window, prepare

BY_EVENT_TIME = ("event-study",)
"""Designs about the effect by time since the start: their first bin is shown too, as the paper does."""


def department_course(panel: Panel, options: Options, design: str) -> Course | Text:
    """The bins of a panel, or why they cannot be judged."""
    window = prepare(panel, options)
    if not isinstance(window, Window) or not enough_departments(window):
        return Text(TOO_FEW)
    course = event_course(window)
    if course is None:
        return Text(TOO_SHORT)
    if options.weighting == "encounters":
        return Text(UNEQUAL)
    clusters = cluster_codes(window.panel)
    many = large(clusters, window.treated) and not course.gaps
    grouped = len(set(clusters)) < len(clusters)

    def way(kind: SensitivityKind, weights: Floats) -> Way | Text:
        found = None
        if many:
            effects = bin_effects(window, course)
            found = published(effects, weights, kind, len(set(clusters)), options.level)
        if found is None and grouped:
            return Text(UNEQUAL)
        return found or _few(window, course, weights, kind, options.level)

    return Course(abouts=_abouts(course, design), way=way, note=Text(FEW))


def _abouts(course: EventCourse, design: str) -> tuple[tuple[SensitivityAbout, Floats], ...]:
    average: tuple[SensitivityAbout, Floats] = ("average", course.average)
    if design not in BY_EVENT_TIME or np.array_equal(course.first, course.average):
        return (average,)
    return (("first", course.first), average)


def bin_effects(window: Window, course: EventCourse) -> EventEffects:
    """The bins with one cluster per department or group of them (CR1 with the factor of `cr1`)."""
    treated, values = window.treated, course.values
    means = np.stack([values[~treated].mean(axis=0), values[treated].mean(axis=0)])
    size = np.where(treated, treated.sum(), (~treated).sum())
    clusters = cluster_codes(window.panel)
    scores = np.zeros((int(clusters.max()) + 1, values.shape[1]))
    np.add.at(scores, clusters, (values - means[treated.astype(int)]) / size[:, None])
    periods = int(window.complete.sum())
    rows, groups = len(treated) * periods, len(scores)
    factor = groups / (groups - 1) * (rows - 1) / (rows - periods - values.shape[1])
    return EventEffects(
        beta=means[1] - means[0],
        covariance=factor * scores.T @ scores,
        n_before=course.n_before,
        l=course.average,
    )


def _few(window: Window, course: EventCourse, weights: Floats, kind: SensitivityKind, level: float) -> Way:
    effects = DepartmentEffects(
        values=course.values,
        n_before=course.n_before,
        l=weights,
        infer=inference_of(window, level),
        working=course.working,
    )
    if kind == "relative-magnitudes":
        return Way(method="t-bounds", interval=lambda m: relative_magnitudes_interval_t(effects, m), unit=1.0)
    plain = effects.infer(effects.values[:, effects.n_before :] @ weights)
    return Way(
        method="flci-t",
        interval=lambda m: smoothness_interval_t(effects, m, level),
        unit=0.0 if plain is None else abs(plain.effect),
    )


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
