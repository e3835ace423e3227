"""Every inference on one change per department, or on the gap between the groups, around one common start."""

from collections.abc import Callable

import numpy as np

from experiments.inference.blocks_t import blocks_t
from experiments.inference.collapse_t import collapse_t
from experiments.inference.cr2 import cr2_changes
from experiments.inference.jackknife_t import jackknife_t
from experiments.inference.pre_scaled_t import pre_scaled_t
from experiments.inference.randomisation import randomisation
from experiments.inference.randomisation_t import randomisation_t
from experiments.inference.scaled_ewc import relative_noise, scaled_ewc
from experiments.inference.serial_regression import hac
from experiments.inference.series_change import series_change
from experiments.inference.student import Inference
from experiments.options import Options
from experiments.panel import Floats
from experiments.window import OneStart

InferenceOf = Callable[[OneStart, Floats, Options], Inference]


def infer(name: str, data: OneStart, values: Floats, options: Options) -> Inference:
    """The named inference; values (U,): each department's change, whose difference in means is the effect."""
    return INFERENCES[name](data, values, options)


def gap(data: OneStart) -> tuple[Floats, Floats]:
    """(T1,), (T2,) mean of the pilot departments minus that of the others, before and after."""
    series = data.y[data.treated].mean(axis=0) - data.y[~data.treated].mean(axis=0)
    return series[: data.n_before], series[data.n_before :]


def change_rank(values: Floats, treated: np.ndarray) -> int:
    """Rank of one pilot department's change against all others; 1 is the largest, whatever its sign."""
    size = np.abs(values - values.mean())
    return int(np.sum(size >= size[treated][0] * (1 - 1e-9)))


def _randomisation_t(data: OneStart, values: Floats, options: Options) -> Inference:
    noise = relative_noise(data.y, data.n_before)
    return randomisation_t(values, data.treated, noise, options.level, options.seed)


def _randomisation(data: OneStart, values: Floats, options: Options) -> Inference:
    return randomisation(values, data.treated, options.level, options.seed)


def _pre_scaled_t(data: OneStart, values: Floats, options: Options) -> Inference:
    return pre_scaled_t(values, data.y[:, : data.n_before], data.treated, options.level)


INFERENCES: dict[str, InferenceOf] = {
    "scaled-ewc-t": lambda data, _, options: (
        scaled_ewc(data.y, data.treated, data.n_before, options.level).inference
    ),
    "hac": lambda data, _, options: series_change(*gap(data), options.level, hac),
    "blocks-t": lambda data, _, options: blocks_t(*gap(data), options.level),
    "cr2": lambda data, values, options: cr2_changes(values, data.treated, options.level),
    "randomisation": _randomisation,
    "randomisation-t": _randomisation_t,
    "collapse-t": lambda data, values, options: collapse_t(values, data.treated, options.level),
    "pre-scaled-t": _pre_scaled_t,
    # Swapping one pilot department with each other one is ranking its change among theirs.
    "placebo-rank": _randomisation,
    "jackknife-t": lambda data, values, options: jackknife_t(values, data.treated, options.level),
}
