"""Means: Welch, adjusted for a covariate (CUPED), over strata, or by cluster (CR2); relative by Fieller."""

from dataclasses import replace

from core.language.text import N_, Text
from experiments.comparison import reasons
from experiments.comparison.arm import Pair
from experiments.comparison.averages import compared, two_means, varies
from experiments.comparison.result import Compared, ComparisonOptions, Kind, NotCompared, PairResult
from experiments.inference.cuped import NoWithinVariation, adjusted
from experiments.inference.post_stratification import post_stratified

MIN_ROWS_ADJUSTED = 3
MIN_ROWS_IN_STRATUM = 2


def fit(pair: Pair, options: ComparisonOptions) -> PairResult:
    """Difference in means, or relative to the control's."""
    if "strata" in pair.given:
        return _evened_out(pair, options)
    if "covariate" in pair.given:
        return _adjusted(pair, options)
    clustered = "cluster" in pair.given
    return compared(pair, two_means(pair), options, "cr2" if clustered else "welch")


def _adjusted(pair: Pair, options: ComparisonOptions) -> PairResult:
    if "cluster" in pair.given:
        return NotCompared(arm=pair.ours.name, reasons=(reasons.not_together("covariate", "cluster"),))
    small = tuple(
        reasons.too_few_rows(arm.name, arm.n, MIN_ROWS_ADJUSTED)
        for arm in pair.arms
        if arm.n < MIN_ROWS_ADJUSTED
    )
    if small:
        return NotCompared(arm=pair.ours.name, reasons=small)
    try:
        two, coefficient = adjusted(pair.ours.moments, pair.control.moments)
    except NoWithinVariation:
        return NotCompared(arm=pair.ours.name, reasons=(reasons.covariate_constant(),))
    if not varies(two):
        return NotCompared(arm=pair.ours.name, reasons=(reasons.nothing_left_to_vary(),))
    found = compared(pair, two, options, "cuped")
    return _beside_welch(pair, found, options, {"covariate_coefficient": coefficient})


def _evened_out(pair: Pair, options: ComparisonOptions) -> PairResult:
    """Both arms as if they held the strata in the shares of both together."""
    other = pair.given & {"covariate", "cluster"}
    if other:
        return NotCompared(arm=pair.ours.name, reasons=(reasons.not_together("strata", min(other)),))
    names = sorted({*pair.ours.strata, *pair.control.strata})
    small = tuple(
        reasons.stratum_too_small(name, arm.name, rows, MIN_ROWS_IN_STRATUM)
        for name in names
        for arm in pair.arms
        if (rows := arm.strata[name].n if name in arm.strata else 0) < MIN_ROWS_IN_STRATUM
    )
    if small:
        return NotCompared(arm=pair.ours.name, reasons=small)
    two = post_stratified(*([arm.strata[name] for name in names] for arm in pair.arms))
    if not varies(two):
        return NotCompared(arm=pair.ours.name, reasons=(reasons.no_variation(),))
    found = compared(pair, two, options, "post-stratified")
    return _beside_welch(pair, found, options, {"strata": float(len(names))})


def _beside_welch(
    pair: Pair, found: PairResult, options: ComparisonOptions, details: dict[str, float]
) -> PairResult:
    """The same without adjustment, and how much of the variance the adjustment takes away."""
    without = compared(pair, two_means(pair), options, "welch")
    if not isinstance(found, Compared) or not isinstance(without, Compared):
        return found
    left = (found.main.standard_error or 0.0) / (without.main.standard_error or 1.0)
    return replace(
        found,
        also=(*found.also, without.main) if not options.relative else found.also,
        details={**details, "variance_reduction": 1 - left**2},
    )


KIND = Kind(
    name="mean",
    fit=fit,
    assumptions=(
        Text(N_("A lot, and nothing else, decided who got the tool.")),
        Text(N_("Rows (or clusters, where named) do not affect each other.")),
        Text(N_("With very skewed values and few rows the mean is moved by a few of them.")),
    ),
    reference="Welch 1947; Fieller 1954; Deng et al. 2013 (CUPED); Miratrix, Sekhon and Yu 2013 (strata); "
    "Bell and McCaffrey 2002 (CR2)",
    reads=frozenset({"covariate", "cluster", "strata"}),
)
