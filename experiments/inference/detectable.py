"""The smallest effect that a design would find: multiples of the spread of the departments' changes."""

import numpy as np
from scipy import stats
from scipy.optimize import brentq

SCALED_EWC_OVER_COLLAPSE = {
    (1, 4): 5.4 / 4.75,
    (1, 5): 4.51 / 4.07,
    (1, 9): 3.79 / 3.34,
    (1, 12): 3.6 / 3.25,
    (1, 19): 3.39 / 3.04,
    (2, 3): 1.0,
    (2, 4): 3.29 / 3.25,
    (2, 8): 2.66 / 2.5,
    (2, 12): 2.45 / 2.33,
    (2, 18): 2.33 / 2.19,
}
"""Our simulations (80 % power, 5 %, T = 52); from three treated departments on the two are equal."""


def multiple(treated: int, controls: int, level: float = 0.95, power: float = 0.8) -> float:
    """Detectable effect in standard deviations of a department's change.

    Noncentral t of the collapse t (pooled variance, treated + controls - 2 degrees of freedom), times what
    the scaled EWC t costs with one or two treated departments (nearest simulated design).
    """
    df = treated + controls - 2
    critical = stats.t.ppf(0.5 + level / 2, df)

    def shortfall(shift: float) -> float:
        return float(stats.nct.sf(critical, df, shift)) - power

    shift = brentq(shortfall, 0.0, 10 * critical + 10)
    return float(shift * np.sqrt(1 / treated + 1 / controls) * _cost(treated, controls))


def _cost(treated: int, controls: int) -> float:
    near = [pair for pair in SCALED_EWC_OVER_COLLAPSE if pair[0] == treated]
    return SCALED_EWC_OVER_COLLAPSE[min(near, key=lambda pair: abs(pair[1] - controls))] if near else 1.0


def from_error(standard_error: float, degrees_of_freedom: float, level: float, power: float = 0.8) -> float:
    """The effect that a t test with this error would find with this power."""
    critical, needed = stats.t.ppf(np.array([0.5 + level / 2, power]), degrees_of_freedom)
    return float(standard_error * (critical + needed))
