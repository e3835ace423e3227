"""Durations of which some are still open: mean up to a horizon, with the log-rank test beside it."""

import numpy as np

from core.language.text import N_, Text
from experiments.comparison import reasons
from experiments.comparison.arm import Pair
from experiments.comparison.averages import line, of_logarithm, ratio_line
from experiments.comparison.result import Compared, ComparisonOptions, Kind, NotCompared, PairResult
from experiments.estimate import Reason
from experiments.inference.student import normal
from experiments.inference.survival import RestrictedMean, log_rank, restricted_mean


def fit(pair: Pair, options: ComparisonOptions) -> PairResult:
    """Difference in restricted means, or relative to the control's."""
    faults = tuple(fault for arm in pair.arms if (fault := _fault(arm.name, arm.values, arm.ended)))
    if faults:
        return NotCompared(arm=pair.ours.name, reasons=faults)
    horizon = options.horizon or float(min(arm.values.max() for arm in pair.arms))
    means = []
    for arm in pair.arms:
        try:
            means.append(restricted_mean(arm.values, arm.ended, horizon))
        except ValueError:
            reason = reasons.horizon_too_far(arm.name, horizon)
            return NotCompared(arm=pair.ours.name, reasons=(reason,))
    return _compared(pair, means[0], means[1], horizon, options)


def _fault(name: str, durations: np.ndarray, ended: np.ndarray) -> Reason | None:
    if (durations < 0).any():
        return reasons.negative_durations(name)
    return None if np.isin(ended, (0, 1)).all() else reasons.not_ended_or_open(name)


def _compared(
    pair: Pair, ours: RestrictedMean, control: RestrictedMean, horizon: float, options: ComparisonOptions
) -> PairResult:
    if not max(ours.standard_error, control.standard_error) > 0:
        return NotCompared(arm=pair.ours.name, reasons=(reasons.no_variation(),))
    if options.relative and min(ours.mean, control.mean) <= 0:
        return NotCompared(arm=pair.ours.name, reasons=(reasons.non_positive_values(),))
    details = {"horizon": horizon, **_log_rank(pair)}
    details |= {f"mean_{name}": found.mean for name, found in (("ours", ours), ("control", control))}
    if options.relative:
        error = np.hypot(ours.standard_error / ours.mean, control.standard_error / control.mean)
        found = normal(float(np.log(ours.mean / control.mean)), float(error), options.level)
        main = ratio_line("relative difference in restricted means", "kaplan-meier", of_logarithm(found))
    else:
        error = np.hypot(ours.standard_error, control.standard_error)
        found = normal(ours.mean - control.mean, float(error), options.level)
        main = line("difference in restricted means", "kaplan-meier", found)
    return Compared(arm=pair.ours.name, main=main, details=details, warnings=_warnings(pair))


def _log_rank(pair: Pair) -> dict[str, float]:
    try:
        statistic, p_value = log_rank(*((arm.values, arm.ended) for arm in pair.arms))
    except ValueError:
        return {}
    return {"log_rank_chi2": statistic, "log_rank_p_value": p_value}


def _warnings(pair: Pair) -> tuple[Text, ...]:
    fewest = int(min(arm.ended.sum() for arm in pair.arms))
    return (Text(FEW, {"found": fewest, "enough": ENOUGH}),) if fewest < ENOUGH else ()


ENOUGH = 10
FEW = N_("In the smaller arm {found} durations ended; with fewer than {enough} the interval is too narrow.")

KIND = Kind(
    name="duration",
    fit=fit,
    assumptions=(
        Text(N_("A lot, and nothing else, decided who got the tool.")),
        Text(N_("Rows do not affect each other.")),
        Text(N_("What is still open is no quicker or slower than what ended: only the calendar cut it off.")),
    ),
    reference="Kaplan and Meier 1958; Royston and Parmar 2013; Peto and Peto 1972 (log-rank)",
    reads=frozenset({"event"}),
    needs=frozenset({"event"}),
    needs_rows=True,
)
