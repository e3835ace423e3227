"""Inference on a contrast as that of the estimate: the one that was asked for, where it works on values."""

from experiments.contrast import inferred, scaled_applies
from experiments.inference.collapse_t import collapse_t
from experiments.inference.cr2 import cr2_changes
from experiments.inference.jackknife_t import jackknife_t
from experiments.inference.randomisation import randomisation, smallest_p
from experiments.inference.randomisation_t import randomisation_t
from experiments.inference.scaled_ewc import relative_noise
from experiments.inference.student import Inference
from experiments.options import Options
from experiments.panel import Floats
from experiments.window import Window, one_start

BY_T = {"collapse-t": collapse_t, "cr2": cr2_changes, "jackknife-t": jackknife_t}
NEEDS_TWO = ("cr2", "jackknife-t")


def as_asked(window: Window, values: Floats, options: Options) -> Inference | None:
    """Difference in means of values (U,); None where there is nothing to judge it by.

    An inference that works on whole panels or orders of starts only (cr1, iid, the wild bootstrap, several
    starts) is replaced by the default one of `experiments.contrast`.
    """
    default = inferred(window, values, options.level)
    name, treated = options.inference, window.treated
    if default is None or not _possible(window, options):
        return default
    if name in BY_T:
        return BY_T[name](values, treated, options.level)
    if name == "randomisation":
        return randomisation(values, treated, options.level, options.seed)
    data = one_start(window)
    noise = relative_noise(data.y, data.n_before)
    return randomisation_t(values, treated, noise, options.level, options.seed)


def _possible(window: Window, options: Options) -> bool:
    name = options.inference
    if len(window.starts) > 1 or (name in NEEDS_TWO and window.treated.sum() < 2):
        return False
    if name.startswith("randomisation"):
        reaches = smallest_p(window.treated) <= round(1 - options.level, 12)
        return reaches and (name == "randomisation" or scaled_applies(window))
    return name in BY_T
