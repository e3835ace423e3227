"""Averages of cohort effects and the effects themselves, as they are shown beside an estimate."""

import numpy as np

from experiments import answer
from experiments.adoption import Adoption
from experiments.cohort_averages import Average, every_cell
from experiments.cohort_errors import CohortFit, Judge, Judged
from experiments.details import Aggregate, AggregatePart, GroupTime
from experiments.inference.student import Inference, student
from experiments.options import Options
from experiments.panel import Scale


def aggregate(average: Average, judged: Judged, options: Options) -> Aggregate:
    """An average with its parts, on the scale that is shown."""
    parts = [
        (label, part)
        for label, part in zip(average.labels, judged.parts, strict=True)
        if np.isfinite(part.effect)
    ]
    together = options.level ** (1 / max(len(parts), 1))
    return Aggregate(
        name=average.name,
        effect=answer.shown(judged.headline.effect, options.scale),
        standard_error=_finite(judged.headline.standard_error),
        interval=_interval(judged.headline, options.scale),
        p_value=_finite(judged.headline.p_value),
        parts=()
        if average.name == "simple"
        else tuple(_part(label, part, options.scale, together) for label, part in parts),
    )


def _part(label: str, found: Inference, scale: Scale, together: float) -> AggregatePart:
    """A part with its interval, and a band for all parts together (Sidak 1967)."""
    degrees = found.degrees_of_freedom or np.inf
    wider = student(found.effect, found.standard_error, degrees, together)
    return AggregatePart(
        label=label,
        effect=answer.shown(found.effect, scale),
        standard_error=_finite(found.standard_error),
        interval=_interval(found, scale),
        band=_interval(wider, scale),
    )


def group_time(adoption: Adoption, fit: CohortFit, judge: Judge, scale: Scale) -> tuple[GroupTime, ...]:
    """The effect of each cohort in each period, of cohorts that start within the data."""
    effects = fit.cells.effects
    cells = every_cell(adoption, effects)
    cohorts = np.nonzero(np.isfinite(effects))[0]
    return tuple(
        GroupTime(
            cohort=adoption.labels[cohort],
            period=period,
            effect=answer.shown(found.effect, scale),
            standard_error=_finite(found.standard_error),
            interval=_interval(found, scale),
        )
        for cohort, period, found in zip(cohorts, cells.labels, judge(cells).parts, strict=True)
        if adoption.labels[cohort]
    )


def _finite(value: float) -> float | None:
    return value if np.isfinite(value) else None


def _interval(found: Inference, scale: Scale) -> tuple[float, float] | None:
    return answer.shown_interval(found.interval, scale) if np.isfinite(found.interval).all() else None
