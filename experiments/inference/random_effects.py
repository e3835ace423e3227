"""Effects of several studies that may differ: average, spread between them, prediction, and shrinkage.

y_i ~ N(mu, v_i + tau2), v_i known. tau2 by restricted maximum likelihood (Viechtbauer 2005), or after Paule
and Mandel (1982; DerSimonian and Kacker 2007): where the generalised Q equals k - 1. The interval of mu after
Hartung and Knapp (2001), never narrower than with known variances (the factor max(1, q) of Rover, Knapp and
Friede 2015), with a t of k - 1 degrees of freedom; prediction interval with k - 2 (Higgins, Thompson and
Spiegelhalter 2009); I2 as the share of tau2 in the total (Higgins and Thompson 2002).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special
from scipy.optimize import brentq, minimize_scalar

from experiments.inference.student import Inference, student

Floats = NDArray[np.float64]
ROUNDING = 1e-10


@dataclass(frozen=True, slots=True, kw_only=True)
class RandomEffects:
    """The average with its interval, tau2, I2 (a share), Cochran's Q with its p, prediction where k > 2.

    shrunk (k,), shrunk_errors (k,): each study's effect drawn towards the average by how little it says
    itself, and the standard error of that, the average's own included (Robinson 1991).
    """

    average: Inference
    tau2: float
    i2: float
    q: float
    q_p_value: float
    prediction: tuple[float, float] | None
    shrunk: Floats
    shrunk_errors: Floats


def random_effects(y: Floats, v: Floats, level: float) -> RandomEffects:
    """Pool effects y (k,) with variances v (k,) > 0, k >= 2. Raises ValueError for fewer."""
    k = len(y)
    if k < 2:
        raise ValueError("one effect cannot be pooled")
    tau2 = _reml(y, v)
    average = hartung_knapp(y, v, tau2, level)
    mu, error = average.effect, average.standard_error
    fixed = 1 / v
    q = float(fixed @ (y - np.average(y, weights=fixed)) ** 2)
    typical = (k - 1) * fixed.sum() / (fixed.sum() ** 2 - (fixed**2).sum())
    pull = v / (v + tau2)
    return RandomEffects(
        average=average,
        tau2=tau2,
        i2=tau2 / (tau2 + float(typical)),
        q=q,
        q_p_value=float(special.chdtrc(k - 1, q)),
        prediction=_prediction(mu, error, tau2, k, level),
        shrunk=np.asarray(y - pull * (y - mu)),
        shrunk_errors=np.sqrt((1 - pull) * v + (pull * error) ** 2),
    )


def hartung_knapp(y: Floats, v: Floats, tau2: float, level: float, *, floor: float = 1.0) -> Inference:
    """The average (k >= 2) with a t of k - 1. floor: least factor q; 0 is Hartung and Knapp's own."""
    w, df = 1 / (v + tau2), len(y) - 1
    mu = float(np.average(y, weights=w))
    q = float(w @ (y - mu) ** 2) / df
    return student(mu, float(np.sqrt(max(floor, q) / w.sum())), df, level)


def paule_mandel(y: Floats, v: Floats) -> float:
    """tau2 >= 0 at which the squares around the average, over v + tau2, add up to k - 1."""

    def excess(tau2: float) -> float:
        w = 1 / (v + tau2)
        return float(w @ (y - np.average(y, weights=w)) ** 2) - (len(y) - 1)

    if excess(0.0) <= 0:
        return 0.0
    highest = float(np.sum((y - y.mean()) ** 2) + v.max())
    return float(brentq(excess, 0.0, highest, xtol=ROUNDING * highest * 1e-4, rtol=1e-14))


def _prediction(mu: float, error: float, tau2: float, k: int, level: float) -> tuple[float, float] | None:
    if k < 3:
        return None
    half = float(special.stdtrit(k - 2, 0.5 + level / 2)) * float(np.sqrt(tau2 + error**2))
    return mu - half, mu + half


def _reml(y: Floats, v: Floats) -> float:
    """tau2 >= 0 at the maximum of the restricted likelihood."""

    def minus_two_log(tau2: float) -> float:
        w = 1 / (v + tau2)
        mu = np.average(y, weights=w)
        return float(np.log(v + tau2).sum() + np.log(w.sum()) + w @ (y - mu) ** 2)

    spread = float(np.var(y, ddof=1) + v.max())
    grid = np.concatenate([[0.0], spread * np.geomspace(1e-6, 20, 60)])
    best = int(np.argmin([minus_two_log(tau2) for tau2 in grid]))
    if best == 0 and minus_two_log(grid[1]) >= minus_two_log(0.0):
        return 0.0
    around = (grid[max(best - 1, 0)], grid[min(best + 1, len(grid) - 1)])
    found = minimize_scalar(
        minus_two_log, bounds=around, method="bounded", options={"xatol": ROUNDING * spread}
    )
    return float(found.x) if found.fun < minus_two_log(0.0) else 0.0
