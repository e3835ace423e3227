"""Untreated outcomes filled in from unit and period effects of untreated rows, and what that leaves.

Borusyak, Jaravel and Spiess 2024, "Revisiting event-study designs: robust and efficient estimation" (Review
of Economic Studies 91); Gardner 2022, "Two-stage differences in differences": the same estimate, another
error. Unit effects are taken out by demeaning, so the system to solve has one row per period and covariate.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve

from experiments.inference.connected import connected

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]

TOLERANCE = 1e-10


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """N observed rows. outcome, weight (N,); covariates (N, p); unit, period (N,) codes from 0.

    untreated (N,): rows that the effects of units and periods are learned from.
    """

    outcome: Floats
    unit: Codes
    period: Codes
    weight: Floats
    untreated: NDArray[np.bool_]
    covariates: Floats

    def only(self, keep: NDArray[np.bool_]) -> "Rows":
        """Some of the rows; codes stay what they were."""
        return Rows(
            outcome=self.outcome[keep],
            unit=self.unit[keep],
            period=self.period[keep],
            weight=self.weight[keep],
            untreated=self.untreated[keep],
            covariates=self.covariates[keep],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Imputed:
    """gap (N,): outcome minus what is filled in; an effect where treated, a residual where untreated.

    gap is NaN for treated rows of a unit or period without any untreated row: nothing can be filled in.
    counts (U, T): weight of the untreated rows. share (U, T + p): unit means of the period indicators and
    covariates over untreated rows; mean (U,) that of the outcome. gram, moment: normal equations of the
    period indicators and covariates, unit effects taken out. used (T + p,): those solved for, with their
    factor.
    """

    rows: Rows
    gap: Floats
    counts: Floats
    share: Floats
    mean: Floats
    gram: Floats
    moment: Floats
    used: NDArray[np.bool_]
    factor: tuple[Floats, bool]


def impute(rows: Rows) -> Imputed:
    """Fit unit and period effects (and covariates) on the untreated rows by weighted least squares.

    Raises ValueError where units and periods hang together in more than one piece, or where a covariate
    cannot be told apart from the unit and period effects.
    """
    untreated = rows.only(rows.untreated)
    counts = _sums(untreated, untreated.weight, (int(rows.unit.max()) + 1, int(rows.period.max()) + 1))
    total = counts.sum(axis=1)
    safe = np.where(total > 0, total, 1.0)
    means = [
        np.bincount(untreated.unit, untreated.weight * values, len(counts)) / safe
        for values in (untreated.outcome, *untreated.covariates.T)
    ]
    share = np.column_stack([counts / safe[:, None], *means[1:]])
    gram, moment = _normal(untreated, share, means[0])
    _refuse_still(untreated, gram)
    used, factor, gap = _solve(rows, counts, share, means[0], gram, moment)
    return Imputed(
        rows=rows,
        gap=gap,
        counts=counts,
        share=share,
        mean=means[0],
        gram=gram,
        moment=moment,
        used=used,
        factor=factor,
    )


def gap_without(found: Imputed, gone: NDArray[np.bool_]) -> Floats:
    """(N,) the gap when some units (U,) are left out, NaN in their own rows; raises as `impute` does."""
    rows = found.rows
    out = gone[rows.unit]
    gram, moment = _normal(rows.only(out & rows.untreated), found.share, found.mean)
    counts = np.where(gone[:, None], 0.0, found.counts)
    left = (found.gram - gram, found.moment - moment)
    gap = _solve(rows, counts, found.share, found.mean, *left)[2]
    return np.where(out, np.nan, gap)


def residual_sums(found: Imputed) -> Floats:
    """(U, T + p) sums over untreated rows of weight * residual * (period indicators, covariates)."""
    rows = found.rows
    weighted = np.where(rows.untreated, rows.weight * found.gap, 0.0)
    by_period = _sums(rows, weighted, found.counts.shape)
    by_covariate = np.zeros((len(found.counts), rows.covariates.shape[1]))
    np.add.at(by_covariate, rows.unit, rows.covariates * weighted[:, None])
    return np.column_stack([by_period, by_covariate])


def first_stage_scores(found: Imputed, residuals: Floats, weights: Floats) -> Floats:
    """(U,) part of each unit's influence on weights @ gap that comes from learning the effects.

    residuals: `residual_sums`. weights (N,) on treated rows, 0 elsewhere. Borusyak et al., proposition 3: the
    weights v* that the estimate gives to untreated outcomes, times their residuals.
    """
    return np.asarray(-residuals @ _solved(found, weights))


def coefficients(found: Imputed, weights: Floats) -> Floats:
    """(N,) what each outcome counts in weights @ gap; weights (N,) on treated rows, 0 elsewhere."""
    rows, solved = found.rows, _solved(found, weights)
    own = np.bincount(rows.unit, weights, len(found.share)) / np.maximum(found.counts.sum(axis=1), TOLERANCE)
    columns = solved[rows.period] + rows.covariates @ solved[found.counts.shape[1] :]
    learned = own[rows.unit] + columns - (found.share @ solved)[rows.unit]
    return np.asarray(np.where(rows.untreated, -rows.weight * learned, weights))


def _solved(found: Imputed, weights: Floats) -> Floats:
    """(T + p,) how far each normal equation moves weights @ gap."""
    rows, (units, size) = found.rows, found.share.shape
    own = np.bincount(rows.unit, weights, units)
    by_period = np.bincount(rows.period, weights, found.counts.shape[1])
    target = np.concatenate([by_period, weights @ rows.covariates]) - own @ found.share
    solved = np.zeros(size)
    solved[found.used] = cho_solve(found.factor, target[found.used])
    return solved


def _normal(untreated: Rows, share: Floats, mean: Floats) -> tuple[Floats, Floats]:
    """Normal equations of period indicators and covariates, unit means taken out; those of units add up."""
    periods = share.shape[1] - untreated.covariates.shape[1]
    covariates = untreated.covariates - share[untreated.unit, periods:]
    centred = untreated.outcome - mean[untreated.unit]
    weighted = covariates * untreated.weight[:, None]
    across = np.zeros((periods, covariates.shape[1]))
    np.add.at(across, untreated.period, weighted)
    counts = _sums(untreated, untreated.weight, (len(share), periods))
    own = counts.any(axis=1)
    by_period = np.diag(counts.sum(axis=0)) - counts[own].T @ share[own, :periods]
    gram = np.block([[by_period, across], [across.T, covariates.T @ weighted]])
    sums = np.bincount(untreated.period, untreated.weight * centred, periods)
    return gram, np.concatenate([sums, weighted.T @ centred])


def _solve(
    rows: Rows, counts: Floats, share: Floats, mean: Floats, gram: Floats, moment: Floats
) -> tuple[NDArray[np.bool_], tuple[Floats, bool], Floats]:
    """What was solved for, its factor, and the gap (N,) of every row."""
    if not connected(counts > 0):
        raise ValueError("units and periods hang together in more than one piece")
    periods = counts.shape[1]
    known, seen = np.asarray(counts.any(axis=1)), np.asarray(counts.any(axis=0))
    used = np.ones(len(gram), dtype=bool)
    used[:periods] = seen
    used[np.argmax(used)] = False
    factor = _factor(gram[np.ix_(used, used)])
    coefficients = np.zeros(len(gram))
    coefficients[used] = cho_solve(factor, moment[used])
    level = mean - share @ coefficients
    fitted = level[rows.unit] + coefficients[rows.period] + rows.covariates @ coefficients[periods:]
    return used, factor, np.where(known[rows.unit] & seen[rows.period], rows.outcome - fitted, np.nan)


def _sums(rows: Rows, values: Floats, shape: tuple[int, ...]) -> Floats:
    """Sums of values by unit and period."""
    flat = np.bincount(rows.unit * shape[1] + rows.period, values, shape[0] * shape[1])
    return np.asarray(flat.reshape(shape))


def _refuse_still(untreated: Rows, gram: Floats) -> None:
    """Raise where a covariate stays the same within its unit: what is left of it is only rounding."""
    first = len(gram) - untreated.covariates.shape[1]
    away = untreated.covariates - np.average(untreated.covariates, axis=0, weights=untreated.weight)
    if np.any(np.diag(gram)[first:] <= TOLERANCE * (untreated.weight @ away**2)):
        raise ValueError("a covariate cannot be told apart from the unit effects")


def _factor(gram: Floats) -> tuple[Floats, bool]:
    """Cholesky factor, refused where a row is explained by those before it."""
    diagonal = np.diag(gram)
    factor, lower = cho_factor(gram, lower=True)
    if np.any(np.diag(factor) ** 2 < TOLERANCE * diagonal):
        raise ValueError("a covariate cannot be told apart from the unit and period effects")
    return np.asarray(factor), bool(lower)
