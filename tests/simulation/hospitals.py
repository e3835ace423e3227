"""Hospitals whose truth is known: department series with an effect of a chosen size, or none.

A latent series per department, x = noise_g * AR(1) + random walk + season, is what a KPI really does; the
outcome is x itself (gaussian, heavy-tailed), a count, a share or a mean of skewed durations drawn around it.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.signal import lfilter

from experiments.panel import NEVER, Floats, Panel, Scale

Kind = Literal["gaussian", "heavy", "count", "share", "duration"]

WARM_UP = 100
YEAR = 52
PER_LATENT = {"count": 0.1, "share": 0.2, "duration": 0.1}
"""What one unit of the latent series is on the logarithm (or logit) of the outcome."""
ROWS = 60
"""Rows of a department in a week, at volume 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hospital:
    """One cell of the simulation.

    memory: AR(1) coefficient. drift: sd of the weekly step of a random walk in every department.
    pilot_noise: sd of the pilots' noise over that of the others. spread: sd of the logarithm of departments'
    noise. volumes: largest over smallest department (log-uniform). season: amplitude over the year, shared.
    starts: distinct start dates, four weeks apart. contaminated: comparison departments that also start.
    pilot_memory, pilot_drift: of the pilots alone, where they differ from the others. missing: weeks in which
    one department has no data. quiet: the pilots are those of all departments that varied least before.
    """

    treated: int = 3
    controls: int = 8
    before: int = 52
    after: int = 52
    memory: float = 0.5
    drift: float = 0.0
    pilot_noise: float = 1.0
    spread: float = 0.0
    volumes: float = 1.0
    kind: Kind = "gaussian"
    season: float = 0.0
    starts: int = 1
    contaminated: int = 0
    pilot_memory: float | None = None
    pilot_drift: float | None = None
    missing: int = 0
    quiet: bool = False

    @property
    def scale(self) -> Scale:
        """The scale on which an analyst would judge this outcome."""
        return "relative" if self.kind in ("count", "duration") else "absolute"

    def change_sd(self) -> float:
        """sd of an ordinary department's change (mean after minus mean before), from the latent series."""
        weeks = np.arange(self.before + self.after)
        weights = np.where(weeks < self.before, -1 / self.before, 1 / self.after)
        covariance = self.memory ** np.abs(weeks[:, None] - weeks) if self.memory else np.eye(len(weeks))
        walk = self.drift**2 * (1 + np.minimum(weeks[:, None], weeks))
        return float(np.sqrt(weights @ (covariance + walk) @ weights))


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulated:
    """A panel, and the effect that is in it on its own scale (a fraction when relative)."""

    panel: Panel
    truth: float


def simulate(hospital: Hospital, effect: float, rng: np.random.Generator) -> Simulated:
    """One draw. effect: lasting shift of the latent series in the pilot departments after their start."""
    units, weeks = hospital.treated + hospital.controls, hospital.before + hospital.after
    first = _starts(hospital)
    latent = _latent(hospital, units, weeks, rng)
    if hospital.quiet:
        latent = latent[np.argsort(latent[:, : hospital.before].std(axis=1))]
    exposed = first.copy()
    exposed[hospital.treated : hospital.treated + hospital.contaminated] = hospital.before
    on = np.arange(weeks) >= exposed[:, None]
    volume = (
        np.exp(rng.uniform(0, np.log(hospital.volumes), units)) if hospital.volumes > 1 else np.ones(units)
    )
    rows = np.broadcast_to(np.round(ROWS * volume / volume.mean())[:, None], latent.shape)
    rows = np.maximum(rows, 3.0)
    outcome, exposure = _outcome(hospital, latent + effect * on, rows, rng)
    _lose(hospital, outcome, rng)
    return Simulated(
        panel=Panel(
            units=tuple(f"d{number}" for number in range(units)),
            periods=tuple(str(week) for week in range(weeks)),
            outcome=outcome,
            weights=exposure,
            first_treated=first,
        ),
        truth=_truth(hospital, latent, effect, first),
    )


def _starts(hospital: Hospital) -> Floats:
    order = np.arange(hospital.treated) % hospital.starts
    late = hospital.before + 4.0 * order
    return np.concatenate([late, np.full(hospital.controls, NEVER)])


def _latent(hospital: Hospital, units: int, weeks: int, rng: np.random.Generator) -> Floats:
    shape = (units, weeks + WARM_UP)
    shocks = rng.standard_t(3, shape) / np.sqrt(3) if hospital.kind == "heavy" else rng.normal(size=shape)
    series = _remembered(shocks, hospital.memory)
    if hospital.pilot_memory is not None:
        series[: hospital.treated] = _remembered(shocks[: hospital.treated], hospital.pilot_memory)
    noise = np.exp(hospital.spread * rng.normal(size=units))
    noise[: hospital.treated] *= hospital.pilot_noise
    drift = np.full((units, 1), hospital.drift)
    if hospital.pilot_drift is not None:
        drift[: hospital.treated] = hospital.pilot_drift
    walk = np.cumsum(drift * rng.normal(size=series.shape), axis=1)
    season = hospital.season * np.sin(2 * np.pi * np.arange(weeks) / YEAR)
    return np.asarray(series * noise[:, None] + walk + season)


def _remembered(shocks: Floats, memory: float) -> Floats:
    """AR(1) of variance one, past its warm-up."""
    return np.asarray(lfilter([np.sqrt(1 - memory**2)], [1.0, -memory], shocks, axis=1)[:, WARM_UP:])


def _lose(hospital: Hospital, outcome: Floats, rng: np.random.Generator) -> None:
    """As many weeks as are missing lose the outcome of one department."""
    if hospital.missing:
        units, weeks = outcome.shape
        lost = rng.choice(weeks, hospital.missing, replace=False)
        outcome[rng.integers(units, size=hospital.missing), lost] = np.nan


def _outcome(
    hospital: Hospital, latent: Floats, rows: Floats, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """The outcome of every cell and the rows behind it."""
    if hospital.kind in ("gaussian", "heavy"):
        own = rng.normal(size=latent.shape) * np.sqrt(ROWS / rows) if hospital.volumes > 1 else 0.0
        return 10 + latent + own, rows
    line = PER_LATENT[hospital.kind] * latent
    if hospital.kind == "count":
        return (rng.poisson(rows * np.exp(line)) + 0.5) / rows, rows
    if hospital.kind == "share":
        return rng.binomial(rows.astype(int), _share(line)) / rows, rows
    skew = 0.8
    means = np.exp(line + skew * rng.normal(size=latent.shape) / np.sqrt(rows))
    return means, rows


def _share(line: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-(line - 1.0))))


def _truth(hospital: Hospital, latent: Floats, effect: float, first: Floats) -> float:
    """What the pilots' weeks after the start differ by; relative: ratio of geometric means minus one.

    With a contaminated comparison the effect that a comparison can show is diluted by the share that started.
    """
    kept = 1 - hospital.contaminated / hospital.controls
    if hospital.kind in ("count", "duration"):
        return float(np.expm1(PER_LATENT[hospital.kind] * effect * kept))
    if hospital.kind != "share":
        return effect * kept
    after = np.arange(latent.shape[1]) >= first[:, None]
    line = PER_LATENT["share"] * latent[after]
    return float(np.mean(_share(line + PER_LATENT["share"] * effect) - _share(line))) * kept
