"""Group-time effects and their averages as people read them."""

from collections.abc import Iterable

import numpy as np

from experiments import answer
from experiments.cohort_averages import Average
from experiments.details import Aggregate, AggregatePart, GroupTime, StaggeredDetails
from experiments.group_time_errors import Judged, Several
from experiments.group_times import GroupTimeFit
from experiments.options import Options
from experiments.panel import Scale

Interval = tuple[float, float] | None


def group_time_details(
    fit: GroupTimeFit, cells: Several, averaged: Iterable[tuple[Average, Judged]], options: Options
) -> StaggeredDetails:
    """Every cell with its error, and every average with its parts."""
    return StaggeredDetails(
        group_time=_group_time(fit, cells, options),
        aggregates=tuple(_aggregate(average, judged, options) for average, judged in averaged),
    )


def _group_time(fit: GroupTimeFit, cells: Several, options: Options) -> tuple[GroupTime, ...]:
    adoption = fit.adoption
    where = np.argwhere(np.isfinite(fit.found.effects))
    intervals = _intervals(cells.effects, cells.half(options.level), options.scale)
    return tuple(
        GroupTime(
            cohort=adoption.labels[cohort],
            period=adoption.panel.periods[period],
            effect=answer.shown(effect, options.scale),
            standard_error=_known(error),
            interval=interval,
        )
        for (cohort, period), effect, error, interval in zip(
            where, cells.effects, cells.errors, intervals, strict=True
        )
    )


def _aggregate(average: Average, judged: Judged, options: Options) -> Aggregate:
    found, scale = judged.headline, options.scale
    known = np.isfinite(found.interval).all()
    return Aggregate(
        name=average.name,
        effect=answer.shown(found.effect, scale),
        standard_error=_known(found.standard_error),
        interval=answer.shown_interval(found.interval, scale) if known else None,
        p_value=found.p_value if known else None,
        parts=() if average.name == "simple" else _parts(average, judged.parts, options),
    )


def _parts(average: Average, parts: Several, options: Options) -> tuple[AggregatePart, ...]:
    intervals = _intervals(parts.effects, parts.half(options.level), options.scale)
    bands = _intervals(parts.effects, parts.band, options.scale)
    rows = zip(average.labels, parts.effects, parts.errors, intervals, bands, strict=True)
    return tuple(
        AggregatePart(
            label=label,
            effect=answer.shown(effect, options.scale),
            standard_error=_known(error),
            interval=interval,
            band=band,
        )
        for label, effect, error, interval, band in rows
        if np.isfinite(effect)
    )


def _intervals(effects: np.ndarray, half: np.ndarray, scale: Scale) -> list[Interval]:
    return [
        answer.shown_interval((effect - width, effect + width), scale) if np.isfinite(width) else None
        for effect, width in zip(effects, half, strict=True)
    ]


def _known(error: float) -> float | None:
    return float(error) if np.isfinite(error) else None
