"""Effects of several pilots of one use case pooled: average, how they differ, what a next one may find."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import special

from core.language.text import N_, Text
from experiments import answer
from experiments.estimate import Reason
from experiments.inference.random_effects import (
    RandomEffects,
    hartung_knapp,
    paule_mandel,
    random_effects,
)
from experiments.panel import Scale

FEW = 5
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """One pilot's result: effect as shown, standard_error on the working scale (log points when relative)."""

    name: str
    scale: Scale
    estimand: str
    effect: float
    standard_error: float
    kpi: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PooledAlternative:
    """The same average by another spread between pilots (tau), or without the floor under its error."""

    inference: str
    tau: float
    effect: float
    interval: tuple[float, float]
    p_value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PooledStudy:
    """A pilot's own effect and what it becomes beside the others."""

    name: str
    effect: float
    shrunk: float
    shrunk_interval: tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pooled:
    """The average effect with its interval, and the interval that holds a next pilot's own effect.

    tau: standard deviation of true effects on the working scale. i2: share of the spread that is not chance.
    """

    scale: Scale
    level: float
    effect: float
    standard_error: float
    interval: tuple[float, float]
    p_value: float
    degrees_of_freedom: float
    prediction: tuple[float, float] | None
    tau: float
    i2: float
    heterogeneity_p: float
    studies: tuple[PooledStudy, ...]
    also: tuple[PooledAlternative, ...]
    warnings: tuple[Text, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NotPooled:
    """No number, and why."""

    reasons: tuple[Reason, ...]


def pool(studies: Sequence[Study], level: float) -> Pooled | NotPooled:
    """Random effects over the pilots; see experiments.inference.random_effects."""
    faults = _faults(studies)
    if faults:
        return NotPooled(reasons=faults)
    scale = studies[0].scale
    y = np.array([_working(study) for study in studies])
    v = np.array([study.standard_error**2 for study in studies])
    found = random_effects(y, v, level)
    return replace(_pooled(studies, found, scale, level), also=_also(y, v, found.tau2, scale, level))


def _also(
    y: np.ndarray, v: np.ndarray, tau2: float, scale: Scale, level: float
) -> tuple[PooledAlternative, ...]:
    other = paule_mandel(y, v)
    found = (
        ("hartung-knapp, paule-mandel", other, hartung_knapp(y, v, other, level)),
        ("hartung-knapp without floor", tau2, hartung_knapp(y, v, tau2, level, floor=0.0)),
    )
    return tuple(
        PooledAlternative(
            inference=name,
            tau=float(np.sqrt(spread)),
            effect=answer.shown(average.effect, scale),
            interval=answer.shown_interval(average.interval, scale),
            p_value=average.p_value,
        )
        for name, spread, average in found
        if average.standard_error > ROUNDING * np.sqrt(v.min())
    )


def _pooled(studies: Sequence[Study], found: RandomEffects, scale: Scale, level: float) -> Pooled:
    average = found.average
    half = float(special.stdtrit(len(studies) - 1, 0.5 + level / 2)) * found.shrunk_errors
    return Pooled(
        scale=scale,
        level=level,
        effect=answer.shown(average.effect, scale),
        standard_error=average.standard_error,
        interval=answer.shown_interval(average.interval, scale),
        p_value=average.p_value,
        degrees_of_freedom=float(len(studies) - 1),
        prediction=None if found.prediction is None else answer.shown_interval(found.prediction, scale),
        tau=float(np.sqrt(found.tau2)),
        i2=found.i2,
        heterogeneity_p=found.q_p_value,
        studies=tuple(
            PooledStudy(
                name=study.name,
                effect=study.effect,
                shrunk=answer.shown(float(found.shrunk[at]), scale),
                shrunk_interval=answer.shown_interval(
                    (float(found.shrunk[at] - half[at]), float(found.shrunk[at] + half[at])), scale
                ),
            )
            for at, study in enumerate(studies)
        ),
        also=(),
        warnings=(Text(FEW_STUDIES, {"count": len(studies)}),) if len(studies) < FEW else (),
    )


def _working(study: Study) -> float:
    return float(np.log1p(study.effect)) if study.scale == "relative" else study.effect


def _faults(studies: Sequence[Study]) -> tuple[Reason, ...]:
    if len(studies) < 2:
        return (_reason("too_few_studies", ONE, ONE_REMEDY),)
    if len({study.scale for study in studies}) > 1:
        return (_reason("different_scales", SCALES, SCALES_REMEDY),)
    if len({study.estimand for study in studies}) > 1:
        names = ", ".join(sorted({study.estimand for study in studies}))
        return (_reason("different_estimands", ESTIMANDS, ESTIMANDS_REMEDY, estimands=names),)
    kpis = sorted({study.kpi for study in studies} - {""})
    if len(kpis) > 1:
        return (_reason("different_kpis", ESTIMANDS, ESTIMANDS_REMEDY, estimands=", ".join(kpis)),)
    return ()


def _reason(code: str, message: str, remedy: str, **values: str) -> Reason:
    return Reason(code=code, message=Text(message, values), remedy=Text(remedy, values))


ONE = N_("One result cannot be pooled.")
ONE_REMEDY = N_("Give the results of two pilots or more.")
SCALES = N_("Some results are absolute and others relative.")
SCALES_REMEDY = N_("Estimate all of them on one scale.")
ESTIMANDS = N_("The results are of different things: {estimands}.")
ESTIMANDS_REMEDY = N_("Pool results of one estimand and one KPI.")
FEW_STUDIES = N_(
    "With {count} pilots the spread between them is hardly known: the intervals are wide for that reason, "
    "and the prediction is a first guess."
)
