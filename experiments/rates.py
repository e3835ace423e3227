"""Counts and shares as one average per cell, for the checks: those are about averages."""

from dataclasses import replace

import numpy as np

from experiments.family_values import with_exposure
from experiments.options import COUNTS, Options
from experiments.panel import Panel, Scale


def as_rates(panel: Panel, options: Options) -> tuple[Panel, Options]:
    """The panel of rates with the exposure as the cells behind them, and options for averages.

    Rates of counts are held against each other by ratio, as the model does, where none of them is zero. What
    is Gaussian already is left as it is.
    """
    if options.family == "gaussian":
        return panel, options
    usable = with_exposure(panel)
    exposure = np.ones_like(panel.outcome) if panel.exposure is None else panel.exposure
    cases = np.where(np.isfinite(usable.outcome), exposure, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = usable.outcome / exposure if options.family in COUNTS else usable.outcome
    ratio = options.family in COUNTS and not (rate <= 0).any()
    rates = replace(
        usable,
        outcome=np.where(cases > 0, rate, np.nan),
        weights=panel.weights if panel.exposure is None else cases,
        exposure=None,
    )
    scale: Scale = "relative" if ratio else "absolute"
    return rates, replace(options, family="gaussian", inference="auto", scale=scale)
