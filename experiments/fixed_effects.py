"""Plain two-way fixed effects on all cells of a panel."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.inference.cr1 import cr1, iid
from experiments.inference.cr2 import cr2
from experiments.inference.cr3 import cr3
from experiments.inference.hc import hc
from experiments.inference.student import Inference
from experiments.inference.two_way import TwoWay, two_way
from experiments.inference.wild_bootstrap import wild_bootstrap
from experiments.options import Options
from experiments.panel import Floats, Panel

Clusters = NDArray[np.intp]
InferenceOf = Callable[[TwoWay, Clusters, Options], Inference]

BY_CELL: dict[str, InferenceOf] = {
    "iid": lambda fit, _, options: iid(fit, options.level),
    "hc1": lambda fit, _, options: hc(fit, options.level, "hc1"),
    "hc2": lambda fit, _, options: hc(fit, options.level, "hc2"),
    "hc3": lambda fit, _, options: hc(fit, options.level, "hc3"),
}
"""As if the cells of a department were independent."""
BY_CLUSTER: dict[str, InferenceOf] = {
    "cr1": lambda fit, clusters, options: cr1(fit, clusters, options.level)[0],
    "cr2": lambda fit, clusters, options: cr2(fit, clusters, options.level),
    "cr3": lambda fit, clusters, options: cr3(fit, clusters, options.level),
    "wild-bootstrap": lambda fit, clusters, options: wild_bootstrap(
        fit, clusters, options.level, options.seed
    ),
}
REGRESSION = (*BY_CELL, *BY_CLUSTER)
"""Inferences on the cells of a panel, whatever its gaps, weights and starts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedEffects:
    """The coefficient and its inference; `factor` is CR1's small-sample factor, None for the others."""

    inference: Inference
    factor: float | None
    n_cells: int


def fixed_effects(panel: Panel, options: Options, inference: str) -> FixedEffects:
    """Two-way fixed effects on a panel of the working scale.

    Weighted by rows when options.weighting is "encounters". Run-in cells are left out: the periods for
    everybody with one start, the treated departments' cells with several. Raises ValueError where use of the
    tool cannot be told apart from the effects, and CarriedByOne where one cell or cluster alone carries it.
    """
    weights = cell_weights(panel, options)
    fit = two_way(panel.outcome, in_use(panel), weights)
    clusters = used_clusters(panel, weights > 0)
    return FixedEffects(
        inference=(BY_CELL | BY_CLUSTER)[inference](fit, clusters, options),
        factor=cr1(fit, clusters, options.level)[1] if inference == "cr1" else None,
        n_cells=int((weights > 0).sum()),
    )


def in_use(panel: Panel) -> Floats:
    """(U, T) 1 in the cells with the tool, else 0."""
    periods = np.arange(len(panel.periods))
    return np.asarray((periods >= panel.first_treated[:, None]).astype(float))


def cell_weights(panel: Panel, options: Options) -> Floats:
    """(U, T) weight of each cell, zero where it is not used."""
    weights = panel.weights if options.weighting == "encounters" else np.ones_like(panel.outcome)
    return np.where(used_cells(panel, options.run_in), weights, 0.0)


def used_cells(panel: Panel, run_in: int) -> NDArray[np.bool_]:
    """(U, T) cells with a value that do not lie in the run-in."""
    return np.asarray(np.isfinite(panel.outcome) & ~_run_in(panel, run_in))


def cluster_codes(panel: Panel) -> Clusters:
    """(U,) cluster number of each unit; every unit its own where the panel names none."""
    place = {name: index for index, name in enumerate(_cluster_names(panel))}
    return np.array([place[name] for name in panel.clusters or panel.units], dtype=np.intp)


def used_clusters(panel: Panel, used: NDArray[np.bool_]) -> Clusters:
    """Cluster number, 0 .. G-1, of each unit that has a used cell (U, T)."""
    codes = cluster_codes(panel)[used.any(axis=1)]
    return np.unique(codes, return_inverse=True)[1].astype(np.intp)


def cluster_name(panel: Panel, used: NDArray[np.bool_], cluster: int) -> str:
    """The name behind a number of `used_clusters`."""
    codes = np.unique(cluster_codes(panel)[used.any(axis=1)])
    return _cluster_names(panel)[int(codes[cluster])]


def _cluster_names(panel: Panel) -> tuple[str, ...]:
    """In order of appearance: the order of names decides nothing."""
    return tuple(dict.fromkeys(panel.clusters or panel.units))


def encounter_weights_differ(weights: Floats) -> bool:
    """Whether weighting by encounters could give another answer than counting departments equally."""
    positive = weights[weights > 0]
    return bool(len(positive) and np.ptp(positive) > 0)


def _run_in(panel: Panel, run_in: int) -> NDArray[np.bool_]:
    periods = np.arange(len(panel.periods))
    first = panel.first_treated[:, None]
    own = (periods >= first) & (periods < first + run_in)
    return np.broadcast_to(own.any(axis=0), own.shape) if len(panel.starts) == 1 else own
