"""What the tool changed, as one number of the fitted line, with its gradient for the delta method."""

import numpy as np

from experiments.inference.generalised_linear import MEAN
from experiments.options import Options
from experiments.panel import Floats
from experiments.segmented.model import Model


def effect(model: Model, coefficients: Floats, options: Options) -> tuple[float, Floats]:
    """The effect on the working scale, and its gradient (k,).

    The average over the pilot departments' periods after the run-in of the fitted line less the line without
    the tool; for a change of slope, divided by the average number of periods with the tool. On a linear
    predictor that is the coefficient for "step" and "slope". For shares it is the average difference between
    the fitted shares, or between the logarithms of their averages on the relative scale.
    """
    after, share = model.after, 1.0
    if options.its_model == "slope":
        share = 1.0 / float(model.columns[after, model.names["slope_change"]].mean())
    fitted, without = model.columns[after], model.without[after]
    if model.family != "binomial":
        gradient = (fitted - without).mean(axis=0)
        return share * float(gradient @ coefficients), share * gradient
    (found, its), (expected, theirs) = (_mean_share(x, coefficients) for x in (fitted, without))
    if options.scale == "relative":
        return share * float(np.log(found / expected)), share * (its / found - theirs / expected)
    return share * (found - expected), share * (its - theirs)


def _mean_share(x: Floats, coefficients: Floats) -> tuple[float, Floats]:
    """The average share and its gradient (k,)."""
    found = MEAN["binomial"](x @ coefficients)
    return float(found.mean()), np.asarray((found * (1 - found)) @ x / len(x))
