"""Errors that allow cells of unequal noise, one cell at a time: HC1, HC2 and HC3, t(N - all effects).

White 1980; MacKinnon and White 1985, "Some heteroskedasticity-consistent covariance matrix estimators with
improved finite sample properties" (Journal of Econometrics 29). A cell is one observation whatever its
weight, as in weighted least squares, and department effects count among the effects.
"""

from typing import Literal

import numpy as np

from experiments.inference.cluster_residuals import CarriedByOne
from experiments.inference.student import Inference, student
from experiments.inference.two_way import TwoWay

Kind = Literal["hc1", "hc2", "hc3"]

POWER: dict[Kind, float] = {"hc1": 0.0, "hc2": 0.5, "hc3": 1.0}
TOLERANCE = 1e-9


def hc(fit: TwoWay, level: float, kind: Kind) -> Inference:
    """Raises CarriedByOne where a cell fits itself, and ValueError where nothing is left over."""
    cells = len(fit.residuals)
    df = cells - fit.n_effects - fit.n_units
    if df <= 0:
        raise ValueError("as many effects as cells: nothing is left to estimate an error from")
    left = 1 - fit.unit_basis**2 - np.sum(fit.basis**2, axis=1)
    free = left > TOLERANCE
    if np.abs(fit.direction[~free]).max(initial=0.0) > TOLERANCE * np.abs(fit.direction).max():
        raise CarriedByOne
    scores = fit.direction[free] * fit.residuals[free] / left[free] ** POWER[kind]
    factor = cells / df if kind == "hc1" else 1.0
    return student(fit.effect, float(np.sqrt(factor * np.sum(scores**2))), df, level)
