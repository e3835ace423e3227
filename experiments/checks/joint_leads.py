"""All differences before the start at once: a joint test, only where there are departments enough for it."""

import numpy as np

from core.language.text import N_, Text
from experiments import answer, designs
from experiments.check_answer import informational
from experiments.estimate import Check, CheckResult
from experiments.event_study import leads
from experiments.inference.hotelling import hotelling
from experiments.options import Options
from experiments.panel import Panel
from experiments.window import Window, prepare

NAME = "joint_leads"


def run(panel: Panel, options: Options) -> CheckResult:
    """Wald test that every bin of the event study before the start is zero, with Hotelling's F distribution.

    For information when there are more bins than the smaller group has departments minus one: the covariance
    cannot be estimated then (with weekly leads it is singular). statistic: F.
    """
    window = prepare(panel, options)
    bins = leads(window) if isinstance(window, Window) else {}
    if not isinstance(window, Window) or not bins:
        return informational(NAME, IMPOSSIBLE)
    smaller = int(min(window.treated.sum(), (~window.treated).sum()))
    if len(bins) > smaller - 1:
        return informational(NAME, TOO_FEW, bins=len(bins), most=smaller - 1)
    found = hotelling(np.stack(list(bins.values())), window.treated)
    if found is None or not np.isfinite(found.p_value):
        return informational(NAME, IMPOSSIBLE)
    return CheckResult(
        name=NAME,
        passed=found.p_value >= round(1 - options.level, 12),
        statistic=found.statistic,
        p_value=found.p_value,
        message=Text(MESSAGE, {"bins": len(bins), "p": answer.readable_p(found.p_value)}),
    )


MESSAGE = N_("The {bins} differences before the start, all together, against no difference: {p}.")
TOO_FEW = N_(
    "With these departments at most {most} differences before the start can be tested together; there are "
    "{bins}. See the slope and the largest difference instead."
)
IMPOSSIBLE = N_(
    "There are too few periods or departments for a joint test of the differences before the start."
)
CHECK = Check(designs=designs.PARALLEL, run=run)
