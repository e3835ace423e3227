"""A mixed model whose departments' periods resemble each other less the further apart they are, by REML.

Kasza, Hemming, Hooper, Matthews and Forbes 2019 (Statistical Methods in Medical Research 28), "Impact of
non-uniform correlation structure on sample size and power in multiple-period cluster randomised trials": the
correlation between periods of a department decays by a factor r for every period apart. On cell means
V = noise * (I + stable * J + fading * R), R_ts = r^|t - s|: noise within cells, a department effect that
stays (zero in the paper), and one that fades. Without the fading part it is the exchangeable model, which on
cell means is also the nested exchangeable one (Hooper et al. 2016, Statistics in Medicine 35).
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.linalg import LinAlgError, cholesky, solve_triangular
from scipy.optimize import minimize
from scipy.special import expit

from experiments.inference.department_contrasts import Contrasts, Flags, Floats, department_contrasts
from experiments.inference.kenward_roger import Covariance, kenward_roger

LIMITS = ((-12.0, 12.0), (-12.0, 12.0), (-4.0, 6.0))
"""Of log stable, log fading and the logit of r; the first two at their lower limit count as zero."""
STARTS = np.array([[s, f, z] for s in (-3.0, 0.0, 3.0) for f in (-1.0, 1.5) for z in (-1.0, 1.0, 3.0)])
RESTARTS = 3
NEAR_A_LIMIT = 1e-3
LEAST_SPREAD = 1e-9
TINY = 1e-300
PRECISION: Any = {"ftol": 1e-14, "gtol": 1e-9, "maxiter": 500}


@dataclass(frozen=True, slots=True, kw_only=True)
class Correlation:
    """A fit: variances of noise within cells, of the stable and of the fading part; r, or 0 without one.

    at: where the search ended. deviance: -2 log restricted likelihood, up to a constant of the data.
    """

    noise: float
    stable: float
    fading: float
    r: float
    at: Floats
    deviance: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MixedModel:
    """An effect with Kenward and Roger's error and degrees of freedom; plain: with variances as if known."""

    effect: float
    error: float
    plain: float
    degrees: float
    correlation: Correlation


def mixed_model(
    y: Floats, used: Flags, treatment: Floats, weights: Floats, *, fading: bool, near: Floats | None = None
) -> MixedModel | None:
    """REML fit of y (G, T) on periods and treatment (G, T, K), the effect weights (K,); None without noise.

    used (G, T): cells that count; the treatment must be separable on them. near: where to start the search,
    instead of several places.
    """
    found = mixed_models(y, used, treatment, weights[None], fading=fading, near=near)
    return found[0] if found else None


