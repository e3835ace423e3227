"""The largest difference of the event study before the start: larger than chance would make it?"""

import numpy as np

from core.language.text import N_, Text
from experiments import answer, designs
from experiments.check_answer import informational, readable
from experiments.contrast import ROUNDING, enough_departments, scaled_applies
from experiments.estimate import Check, CheckResult
from experiments.event_study import leads
from experiments.inference.largest_gap import largest_gap_p
from experiments.inference.randomisation import smallest_p
from experiments.inference.scaled_ewc import relative_noise
from experiments.options import Options
from experiments.panel import Floats, Panel
from experiments.window import Window, one_start, prepare

NAME = "largest_pre_gap"


def run(panel: Panel, options: Options) -> CheckResult:
    """Largest absolute bin before the start, by randomisation over which departments are treated.

    statistic: that bin's difference, p-value for all bins together. For information where there are too few
    assignments to reach the level.
    """
    window = prepare(panel, options)
    bins = leads(window) if isinstance(window, Window) else {}
    if not isinstance(window, Window) or not _possible(window, bins):
        return informational(NAME, IMPOSSIBLE)
    values = np.stack(list(bins.values()))
    gaps = values[:, window.treated].mean(axis=1) - values[:, ~window.treated].mean(axis=1)
    largest = int(np.abs(gaps).argmax())
    p_value = largest_gap_p(values, window.treated, _noise(window), options.seed)
    enough = smallest_p(window.treated) <= round(1 - options.level, 12)
    first, last = (window.panel.periods[window.starts[0] + since] for since in list(bins)[largest])
    gap = float(gaps[largest])
    return CheckResult(
        name=NAME,
        passed=p_value >= round(1 - options.level, 12) if enough else None,
        statistic=answer.shown(gap, options.scale),
        p_value=p_value,
        message=Text(
            MESSAGE if enough else TOO_FEW,
            {"gap": readable(gap, options), "first": first, "last": last, "p": answer.readable_p(p_value)},
        ),
    )


def _possible(window: Window, bins: dict[tuple[int, int], Floats]) -> bool:
    if not bins or len(window.starts) > 1 or not enough_departments(window):
        return False
    outcome = window.panel.outcome[:, window.complete]
    return bool(np.ptp(np.stack(list(bins.values())), axis=1).max() > ROUNDING * np.abs(outcome).max())


def _noise(window: Window) -> Floats:
    """Relative noise of the departments where it can be read off, else all alike."""
    if not scaled_applies(window):
        return np.ones(len(window.treated))
    data = one_start(window)
    return relative_noise(data.y, data.n_before).s2


MESSAGE = N_(
    "Before the start the pilot and comparison departments lay furthest apart in {first} to {last}: {gap}, "
    "relative to the last weeks before the start ({p} for the largest of all)."
)
TOO_FEW = N_(
    "Before the start the pilot and comparison departments lay furthest apart in {first} to {last}: {gap}, "
    "relative to the last weeks before the start; with so few departments chance cannot be excluded."
)
IMPOSSIBLE = N_(
    "The largest difference before the start is judged for one common start with enough data only."
)
CHECK = Check(designs=designs.PARALLEL, run=run)
