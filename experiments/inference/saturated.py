"""Two-way fixed effects with an effect of its own for every cohort in every period that may be affected.

Sun and Abraham 2021, "Estimating dynamic treatment effects in event studies with heterogeneous treatment
effects" (Journal of Econometrics 225): every period but the reference has its own effect. Wooldridge 2021,
"Two-way fixed effects, the two-way Mundlak regression, and difference-in-differences estimators": every
period from the start on has. No dummy is made: unit effects are taken out by demeaning, and a cohort's own
periods by block elimination, because they stand in no other cohort's equations.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve

from experiments.inference.connected import connected

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Codes = NDArray[np.intp]

TOLERANCE = 1e-10


@dataclass(frozen=True, slots=True, kw_only=True)
class Equations:
    """Normal equations of the period indicators among some units, unit effects taken out.

    gram (T, T), moment (T,), counts (T,) of their cells: those of several units add up.
    """

    gram: Floats
    moment: Floats
    counts: Floats

    def __sub__(self, other: "Equations") -> "Equations":
        """The equations without some of the units."""
        counts = self.counts - other.counts
        return Equations(
            gram=self.gram - other.gram,
            moment=self.moment - other.moment,
            counts=np.where(counts > TOLERANCE * self.counts, counts, 0.0),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One cohort. own, free (T,): observed periods with an effect of their own, and the others.

    factor: Cholesky factor of the own periods' equations; solved, solved_moment: the solutions for the free
    periods' columns and for the moment.
    left_gram (T, T), left_moment (T,): what the cohort says of the free periods, its own ones eliminated.
    """

    equations: Equations
    own: Flags
    free: Flags
    factor: tuple[Floats, bool]
    solved: Floats
    solved_moment: Floats
    left_gram: Floats
    left_moment: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Saturated:
    """The fit of C cohorts. effects (C, T): NaN where a cohort's effect in a period is not identified.

    period (T,): period effects. used (T,): periods that were solved for, factor: that of their equations.
    """

    outcome: Floats
    weights: Floats
    cohort: Codes
    own: Flags
    blocks: tuple[Block, ...]
    factor: tuple[Floats, bool]
    used: Flags
    period: Floats
    effects: Floats

    @property
    def counts(self) -> Floats:
        """(C, T) observed weight behind each cell."""
        return np.stack([block.equations.counts for block in self.blocks])

    @property
    def n_effects(self) -> int:
        """Effects of periods and of cohorts in periods, without those of units."""
        return int(self.used.sum()) + int(np.isfinite(self.effects).sum())


def saturate(outcome: Floats, weights: Floats, cohort: Codes, own: Flags) -> Saturated:
    """Fit outcome (U, T) with weights (U, T), 0 where there is no value.

    cohort (U,): 0 .. C - 1. own (C, T): where a cohort has an effect of its own; the comparison has none.
    Raises ValueError where the cells without an effect of their own hang together in more than one piece, or
    a cohort has no value in any period that its effects could be measured from.
    """
    blocks = tuple(
        _block(_equations(outcome[cohort == number], weights[cohort == number]), own_of)
        for number, own_of in enumerate(own)
    )
    if not connected((weights > 0) & ~own[cohort]):
        raise ValueError("the cells without an effect of their own hang together in more than one piece")
    used, factor, period, effects = _solve(blocks)
    return Saturated(
        outcome=outcome,
        weights=weights,
        cohort=cohort,
        own=own,
        blocks=blocks,
        factor=factor,
        used=used,
        period=period,
        effects=effects,
    )


def without(fit: Saturated, gone: Flags) -> tuple[Floats, Floats]:
    """Effects (C, T) and counts (C, T) when some units (U,) are left out; raises as `saturate` does."""
    kept = ~gone
    if not connected(((fit.weights > 0) & ~fit.own[fit.cohort])[kept]):
        raise ValueError("the cells without an effect of their own hang together in more than one piece")
    blocks = list(fit.blocks)
    for number in np.unique(fit.cohort[gone]):
        members = gone & (fit.cohort == number)
        left = blocks[number].equations - _equations(fit.outcome[members], fit.weights[members])
        blocks[number] = _block(left, fit.own[number])
    return _solve(blocks)[3], np.stack([block.equations.counts for block in blocks])


def scores(fit: Saturated, weights: Floats) -> Floats:
    """(U, P) influence of each unit on weighted sums of effects; weights (P, C, T), 0 where not identified.

    The estimate is linear in the outcomes; a unit's influence is the sum of those coefficients times its
    residuals.
    """
    lines = _lines(fit, weights)
    found = np.empty((len(fit.cohort), weights.shape[0]))
    residual_sums = fit.weights * residuals(fit)
    for number, line in enumerate(lines):
        members = fit.cohort == number
        found[members] = residual_sums[members] @ line
    return found


