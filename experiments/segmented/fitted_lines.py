"""What is drawn: observed, fitted, and what the line expects without the tool."""

import numpy as np

from experiments.details import FittedPeriod
from experiments.inference.generalised_linear import MEAN
from experiments.options import Options
from experiments.panel import Floats
from experiments.segmented.model import Model


def fitted_lines(
    model: Model, coefficients: Floats, labels: tuple[str, ...], options: Options
) -> tuple[FittedPeriod, ...]:
    """One per fitted period, of the pilot departments together, in the outcome's unit.

    Counts are sums; shares are of all cases together; a gap to the comparison is a difference, or a ratio on
    the relative scale. With several starts the label counts from the start: 0 is the first period with the
    tool.
    """
    expected = [MEAN[model.family](_linear(model, x, coefficients)) for x in (model.columns, model.without)]
    observed, fitted, without = (_per_period(model, values, options) for values in (model.y, *expected))
    return tuple(
        FittedPeriod(period=label, observed=float(seen), fitted=float(line), without=float(other))
        for label, seen, line, other in zip(_labels(model, labels), observed, fitted, without, strict=True)
    )


def _linear(model: Model, x: Floats, coefficients: Floats) -> Floats:
    return np.asarray(x @ coefficients + (0.0 if model.offset is None else model.offset))


def _per_period(model: Model, values: Floats, options: Options) -> Floats:
    if model.family == "gaussian":
        return np.exp(values) if options.scale == "relative" else values
    weight = np.where(model.pilot, 1.0 if model.trials is None else model.trials, 0.0)
    total = np.bincount(model.period, values * weight).astype(float)
    return total if model.trials is None else total / np.bincount(model.period, weight)


def _labels(model: Model, labels: tuple[str, ...]) -> list[str]:
    index = model.aligned.index
    if (index == index[0]).all():
        return [labels[place] for place in index[0]]
    return [f"{since:+d}" for since in model.aligned.since]
