"""From a panel to a fitted broken line, or the reasons why there is none."""

from dataclasses import dataclass, replace

import numpy as np
from scipy.linalg import LinAlgError

from experiments import reasons_regression, reasons_series
from experiments.aligned import Aligned, align
from experiments.estimate import Reason
from experiments.family_values import with_exposure
from experiments.inference.generalised_least_squares import NotConverged
from experiments.inference.generalised_linear import (
    CollinearColumns,
    GeneralisedLinear,
    generalised_linear,
)
from experiments.inference.negative_binomial import negative_binomial
from experiments.inference.serial_regression import SerialRegression, infer
from experiments.inference.student import Inference, scheffe, student
from experiments.options import Options
from experiments.panel import Floats, Panel
from experiments.segmented import faults, noise, transfer
from experiments.segmented.effect import effect
from experiments.segmented.inferences import INFERENCES, serial_regression
from experiments.segmented.model import Model, cells, series
from experiments.segmented.noise import NOISE, Noise
from experiments.segmented.terms import Terms, terms
from experiments.window import Window, prepare

ROUNDS, SETTLED = 30, 1e-7
LEAST_DEGREES = 4.0
"""Where the noise is nearly white, the degrees of freedom of Kenward and Roger fall to nothing without need:
with this floor the size holds (docs/evidence/its_size.json)."""


class LittleInformation(ValueError):
    """The series says nothing on a parameter of its noise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """A model and its fit, the fit with its rows' periods, and the model of its noise where there is one.

    alpha: of a negative binomial.
    """

    model: Model
    fit: GeneralisedLinear
    serial: SerialRegression
    noise: Noise | None = None
    alpha: float | None = None

    def on_effect(self, inference: str, options: Options) -> Inference:
        """The inference on what the tool changed.

        A gradual change is two numbers, its size and its speed, and without a change its speed is whatever
        suits the noise best (Davies 1987, Biometrika 74): any combination of the two must be allowed for.
        """
        size, gradient = effect(self.model, self.fit.coefficients, options)
        found = self.infer(inference, size, gradient, options.level)
        if options.its_model != "transfer" or found.degrees_of_freedom is None:
            return found
        return scheffe(size, found.standard_error, found.degrees_of_freedom, options.level, numbers=2)

    def infer(self, inference: str, size: float, gradient: Floats, level: float) -> Inference:
        """The inference on gradient @ coefficients (k,), or on a function of them with that gradient.

        Raises LittleInformation where the noise has no error of its own to give.
        """
        if self.noise is None:
            return infer(INFERENCES[inference], self.serial, size, gradient, level)
        try:
            found = noise.corrected(self.model, self.noise, self.fit.dispersion, gradient)
        except LinAlgError as fault:
            raise LittleInformation("a parameter of the noise is not identified") from fault
        if not np.isfinite([found.error, found.degrees]).all():
            raise LittleInformation("the error of the noise is not identified")
        return student(size, found.error, max(found.degrees, LEAST_DEGREES), level)


def window_of(panel: Panel, options: Options) -> Window | tuple[Reason, ...]:
    """The window of a panel whose values fit the family; counts and shares are never put on logarithms."""
    found = faults.of_panel(panel, options)
    if found:
        return found
    working = options if options.family == "gaussian" else replace(options, scale="absolute")
    return prepare(with_exposure(panel), working)


def fitted(window: Window, options: Options, name: str, design: str) -> Fitted | tuple[Reason, ...]:
    """Fit the line of the pilot departments, beside that of the comparison departments of the window.

    name: of the inference, which decides how the line is fitted where it is a model of the noise.
    """
    aligned = align(window, options.anticipation)
    columns = terms(aligned, window.panel.periods, options)
    found = faults.of_inference(name, options, design) or faults.of_starts(window, options)
    found = found or faults.of_periods(aligned, columns, name, options)
    if found:
        return found
    model = _model(window, aligned, columns, options)
    return faults.of_variation(model, window.panel.units) or _fit(model, name, options)


def _model(window: Window, aligned: Aligned, columns: Terms, options: Options) -> Model:
    if options.family == "gaussian":
        return series(window, aligned, columns)
    return cells(window, aligned, columns, "binomial" if options.family == "binomial" else "poisson")


def _fit(model: Model, name: str, options: Options) -> Fitted | tuple[Reason, ...]:
    try:
        if name in NOISE:
            return _with_noise(model, name, options)
        return _with_error(model, options)
    except CollinearColumns:
        return (reasons_regression.collinear_columns(),)
    except transfer.TooSlow:
        return (reasons_series.change_too_slow(),)
    except (NotConverged, LinAlgError):
        return (reasons_series.noise_not_settled(name),)
    except ValueError:
        return (reasons_regression.no_settling(),)


def _with_error(model: Model, options: Options) -> Fitted:
    """By least squares or as counts and shares; the error comes from what is left over."""
    if options.its_model == "transfer":
        model = transfer.with_carry_over(model)
    if options.family == "negative-binomial":
        found = negative_binomial(model.columns, model.y, model.offset)
        return Fitted(
            model=model, fit=found.fit, serial=serial_regression(model, found.fit), alpha=found.alpha
        )
    fit = generalised_linear(model.columns, model.y, model.family, offset=model.offset, trials=model.trials)
    return Fitted(model=model, fit=fit, serial=serial_regression(model, fit))


def _with_noise(model: Model, name: str, options: Options) -> Fitted:
    generalised_linear(model.columns, model.y)
    model = gradual(model, name) if options.its_model == "transfer" else model
    found = NOISE[name](model)
    fit = noise.least_squares(model, found)
    line = replace(model, offset=noise.carried_on(model, found, fit.coefficients))
    return Fitted(model=line, fit=fit, serial=serial_regression(model, fit), noise=found)


def gradual(line: Model, name: str) -> Model:
    """The carry-over and the noise in turn, each the best for the other, until both stand still.

    By plain likelihood, under which carry-overs can be compared; the kind of noise is chosen once.
    """
    model = transfer.with_carry_over(line)
    found = NOISE[name](model)
    for _ in range(ROUNDS):
        before = model.carry_over or 0.0
        found = noise.refitted(found, model)
        model = transfer.with_carry_over(line, noise.root(line, found))
        if abs((model.carry_over or 0.0) - before) < SETTLED:
            return model
    raise NotConverged("the carry-over and the noise do not stand still")
