"""The chance that a value of one arm is higher than one of the other, ties counted half.

Brunner and Munzel 2000, "The nonparametric Behrens-Fisher problem" (Biometrical Journal 42):
Satterthwaite's t, for ordered values of any shape, also where arms differ in spread.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from experiments.inference.student import Inference, student
from experiments.inference.two_means import welch_df

Floats = NDArray[np.float64]


def superiority(ours: Floats, control: Floats, level: float) -> Inference:
    """P(ours > control) + P(equal) / 2, p_value of 1/2; the interval is cut off at 0 and 1.

    Raises ValueError where the arms do not overlap or nothing varies: there is no error to estimate then.
    """
    n1, n0 = len(ours), len(control)
    ranks = stats.rankdata(np.concatenate([ours, control]))
    placed1 = (ranks[:n1] - stats.rankdata(ours)) / n0
    placed0 = (ranks[n1:] - stats.rankdata(control)) / n1
    parts = np.array([placed1.var(ddof=1) / n1, placed0.var(ddof=1) / n0])
    if not parts.sum() > 0:
        raise ValueError("the arms do not overlap, or nothing varies")
    df = welch_df(parts, np.array([n1 - 1.0, n0 - 1.0]))
    found = student(float(placed1.mean()) - 0.5, float(np.sqrt(parts.sum())), df, level)
    low, high = (float(np.clip(bound + 0.5, 0, 1)) for bound in found.interval)
    return Inference(
        effect=found.effect + 0.5,
        standard_error=found.standard_error,
        interval=(low, high),
        p_value=found.p_value,
        degrees_of_freedom=df,
    )