def coefficients(fit: Saturated, weights: Floats) -> Floats:
    """(U, T) what each outcome counts in a sum of effects with weights (C, T), 0 where not identified."""
    line = _lines(fit, weights[None])[fit.cohort, :, 0]
    mean = (fit.weights * line).sum(axis=1) / np.maximum(fit.weights.sum(axis=1), TOLERANCE)
    return np.asarray(fit.weights * (line - mean[:, None]))


def _lines(fit: Saturated, weights: Floats) -> Floats:
    """(C, T, P) those coefficients before each unit's own mean is taken out: the same within a cohort."""
    columns = np.moveaxis(weights, 0, -1)
    right = -columns.sum(axis=0)
    for block, own in zip(fit.blocks, columns, strict=True):
        right[block.free] -= block.solved.T @ own[block.own]
    period = np.zeros(right.shape)
    period[fit.used] = cho_solve(fit.factor, right[fit.used])
    lines = np.repeat(period[None], len(fit.blocks), axis=0)
    for line, block, own in zip(lines, fit.blocks, columns, strict=True):
        line[block.own] = cho_solve(block.factor, own[block.own]) - block.solved @ period[block.free]
    return lines


def residuals(fit: Saturated) -> Floats:
    """(U, T) outcome minus fitted; 0 where there is no value."""
    line = np.where(np.isfinite(fit.effects), fit.effects, 0.0) + fit.period
    present = fit.weights > 0
    left = np.where(present, fit.outcome - line[fit.cohort], 0.0)
    total = np.maximum(fit.weights.sum(axis=1), TOLERANCE)
    mean = (fit.weights * left).sum(axis=1) / total
    return np.where(present, left - mean[:, None], 0.0)


def _equations(outcome: Floats, weights: Floats) -> Equations:
    total = weights.sum(axis=1)
    safe = np.where(total > 0, total, 1.0)
    weighted = np.where(weights > 0, weights * np.nan_to_num(outcome), 0.0)
    counts = weights.sum(axis=0)
    return Equations(
        gram=np.diag(counts) - weights.T @ (weights / safe[:, None]),
        moment=weighted.sum(axis=0) - weights.T @ (weighted.sum(axis=1) / safe),
        counts=counts,
    )


def _block(equations: Equations, own: Flags) -> Block:
    gram, present = equations.gram, equations.counts > 0
    inside, outside = own & present, ~own & present
    factor = _factor(gram[np.ix_(inside, inside)])
    across = gram[np.ix_(inside, outside)]
    solved = cho_solve(factor, across)
    left_gram, left_moment = np.zeros(gram.shape), np.zeros(len(gram))
    # With one free period nothing is left but rounding error.
    if outside.sum() > 1:
        left_gram[np.ix_(outside, outside)] = gram[np.ix_(outside, outside)] - across.T @ solved
        left_moment[outside] = equations.moment[outside] - solved.T @ equations.moment[inside]
    return Block(
        equations=equations,
        own=inside,
        free=outside,
        factor=factor,
        solved=solved,
        solved_moment=cho_solve(factor, equations.moment[inside]),
        left_gram=left_gram,
        left_moment=left_moment,
    )


def _solve(blocks: Sequence[Block]) -> tuple[Flags, tuple[Floats, bool], Floats, Floats]:
    """Periods solved for, the factor of their equations, period effects (T,) and effects (C, T)."""
    gram = np.sum([block.left_gram for block in blocks], axis=0)
    moment = np.sum([block.left_moment for block in blocks], axis=0)
    identified = np.any([block.free for block in blocks], axis=0)
    used = identified.copy()
    used[np.argmax(used)] = False
    factor = _factor(gram[np.ix_(used, used)])
    period = np.zeros(len(gram))
    period[used] = cho_solve(factor, moment[used])
    effects = np.full((len(blocks), len(gram)), np.nan)
    for row, block in zip(effects, blocks, strict=True):
        own = block.own
        total = block.solved_moment - block.solved @ period[block.free]
        row[own] = np.where(identified[own], total - period[own], np.nan)
    return used, factor, period, effects


def _factor(gram: Floats) -> tuple[Floats, bool]:
    factor, lower = cho_factor(gram, lower=True)
    if (np.diag(factor) ** 2 < TOLERANCE * np.diag(gram)).any():
        raise ValueError("effects cannot be told apart")
    return np.asarray(factor), bool(lower)
