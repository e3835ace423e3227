"""An experiment and its options in, a comparison out: choose the kind, compare each arm, check the draw."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from core.discovery import discover
from core.language.text import N_, Text
from experiments.comparison import kinds, reasons
from experiments.comparison.arm import Experiment, Pair
from experiments.comparison.choice import choose
from experiments.comparison.non_inferiority import non_inferiority, too_wide
from experiments.comparison.result import (
    Compared,
    Comparison,
    ComparisonOptions,
    Kind,
    NotCompared,
    OutcomeType,
    PairResult,
    SampleRatio,
)
from experiments.comparison.sample_ratio import missing_p, sample_ratio
from experiments.estimate import Reason
from experiments.inference.holm import holm

KINDS: dict[str, Kind] = {found.name: found for found in discover(kinds, "KIND", Kind).values()}
MIN_CLUSTERS = 2
MISSING_ALARM = 0.01
SETTINGS = ("denominator", "covariate", "cluster", "strata", "event")


def compare(experiment: Experiment, options: ComparisonOptions) -> Comparison:
    """Each arm against the control.

    Never raises for data that cannot carry an effect: that is NotCompared with its reasons.
    """
    name, why = _kind_of(experiment, options)
    kind = KINDS[name]
    found = tuple(_compared(pair, kind, options) for pair in experiment.pairs)
    ratio = sample_ratio(experiment, options.allocation)
    return Comparison(
        type=name,
        why=why,
        control=experiment.control.name,
        arms=experiment.arms,
        given=experiment.given,
        excluded=experiment.excluded,
        options=options,
        results=_with_holm(found) or (_alone(experiment),),
        assumptions=tuple(kind.assumptions),
        reference=kind.reference,
        sample_ratio=ratio,
        warnings=tuple(_warnings(experiment, ratio)),
    )


def _kind_of(experiment: Experiment, options: ComparisonOptions) -> tuple[OutcomeType, Text]:
    if options.type == "auto":
        return choose(experiment)
    return options.type, Text(ASKED)


def _compared(pair: Pair, kind: Kind, options: ComparisonOptions) -> PairResult:
    faults = tuple(_faults(pair, kind, options))
    if faults:
        return NotCompared(arm=pair.ours.name, reasons=faults)
    result = kind.fit(pair, options)
    if isinstance(result, NotCompared):
        return result
    if too_wide(result.main, options):
        return NotCompared(arm=pair.ours.name, reasons=(reasons.margin_too_wide(),))
    if (
        not np.isfinite([result.main.effect, result.main.p_value]).all()
        or np.isnan(result.main.interval).any()
    ):
        return NotCompared(arm=pair.ours.name, reasons=(reasons.no_variation(),))
    return replace(result, non_inferiority=non_inferiority(result.main, options))


def _faults(pair: Pair, kind: Kind, options: ComparisonOptions) -> Iterator[Reason]:
    if options.horizon is not None and "event" not in kind.reads:
        yield reasons.not_read("horizon", kind.name)
    for setting in SETTINGS:
        if setting in pair.given and setting not in kind.reads:
            yield reasons.not_read(setting, kind.name)
        if setting in kind.needs and setting not in pair.given:
            yield reasons.needed(setting, kind.name)
    for arm in pair.arms:
        if arm.n < kind.least_rows:
            yield reasons.too_few_rows(arm.name, arm.n, kind.least_rows)
        if "denominator" in kind.reads and not arm.exposure > 0:
            yield reasons.denominator_not_positive(arm.name)
        if "cluster" in pair.given and len(arm.clusters) < MIN_CLUSTERS:
            yield reasons.too_few_clusters(arm.name, len(arm.clusters))
    if kind.needs_rows and any(arm.rows is None for arm in pair.arms):
        yield reasons.rows_needed(kind.name)


def _alone(experiment: Experiment) -> NotCompared:
    return NotCompared(arm="", reasons=(reasons.one_arm(experiment.control.name),))


def _with_holm(found: tuple[PairResult, ...]) -> tuple[PairResult, ...]:
    """With several arms: p-values that account for all of them."""
    compared = [one for one in found if isinstance(one, Compared)]
    if len(found) < 2 or not compared:
        return found
    adjusted = dict(
        zip((one.arm for one in compared), holm([one.main.p_value for one in compared]), strict=True)
    )
    return tuple(
        replace(one, p_holm=adjusted[one.arm]) if isinstance(one, Compared) else one for one in found
    )


def _warnings(experiment: Experiment, ratio: SampleRatio | None) -> Iterator[Text]:
    if ratio is not None and not ratio.passed:
        yield Text(NOT_AS_DRAWN)
    p_value = missing_p(experiment.arms)
    if p_value is not None and p_value < MISSING_ALARM:
        yield Text(MISSING_DIFFERS)


ASKED = N_("This type was asked for.")
NOT_AS_DRAWN = N_(
    "The arms are not as large as they were drawn to be, more so than chance allows: find out which rows are "
    "lost or moved before believing the effect."
)
MISSING_DIFFERS = N_(
    "Values are missing more often in one arm than in another: what is left may no longer be comparable."
)
