"""Synthetic difference-in-differences: departments and periods weighted to resemble what they stand for.

Arkhangelsky, Athey, Hirshberg, Imbens and Wager 2021, "Synthetic difference-in-differences" (American
Economic Review 111), algorithms 1 (effect) and 4 (placebo variance), regularised as there. Several start
dates: each cohort against the never-treated ones, averaged by treated department-periods (Clarke, Pailanir,
Athey and Imbens 2023).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.inference.simplex_weights import simplex_weights
from experiments.inference.start_orders import NEVER, start_orders
from experiments.inference.student import Inference, student

Floats = NDArray[np.float64]

PLACEBOS = 200
"""All placebo assignments when there are no more than these, else as many random ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """One start: controls (N0, T) and treated (N1, T) over the same periods, n_before of them before it."""

    controls: Floats
    treated: Floats
    n_before: int

    @property
    def cells(self) -> int:
        """Treated department-periods."""
        return len(self.treated) * int(self.treated.shape[1] - self.n_before)


@dataclass(frozen=True, slots=True, kw_only=True)
class Penalty:
    """Regularisation (zeta) of the unit and of the period weights, in the outcome's unit."""

    units: float
    periods: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SyntheticDid:
    """units (N0,), periods (n_before,): weights that sum to 1.

    gap (T,): treated mean minus weighted controls, less the weighted mean of that before the start.
    """

    units: Floats
    periods: Floats
    gap: Floats

    @property
    def effect(self) -> float:
        """Mean gap after the start."""
        return float(self.gap[len(self.periods) :].mean())


def penalty(cohort: Cohort) -> Penalty:
    """(N1 T1)^(1/4) and 1e-6 times the standard deviation of the controls' first differences before."""
    steps = np.diff(cohort.controls[:, : cohort.n_before], axis=1)
    noise = float(np.std(steps, ddof=1)) if steps.size > 1 else 0.0
    return Penalty(units=cohort.cells**0.25 * noise, periods=1e-6 * noise)


def synthetic_did(cohort: Cohort, zeta: Penalty) -> SyntheticDid:
    """The weights, each with an intercept, and the gap that they leave."""
    controls, treated, n = cohort.controls, cohort.treated.mean(axis=0), cohort.n_before
    before, after = controls[:, :n], controls[:, n:].mean(axis=1)
    units = simplex_weights(_centred(before.T), _centred(treated[:n, None])[:, 0], zeta.units * np.sqrt(n))
    periods = simplex_weights(
        _centred(before), _centred(after[:, None])[:, 0], zeta.periods * np.sqrt(len(controls))
    )
    return weighted(cohort, units, periods)


def weighted(cohort: Cohort, units: Floats, periods: Floats) -> SyntheticDid:
    """The gap under given weights; equal ones make it ordinary difference-in-differences."""
    gap = cohort.treated.mean(axis=0) - units @ cohort.controls
    return SyntheticDid(units=units, periods=periods, gap=gap - periods @ gap[: cohort.n_before])


def average(cohorts: Sequence[Cohort], zetas: Sequence[Penalty]) -> float:
    """The effect over all cohorts, by treated department-periods."""
    effects = [synthetic_did(cohort, zeta).effect for cohort, zeta in zip(cohorts, zetas, strict=True)]
    return float(np.average(effects, weights=[cohort.cells for cohort in cohorts]))


def placebo_effects(cohorts: Sequence[Cohort], zetas: Sequence[Penalty], seed: int) -> Floats:
    """Effects when controls are handed the treated departments' starts and the rest stay controls.

    Needs more controls than treated departments. The penalties stay those of the actual fit, as in the
    authors' own program.
    """
    controls = len(cohorts[0].controls)
    pretended = np.full(controls, NEVER)
    sizes = [len(cohort.treated) for cohort in cohorts]
    pretended[: sum(sizes)] = np.repeat(np.arange(len(cohorts)), sizes)
    orders = start_orders(pretended, seed, most=PLACEBOS, draws=PLACEBOS - 1)
    return np.array(
        [average([_pretend(c, order, i) for i, c in enumerate(cohorts)], zetas) for order in orders]
    )


def placebo_t(
    cohorts: Sequence[Cohort], zetas: Sequence[Penalty], effect: float, level: float, seed: int
) -> Inference:
    """Standard deviation of the placebo effects as the error, t(N0 - 1)."""
    error = float(np.std(placebo_effects(cohorts, zetas, seed)))
    return student(effect, error, len(cohorts[0].controls) - 1, level)


def _pretend(cohort: Cohort, order: NDArray[np.intp], index: int) -> Cohort:
    return Cohort(
        controls=cohort.controls[order == NEVER],
        treated=cohort.controls[order == index],
        n_before=cohort.n_before,
    )


def _centred(columns: Floats) -> Floats:
    return np.asarray(columns - columns.mean(axis=0))
