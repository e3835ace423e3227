"""Generalised linear models by iteratively reweighted least squares.

McCullagh and Nelder 1989, "Generalized Linear Models", 2.5: Gaussian with the identity, Poisson with the log
and binomial with the logit link (all canonical). The dispersion is Pearson's chi-square over n - k for each
family, which makes Poisson and binomial quasi-Poisson and quasi-binomial: the coefficients are the same, and
counts that vary more than chance get the larger error that they need.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Family = Literal["gaussian", "poisson", "binomial"]
AnyFamily = Family | Literal["negative-binomial"]

MAX_STEPS = 100
TOLERANCE = 1e-11
EDGE = 1e-10


class CollinearColumns(ValueError):
    """Some columns are a combination of others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneralisedLinear:
    """A fit on n rows and k columns.

    coefficients (k,). mean (n,): of the outcome as it was given (a count, a share). rows (n, k): the columns
    times the root of the working weight, so that (rows'rows)^-1 times the dispersion is the covariance of the
    coefficients. residuals (n,): Pearson's, orthogonal to the rows.
    """

    coefficients: Floats
    mean: Floats
    rows: Floats
    residuals: Floats

    @property
    def dispersion(self) -> float:
        """Pearson's chi-square over n - k; about 1 for pure Poisson or binomial noise."""
        n, k = self.rows.shape
        return float(self.residuals @ self.residuals / (n - k))

    @property
    def covariance(self) -> Floats:
        """(k, k) for independent rows, with the dispersion."""
        return np.asarray(self.dispersion * np.linalg.inv(self.rows.T @ self.rows))


def generalised_linear(
    x: Floats,
    y: Floats,
    family: Family = "gaussian",
    *,
    offset: Floats | None = None,
    trials: Floats | None = None,
    overdispersion: float = 0.0,
) -> GeneralisedLinear:
    """Fit y (n,) on x (n, k).

    poisson: y is a count, offset the logarithm of its exposure. binomial: y is a share of `trials` (n,); one
    trial a row where none are given. overdispersion: alpha of a count with variance mean + alpha mean^2 (the
    negative binomial, whose link is no longer canonical). Raises CollinearColumns, and ValueError where the
    steps do not settle (a coefficient that runs to infinity, as when one group has no events at all).
    """
    shift = np.zeros(len(y)) if offset is None else offset
    prior = np.ones(len(y)) if trials is None else trials
    mean = START[family](y, prior)
    linear = LINK[family](mean)
    for _ in range(MAX_STEPS):
        variance = VARIANCE[family](mean)
        weight = prior / (1 + overdispersion * mean)
        root = np.sqrt(weight * variance)
        with np.errstate(over="ignore"):
            working = linear - shift + (y - mean) / variance
        coefficients = _least_squares(x * root[:, None], working * root)
        before, linear = linear, x @ coefficients + shift
        mean = MEAN[family](linear)
        if family == "gaussian" or _settled(before, linear):
            return _fitted(x, y, family, prior / (1 + overdispersion * mean), coefficients, mean)
    raise ValueError("the model does not settle")


def _settled(before: Floats, linear: Floats) -> bool:
    """The linear predictor stands still; the deviance would also settle while a coefficient runs away."""
    return bool(np.max(np.abs(linear - before)) <= TOLERANCE * (1 + np.max(np.abs(linear))))


def _fitted(
    x: Floats, y: Floats, family: Family, weight: Floats, coefficients: Floats, mean: Floats
) -> GeneralisedLinear:
    variance = VARIANCE[family](mean)
    if np.min(variance) < EDGE:
        raise ValueError("a fitted mean runs to the edge of what is possible")
    return GeneralisedLinear(
        coefficients=coefficients,
        mean=mean,
        rows=x * np.sqrt(weight * variance)[:, None],
        residuals=(y - mean) * np.sqrt(weight / variance),
    )


def _least_squares(x: Floats, y: Floats) -> Floats:
    """Columns are scaled to length 1 first, so that their units do not decide what counts as collinear."""
    length = np.linalg.norm(x, axis=0)
    if not np.isfinite(length).all() or not np.isfinite(y).all() or not (length > 0).all():
        raise ValueError("the columns cannot be fitted")
    found, _, rank, _ = np.linalg.lstsq(x / length, y, rcond=1e-10)
    if rank < x.shape[1]:
        raise CollinearColumns("the columns are collinear")
    return np.asarray(found / length)


def _expit(linear: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(linear, -500, 500))))


Function = Callable[[Floats], Floats]
Two = Callable[[Floats, Floats], Floats]

START: dict[Family, Two] = {
    "gaussian": lambda y, _: y,
    "poisson": lambda y, _: np.asarray((y + np.mean(y)) / 2 + 1e-3),
    "binomial": lambda y, trials: np.asarray((trials * y + 0.5) / (trials + 1)),
}
LINK: dict[Family, Function] = {
    "gaussian": lambda mean: mean,
    "poisson": lambda mean: np.asarray(np.log(mean)),
    "binomial": lambda mean: np.asarray(np.log(mean / (1 - mean))),
}
MEAN: dict[AnyFamily, Function] = {
    "gaussian": lambda linear: linear,
    "poisson": lambda linear: np.asarray(np.exp(np.clip(linear, -500, 500))),
    "negative-binomial": lambda linear: np.asarray(np.exp(np.clip(linear, -500, 500))),
    "binomial": _expit,
}
VARIANCE: dict[Family, Function] = {
    "gaussian": lambda mean: np.ones_like(mean),
    "poisson": lambda mean: np.maximum(mean, 1e-300),
    "binomial": lambda mean: np.maximum(mean * (1 - mean), 1e-300),
}
