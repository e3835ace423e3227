"""Events per exposure: the exact conditional rate ratio, with the difference of rates beside it."""

import numpy as np

from core.language.text import N_, Text
from experiments.comparison import reasons
from experiments.comparison.arm import Arm, Pair
from experiments.comparison.averages import line, ratio_line, two_means
from experiments.comparison.dispersion import Dispersion, dispersion, overdispersed
from experiments.comparison.result import Compared, ComparisonOptions, Kind, Line, NotCompared, PairResult
from experiments.comparison.upper_bounds import upper_bounds, upper_bounds_text
from experiments.inference.poisson_rates import exact_ratio, score_difference
from experiments.inference.two_means import BaselineNotPositive, fieller

ROUNDING = 1e-6
ROWS_WITH_A_SPREAD = 2


def fit(pair: Pair, options: ComparisonOptions) -> PairResult:
    """Rate ratio. It is relative by nature, so --relative changes nothing."""
    refused = _faults(pair, options)
    if refused is not None:
        return refused
    events = round(pair.ours.total), round(pair.control.total)
    exposure = pair.ours.exposure, pair.control.exposure
    found = dispersion(pair.arms)
    return Compared(
        arm=pair.ours.name,
        main=ratio_line("rate ratio", "exact-conditional", exact_ratio(events, exposure, options.level)),
        also=(
            *_of_sums(pair, options),
            line("rate difference", "score", score_difference(events, exposure, options.level)),
        ),
        details={} if found is None else {"dispersion": found.ratio},
        warnings=_warnings(pair, found),
    )


def _warnings(pair: Pair, found: Dispersion | None) -> tuple[Text, ...]:
    if found is not None and overdispersed(found):
        return (Text(SPREAD, {"times": found.ratio}),)
    return (Text(UNSEEN),) if all(arm.n == 1 for arm in pair.arms) else ()


def _of_sums(pair: Pair, options: ComparisonOptions) -> tuple[Line, ...]:
    """The same ratio with the spread of the rows themselves instead of Poisson's."""
    if any(arm.n < ROWS_WITH_A_SPREAD for arm in pair.arms):
        return ()
    try:
        two = two_means(pair)
        return (ratio_line("rate ratio", "fieller", fieller(two, options.level)),)
    except BaselineNotPositive:
        return ()


def _faults(pair: Pair, options: ComparisonOptions) -> NotCompared | None:
    for arm in pair.arms:
        other = _not_a_count(arm)
        if other is not None:
            return NotCompared(arm=pair.ours.name, reasons=(reasons.not_counts(other),))
    bounds = upper_bounds(pair.arms, options.level)
    if len(bounds) == len(pair.arms):
        reason = reasons.no_events(upper_bounds_text(bounds, options.level))
        return NotCompared(arm=pair.ours.name, reasons=(reason,), upper_bounds=bounds)
    if pair.control.name in bounds:
        reason = reasons.no_events_in_control(upper_bounds_text(bounds, options.level), of_rates=True)
        return NotCompared(arm=pair.ours.name, reasons=(reason,), upper_bounds=bounds)
    return None


def _not_a_count(arm: Arm) -> float | None:
    values = np.array([arm.total]) if arm.rows is None else arm.values
    away = np.abs(values - np.round(values)) > ROUNDING * np.maximum(
        1.0, np.abs(values) if arm.rows is None else 1
    )
    other = values[away | (values < 0)]
    return float(other[0]) if len(other) else None


SPREAD = N_(
    "Events vary {times:.1} times as much between rows as chance alone would make them: this interval is too "
    "narrow. Use --type ratio, which takes the spread of the rows."
)
UNSEEN = N_(
    "Each arm is one row, so whether events vary more than chance alone would make them cannot be seen: this "
    "interval takes them to fall one by one."
)
KIND = Kind(
    name="rate",
    fit=fit,
    assumptions=(
        Text(N_("A lot, and nothing else, decided who got the tool.")),
        Text(N_("Events happen independently of each other, in proportion to the exposure (Poisson).")),
    ),
    reference="Przyborowski and Wilenski 1940; Clopper and Pearson 1934; Miettinen and Nurminen 1985",
    reads=frozenset({"denominator"}),
    needs=frozenset({"denominator"}),
    least_rows=1,
)
