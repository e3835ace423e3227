"""Counts that vary more than chance: the negative binomial with variance mean + alpha mean^2 (NB2).

Hilbe 2011, "Negative Binomial Regression", 8; Lawless 1987, Canadian Journal of Statistics 15. For a given
alpha the likelihood has one maximum in the coefficients, so that the whole likelihood is a curve over alpha:
it is looked at everywhere before its highest point is settled, and cannot end in a lower one.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import digamma, gammaln

from experiments.inference.generalised_linear import GeneralisedLinear, generalised_linear

Floats = NDArray[np.float64]

LEAST_EXCESS, MOST_ALPHA, PLACES = 1e-4, 100.0, 30
"""Where to look: from a variance that is this share above the mean on, up to this alpha."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NegativeBinomial:
    """fit: with the working weights of the model. alpha: 0 where counts vary by chance (Poisson)."""

    fit: GeneralisedLinear
    alpha: float


def negative_binomial(x: Floats, y: Floats, offset: Floats | None = None) -> NegativeBinomial:
    """Fit counts y (n,) on x (n, k), with the logarithm of the exposure as offset (n,).

    Raises as `generalised_linear` does, and ValueError where alpha runs to infinity.
    """

    def fit(alpha: float) -> GeneralisedLinear:
        return generalised_linear(x, y, "poisson", offset=offset, overdispersion=alpha)

    def slope(log_alpha: float) -> float:
        alpha = float(np.exp(log_alpha))
        return _slope(y, fit(alpha).mean, alpha)

    by_chance = fit(0.0)
    places = np.geomspace(LEAST_EXCESS / float(np.mean(by_chance.mean)), MOST_ALPHA, PLACES)
    top = int(np.argmax([_height(y, fit(float(alpha)).mean, float(alpha)) for alpha in places]))
    if top == 0:
        return NegativeBinomial(fit=by_chance, alpha=0.0)
    if top == PLACES - 1:
        raise ValueError("the counts vary without end")
    low, high = (float(np.log(places[top + step])) for step in (-1, 1))
    alpha = float(np.exp(brentq(slope, low, high, xtol=1e-12)))
    return NegativeBinomial(fit=fit(alpha), alpha=alpha)


def _height(y: Floats, mean: Floats, alpha: float) -> float:
    """The logarithm of the likelihood, without the part that only counts set."""
    size = 1 / alpha
    terms = gammaln(y + size) - gammaln(size) - (y + size) * np.log1p(alpha * mean) + y * np.log(alpha * mean)
    return float(terms.sum())


def _slope(y: Floats, mean: Floats, alpha: float) -> float:
    """The derivative of the height by log alpha (the coefficients add nothing: there it is flat)."""
    size = 1 / alpha
    gap = digamma(y + size) - digamma(size) - np.log1p(alpha * mean) - (y - mean) / (mean + size)
    return float(-size * gap.sum())
