"""The effect by time since the start, in bins of four weeks, each against the last bin before the start."""

import numpy as np

from experiments import answer
from experiments.contrast import Statistic, contrast, inferred
from experiments.estimate import EventTime
from experiments.inference.student import Inference, student
from experiments.options import Options
from experiments.panel import Floats
from experiments.period_lengths import periods_of
from experiments.window import Window

WEEKS = 4
REFERENCE = -1


def event_study(window: Window, options: Options) -> tuple[EventTime, ...]:
    """Every bin that all treated departments have, run-in included; empty where nothing can be compared.

    `interval` holds for one bin; `band` for all bins together (Sidak 1967: each bin at level^(1 / bins)). The
    reference bin is 0 by construction. Without enough departments the effects come without uncertainty.
    """
    bins = event_bins(window)
    if window.treated.all() or REFERENCE not in bins:
        return ()
    together = options.level ** (1 / max(len(bins) - 1, 1))
    return tuple(_bin(window, number, bins, options, together) for number in sorted(bins))


def event_bins(window: Window) -> dict[int, tuple[int, int]]:
    """First and last period, relative to the start, of each full bin that every treated department has."""
    starts = window.starts
    earliest, latest = min(starts), len(window.panel.periods) - max(starts)
    width = min(periods_of(WEEKS, window.panel.periods), earliest)
    bins = {number: (number * width, (number + 1) * width - 1) for number in range(-(earliest // width), 0)}
    bins |= {number: (number * width, (number + 1) * width - 1) for number in range(latest // width)}
    return {number: span for number, span in bins.items() if all(_has(window, s, span) for s in starts)}


def bin_mean(window: Window, start: int, span: tuple[int, int]) -> Floats:
    """(U,) mean over the complete periods of a bin around a start."""
    return np.asarray(window.panel.outcome[:, _indices(window, start, span)].mean(axis=1))


def leads(window: Window) -> dict[tuple[int, int], Floats]:
    """Contrast values (U,) of every bin before the reference bin, by its first and last period."""
    bins = event_bins(window)
    if window.treated.all() or REFERENCE not in bins:
        return {}
    return {
        span: contrast(window, _against_reference(window, span, bins[REFERENCE]))
        for number, span in sorted(bins.items())
        if number < REFERENCE
    }


def _bin(
    window: Window, number: int, bins: dict[int, tuple[int, int]], options: Options, together: float
) -> EventTime:
    first, last = bins[number]
    if number == REFERENCE:
        return EventTime(
            event_time=number,
            first=first,
            last=last,
            effect=0.0,
            standard_error=None,
            interval=None,
            band=None,
        )
    values = contrast(window, _against_reference(window, bins[number], bins[REFERENCE]))
    effect = float(values[window.treated].mean() - values[~window.treated].mean())
    found = inferred(window, values, options.level)
    return EventTime(
        event_time=number,
        first=first,
        last=last,
        effect=answer.shown(effect, options.scale),
        standard_error=found.standard_error if found else None,
        interval=answer.shown_interval(found.interval, options.scale) if found else None,
        band=answer.shown_interval(_at(found, together), options.scale) if found else None,
    )


def _against_reference(window: Window, span: tuple[int, int], reference: tuple[int, int]) -> Statistic:
    return lambda start: bin_mean(window, start, span) - bin_mean(window, start, reference)


def _at(found: Inference, level: float) -> tuple[float, float]:
    degrees = found.degrees_of_freedom or np.inf
    return student(found.effect, found.standard_error, degrees, level).interval


def _indices(window: Window, start: int, span: tuple[int, int]) -> np.ndarray:
    every = np.arange(start + span[0], start + span[1] + 1)
    return np.asarray(every[window.complete[every]])


def _has(window: Window, start: int, span: tuple[int, int]) -> bool:
    return len(_indices(window, start, span)) > 0
