"""Counts that vary more than chance allows: negative binomial regression with variance m + a m^2 (NB2).

Lawless 1987 (Canadian Journal of Statistics 15); Hilbe 2011. For every a on a grid the coefficients follow by
Fisher scoring, and a is refined around the best of them, so that a local maximum is never taken for the
highest. At a = 0 it is the Poisson model.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import gammaln, xlogy

from experiments.inference.generalised_linear import GeneralisedLinear, generalised_linear

Floats = NDArray[np.float64]

GRID = np.geomspace(1e-5, 20, 40)
MAX_STEPS, TOLERANCE = 100, 1e-11


@dataclass(frozen=True, slots=True, kw_only=True)
class NegativeBinomial:
    """The fit (see `GeneralisedLinear`), the extra variance a, and the log-likelihood."""

    fit: GeneralisedLinear
    extra: float
    log_likelihood: float


def negative_binomial(x: Floats, y: Floats, offset: Floats | None = None) -> NegativeBinomial:
    """Fit counts y (n,) on x (n, k), offset the logarithm of their exposure.

    Raises CollinearColumns, and ValueError where the steps do not settle.
    """
    shift = np.zeros(len(y)) if offset is None else offset
    poisson = generalised_linear(x, y, "poisson", offset=offset)
    tried = [NegativeBinomial(fit=poisson, extra=0.0, log_likelihood=_log_likelihood(y, poisson.mean, 0.0))]
    tried += [_at(x, y, shift, poisson, float(extra)) for extra in GRID]
    best = max(range(len(tried)), key=lambda place: tried[place].log_likelihood)
    if best == 0:
        return tried[0]
    low, high = tried[max(best - 1, 1)].extra, tried[min(best + 1, len(tried) - 1)].extra
    refined = minimize_scalar(
        lambda log_extra: -_at(x, y, shift, tried[best].fit, float(np.exp(log_extra))).log_likelihood,
        bounds=(np.log(low), np.log(high)),
        method="bounded",
        options={"xatol": 1e-10},
    )
    found = _at(x, y, shift, tried[best].fit, float(np.exp(refined.x)))
    return max((tried[best], found), key=lambda one: one.log_likelihood)


def _at(x: Floats, y: Floats, shift: Floats, start: GeneralisedLinear, extra: float) -> NegativeBinomial:
    """Fisher scoring with the extra variance given."""
    coefficients = start.coefficients
    for _ in range(MAX_STEPS):
        mean = np.exp(np.clip(x @ coefficients + shift, -500, 500))
        root = np.sqrt(mean / (1 + extra * mean))
        step = np.linalg.lstsq(x * root[:, None], root * (y - mean) / mean, rcond=None)[0]
        coefficients = coefficients + step
        if np.max(np.abs(x @ step)) <= TOLERANCE * (1 + np.max(np.abs(x @ coefficients))):
            break
    else:
        raise ValueError("the model does not settle")
    mean = np.exp(np.clip(x @ coefficients + shift, -500, 500))
    variance = mean + extra * mean**2
    return NegativeBinomial(
        fit=GeneralisedLinear(
            coefficients=coefficients,
            mean=mean,
            rows=x * np.sqrt(mean / (1 + extra * mean))[:, None],
            residuals=(y - mean) / np.sqrt(variance),
        ),
        extra=extra,
        log_likelihood=_log_likelihood(y, mean, extra),
    )


def _log_likelihood(y: Floats, mean: Floats, extra: float) -> float:
    if extra == 0.0:
        return float((xlogy(y, mean) - mean - gammaln(y + 1)).sum())
    size = 1 / extra
    gammas = gammaln(y + size) - gammaln(size) - gammaln(y + 1)
    return float((gammas - (y + size) * np.log1p(extra * mean) + xlogy(y, extra * mean)).sum())
