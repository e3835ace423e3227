"""How many department-periods of the window hold a value."""

import numpy as np

from core.language.text import N_, Text
from experiments import designs
from experiments.estimate import Check, CheckResult
from experiments.options import Options
from experiments.panel import Panel

ENOUGH = 0.9


def run(panel: Panel, options: Options) -> CheckResult:
    """Passed from nine in ten on; the plan may set its own floor for the decision."""
    del options
    present = np.isfinite(panel.outcome)
    share = float(present.mean()) if present.size else 0.0
    left_out = int((~present.all(axis=0)).sum())
    return CheckResult(
        name="completeness",
        passed=share >= ENOUGH,
        statistic=share,
        message=Text(MESSAGE, {"share": share, "left_out": left_out}),
    )


MESSAGE = N_("{share:%1} of the department-periods hold data; periods that miss some department: {left_out}.")
CHECK = Check(designs=designs.EVERY, run=run)
