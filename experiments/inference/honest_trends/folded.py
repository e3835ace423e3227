"""Critical value of a statistic with a bias of known largest size.

Armstrong and Kolesar 2018, "Optimal inference in a class of regression models" (Econometrica 86): cv_alpha,
the quantile of |Z + bias|, a folded normal. With few degrees of freedom Z is a t instead.
"""

from functools import partial

import numpy as np
from scipy import optimize, special


def folded_critical_value(bias: float, level: float, degrees_of_freedom: float = np.inf) -> float:
    """Quantile `level` of |Z + bias|; bias is in standard errors, zero or more."""
    below = special.ndtr if np.isinf(degrees_of_freedom) else partial(special.stdtr, degrees_of_freedom)
    if np.isinf(degrees_of_freedom):
        one_sided, two_sided = special.ndtri(level), special.ndtri(0.5 + level / 2)
    else:
        one_sided, two_sided = special.stdtrit(degrees_of_freedom, [level, 0.5 + level / 2])

    def excess(beyond: float) -> float:
        return float(below(beyond) - below(-beyond - 2 * bias) - level)

    return bias + float(optimize.brentq(excess, one_sided - 1e-9, two_sided + 1e-9, xtol=1e-12))
