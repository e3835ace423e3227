"""Errors of a regression over time: as if periods were independent, and corrected for those that are not.

Newey and West 1987, "A simple, positive semi-definite, heteroskedasticity and autocorrelation consistent
covariance matrix" (Econometrica 55), with Bartlett weights, lag 4 (T / 100)^(2/9) (Newey and West 1994) and
the factor T / (T - k); docs/evidence/its_size.json says how far both hold.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.inference.student import Inference, student

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class SerialRegression:
    """A fitted regression whose rows belong to periods.

    rows (N, k), residuals (N,): of a linear model, weighted (see `GeneralisedLinear`). period (N,): index of
    each row's period in `times` (P,), the ordered times of the periods. loading (N,): how a shock of one
    period reaches each row, in the residuals' unit; negative for rows that are compared against.
    parameters: columns that one series has. n_before: periods before the start.
    """

    rows: Floats
    residuals: Floats
    period: NDArray[np.intp]
    times: Floats
    loading: Floats
    parameters: int
    n_before: int

    def influence(self, gradient: Floats) -> Floats:
        """(N,) what a unit of each residual adds to gradient @ coefficients."""
        return np.asarray(self.rows @ np.linalg.solve(self.rows.T @ self.rows, gradient))

    def by_period(self, values: Floats) -> Floats:
        """(P,) sums of values (N,) over the rows of each period."""
        return np.bincount(self.period, values, minlength=len(self.times))

    @property
    def degrees_of_freedom(self) -> int:
        """Periods less the columns that one series has."""
        return len(self.times) - self.parameters


def iid(fit: SerialRegression, effect: float, gradient: Floats, level: float) -> Inference:
    """As if all rows were independent with equal noise: t(N - k)."""
    spare = fit.rows.shape[0] - fit.rows.shape[1]
    dispersion = fit.residuals @ fit.residuals / spare
    error = np.sqrt(dispersion) * np.linalg.norm(fit.influence(gradient))
    return student(effect, float(error), spare, level)


def lags(periods: int) -> int:
    """The automatic lag, 4 (T / 100)^(2/9), rounded down."""
    return int(4 * (periods / 100) ** (2 / 9))


def hac(fit: SerialRegression, effect: float, gradient: Floats, level: float) -> Inference:
    """Newey-West error of the sums per period: t(T - k)."""
    scores = fit.by_period(fit.influence(gradient) * fit.residuals)
    periods, reach = len(scores), lags(len(scores))
    variance = scores @ scores + sum(
        2 * (1 - lag / (reach + 1)) * (scores[lag:] @ scores[:-lag]) for lag in range(1, reach + 1)
    )
    factor = periods / fit.degrees_of_freedom
    return student(effect, float(np.sqrt(max(variance, 0.0) * factor)), fit.degrees_of_freedom, level)
