"""The auditor: what somebody who holds everything that was released can compute about small groups.

What is not known are the rows and the sum of every cell, such as a day of a sub-group of a department. Every
released number is an equation about a union of cells. Whether such a union is known exactly is linear algebra
(does it lie in the row space of the equations?); between which bounds it must lie is linear programming.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Kind = Literal["count", "sum", "mean"]

CLOSE = 1e-7
"""Rounding of the row space; a union of cells that is not in it stands at least 1 / cells away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A released number about a union of cells: how many rows, the sum of their values, or its mean."""

    cells: frozenset[int]
    kind: Kind
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A number that somebody wants to know. mean: the true one, where that is asked."""

    cells: frozenset[int]
    kind: Kind
    mean: float = np.nan


@dataclass(frozen=True)
class Auditor:
    """cells: how many there are. told: all that was released about them. highest: of the value of one row."""

    cells: int
    told: Sequence[Told]
    highest: float = np.inf

    def determines(self, asked: Sequence[Asked]) -> list[bool]:
        """Of every number that is asked for, whether it follows exactly."""
        wanted = np.array([self._row(one.cells, one.kind, one.mean) for one in asked])
        wanted = wanted.reshape(len(asked), 2 * self.cells)
        beside = wanted - (wanted @ self._row_space.T) @ self._row_space
        sizes = np.linalg.norm(wanted, axis=1)
        return [bool(found) for found in np.linalg.norm(beside, axis=1) <= CLOSE * sizes]

    def bounds(self, cells: Collection[int], kind: Kind) -> tuple[float, float]:
        """The lowest and highest number that go with all that was released."""
        if kind == "mean":
            return self._extreme_mean(cells, 1.0), self._extreme_mean(cells, -1.0)
        wanted = self._row(cells, kind)
        return self._extreme(wanted, 1.0), self._extreme(wanted, -1.0)

    @cached_property
    def _equations(self) -> tuple[Floats, Floats]:
        rows = [self._row(one.cells, one.kind, one.value) for one in self.told]
        values = [0.0 if one.kind == "mean" else one.value for one in self.told]
        return np.array(rows).reshape(len(rows), 2 * self.cells), np.array(values)

    @cached_property
    def _row_space(self) -> Floats:
        """Orthonormal rows that span the equations."""
        equations, _ = self._equations
        scaled = equations / np.maximum(np.linalg.norm(equations, axis=1, keepdims=True), 1e-300)
        _, sizes, directions = np.linalg.svd(scaled, full_matrices=False)
        return np.asarray(directions[sizes > CLOSE])

    def _row(self, cells: Collection[int], kind: Kind, mean: float = np.nan) -> Floats:
        """Coefficients of the rows of all cells, then of their sums. A mean m says: sum - m x rows = 0."""
        row = np.zeros(2 * self.cells)
        chosen = np.fromiter(cells, dtype=np.int64)
        if kind != "count":
            row[self.cells + chosen] = 1.0
        if kind != "sum":
            row[chosen] = -mean if kind == "mean" else 1.0
        return row

    def _extreme(self, wanted: Floats, sign: float) -> float:
        equations, values = self._equations
        return sign * _least(sign * wanted, equations, values, self._limits())

    def _extreme_mean(self, cells: Collection[int], sign: float) -> float:
        """A ratio of sums is linear after Charnes and Cooper (1962): all is divided by the rows in it."""
        equations, values = self._equations
        rows = np.append(self._row(cells, "count"), 0.0)
        together = np.vstack([np.column_stack([equations, -values]), rows])
        right = np.append(np.zeros(len(values)), 1.0)
        limits = self._limits()
        scaled = None if limits is None else np.column_stack([limits, np.zeros(len(limits))])
        wanted = np.append(self._row(cells, "sum"), 0.0)
        return sign * _least(sign * wanted, together, right, scaled)

    def _limits(self) -> Floats | None:
        """No sum is more than its rows times the highest value."""
        if not np.isfinite(self.highest):
            return None
        return np.hstack([-self.highest * np.eye(self.cells), np.eye(self.cells)])


def _least(goal: Floats, equations: Floats, values: Floats, limits: Floats | None) -> float:
    """The lowest value of the goal; minus infinity where nothing holds it."""
    from scipy.optimize import linprog

    found = linprog(
        goal,
        A_ub=limits,
        b_ub=None if limits is None else np.zeros(len(limits)),
        A_eq=equations,
        b_eq=values,
        bounds=(0, None),
        method="highs",
    )
    return float("-inf") if found.fun is None else float(found.fun)
