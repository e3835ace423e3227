"""The course of the difference around the start, by department: what differing trends are judged on."""

from dataclasses import dataclass

import numpy as np

from experiments.contrast import contrast
from experiments.event_study import REFERENCE, bin_mean, event_bins
from experiments.inference.honest_trends.event_effects import Floats
from experiments.window import Window


@dataclass(frozen=True, slots=True, kw_only=True)
class EventCourse:
    """Bins around the last one before the start (the reference bin), in order of time.

    values (U, K + P): contrast values of every bin against the reference bin; zero where a bin after the
    start has no periods of its own. n_before: K. average, first (P,): weights of the bins after the start in
    the mean over all their periods, run-in left out, and in their first bin. working (K + P, K + P): the
    covariance of the bins, up to a factor, if periods were independent.
    """

    values: Floats
    n_before: int
    average: Floats
    first: Floats
    working: Floats

    @property
    def gaps(self) -> bool:
        """Whether a bin after the start is empty."""
        return not self.values[:, self.n_before :].any(axis=0).all()


def event_course(window: Window) -> EventCourse | None:
    """The course of a window; None with fewer than two bins before the start, or nothing after it.

    All treated departments have every bin. The last bin may be short; a bin that holds part of the run-in
    stands on its other periods, one that lies within it on all of them.
    """
    bins = event_bins(window)
    numbers = _before(bins)
    after = _after(window, bins)
    if not numbers or not after:
        return None
    spans = [bins[number] for number in numbers] + [span for span, _ in after]
    values = np.column_stack([_against_reference(window, span, bins[REFERENCE]) for span in spans])
    counts = np.array([_count(window, span) for span in spans])
    counted = np.array([count for _, count in after])
    return EventCourse(
        values=values,
        n_before=len(numbers),
        average=counted / counted.sum(),
        first=np.eye(len(after))[np.flatnonzero(counted)[0]],
        working=np.diag(1 / np.maximum(counts, 1.0)) + 1 / _count(window, bins[REFERENCE]),
    )


def _before(bins: dict[int, tuple[int, int]]) -> list[int]:
    """Numbers of the bins that run up to the reference bin without a gap, in order of time."""
    found: list[int] = []
    if REFERENCE not in bins:
        return found
    while REFERENCE - len(found) - 1 in bins:
        found.append(REFERENCE - len(found) - 1)
    return found[::-1]


def _after(window: Window, bins: dict[int, tuple[int, int]]) -> list[tuple[tuple[int, int], float]]:
    """Span of each bin from the start on, and how many of its periods count for the effect."""
    horizon = len(window.panel.periods) - max(window.starts)
    width = bins[REFERENCE][1] - bins[REFERENCE][0] + 1 if REFERENCE in bins else horizon
    found = []
    for first in range(0, horizon, width):
        last = min(first + width, horizon) - 1
        within = last < window.run_in
        span = (first, last) if within else (max(first, window.run_in), last)
        found.append((span, 0.0 if within else _count(window, span)))
    return found if sum(count for _, count in found) else []


def _against_reference(window: Window, span: tuple[int, int], reference: tuple[int, int]) -> Floats:
    if not _count(window, span):
        return np.zeros(len(window.treated))
    return contrast(window, lambda start: bin_mean(window, start, span) - bin_mean(window, start, reference))


def _count(window: Window, span: tuple[int, int]) -> float:
    """Complete periods of a bin, for the start with the fewest."""
    return float(min(window.complete[start + span[0] : start + span[1] + 1].sum() for start in window.starts))
