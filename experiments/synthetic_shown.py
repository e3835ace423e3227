"""How a weighted comparison is shown: its course over time, its weights, and reasons to doubt it."""

from collections.abc import Sequence

import numpy as np

from core.language.text import N_, Text
from experiments import answer
from experiments.details import SyntheticDetails, Weight
from experiments.estimate import EventTime
from experiments.event_study import event_bins
from experiments.panel import Floats, Scale
from experiments.synthetic import Comparison, mixed
from experiments.window import Window

SHOWN_WEIGHT = 1e-6
ONE_CARRIES = 0.5


def event_study(window: Window, found: Sequence[Comparison], scale: Scale) -> tuple[EventTime, ...]:
    """The mean gap per bin, without uncertainty: the picture of the design."""
    bins = event_bins(window)
    return tuple(_bin(number, bins[number], found, scale) for number in sorted(bins))


def _bin(number: int, span: tuple[int, int], found: Sequence[Comparison], scale: Scale) -> EventTime:
    first, last = span
    means = [one.share * np.nanmean(one.gap[one.start + first : one.start + last + 1]) for one in found]
    return EventTime(
        event_time=number,
        first=first,
        last=last,
        effect=answer.shown(float(sum(means)), scale),
        standard_error=None,
        interval=None,
        band=None,
    )


def details(
    window: Window, found: Sequence[Comparison], rank: int | None, of: int | None
) -> SyntheticDetails:
    """Weights, averaged over starts by treated departments, and root mean squared gaps over them."""
    panel = window.panel
    periods = np.zeros(len(panel.periods))
    for one in found:
        if len(one.periods):
            periods[window.before(one.start)] += one.share * one.periods
    return SyntheticDetails(
        units=_named(np.asarray(panel.units)[~window.treated], mixed(found)),
        periods=_named(np.asarray(panel.periods), periods),
        rmspe_before=_rms(window, found, after=False),
        rmspe_after=_rms(window, found, after=True),
        rank=rank,
        of_units=of,
    )


def warnings(window: Window, found: Sequence[Comparison], *, levels: bool) -> tuple[Text, ...]:
    """What should make a reader doubt the comparison; levels: whether the mix must match the level too."""
    outcome, units = window.panel.outcome, mixed(found)
    before = window.before(window.starts[0])
    controls, pilot = outcome[~window.treated][:, before], outcome[window.treated][:, before].mean(axis=0)
    rmspe, spread = _rms(window, found, after=False), float(np.std(pilot))
    heaviest = int(np.argmax(units))
    means = controls.mean(axis=1)
    outside = levels and not means.min() <= pilot.mean() <= means.max()
    name = np.asarray(window.panel.units)[~window.treated][heaviest]
    candidates = (
        (Text(POOR_FIT), rmspe > spread),
        (
            Text(ONE, {"department": str(name), "share": float(units[heaviest])}),
            units[heaviest] > ONE_CARRIES,
        ),
        (Text(OUTSIDE), outside),
    )
    return tuple(text for text, holds in candidates if holds)


def _rms(window: Window, found: Sequence[Comparison], *, after: bool) -> float:
    squares = [
        one.share * np.mean(one.gap[window.after(one.start) if after else window.before(one.start)] ** 2)
        for one in found
    ]
    return float(np.sqrt(sum(squares)))


def _named(names: np.ndarray, weights: Floats) -> tuple[Weight, ...]:
    chosen = [index for index in np.argsort(-weights, kind="stable") if weights[index] > SHOWN_WEIGHT]
    return tuple(Weight(name=str(names[index]), weight=float(weights[index])) for index in chosen)


POOR_FIT = N_(
    "Before the start the mix follows the pilot departments no better than their own average does: "
    "do not lean on this estimate."
)
ONE = N_("One department carries {share:%0} of the comparison: {department}.")
OUTSIDE = N_(
    "Before the start the pilot departments lie above or below every comparison department: no mix can match."
)
