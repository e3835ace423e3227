"""Do the pilot departments' ups and downs last longer than elsewhere?"""

from core.language.text import N_, Text
from experiments import designs
from experiments.contrast import scaled_applies
from experiments.estimate import Check, CheckResult
from experiments.inference.scaled_ewc import SHAPE_LIMIT, scaled_ewc
from experiments.options import Options
from experiments.panel import Panel
from experiments.window import Window, one_start, prepare

NAME = "noise_shape"


def run(panel: Panel, options: Options) -> CheckResult:
    """statistic: z of the difference in lag-1 autocorrelation; above 2 a wider interval is reported."""
    window = prepare(panel, options)
    if not isinstance(window, Window) or not scaled_applies(window):
        return CheckResult(name=NAME, passed=None, message=Text(IMPOSSIBLE))
    data = one_start(window)
    found = scaled_ewc(data.y, data.treated, data.n_before, options.level)
    return CheckResult(
        name=NAME,
        passed=not found.flagged,
        statistic=found.shape,
        message=Text(MESSAGE, {"z": found.shape, "limit": SHAPE_LIMIT}),
    )


MESSAGE = N_(
    "Ups and downs of the pilot departments last as long as elsewhere when this is below {limit:.0}: {z:+.2}."
)
IMPOSSIBLE = N_("There are too few periods or departments to compare how long ups and downs last.")
CHECK = Check(designs=designs.ONE_START, run=run)
