"""Each comparison department in turn as the pretended pilot: how often is the effect as large?"""

import numpy as np

from core.language.text import N_, Text
from experiments import answer, designs
from experiments.check_answer import informational, nothing_shows, readable
from experiments.contrast import change, contrast, enough_departments, inferred
from experiments.estimate import Check, CheckResult
from experiments.options import Options
from experiments.panel import Floats, Panel
from experiments.window import Window, prepare

NAME = "placebo_space"
TOLERANCE = 1e-9


def run(panel: Panel, options: Options) -> CheckResult:
    """Share of comparison departments with an effect as large as that of the pilot departments.

    statistic: that share. p_value: (number as large + 1) / (comparison departments + 1), Fisher 1935; with
    several pilot departments it is cautious, as one department alone varies more than their average. Judged
    only where so many departments can reach the level, and an effect is shown; else for information.
    """
    window = prepare(panel, options)
    if not isinstance(window, Window) or not _possible(window):
        return informational(NAME, IMPOSSIBLE)
    values = contrast(window, change(window))
    effect = float(values[window.treated].mean() - values[~window.treated].mean())
    pretended = pretended_effects(values[~window.treated])
    count = int((np.abs(pretended) >= abs(effect) * (1 - TOLERANCE)).sum())
    return CheckResult(
        name=NAME,
        passed=_passed(window, values, count, options),
        statistic=count / len(pretended),
        p_value=(count + 1) / (len(pretended) + 1),
        message=Text(
            MESSAGE,
            {
                "count": count,
                "departments": len(pretended),
                "effect": readable(effect, options),
                "p": answer.readable_p((count + 1) / (len(pretended) + 1)),
            },
        ),
    )


def pretended_effects(comparison: Floats) -> Floats:
    """(C,) each comparison department's value of a contrast against the mean of the other ones."""
    count = len(comparison)
    return np.asarray((comparison - comparison.mean()) * count / (count - 1))


def _possible(window: Window) -> bool:
    sides = [min(len(window.before(start)), len(window.after(start))) for start in window.starts]
    return min(sides) > 0 and enough_departments(window)


def _passed(window: Window, values: Floats, count: int, options: Options) -> bool | None:
    found = inferred(window, values, options.level)
    needed = round(1 - options.level, 12)
    smallest = 1 / (int((~window.treated).sum()) + 1)
    if found is None or nothing_shows(found, options) or smallest > needed:
        return None
    return (count + 1) * smallest <= needed


MESSAGE = N_(
    "Each comparison department in turn as the pretended pilot: {count} of {departments} show an effect as "
    "large as {effect} (rank {p})."
)
IMPOSSIBLE = N_("There are too few comparison departments to pretend that one of them is the pilot.")
CHECK = Check(designs=designs.OWN_CHANGE, run=run)
