"""The change of level in one series at a start, with the errors of a regression over time."""

import numpy as np
from numpy.typing import NDArray

from experiments.inference.serial_regression import ErrorOf, SerialRegression, infer
from experiments.inference.student import Inference

Floats = NDArray[np.float64]


def series_change(before: Floats, after: Floats, level: float, error_of: ErrorOf) -> Inference:
    """Mean after minus mean before, as the coefficient of a series on an after indicator, t(T - 2).

    before (T1,), after (T2,): values in time order. error_of: `iid` or `hac` of serial_regression.
    """
    periods = len(before) + len(after)
    on = (np.arange(periods) >= len(before)).astype(float)
    residuals = np.concatenate([before - before.mean(), after - after.mean()])
    fit = SerialRegression(
        rows=np.column_stack([np.ones(periods), on]),
        residuals=residuals,
        period=np.arange(periods),
        times=np.arange(periods, dtype=float),
        loading=np.ones(periods),
        parameters=2,
        n_before=len(before),
    )
    return infer(error_of, fit, float(after.mean() - before.mean()), np.array([0.0, 1.0]), level)
