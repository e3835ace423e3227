"""When a difference-in-differences around one common start gives no verdict, and why."""

import numpy as np

from experiments import reasons, reasons_regression
from experiments.contrast import (
    MIN_CONTROLS,
    MIN_DEPARTMENTS,
    MIN_PERIODS,
    ROUNDING,
    change,
    constant,
    contrast,
)
from experiments.estimate import Reason
from experiments.inference.pre_scaled_t import relative_variance
from experiments.inference.randomisation import smallest_p
from experiments.naming import listed
from experiments.one_start_inference import INFERENCES, change_rank, gap
from experiments.options import Options
from experiments.window import Window, one_start

BY_COSINES = ("scaled-ewc-t", "randomisation-t")
BY_GAP = ("hac", "blocks-t")
MIN_OF_GAP = 8
NEEDS_TWO_PILOTS = ("cr2", "jackknife-t")


def faults(window: Window, name: str, options: Options, design: str) -> tuple[Reason, ...]:
    """Reasons against the named inference on the window; none where it can be used."""
    if name not in INFERENCES:
        return (reasons.unknown_inference(name, design),)
    if len(window.starts) > 1:
        return (reasons.several_starts(),)
    ours, others = int(window.treated.sum()), int((~window.treated).sum())
    found = of_groups(ours, others)
    if not others:
        return found
    found += _of_series(window, name)
    if name in NEEDS_TWO_PILOTS and ours < 2:
        found += (reasons.too_few_treated(ours, 2),)
    return found or _of_assignments(window, name, options)


def of_groups(ours: int, others: int) -> tuple[Reason, ...]:
    """Too few departments to decide anything."""
    if ours + others == 1:
        return (reasons.one_unit(),)
    if not others:
        return (reasons.never_treated_missing(),)
    few_controls = (reasons.too_few_controls(others, MIN_CONTROLS),) if others < MIN_CONTROLS else ()
    few = ours + others < MIN_DEPARTMENTS
    return few_controls + ((reasons.too_few_departments(ours + others, MIN_DEPARTMENTS),) if few else ())


def of_cosines(window: Window) -> tuple[Reason, ...]:
    """What the scaled EWC t needs of the series: ten periods a side, and variation in every department."""
    return of_length(window, MIN_PERIODS) or _still(window, constant(window))


def of_length(window: Window, needed: int) -> tuple[Reason, ...]:
    """Fewer complete periods on a side of the start than needed."""
    start = window.starts[0]
    before, after = len(window.before(start)), len(window.after(start))
    return (reasons.too_few_periods(before, after, needed),) if min(before, after) < needed else ()


def _of_series(window: Window, name: str) -> tuple[Reason, ...]:
    if name in BY_COSINES:
        return of_cosines(window)
    if name in BY_GAP:
        return _of_gap(window)
    if name == "pre-scaled-t":
        return _of_noise_before(window)
    return _of_changes(window)


def _of_changes(window: Window) -> tuple[Reason, ...]:
    found = of_length(window, 1)
    if not found and np.ptp(contrast(window, change(window))[~window.treated]) == 0:
        found = (reasons.no_variation(listed(window.panel.units)),)
    return found


def _of_gap(window: Window) -> tuple[Reason, ...]:
    found = of_length(window, MIN_OF_GAP)
    if not found and max(np.ptp(side) for side in gap(one_start(window))) <= _rounding(window):
        found = (reasons.no_variation(listed(window.panel.units)),)
    return found


def _of_noise_before(window: Window) -> tuple[Reason, ...]:
    found = of_length(window, MIN_PERIODS) or _of_changes(window)
    if found:
        return found
    data = one_start(window)
    spread = np.sqrt(relative_variance(data.y[:, : data.n_before]))
    return _still(window, spread <= _rounding(window))


def _of_assignments(window: Window, name: str, options: Options) -> tuple[Reason, ...]:
    if name == "placebo-rank" and window.treated.sum() > 1:
        return (reasons_regression.one_pilot_to_rank(),)
    swapped = name.startswith("randomisation") or name == "placebo-rank"
    smallest = smallest_p(window.treated)
    if not swapped or smallest <= round(1 - options.level, 12):
        return ()
    if name != "placebo-rank":
        return (reasons.too_few_assignments(smallest),)
    rank = change_rank(contrast(window, change(window)), window.treated)
    return (reasons_regression.too_few_to_rank(rank, len(window.treated), smallest),)


def _still(window: Window, still: np.ndarray) -> tuple[Reason, ...]:
    names = np.asarray(window.panel.units)[still]
    return (reasons.no_variation(listed(names)),) if still.any() else ()


def _rounding(window: Window) -> float:
    return float(ROUNDING * np.abs(window.panel.outcome[:, window.complete]).max(initial=0.0))
