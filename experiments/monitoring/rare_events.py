"""Charts of rare events: g counts the cases between two events, t the time between them.

g: limits from the mean m of the geometric distribution, m -/+ 3 sqrt(m(m + 1)), around which the median is
drawn (Benneyan 2001, Health Care Management Science 4; qicharts2). t: y^(1/3.6) is nearly normal
(Nelson 1994, Journal of Quality Technology 26); an individuals chart of it, taken back, with 0 where the
lower limit does not exist.
"""

import numpy as np

from experiments.monitoring.limits import Flags, Floats, Limits, around, average
from experiments.monitoring.xmr import EXACT, individuals

POWER = 3.6


def g_limits(cases: Floats, used: Flags) -> Limits:
    """Limits of the number of cases between events, (n,); the centre is the median."""
    basis = cases[used & np.isfinite(cases)]
    mean = average(basis)
    median = float(np.median(basis)) if len(basis) else float("nan")
    size = len(cases)
    reach = np.full(size, 3 * np.sqrt(mean * (mean + 1)))
    return around(np.full(size, mean), reach, floor=0.0, middle=np.full(size, median))


def t_limits(times: Floats, used: Flags, *, screen: bool) -> Limits:
    """Limits of the time between events, (n,), from an individuals chart of its root."""
    root = individuals(times ** (1 / POWER), used, screen=screen, multiplier=EXACT)
    return Limits(
        centre=_back(root.centre),
        lower=_back(root.lower),
        upper=_back(root.upper),
        near_lower=_back(root.near_lower),
        near_upper=_back(root.near_upper),
    )


def _back(root: Floats) -> Floats:
    return np.asarray(np.maximum(root, 0.0) ** POWER)
