"""The part of a panel that an estimate stands on: working scale, usable departments, complete periods."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.language.text import N_, Text
from experiments import panel_faults, reasons
from experiments.estimate import Coverage, Reason
from experiments.naming import listed
from experiments.options import Options
from experiments.panel import Floats, Panel

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A panel ready for estimation.

    panel: outcomes on the working scale (logarithms when relative); departments that were treated from the
    first period on, or have no data at all, are gone. complete (T,): periods in which every department has a
    value; the others are left out for all of them, because equally spaced periods are assumed.
    """

    panel: Panel
    complete: Flags
    run_in: int
    warnings: tuple[Text, ...] = ()

    @property
    def treated(self) -> Flags:
        """(U,) departments that are treated within the panel."""
        return self.panel.treated

    @property
    def starts(self) -> tuple[int, ...]:
        """Distinct first treated periods, ordered."""
        return self.panel.starts

    @property
    def left_out(self) -> tuple[str, ...]:
        """Labels of the periods left out because some department has no value."""
        return tuple(self.panel.periods[i] for i in np.flatnonzero(~self.complete))

    def before(self, start: int) -> NDArray[np.intp]:
        """Indices of the complete periods before a start."""
        return np.asarray(np.flatnonzero(self.complete[:start]))

    def after(self, start: int) -> NDArray[np.intp]:
        """Indices of the complete periods after a start and its run-in."""
        first = start + self.run_in
        return np.asarray(first + np.flatnonzero(self.complete[first:]))

    def only(self, keep: Flags) -> "Window":
        """The window without some departments; complete periods stay what they were."""
        return replace(self, panel=self.panel.only(keep))


@dataclass(frozen=True, slots=True, kw_only=True)
class OneStart:
    """Complete outcomes y (U, T) around one common start, run-in left out; treated (U,)."""

    y: Floats
    treated: Flags
    n_before: int

    @property
    def n_after(self) -> int:
        """Periods after the run-in."""
        return int(self.y.shape[1]) - self.n_before


def prepare(panel: Panel, options: Options) -> Window | tuple[Reason, ...]:
    """The window of a panel under the options, or why there is none."""
    working = log_if_relative(panel, options)
    if not isinstance(working, Panel):
        return working
    empty = ~np.isfinite(working.outcome).any(axis=1)
    always = working.first_treated <= 0
    usable = working.only(~(empty | always))
    if not usable.treated.any():
        return (reasons.treatment_never_on(),)
    warnings = tuple(
        Text(message, {"departments": listed(np.asarray(panel.units)[gone])})
        for message, gone in ((NO_DATA, empty), (ALWAYS, always & ~empty))
        if gone.any()
    )
    complete = np.asarray(np.isfinite(usable.outcome).all(axis=0))
    return Window(panel=usable, complete=complete, run_in=options.run_in, warnings=warnings)


def log_if_relative(panel: Panel, options: Options) -> Panel | tuple[Reason, ...]:
    """The panel on the working scale (logarithms when relative), or why it cannot be used."""
    found = panel_faults.faults(panel, options)
    if found:
        return found
    outcome = np.log(panel.outcome) if options.scale == "relative" else panel.outcome
    return replace(panel, outcome=outcome)


NO_DATA = N_("Left out, because there is no data at all: {departments}.")
ALWAYS = N_("Left out, because the tool was in use from the first period on: {departments}.")


def one_start(window: Window) -> OneStart:
    """The two halves around the single start of a window."""
    start = window.starts[0]
    before, after = window.before(start), window.after(start)
    return OneStart(
        y=window.panel.outcome[:, np.concatenate([before, after])],
        treated=window.treated,
        n_before=len(before),
    )


def coverage(window: Window, *, treated_only: bool = False) -> Coverage:
    """What an estimate on the window's complete periods stands on."""
    panel = window.panel.only(window.treated) if treated_only else window.panel
    return replace(coverage_of(panel, window.run_in, window.complete), periods_left_out=window.left_out)


def coverage_of(panel: Panel, run_in: int, complete: Flags | None = None) -> Coverage:
    """The same for any panel; sides are counted for the start with the fewest periods."""
    used = np.asarray(np.isfinite(panel.outcome).any(axis=0)) if complete is None else complete
    indices = np.flatnonzero(used)
    first, last = (indices[0], indices[-1]) if len(indices) else (0, -1)
    starts = [max(start, 0) for start in panel.starts] or [len(used)]
    return Coverage(
        n_observations=len(panel.units) * len(indices),
        n_units=len(panel.units),
        n_treated_units=int(panel.treated.sum()),
        n_clusters=len(set(panel.clusters)) or len(panel.units),
        first_period=panel.periods[first],
        last_period=panel.periods[last],
        periods_before=min(int(used[:start].sum()) for start in starts),
        periods_after=min(int(used[start + run_in :].sum()) for start in starts),
    )
