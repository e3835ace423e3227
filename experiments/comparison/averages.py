"""Means and ratios of sums of a pair, by the way its rows hang together, as lines of a result."""

from dataclasses import replace
from math import exp

import numpy as np

from core.language.text import N_, Text
from experiments.comparison import reasons
from experiments.comparison.arm import Pair
from experiments.comparison.result import FORMS, Compared, ComparisonOptions, Line, NotCompared, PairResult
from experiments.inference.cluster_means import cluster_means
from experiments.inference.student import Inference
from experiments.inference.two_means import (
    BaselineNotPositive,
    TwoMeans,
    difference,
    fieller,
    independent,
    log_ratio,
)

ROUNDING = 1e-12
FEW_CLUSTERS = 6
FEW = N_("The smaller arm has {found} clusters; with fewer than {enough} only large effects can be shown.")


def line(estimand: str, inference: str, found: Inference) -> Line:
    """An inference as a line; an error that is not a number is left out."""
    error = found.standard_error
    return Line(
        estimand=estimand,
        inference=inference,
        effect=found.effect,
        standard_error=error if np.isfinite(error) and error > 0 else None,
        interval=found.interval,
        p_value=found.p_value,
        degrees_of_freedom=found.degrees_of_freedom,
    )


def varies(two: TwoMeans) -> bool:
    """Whether the error of the difference is more than rounding."""
    variance = two.covariance[0, 0] - 2 * two.covariance[0, 1] + two.covariance[1, 1]
    return bool(np.sqrt(max(variance, 0.0)) > ROUNDING * np.abs(two.means).max())


def two_means(pair: Pair) -> TwoMeans:
    """Of sums over sums; by cluster where clusters were named."""
    if "cluster" not in pair.given:
        return independent(pair.ours.moments, pair.control.moments)
    names = sorted({name for arm in pair.arms for name in arm.clusters})
    totals, sizes = np.zeros((2, 2, len(names)))
    for row, arm in enumerate(pair.arms):
        at = np.searchsorted(names, arm.clusters)
        totals[row, at], sizes[row, at] = arm.totals, arm.sizes
    return cluster_means(totals, sizes)


def compared(
    pair: Pair, two: TwoMeans, options: ComparisonOptions, inference: str, *, risk: bool = False
) -> PairResult:
    """Difference, or ratio by Fieller with the delta method beside it. risk: the means are shares."""
    if not varies(two):
        return NotCompared(arm=pair.ours.name, reasons=(reasons.no_variation(),))
    if not options.relative:
        main = line("risk difference" if risk else "difference", inference, difference(two, options.level))
        return _with_clusters(pair, main, ())
    try:
        found = fieller(two, options.level)
    except BaselineNotPositive:
        reason = reasons.baseline_covers_zero(pair.control.name)
        return NotCompared(arm=pair.ours.name, reasons=(reason,))
    estimand = "risk ratio" if risk else "relative difference"
    lines = [ratio_line(estimand, "fieller", found)]
    if two.means[0] > 0:
        lines.append(ratio_line(estimand, "delta", of_logarithm(log_ratio(two, options.level))))
    return _with_clusters(pair, lines[0], tuple(lines[1:]))


def ratio_line(estimand: str, inference: str, found: Inference) -> Line:
    """A ratio, with its own error, as the estimand counts it: a fraction more or less, or a ratio."""
    if FORMS[estimand] == "ratio":
        error = found.standard_error / found.effect if found.effect > 0 else np.nan
        return line(estimand, inference, replace(found, standard_error=error))
    low, high = found.interval
    return line(estimand, inference, replace(found, effect=found.effect - 1, interval=(low - 1, high - 1)))


def of_logarithm(found: Inference) -> Inference:
    """The inference of a logarithm as that of the ratio."""
    ratio = exp(found.effect)
    return replace(
        found,
        effect=ratio,
        standard_error=found.standard_error * ratio,
        interval=(exp(found.interval[0]), exp(found.interval[1])),
    )


def _with_clusters(pair: Pair, main: Line, also: tuple[Line, ...]) -> Compared:
    fewest = min(len(arm.clusters) for arm in pair.arms)
    few = (Text(FEW, {"found": fewest, "enough": FEW_CLUSTERS}),) if 0 < fewest < FEW_CLUSTERS else ()
    return Compared(arm=pair.ours.name, main=main, also=also, warnings=few)
