"""The run chart: values around their median, without limits.

Perla, Provost and Murray 2011, BMJ Quality & Safety 20(1).
"""

import numpy as np

from experiments.monitoring.limits import Flags, Floats, Limits


def run_centre(values: Floats, used: Flags) -> Limits:
    """The median of the points in `used` as the centre of values (n,); there are no limits."""
    basis = values[used & np.isfinite(values)]
    none = np.full(len(values), np.nan)
    centre = np.full(len(values), float(np.median(basis)) if len(basis) else np.nan)
    return Limits(centre=centre, lower=none, upper=none, near_lower=none, near_upper=none)
