"""The level that a relative effect is a share of, with its interval."""

import numpy as np

from experiments.inference.blocks_t import BLOCKS, block_means
from experiments.inference.student import Inference, student
from experiments.panel import Floats, Panel

LEVEL = 0.95
"""Whatever the level of the effect: whether a percentage means anything does not hang on that."""


def baseline(panel: Panel) -> Inference | None:
    """Mean of the pilot departments before their own start, by four blocks of periods with t(3).

    Ibragimov and Muller 2010: weeks resemble each other, block means hardly. Departments count equally and
    their differences in level are no noise. None where no pilot department has four values before its start.
    """
    pilots = [_before(panel, int(unit)) for unit in np.flatnonzero(panel.treated)]
    found = [block_means(values) for values in pilots if len(values) >= BLOCKS]
    if not found:
        return None
    blocks = np.mean(found, axis=0)
    return student(float(blocks.mean()), float(blocks.std(ddof=1)) / BLOCKS**0.5, BLOCKS - 1, LEVEL)


def _before(panel: Panel, unit: int) -> Floats:
    values = panel.outcome[unit, : max(int(panel.first_treated[unit]), 0)]
    return np.asarray(values[np.isfinite(values)])
