"""Departures from parallel trends on the event study of Callaway and Sant'Anna, in large samples only.

As `honest_did` of the R package HonestDiD does it: effects by time since the start with one base period for
all, their covariance from the influences of the departments.
"""

from dataclasses import replace

import numpy as np

from core.language.text import N_, Text
from experiments.adoption import Adoption
from experiments.cohort_averages import averages
from experiments.departures import Course, Way, large, published
from experiments.details import SensitivityAbout
from experiments.group_times import GroupTimeFit, fit_group_times, without_gaps
from experiments.inference.honest_trends.event_effects import EventEffects, Floats
from experiments.options import Options, SensitivityKind
from experiments.panel import Panel


def cohort_course(panel: Panel, options: Options) -> Course | Text:
    """The event study of a panel, or why it cannot be judged."""
    adoption = without_gaps(panel, options)
    if not isinstance(adoption, Adoption) or not large(adoption.clusters, adoption.treated):
        return Text(LARGE_ONLY)
    effects = event_effects(adoption, options)
    if effects is None:
        return Text(NO_COURSE)
    clusters = len(set(adoption.clusters))

    def way(kind: SensitivityKind, weights: Floats) -> Way | Text:
        return published(effects, weights, kind, clusters, options.level) or Text(LARGE_ONLY)

    first = np.eye(len(effects.l))[np.flatnonzero(effects.l)[0]]
    abouts: list[tuple[SensitivityAbout, Floats]] = [("first", first), ("average", effects.l)]
    return Course(abouts=tuple(abouts[:1] if len(effects.l) == 1 else abouts), way=way, note=Text(LARGE_ONLY))


def event_effects(adoption: Adoption, options: Options) -> EventEffects | None:
    """Effects by time around the last period before the anticipation; None without both sides of it.

    Only times next to each other, and with two departments behind them.
    """
    found = _fit(adoption, options)
    dynamic = averages(adoption, found.found.effects)["dynamic"]
    times = np.array([int(label) for label in dynamic.labels])
    base = -1 - options.anticipation
    usable = times[dynamic.units(found.cells) > 1]
    before = _run(usable, base, -1)[::-1]
    after = _run(usable, base, 1)
    if not before or not after or after[-1] < options.run_in:
        return None
    places = np.searchsorted(times, [*before, *after])
    scores = found.scores(dynamic)[1:][places]
    counted = np.array(after) >= options.run_in
    return EventEffects(
        beta=dynamic.parts(found.cells)[places],
        covariance=found.factor * scores @ scores.T,
        n_before=len(before),
        l=counted / counted.sum(),
    )


def _fit(adoption: Adoption, options: Options) -> GroupTimeFit:
    return fit_group_times(adoption, replace(options, base="universal"))


def _run(times: Floats, base: int, direction: int) -> list[int]:
    """Times that follow the base one by one, away from it."""
    found: list[int] = []
    while base + direction * (len(found) + 1) in times:
        found.append(base + direction * (len(found) + 1))
    return found


LARGE_ONLY = N_(
    "For this design it is only worked out how far the effect holds when trends differ with 30 departments, "
    "10 on either side and, for smoothness, 5 for every period around the start. The event study takes bins "
    "of four weeks, and fewer departments."
)
NO_COURSE = N_(
    "How far the effect holds when trends differ cannot be said: no two periods before the starts and one "
    "after them follow each other."
)
