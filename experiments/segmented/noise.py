"""What the line leaves over as a model: ARIMA errors, or a level that wanders (structural)."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from experiments.inference.department_contrasts import Contrasts
from experiments.inference.generalised_least_squares import NoiseFit, noise_fit, whitened
from experiments.inference.generalised_linear import GeneralisedLinear, generalised_linear
from experiments.inference.kenward_roger import Corrected, kenward_roger
from experiments.inference.noise_models import LOCAL_LEVEL, NoiseModel, arma, covariance_with_slopes
from experiments.panel import Floats
from experiments.segmented.model import Model

ORDERS = ((1, 0), (2, 0), (1, 1))
"""ARMA orders to choose from. The least is AR(1): weeks resemble each other, and without it the error would
be that of independent ones whenever a short series happens to show little of it."""
ARIMA = {order: arma(*order) for order in ORDERS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """A noise model with its parameters; shown: what is said of it, by name."""

    model: NoiseModel
    at: Floats
    shown: dict[str, float]

    def covariance(self, model: Model) -> Floats:
        """(P, P) of the periods of the regression, up to a factor."""
        return self.model.covariance(self.at, _times(model))


NoiseOf = Callable[[Model], Noise]


def arima(model: Model) -> Noise:
    """The order with the smallest AICc of the restricted likelihood, which fits the same line for each."""
    left = len(model.y) - model.columns.shape[1]
    fits = {order: _fit(model, one) for order, one in ARIMA.items()}
    order = min(fits, key=lambda one: fits[one].criterion(ARIMA[one], left))
    shown = {"ar_order": float(order[0]), "ma_order": float(order[1])}
    return Noise(model=ARIMA[order], at=fits[order].at, shown=shown)


def structural(model: Model) -> Noise:
    """A level that wanders from period to period, with independent noise on top."""
    share = _fit(model, LOCAL_LEVEL).at
    return Noise(model=LOCAL_LEVEL, at=share, shown={"share_of_wandering_level": float(share[0])})


NOISE: dict[str, NoiseOf] = {"arima": arima, "structural": structural}
OF_FORECAST = "structural"
"""The default of a forecast."""


def refitted(noise: Noise, model: Model) -> Noise:
    """The same kind of noise by plain likelihood, under which lines with other columns can be compared."""
    return replace(noise, at=_fit(model, noise.model, restricted=False).at)


def least_squares(model: Model, noise: Noise) -> GeneralisedLinear:
    """The line by generalised least squares; rows and residuals as with independent noise."""
    values = whitened(noise.covariance(model), np.column_stack([model.columns, model.y]))
    fit = generalised_linear(values[:, :-1], values[:, -1])
    return replace(fit, mean=model.columns @ fit.coefficients)


def corrected(model: Model, noise: Noise, dispersion: float, gradient: Floats) -> Corrected:
    """The error of gradient @ coefficients, and its degrees of freedom, with the noise as estimated."""
    times = _times(model)
    rows = Contrasts(y=model.y[:, None], columns=model.columns[:, None, :], times=times)
    return kenward_roger(rows, covariance_with_slopes(noise.model, noise.at, times, dispersion), gradient)


def carried_on(model: Model, noise: Noise, coefficients: Floats) -> Floats:
    """(P,) what the noise is expected to be: the wandering level, and what a forecast carries on.

    At periods with a column of their own the residual is what was expected of the noise there.
    """
    residuals = np.asarray(model.y - model.columns @ coefficients)
    if noise.model is LOCAL_LEVEL:
        covariance = noise.covariance(model)
        own = (1 - noise.at[0]) * np.linalg.solve(covariance, residuals)
        return np.asarray(residuals - own)
    return np.where(model.after & model.own_period, residuals, 0.0)


def root(model: Model, noise: Noise) -> Floats:
    """(P, P) what makes the noise of the model's rows independent."""
    return whitened(noise.covariance(model), np.eye(len(model.y)))


def _fit(model: Model, noise: NoiseModel, *, restricted: bool = True) -> NoiseFit:
    return noise_fit(model.columns, model.y, _times(model), noise, restricted=restricted)


def _times(model: Model) -> Floats:
    return np.asarray(model.aligned.since, dtype=np.float64)
