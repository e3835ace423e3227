"""Medians by Bonett and Price, who do not assume that the arms differ by a shift; the bootstrap beside it.

Inverting a rank test would give p-value and interval of one shift of a whole distribution (Hodges and
Lehmann), which is another estimand as soon as the arms differ in spread or shape.
"""

import numpy as np

from core.language.text import N_, Text
from experiments.comparison import reasons
from experiments.comparison.arm import Pair
from experiments.comparison.averages import line, of_logarithm, ratio_line
from experiments.comparison.result import Compared, ComparisonOptions, Kind, NotCompared, PairResult
from experiments.inference.median_difference import bootstrap, median_difference, median_log_ratio

MIN_ROWS = 5


def fit(pair: Pair, options: ComparisonOptions) -> PairResult:
    """Difference in medians, or relative to the control's."""
    small = tuple(reasons.too_few_rows(arm.name, arm.n, MIN_ROWS) for arm in pair.arms if arm.n < MIN_ROWS)
    if small:
        return NotCompared(arm=pair.ours.name, reasons=small)
    ours, control = pair.ours.values, pair.control.values
    if options.relative and min(ours.min(), control.min()) <= 0:
        return NotCompared(arm=pair.ours.name, reasons=(reasons.non_positive_values(),))
    found = (median_log_ratio if options.relative else median_difference)(ours, control, options.level)
    if not found.standard_error > 0:
        return NotCompared(arm=pair.ours.name, reasons=(reasons.no_variation_of_median(),))
    if options.relative:
        main = ratio_line("relative difference in medians", "bonett-price", of_logarithm(found))
        return Compared(arm=pair.ours.name, main=main)
    beside = bootstrap(ours, control, options.level, options.seed)
    return Compared(
        arm=pair.ours.name,
        main=line("difference in medians", "bonett-price", found),
        also=(line("difference in medians", "bootstrap", beside),) if np.isfinite(beside.effect) else (),
    )


KIND = Kind(
    name="median",
    fit=fit,
    assumptions=(
        Text(N_("A lot, and nothing else, decided who got the tool.")),
        Text(N_("Rows do not affect each other.")),
        Text(N_("Equal values around the medians are rare.")),
    ),
    reference="Bonett and Price 2002, 2020",
    needs_rows=True,
)
