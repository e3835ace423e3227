"""A broken line with errors of a time series model: ARIMA, or a level that wanders (structural).

Schaffer, Dobbins and Pearson 2021 (BMC Medical Research Methodology 21:58) for interrupted series; Box and
Tiao 1975 for an effect that grows to its size; Harvey and Durbin 1986 for the structural model. ARIMA by
statsmodels' state space model, from several starts; the best of those that settled counts.
"""

import warnings
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from scipy.special import chdtri

from experiments.inference.local_level import local_level
from experiments.inference.student import Inference, student
from experiments.options import Options
from experiments.panel import Floats
from experiments.segmented.effect import effect
from experiments.segmented.model import Model

ORDERS = ((0, 0), (1, 0), (2, 0), (0, 1), (1, 1))
"""Autoregressive and moving-average terms that are tried; the smallest AICc counts."""
SPEEDS = tuple(round(0.1 * tenth, 1) for tenth in range(10))
"""What a gradual effect keeps to go in a period: 0 is at once."""


class NotSettled(ValueError):
    """No start of the optimiser ended at a maximum."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeSeriesFit:
    """A fit: the model it is of, coefficients (k,) and covariance (k, k) of its columns, log-likelihood."""

    model: Model
    coefficients: Floats
    covariance: Floats
    log_likelihood: float
    parameters: int
    order: tuple[int, int] | None
    speed: float = 0.0
    estimates: Floats = field(default_factory=lambda: np.zeros(0))

    def criterion(self) -> float:
        """Akaike's, corrected for short series (Hurvich and Tsai 1989)."""
        n, k = len(self.model.y), self.parameters
        spare = n - k - 1
        return np.inf if spare < 1 else -2 * self.log_likelihood + 2 * k + 2 * k * (k + 1) / spare

    def infer(self, options: Options) -> Inference:
        """The effect by a t with the periods beyond the parameters."""
        size, gradient = effect(self.model, self.coefficients, options)
        error = float(np.sqrt(gradient @ self.covariance @ gradient))
        return student(size, error, len(self.model.y) - self.parameters, options.level)


def arima(model: Model, options: Options) -> tuple[TimeSeriesFit, Inference]:
    """Regression with ARIMA errors; with the model "gradual" also the speed at which the effect grows.

    A speed is not known but fitted: every speed that the likelihood allows at the level counts, with the
    largest p-value and the widest interval of them. Raises NotSettled.
    """
    speeds = SPEEDS if options.its_model == "gradual" else (0.0,)
    fits = [found for speed in speeds for found in _orders(_grown(model, speed), speed)]
    if not fits:
        raise NotSettled
    best = min(fits, key=TimeSeriesFit.criterion)
    least = best.log_likelihood - float(chdtri(1, 1 - options.level)) / 2
    alike = [fit for fit in fits if fit.order == best.order and fit.log_likelihood >= least]
    judged = {fit.speed: _with_errors(fit) for fit in alike}
    chosen = judged[best.speed]
    return chosen, _widest(chosen, list(judged.values()), options)


def structural(model: Model, options: Options) -> tuple[TimeSeriesFit, Inference]:
    """Regression on a level that wanders; the intercept is its start. Raises NotSettled."""
    try:
        found = local_level(model.columns, model.y, model.aligned.since)
    except ValueError as error:
        raise NotSettled from error
    fit = TimeSeriesFit(
        model=model,
        coefficients=found.coefficients,
        covariance=found.covariance,
        log_likelihood=found.restricted_log_likelihood,
        parameters=model.columns.shape[1],
        order=None,
    )
    return fit, fit.infer(options)


def _orders(model: Model, speed: float) -> Iterator[TimeSeriesFit]:
    for order in ORDERS:
        try:
            yield replace(_arima(model, order), speed=speed)
        except NotSettled:
            continue


def _arima(model: Model, order: tuple[int, int]) -> TimeSeriesFit:
    y, x = _spaced(model)
    p, q = order
    known = np.isfinite(y)
    start = np.linalg.lstsq(x[known], y[known], rcond=None)[0]
    noise = float(np.mean((y[known] - x[known] @ start) ** 2)) or 1.0
    tried = ((0.0, 0.0), (0.6, 0.2)) if p + q else ((0.0, 0.0),)
    starts = [np.r_[start, np.full(p, a / max(p, 1)), np.full(q, b), noise] for a, b in tried]
    found = _best(_sarimax(y, x, order), starts)
    k = x.shape[1]
    return TimeSeriesFit(
        model=model,
        coefficients=np.asarray(found.params)[:k],
        covariance=np.zeros((k, k)),
        log_likelihood=float(found.llf),
        parameters=k + p + q + 1,
        order=order,
        estimates=np.asarray(found.params),
    )


def _with_errors(fit: TimeSeriesFit) -> TimeSeriesFit:
    """The covariance by the curvature of the likelihood at its top."""
    y, x = _spaced(fit.model)
    made = _sarimax(y, x, fit.order or (0, 0))
    covariance = np.asarray(made.smooth(fit.estimates, cov_type="approx").cov_params())
    errors = np.diag(covariance)
    if not np.isfinite(errors).all() or not (errors > 0).all():
        raise NotSettled
    k = x.shape[1]
    return replace(fit, covariance=covariance[:k, :k])


def _sarimax(y: Floats, x: Floats, order: tuple[int, int]) -> Any:
    from statsmodels.tsa.statespace.sarimax import SARIMAX

    return SARIMAX(y, exog=x, order=(order[0], 0, order[1]))


def _best(made: Any, starts: list[Floats]) -> Any:
    """The fit with the highest likelihood of those that settled."""
    found = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for start in starts:
            with suppress(ValueError, np.linalg.LinAlgError):
                how = {
                    "method": "lbfgs",
                    "maxiter": 500,
                    "factr": 1e3,
                    "pgtol": 1e-7,
                    "disp": 0,
                    "cov_type": "none",
                }
                found.append(made.fit(start_params=start, **how))
    settled = [fit for fit in found if fit.mle_retvals["converged"] and np.isfinite(fit.llf)]
    if not settled:
        raise NotSettled
    return max(settled, key=lambda fit: fit.llf)


def _spaced(model: Model) -> tuple[Floats, Floats]:
    """Outcome and columns on every period from the first to the last; NaN outcome where one was left out."""
    place = model.aligned.since - model.aligned.since[0]
    y = np.full(place[-1] + 1, np.nan)
    x = np.zeros((len(y), model.columns.shape[1]))
    y[place], x[place] = model.y, model.columns
    return y, x


def _grown(model: Model, speed: float) -> Model:
    """The step as an effect that has grown to 1 - speed^n after n periods with the tool."""
    if speed == 0.0:
        return model
    at = model.names["level_change"]
    columns = model.columns.copy()
    columns[:, at] *= 1 - speed ** np.maximum(model.aligned.since + 1, 0)
    return replace(model, columns=columns)


def _widest(best: TimeSeriesFit, fits: list[TimeSeriesFit], options: Options) -> Inference:
    first, others = best.infer(options), [fit.infer(options) for fit in fits]
    return replace(
        first,
        interval=(
            min(found.interval[0] for found in others),
            max(found.interval[1] for found in others),
        ),
        p_value=max(found.p_value for found in others),
    )
