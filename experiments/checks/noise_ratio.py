"""Are the pilot departments as noisy as the others, and does the noise drift?"""

from core.language.text import N_, Text
from experiments import designs
from experiments.contrast import scaled_applies
from experiments.estimate import Check, CheckResult
from experiments.inference.scaled_ewc import scaled_ewc
from experiments.options import Options
from experiments.panel import Panel
from experiments.window import Window, one_start, prepare

NAME = "noise_ratio"
DRIFT_RANGE = (0.1, 10.0)
QUIET = 0.7


def run(panel: Panel, options: Options) -> CheckResult:
    """statistic: noise of the pilot departments over that of the others (standard deviations).

    Not passed when drift lies outside 0.1 to 10, or when one pilot department is much quieter than the
    others.
    """
    window = prepare(panel, options)
    if not isinstance(window, Window) or not scaled_applies(window):
        return CheckResult(name=NAME, passed=None, message=Text(IMPOSSIBLE))
    data = one_start(window)
    found = scaled_ewc(data.y, data.treated, data.n_before, options.level)
    low, high = DRIFT_RANGE
    quiet = data.treated.sum() == 1 and found.noise_ratio < QUIET
    return CheckResult(
        name=NAME,
        passed=bool(low <= found.drift <= high and not quiet),
        statistic=found.noise_ratio,
        message=Text(MESSAGE, {"ratio": found.noise_ratio, "drift": found.drift}),
    )


MESSAGE = N_(
    "Noise of the pilot departments relative to the others: {ratio:.2}; drift: {drift:.2} "
    "(about 1 for short memory, an analyst should look below 0.1 or above 10)."
)
IMPOSSIBLE = N_("There are too few periods or departments to compare the noise.")
CHECK = Check(designs=designs.ONE_START, run=run)
