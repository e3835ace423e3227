"""The effect of a stepped wedge by time with the tool, beside the one constant effect.

Kenny, Voldal, Xia, Heagerty and Hughes 2022 (Statistics in Medicine 41): an effect of its own for every time
since the start, here for bins of times, in the mixed model of the constant effect.
"""

import numpy as np

from experiments import answer
from experiments.estimate import EventTime
from experiments.inference.decaying_correlation import MixedModel, mixed_models
from experiments.inference.department_contrasts import Flags, Floats
from experiments.inference.stepped_wedge import separable
from experiments.inference.student import student
from experiments.options import Options

WEEKS, MOST_BINS = 4, 12
"""As in an event study; what comes after the last bin is part of it."""


def by_exposure_time(
    y: Floats, used: Flags, exposure: Floats, near: Floats, width: int, options: Options
) -> tuple[EventTime, ...]:
    """One line per bin of exposure times, bands for all together; empty where they cannot be told apart.

    y (G, T); used (G, T): cells that count. exposure (G, T): periods with the tool, this one included, 0
    without. near: where to start the search for the correlation. width: periods in a bin.
    """
    times = np.unique(exposure[used & (exposure > 0)])
    place = np.minimum((times - 1) // width, MOST_BINS - 1)
    bins = [(times[place == one][0], times[place == one][-1]) for one in np.unique(place)]
    inside = np.stack([(exposure >= first) & (exposure <= last) for first, last in bins], axis=2)
    treatment = inside.astype(np.float64)
    if len(bins) < 2 or not separable(used, treatment):
        return ()
    models = mixed_models(
        y, used, treatment, np.eye(len(bins)), fading=options.correlation == "decay", near=near
    )
    return tuple(
        _line(int(number), span, model, options, options.level ** (1 / len(bins)))
        for number, span, model in zip(np.unique(place), bins, models, strict=False)
    )


def _line(
    number: int, span: tuple[float, float], model: MixedModel, options: Options, together: float
) -> EventTime:
    own, band = (
        student(model.effect, model.error, model.degrees, level).interval
        for level in (options.level, together)
    )
    return EventTime(
        event_time=number,
        first=int(span[0]) - 1,
        last=int(span[1]) - 1,
        effect=answer.shown(model.effect, options.scale),
        standard_error=model.error,
        interval=answer.shown_interval(own, options.scale),
        band=answer.shown_interval(band, options.scale),
    )
