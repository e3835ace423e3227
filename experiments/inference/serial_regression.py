"""Errors of a regression over time: as if periods were independent, and corrected for those that are not.

Newey and West 1987, "A simple, positive semi-definite, heteroskedasticity and autocorrelation consistent
covariance matrix" (Econometrica 55), with Bartlett weights, lag 4 (T / 100)^(2/9) (Newey and West 1994) and
the factor T / (T - k); docs/evidence/its_size.json says how far both hold.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.inference.student import Inference, student

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SerialRegression:
    """A fitted regression whose rows belong to periods; equal to itself only.

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
        return np.bincount(self.period, values, minlength=len(self.times)).astype(float)

    @property
    def degrees_of_freedom(self) -> int:
        """Periods less the columns that one series has."""
        return len(self.times) - self.parameters


@dataclass(frozen=True, slots=True, kw_only=True)
class Error:
    """A standard error as the length of root (m, N) @ residuals, and its degrees of freedom."""

    root: Floats
    degrees_of_freedom: float


ErrorOf = Callable[[SerialRegression, Floats], Error]


def infer(
    error_of: ErrorOf, fit: SerialRegression, effect: float, gradient: Floats, level: float
) -> Inference:
    """The t inference on gradient @ coefficients, or on a function of them with that gradient."""
    error = error_of(fit, gradient)
    size = float(np.linalg.norm(error.root @ fit.residuals))
    return student(effect, size, error.degrees_of_freedom, level)


def iid(fit: SerialRegression, gradient: Floats) -> Error:
    """As if all rows were independent with equal noise: t(N - k)."""
    count, columns = fit.rows.shape
    size = np.linalg.norm(fit.influence(gradient)) / np.sqrt(count - columns)
    return Error(root=np.eye(count) * size, degrees_of_freedom=count - columns)


def lags(periods: int) -> int:
    """The automatic lag, 4 (T / 100)^(2/9), rounded down."""
    return int(4 * (periods / 100) ** (2 / 9))


def hac(fit: SerialRegression, gradient: Floats) -> Error:
    """Newey-West error of the sums per period: t(T - k).

    With Bartlett weights and lag L that is the mean square of all sums over L + 1 consecutive periods.
    """
    periods = len(fit.times)
    window = lags(periods) + 1
    last = np.arange(periods + window - 1)[:, None]
    inside = (fit.period <= last) & (fit.period > last - window)
    factor = periods / fit.degrees_of_freedom / window
    return Error(
        root=inside * fit.influence(gradient) * np.sqrt(factor), degrees_of_freedom=fit.degrees_of_freedom
    )
