"""What all tables share: calendar, staff, roll-out of the tools, outage, and the random streams."""

from dataclasses import dataclass
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from data_connectors.synthetic.calendar import Calendar
from data_connectors.synthetic.departments import DEPARTMENTS, positions
from data_connectors.synthetic.parameters import Parameters
from data_connectors.synthetic.plans import PILOTS, starts
from data_connectors.synthetic.shocks import autoregressive
from data_connectors.synthetic.staff import Staff, hire

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Columns = dict[str, NDArray[Any]]
"""The columns of one table; `department` holds places in DEPARTMENTS, `week` the number of the week."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """rollout: per pilot (D, W) from 0 (no tool) to 1 (fully learned); all 0 in the counterfactual run.

    since: per pilot (D, W) weeks since the start, negative before it; effects that do not depend on learning.
    present (D, W): False where the outage took the data.
    """

    parameters: Parameters
    seed: int
    calendar: Calendar
    staff: Staff
    rollout: dict[str, Floats]
    since: dict[str, Floats]
    present: NDArray[np.bool_]

    def random(self, name: str) -> np.random.Generator:
        """The stream of a name: a new table does not move the draws of another."""
        return np.random.default_rng([self.seed, crc32(name.encode())])

    def shock(self, name: str, share: float) -> Floats:
        """(D, W) department-week shocks with `share` times the spread of those on note time."""
        chosen = self.parameters
        return autoregressive(
            self.random(f"shock {name}"),
            len(DEPARTMENTS),
            chosen.weeks,
            rho=chosen.shock_rho,
            sd=share * chosen.shock_sd,
        )

    def cells(self, name: str, rate: float) -> tuple[Ints, Ints]:
        """Department and week of every row of a table with `rate` rows per department and full week.

        A department that was open has at least one row, also in the smallest demo.
        """
        sizes = np.array([department.size for department in DEPARTMENTS])
        expected = rate * self.parameters.scale * np.outer(sizes, self.calendar.volume)
        counts = np.maximum(1, self.random(f"count {name}").poisson(expected)) * self.present
        department, week = np.divmod(np.arange(counts.size), self.parameters.weeks)
        order = np.argsort(week, kind="stable")
        repeats = counts.ravel()[order]
        return np.repeat(department[order], repeats), np.repeat(week[order], repeats)


def build(parameters: Parameters, seed: int, *, effects: bool) -> World:
    """Lay out the hospital; with `effects` off no tool is ever rolled out."""
    calendar = Calendar(parameters.first_week, parameters.weeks)
    since = {pilot: _since(calendar, pilot) if effects else _never(calendar) for pilot in PILOTS}
    present = np.ones((len(DEPARTMENTS), parameters.weeks), dtype=bool)
    out = [department.id in parameters.outage_departments for department in DEPARTMENTS]
    present[np.flatnonzero(out), parameters.outage_week] = False
    return World(
        parameters=parameters,
        seed=seed,
        calendar=calendar,
        staff=hire(parameters, np.random.default_rng([seed, crc32(b"staff")])),
        rollout={p: np.clip((s + 1) / parameters.learning_weeks, 0, 1) for p, s in since.items()},
        since=since,
        present=present,
    )


def _never(calendar: Calendar) -> Floats:
    return np.full((len(DEPARTMENTS), calendar.weeks), -np.inf)


def _since(calendar: Calendar, pilot: str) -> Floats:
    """Weeks since the start; the contaminated control borrows vendor A's tool when its neighbours start."""
    found = _never(calendar)
    begun = starts(pilot)
    for place, department in enumerate(DEPARTMENTS):
        if department.id in begun:
            found[place] = np.arange(calendar.weeks) - calendar.mondays.index(begun[department.id])
    if pilot == "ambient-a":
        first = min(begun.values())
        found[list(positions("contaminated"))] = np.arange(calendar.weeks) - calendar.mondays.index(first)
    return found
