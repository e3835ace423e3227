"""Shares: score test and interval of Miettinen and Nurminen, Newcombe's beside it; by cluster with CR2."""

import numpy as np

from core.language.text import N_, Text
from experiments.comparison import reasons
from experiments.comparison.arm import OUTCOME, Arm, Pair
from experiments.comparison.averages import compared, line, ratio_line, two_means
from experiments.comparison.newcombe import newcombe
from experiments.comparison.result import Compared, ComparisonOptions, Kind, Line, NotCompared, PairResult
from experiments.comparison.upper_bounds import upper_shares, upper_shares_text
from experiments.inference.miettinen_nurminen import score_difference, score_ratio

ROUNDING = 1e-9


def fit(pair: Pair, options: ComparisonOptions) -> PairResult:
    """Risk difference, or risk ratio."""
    refused = _faults(pair, options)
    if refused is not None:
        return refused
    if "cluster" in pair.given:
        return compared(pair, two_means(pair), options, "cr2", risk=True)
    events = round(pair.ours.total), round(pair.control.total)
    rows = pair.ours.n, pair.control.n
    if options.relative:
        main = ratio_line("risk ratio", "miettinen-nurminen", score_ratio(events, rows, options.level))
        return Compared(arm=pair.ours.name, main=main)
    main = line("risk difference", "miettinen-nurminen", score_difference(events, rows, options.level))
    beside = Line(
        estimand="risk difference",
        inference="newcombe",
        effect=main.effect,
        standard_error=None,
        interval=newcombe(events, rows, options.level),
        p_value=np.nan,
    )
    return Compared(arm=pair.ours.name, main=main, also=(beside,))


def _faults(pair: Pair, options: ComparisonOptions) -> NotCompared | None:
    for arm in pair.arms:
        other = _not_binary(arm)
        if other is not None:
            return NotCompared(arm=pair.ours.name, reasons=(reasons.not_binary(other),))
    events = sum(round(arm.total) for arm in pair.arms)
    if events == sum(arm.n for arm in pair.arms):
        return NotCompared(arm=pair.ours.name, reasons=(reasons.all_events(),))
    bounds = upper_shares(pair.arms, options.level)
    if events == 0:
        reason = reasons.no_events(upper_shares_text(pair.arms, options))
        return NotCompared(arm=pair.ours.name, reasons=(reason,), upper_bounds=bounds)
    if options.relative and pair.control.name in bounds:
        reason = reasons.no_events_in_control(upper_shares_text((pair.control,), options), of_rates=False)
        return NotCompared(arm=pair.ours.name, reasons=(reason,), upper_bounds=bounds)
    return None


def _not_binary(arm: Arm) -> float | None:
    """A value that is neither 0 nor 1, or the mean where only sums are known."""
    if arm.rows is not None:
        other = arm.values[~np.isin(arm.values, (0, 1))]
        return float(other[0]) if len(other) else None
    share = arm.moments.mean[OUTCOME]
    squares = arm.moments.products[OUTCOME, OUTCOME] / arm.n
    return None if abs(squares - share * (1 - share)) < ROUNDING else float(share)


KIND = Kind(
    name="proportion",
    fit=fit,
    assumptions=(
        Text(N_("A lot, and nothing else, decided who got the tool.")),
        Text(N_("Rows (or clusters, where named) do not affect each other.")),
    ),
    reference="Miettinen and Nurminen 1985; Newcombe 1998 (method 10); Bell and McCaffrey 2002 (CR2)",
    reads=frozenset({"cluster"}),
)
