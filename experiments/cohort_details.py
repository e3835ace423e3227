"""Averages of cohort effects and the effects themselves, as they are shown beside an estimate."""

from collections.abc import Iterable

import numpy as np

from experiments import answer
from experiments.adoption import Adoption
from experiments.cohort_averages import Average
from experiments.details import Aggregate, AggregatePart, GroupTime
from experiments.judged import Judged, Several
from experiments.panel import Floats, Scale


def aggregates(judged: Iterable[tuple[Average, Judged]], scale: Scale) -> tuple[Aggregate, ...]:
    """Every average with its parts, on the scale that is shown."""
    return tuple(_aggregate(average, one, scale) for average, one in judged)


def group_time(adoption: Adoption, effects: Floats, cells: Several, scale: Scale) -> tuple[GroupTime, ...]:
    """The effect (C, T) of each cohort in each period, of cohorts that start within the data."""
    cohorts, periods = np.nonzero(np.isfinite(effects))
    rows = zip(cohorts, periods, cells.effects, cells.errors, cells.intervals, strict=True)
    return tuple(
        GroupTime(
            cohort=adoption.labels[cohort],
            period=adoption.panel.periods[period],
            effect=answer.shown(effect, scale),
            standard_error=_known(error),
            interval=_interval(interval, scale),
        )
        for cohort, period, effect, error, interval in rows
        if adoption.labels[cohort]
    )


def _aggregate(average: Average, judged: Judged, scale: Scale) -> Aggregate:
    found = judged.headline
    interval = _interval(np.array(found.interval), scale)
    return Aggregate(
        name=average.name,
        effect=answer.shown(found.effect, scale),
        standard_error=_known(found.standard_error),
        interval=interval,
        p_value=found.p_value if interval and np.isfinite(found.p_value) else None,
        parts=() if average.name == "simple" else _parts(average, judged.parts, scale),
    )


def _parts(average: Average, parts: Several, scale: Scale) -> tuple[AggregatePart, ...]:
    rows = zip(average.labels, parts.effects, parts.errors, parts.intervals, parts.bands, strict=True)
    return tuple(
        AggregatePart(
            label=label,
            effect=answer.shown(effect, scale),
            standard_error=_known(error),
            interval=_interval(interval, scale),
            band=_interval(band, scale),
        )
        for label, effect, error, interval, band in rows
        if np.isfinite(effect)
    )


def _interval(bounds: Floats, scale: Scale) -> tuple[float, float] | None:
    low, high = float(bounds[0]), float(bounds[1])
    return answer.shown_interval((low, high), scale) if np.isfinite(bounds).all() else None


def _known(error: float) -> float | None:
    return float(error) if np.isfinite(error) else None
