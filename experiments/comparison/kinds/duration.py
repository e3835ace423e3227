"""Durations of which some are still open: the mean up to a horizon, with the log-rank test beside it."""

import numpy as np

from core.language.text import N_, Text
from experiments.comparison import reasons_duration
from experiments.comparison.arm import Arm, Pair
from experiments.comparison.averages import line, of_logarithm, ratio_line
from experiments.comparison.result import Compared, ComparisonOptions, Kind, Line, NotCompared, PairResult
from experiments.inference.survival import (
    Curve,
    RestrictedMean,
    curve,
    difference_of_means,
    log_rank,
    log_ratio_of_means,
    restricted_mean,
)

MIN_FINISHED = 10
"""In each arm by the horizon."""


def fit(pair: Pair, options: ComparisonOptions) -> PairResult:
    """Difference in mean duration up to the horizon, or the ratio; the other beside it."""
    negative = next((arm.values.min() for arm in pair.arms if arm.values.min() < 0), None)
    if negative is not None:
        return NotCompared(arm=pair.ours.name, reasons=(reasons_duration.negative(float(negative)),))
    curves = _curve(pair.ours), _curve(pair.control)
    known = min(one.known_until for one in curves)
    longest = max(float(one.durations[-1]) for one in curves)
    horizon = min(known, longest) if options.horizon is None else options.horizon
    if horizon > known:
        return NotCompared(arm=pair.ours.name, reasons=(reasons_duration.unknown_so_late(horizon, known),))
    means = restricted_mean(curves[0], horizon), restricted_mean(curves[1], horizon)
    few = tuple(
        reasons_duration.too_few_finished(arm.name, mean.finished, MIN_FINISHED)
        for arm, mean in zip(pair.arms, means, strict=True)
        if mean.finished < MIN_FINISHED
    )
    if few:
        return NotCompared(arm=pair.ours.name, reasons=few)
    return _compared(pair, curves, means, horizon, options)


def _compared(
    pair: Pair,
    curves: tuple[Curve, Curve],
    means: tuple[RestrictedMean, RestrictedMean],
    horizon: float,
    options: ComparisonOptions,
) -> Compared:
    (ours, control), level = means, options.level
    difference = line("difference in restricted means", "greenwood", difference_of_means(*means, level))
    ratio = ratio_line(
        "ratio of restricted means", "greenwood", of_logarithm(log_ratio_of_means(*means, level))
    )
    main, other = (ratio, difference) if options.relative else (difference, ratio)
    return Compared(
        arm=pair.ours.name,
        main=main,
        also=(other, *_log_rank(curves, level)),
        details={
            "horizon": horizon,
            "restricted_mean": ours.mean,
            "restricted_mean_control": control.mean,
            "finished_by_horizon": float(ours.finished),
            "finished_by_horizon_control": float(control.finished),
        },
        warnings=(Text(UP_TO, {"horizon": horizon, "ours": ours.mean, "control": control.mean}),),
    )


def _log_rank(curves: tuple[Curve, Curve], level: float) -> tuple[Line, ...]:
    """Over the whole time; a ratio above one: ours finishes sooner."""
    found = log_rank(curves[0], curves[1], level)
    if not found.standard_error > 0:
        return ()
    return (ratio_line("ratio of finishing rates", "log-rank", of_logarithm(found)),)


def _curve(arm: Arm) -> Curve:
    return curve(arm.values, np.ones(arm.n) if arm.finished is None else arm.finished)


UP_TO = N_(
    "What is still open after {horizon:.4} counts as {horizon:.4}: the means up to there are {ours:.4} and "
    "{control:.4} (control)."
)
KIND = Kind(
    name="duration",
    fit=fit,
    assumptions=(
        Text(N_("A lot, and nothing else, decided who got the tool.")),
        Text(N_("Rows do not affect each other.")),
        Text(
            N_("What is still open would have gone on like the rest of its arm, whenever it was last seen.")
        ),
    ),
    reference="Kaplan and Meier 1958; Uno et al. 2014 (restricted mean); Mantel 1966 (log-rank)",
    reads=frozenset({"event"}),
    needs=frozenset({"event"}),
    needs_rows=True,
)
