"""Durations of which some are still open: the mean up to a horizon, and the log-rank test.

Kaplan and Meier 1958. Restricted mean: the area under the survival curve up to a horizon, with Greenwood's
variance (Irwin 1949; Uno et al. 2014, Journal of Clinical Oncology 32; as R's survfit and survRM2), judged
by t with Satterthwaite's degrees of freedom, where survRM2 takes the normal: with 12 to 30 an arm that found
up to 8 % effects for 5 %, the t up to 7. Log-rank:
Mantel 1966, with the hypergeometric variance of R's survdiff, and the ratio of hazards that the same two
numbers give (Peto; Yusuf et al. 1985), so that p-value and interval are one inversion.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.inference.student import Inference, normal, student

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """A survival curve: times (K,) at which something finished, and how many (K,); durations (n,), sorted."""

    times: Floats
    finished: Floats
    durations: Floats

    @property
    def at_risk(self) -> Floats:
        """(K,) still open just before each time."""
        return self.open_at(self.times)

    @property
    def survival(self) -> Floats:
        """(K,) share still open after each time."""
        return np.asarray(np.cumprod(1 - self.finished / self.at_risk))

    @property
    def known_until(self) -> float:
        """Up to where the curve is known: without end once nothing is open any more."""
        return np.inf if len(self.times) and self.survival[-1] == 0 else float(self.durations[-1])

    def open_at(self, times: Floats) -> Floats:
        """(T,) still open just before each of some times."""
        return np.asarray(len(self.durations) - np.searchsorted(self.durations, times), dtype=np.float64)

    def finished_at(self, times: Floats) -> Floats:
        """(T,) finished at each of some times."""
        place = np.minimum(np.searchsorted(self.times, times), max(len(self.times) - 1, 0))
        if not len(self.times):
            return np.zeros(len(times))
        return np.where(self.times[place] == times, self.finished[place], 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class RestrictedMean:
    """Mean duration up to a horizon, with its variance, and how many finished by then."""

    mean: float
    variance: float
    finished: int


def curve(durations: Floats, finished: Floats) -> Curve:
    """From durations (n,), 1 where finished and 0 where still open (n,)."""
    times, at = np.unique(durations[finished > 0], return_inverse=True)
    return Curve(
        times=times,
        finished=np.bincount(at, minlength=len(times)).astype(float),
        durations=np.sort(durations),
    )


def restricted_mean(found: Curve, horizon: float) -> RestrictedMean:
    """The area under the curve up to the horizon."""
    kept = found.times <= horizon
    times, survival = found.times[kept], found.survival[kept]
    widths = np.diff(np.concatenate([[0.0], times, [horizon]]))
    areas = widths * np.concatenate([[1.0], survival])
    left = areas.sum() - np.cumsum(areas[:-1])
    finished, at_risk = found.finished[kept], found.at_risk[kept]
    open_after = at_risk - finished
    spread = np.where(open_after > 0, finished / (at_risk * np.maximum(open_after, 1)), 0.0)
    return RestrictedMean(
        mean=float(areas.sum()), variance=float(left**2 @ spread), finished=int(finished.sum())
    )


def difference_of_means(ours: RestrictedMean, control: RestrictedMean, level: float) -> Inference:
    """Ours minus the control's."""
    return _student(ours.mean - control.mean, ours.variance, control.variance, (ours, control), level)


def log_ratio_of_means(ours: RestrictedMean, control: RestrictedMean, level: float) -> Inference:
    """Logarithm of ours over the control's, by the delta method."""
    own, other = (one.variance / one.mean**2 for one in (ours, control))
    return _student(float(np.log(ours.mean / control.mean)), own, other, (ours, control), level)


def _student(
    effect: float, own: float, other: float, means: tuple[RestrictedMean, RestrictedMean], level: float
) -> Inference:
    """From the variances of both arms, each with as many degrees of freedom as finished, minus one."""
    parts = (one**2 / max(mean.finished - 1, 1) for one, mean in zip((own, other), means, strict=True))
    degrees = (own + other) ** 2 / max(sum(parts), np.finfo(float).tiny)
    return student(effect, float(np.sqrt(own + other)), degrees, level)


def log_rank(ours: Curve, control: Curve, level: float) -> Inference:
    """Logarithm of the ratio of hazards, (O - E) / V with error 1 / sqrt(V); z squared is the log-rank chi2.

    NaN where no time has both arms at risk.
    """
    times = np.union1d(ours.times, control.times)
    risk = np.stack([one.open_at(times) for one in (ours, control)])
    done = np.stack([one.finished_at(times) for one in (ours, control)])
    every, finished = risk.sum(axis=0), done.sum(axis=0)
    excess = done[0] - finished * risk[0] / every
    apart = finished * risk[0] * risk[1] * (every - finished)
    variance = float(np.sum(apart / (every**2 * np.maximum(every - 1, 1))))
    if not variance > 0:
        return normal(np.nan, np.nan, level)
    return normal(float(excess.sum()) / variance, 1 / float(np.sqrt(variance)), level)
