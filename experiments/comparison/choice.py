"""Which kind of outcome the values are, and why: what --type auto chooses."""

import numpy as np

from core.language.text import N_, Text
from experiments.comparison.arm import Arm, Experiment, Floats
from experiments.comparison.dispersion import dispersion, unlike_poisson
from experiments.comparison.result import OutcomeType

MAX_LEVELS = 11
MIN_LEVELS = 3


def choose(experiment: Experiment) -> tuple[OutcomeType, Text]:
    """The kind and the reason in words."""
    if "event" in experiment.given:
        return "duration", Text(EVENT)
    if "denominator" in experiment.given:
        return _over_a_denominator(experiment)
    if "covariate" in experiment.given:
        return "mean", Text(COVARIATE)
    if "strata" in experiment.given:
        return "mean", Text(STRATA)
    if any(arm.rows is None for arm in experiment.arms):
        return "mean", Text(SUMS)
    values = np.concatenate([arm.values for arm in experiment.arms])
    if np.isin(values, (0, 1)).all():
        return "proportion", Text(BINARY)
    if _few_levels(values) and "cluster" not in experiment.given:
        return "ordinal", Text(FEW_LEVELS, {"low": f"{values.min():g}", "high": f"{values.max():g}"})
    return "mean", Text(NUMBERS)


def _over_a_denominator(experiment: Experiment) -> tuple[OutcomeType, Text]:
    if "cluster" in experiment.given:
        return "ratio", Text(CLUSTERED)
    if not all(_counts(arm) for arm in experiment.arms):
        return "ratio", Text(NOT_COUNTS)
    found = dispersion(experiment.arms)
    if found is not None and unlike_poisson(found):
        return "ratio", Text(UNLIKE_POISSON, {"times": found.ratio})
    return "rate", Text(COUNTS)


def _counts(arm: Arm) -> bool:
    values = np.array([arm.total]) if arm.rows is None else arm.values
    return bool((values >= 0).all() and (values == np.round(values)).all())


def _few_levels(values: Floats) -> bool:
    whole = (values == np.round(values)).all()
    return bool(whole and np.ptp(values) < MAX_LEVELS and len(np.unique(values)) >= MIN_LEVELS)


EVENT = N_("A column says what is finished and what is still open: durations.")
COVARIATE = N_("A covariate adjusts a mean.")
STRATA = N_("Strata even out means; the mean of values that are 0 or 1 is a share.")
SUMS = N_("Only sums are known, so means are compared.")
BINARY = N_("Every value is 0 or 1: a share.")
FEW_LEVELS = N_(
    "Whole numbers from {low} to {high} look like answers on a scale, of which only the order counts. "
    "Are they amounts? Then use --type mean."
)
NUMBERS = N_("The values are numbers: means are compared.")
CLUSTERED = N_("Over a denominator and in clusters: a ratio of sums, with the spread between clusters.")
NOT_COUNTS = N_("Values over a denominator that are not whole: a ratio of sums.")
UNLIKE_POISSON = N_(
    "Whole numbers over a denominator, but they vary {times:.1} times as much between rows as chance alone "
    "would make them: a ratio of sums, which takes the spread of the rows."
)
COUNTS = N_("Whole numbers over a denominator: events per exposure.")
