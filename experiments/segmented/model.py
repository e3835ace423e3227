"""What is regressed on what: a series of averages, or one row per department and period."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.aligned import Aligned
from experiments.inference.generalised_linear import Family
from experiments.panel import Floats
from experiments.segmented.terms import OWN_PERIOD, Terms, of_tool
from experiments.window import Flags, Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A regression ready to be fitted.

    columns (N, k), y (N,). names: of the columns that are shown, by their place. without (N, k): the columns
    as they would be without the tool. period (N,): index in aligned.since. pilot (N,): rows of the pilot
    departments. parameters: columns that one series has. offset, trials (N,): of counts, of shares.
    carry_over: of a transfer, 0 where the change is at once.
    """

    family: Family
    aligned: Aligned
    columns: Floats
    y: Floats
    names: dict[str, int]
    without: Floats
    period: NDArray[np.intp]
    pilot: Flags
    parameters: int
    offset: Floats | None = None
    trials: Floats | None = None
    carry_over: float | None = None

    @property
    def after(self) -> Flags:
        """(N,) rows of the pilot departments from the run-in on."""
        return np.asarray(self.pilot & (self.aligned.since[self.period] >= 0))

    @property
    def own_period(self) -> bool:
        """Whether every period with the tool has a column of its own: a forecast."""
        return any(name.startswith(OWN_PERIOD) for name in self.names)


def series(window: Window, aligned: Aligned, terms: Terms) -> Model:
    """The average of the pilot departments, or of their gaps to the mean of the comparison, per period."""
    outcome = aligned.of(window.panel.outcome[window.treated])
    if not window.treated.all():
        outcome = outcome - window.panel.outcome[~window.treated].mean(axis=0)[aligned.index]
    columns = {"intercept": np.ones(len(aligned.since))}
    columns |= {name: column.mean(axis=0) for name, column in terms.items()}
    names = {name: place for place, name in enumerate(columns)}
    x = np.column_stack(list(columns.values()))
    return Model(
        family="gaussian",
        aligned=aligned,
        columns=x,
        y=outcome.mean(axis=0),
        names=names,
        without=_without(x, names),
        period=np.arange(len(x)),
        pilot=np.ones(len(x), dtype=bool),
        parameters=sum(not name.startswith(OWN_PERIOD) for name in names),
    )


def cells(window: Window, aligned: Aligned, terms: Terms, family: Family) -> Model:
    """Counts or shares, a level for each department; comparison departments have a line of their own.

    With comparison departments in the window all terms stand twice: for every department ("comparison_...")
    and, under their own name, for what the pilot departments have more. There must be one start then.
    """
    panel, alone = window.panel, bool(window.treated.all())
    index = aligned.index if alone else np.tile(aligned.index[0], (len(panel.units), 1))
    department, period = (part.ravel() for part in np.indices(index.shape))
    pilot = window.treated[department]
    every = {
        name: np.broadcast_to(column if alone else column[:1], index.shape).ravel()
        for name, column in terms.items()
    }
    columns = every if alone else _twice(every, pilot)
    levels = (department[:, None] == np.arange(len(index))).astype(float)
    names = {name: levels.shape[1] + place for place, name in enumerate(columns)}
    x = np.column_stack([levels, *columns.values()])
    exposure = None if panel.exposure is None else _at(panel.exposure, index)
    return Model(
        family=family,
        aligned=aligned,
        columns=x,
        y=_at(panel.outcome, index),
        names=names,
        without=_without(x, names),
        period=period,
        pilot=pilot,
        parameters=1 + len(terms),
        offset=np.log(exposure) if family == "poisson" and exposure is not None else None,
        trials=exposure if family == "binomial" else None,
    )


def _twice(columns: Terms, pilot: Flags) -> Terms:
    shared = {f"comparison_{name}": column for name, column in columns.items()}
    return shared | {name: column * pilot for name, column in columns.items()}


def _without(x: Floats, names: dict[str, int]) -> Floats:
    found = x.copy()
    found[:, [place for name, place in names.items() if of_tool(name)]] = 0.0
    return found


def _at(values: Floats, index: NDArray[np.intp]) -> Floats:
    return np.take_along_axis(values, index, axis=1).ravel()
