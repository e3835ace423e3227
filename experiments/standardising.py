"""Direct standardisation of a panel: every cell as it would be with one fixed mix of cases.

Value of a unit in a period = sum of share_s * value_s over strata s, with the shares of all units' rows
before the first start (Breslow and Day 1987, Statistical Methods in Cancer Research II, chapter 2). A mix
that shifts then moves no effect; an effect that differs between strata is averaged by the fixed shares.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from experiments.panel import Floats, Panel


class NoReference(ValueError):
    """There are no rows before the first start to take the mix from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standardisation:
    """shares: of each stratum before the first start, adding to 1. unseen: strata that came later.

    without_value: cells of `cells` that hold rows but miss a stratum, so that they have no value.
    """

    shares: dict[str, float]
    unseen: tuple[str, ...]
    without_value: int
    cells: int


def standardised(panel: Panel, units: Sequence[str], strata: Sequence[str]) -> tuple[Panel, Standardisation]:
    """The panel of `units` from one whose rows are parts of them: unit and stratum of each row, (U,) each.

    Weights (rows behind a part) give the mix. Raises NoReference where there is none before the first start.
    """
    names, kinds = list(dict.fromkeys(units)), sorted(set(strata))
    place = [kinds.index(kind) for kind in strata], [names.index(unit) for unit in units]
    outcome = np.full((len(kinds), len(names), len(panel.periods)), np.nan)
    rows = np.zeros_like(outcome)
    outcome[place], rows[place] = panel.outcome, panel.weights
    shares = _shares(rows, panel)
    known = shares > 0
    values = np.tensordot(shares[known], outcome[known], axes=1)
    first = [list(units).index(name) for name in names]
    held, found = rows[known].sum(axis=0), np.isfinite(values)
    return Panel(
        units=tuple(names),
        periods=panel.periods,
        outcome=values,
        weights=np.where(found, held, 0.0),
        first_treated=panel.first_treated[first],
        clusters=_of(panel.clusters, first),
        subgroups=_of(panel.subgroups, first),
    ), Standardisation(
        shares={kinds[at]: float(shares[at]) for at in np.flatnonzero(known)},
        unseen=tuple(kinds[at] for at in np.flatnonzero(~known)),
        without_value=int(((held > 0) & ~found).sum()),
        cells=int((held > 0).sum()),
    )


def _shares(rows: Floats, panel: Panel) -> Floats:
    """(S,) of all rows before the first start that has a period before it."""
    start = min((start for start in panel.starts if start > 0), default=0)
    counts = rows[:, :, :start].sum(axis=(1, 2))
    if not counts.sum() > 0:
        raise NoReference
    return np.asarray(counts / counts.sum())


def _of(names: tuple[str, ...], places: list[int]) -> tuple[str, ...]:
    return tuple(names[at] for at in places) if names else ()