def mixed_models(
    y: Floats, used: Flags, treatment: Floats, weights: Floats, *, fading: bool, near: Floats | None = None
) -> tuple[MixedModel, ...]:
    """`mixed_model` for several effects of one fit, weights (R, K); none without noise."""
    spread = float(np.std(y[used]))
    if spread <= LEAST_SPREAD * np.abs(y[used]).max():
        return ()
    contrasts = department_contrasts((y - y[used].mean()) / spread, used, treatment)
    several = STARTS if fading else STARTS[:: len(STARTS) // 3]
    starts = several if near is None else near[None]
    try:
        found = correlation(contrasts, starts, fading=fading)
        by = covariance(found, contrasts.times)
        judged = [kenward_roger(contrasts, by, chosen) for chosen in weights]
    except LinAlgError:
        return ()
    at = replace(
        found,
        noise=found.noise * spread**2,
        stable=found.stable * spread**2,
        fading=found.fading * spread**2,
    )
    return tuple(
        MixedModel(
            effect=one.effect * spread,
            error=one.error * spread,
            plain=one.plain * spread,
            degrees=one.degrees,
            correlation=at,
        )
        for one in judged
    )


def correlation(contrasts: Contrasts, starts: Floats, *, fading: bool) -> Correlation:
    """The best fit from the most promising of the starts (S, 3); LinAlgError where no noise is left."""

    def goal(at: Any) -> tuple[float, Any]:
        return deviance(contrasts, at, fading=fading)

    promising = sorted(starts, key=lambda at: goal(at)[0])[:RESTARTS]
    ends = [
        minimize(goal, start, jac=True, method="L-BFGS-B", bounds=LIMITS, options=PRECISION)
        for start in promising
    ]
    best = min(ends, key=lambda end: float(end.fun))
    at = np.asarray(best.x, dtype=np.float64)
    noise = _residual(contrasts, at, fading=fading) / contrasts.left
    if noise < LEAST_SPREAD**2:
        raise LinAlgError("no noise is left")
    lowest = np.isclose(at[:2], [limit[0] for limit in LIMITS[:2]], atol=NEAR_A_LIMIT)
    stable, fades = np.where(lowest, 0.0, np.exp(at[:2])) * (1.0, float(fading))
    return Correlation(
        noise=noise,
        stable=float(stable) * noise,
        fading=float(fades) * noise,
        r=float(expit(at[2])) if fades > 0 else 0.0,
        at=at,
        deviance=float(best.fun),
    )


def covariance(found: Correlation, times: Floats) -> Covariance:
    """V, its derivatives by noise and stable part, and by the fading part and r where there is one.

    Without the second derivatives by r: where the periods say little of r, their term is no longer
    small. At 12 periods it made the median error 1.4 times too large and a tenth of them more than 4 times.
    """
    apart = np.abs(np.subtract.outer(times, times))
    same, decayed = np.ones(apart.shape), found.r**apart
    first = [np.eye(len(times)), same]
    if found.fading > 0:
        first.append(decayed)
        if min(abs(found.at[2] - limit) for limit in LIMITS[2]) > NEAR_A_LIMIT:
            first.append(found.fading * apart * found.r ** np.maximum(apart - 1, 0))
    matrix = found.noise * np.eye(len(times)) + found.stable * same + found.fading * decayed
    return Covariance(matrix=matrix, first=first, second={})


def deviance(contrasts: Contrasts, at: Floats, *, fading: bool) -> tuple[float, Floats]:
    """-2 log restricted likelihood with the noise profiled out, and its gradient by the three parameters."""
    matrix, parts = _parts(contrasts.times, at, fading=fading)
    root = cholesky(matrix, lower=True)
    inverse_root = solve_triangular(root, np.eye(len(root)), lower=True)
    series, columns = contrasts.y.shape[1], contrasts.columns.shape[2]
    y = inverse_root @ contrasts.y
    x = np.einsum("ts,sjp->tjp", inverse_root, contrasts.columns, optimize=True).reshape(-1, columns)
    factor = np.linalg.qr(x)
    left = y.ravel() - factor.Q @ (factor.Q.T @ y.ravel())
    residual = max(float(left @ left), TINY)
    value = (
        2 * series * np.log(np.diag(root)).sum()
        + 2 * np.log(np.abs(np.diag(factor.R))).sum()
        + contrasts.left * np.log(residual)
    )
    wide = factor.Q.reshape(len(root), -1)
    error = left.reshape(len(root), series)
    weight = series * np.eye(len(root)) - wide @ wide.T - contrasts.left / residual * error @ error.T
    gradient = np.zeros(3)
    gradient[: len(parts)] = [np.sum((inverse_root @ part @ inverse_root.T) * weight) for part in parts]
    return float(value), gradient


def _parts(times: Floats, at: Floats, *, fading: bool) -> tuple[Floats, list[Floats]]:
    """V over the noise, and its derivatives by log stable, log fading and the logit of r."""
    apart = np.abs(np.subtract.outer(times, times))
    stable = float(np.exp(at[0])) * np.ones(apart.shape)
    if not fading:
        return np.eye(len(times)) + stable, [stable]
    r = float(expit(at[2]))
    fades = float(np.exp(at[1])) * r**apart
    return np.eye(len(times)) + stable + fades, [stable, fades, fades * apart * (1 - r)]


def _residual(contrasts: Contrasts, at: Floats, *, fading: bool) -> float:
    """Residual sum of squares over V."""
    matrix, _ = _parts(contrasts.times, at, fading=fading)
    inverse_root = solve_triangular(cholesky(matrix, lower=True), np.eye(len(matrix)), lower=True)
    y = (inverse_root @ contrasts.y).ravel()
    x = np.einsum("ts,sjp->tjp", inverse_root, contrasts.columns).reshape(len(y), -1)
    return float(np.sum((y - x @ np.linalg.lstsq(x, y, rcond=None)[0]) ** 2))
