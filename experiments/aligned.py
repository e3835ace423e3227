"""Departments laid beside each other by the time since their own start."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from experiments.panel import Floats
from experiments.window import Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Aligned:
    """Periods since the start that every pilot department has; those left out are gone.

    index (U, P): the calendar period of each pilot department at each of them. since (P,): 0 is the first
    period with the tool.
    """

    index: NDArray[np.intp]
    since: NDArray[np.intp]

    @property
    def n_before(self) -> int:
        """Periods before the start."""
        return int((self.since < 0).sum())

    @property
    def n_after(self) -> int:
        """Periods after the run-in."""
        return len(self.since) - self.n_before

    def of(self, outcome: Floats) -> Floats:
        """(U, P) values (U, T) of the pilot departments, aligned."""
        return np.take_along_axis(outcome, self.index, axis=1)


def align(window: Window, anticipation: int = 0) -> Aligned:
    """The pilot departments of a window; the run-in and `anticipation` last periods before are left out."""
    first = window.panel.first_treated[window.treated].astype(int)
    since = np.arange(-first.min(), len(window.panel.periods) - first.max())
    index = first[:, None] + since
    kept = window.complete[index].all(axis=0) & ((since < -anticipation) | (since >= window.run_in))
    return Aligned(index=index[:, kept], since=since[kept])


def pilots(window: Window) -> Window:
    """The pilot departments only, with every period that they have."""
    alone = window.only(window.treated)
    return replace(alone, complete=np.asarray(np.isfinite(alone.panel.outcome).all(axis=0)))
