"""The two-by-two comparisons inside two-way fixed effects.

Goodman-Bacon 2021, "Difference-in-differences with variation in treatment timing" (Journal of Econometrics
225), theorem 1 and equations 7 to 10. On a balanced panel the weighted sum of the comparisons is the two-way
fixed-effects coefficient exactly. Units that are treated in every period stand apart from those that never
are; the paper counts both as its group U, of which this is the exact split.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoByTwo:
    """One comparison of two groups of units, by their number; the weights of all sum to one.

    forbidden: the control group is already treated.
    """

    treated: int
    control: int
    weight: float
    effect: float
    forbidden: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Bacon:
    """The comparisons between groups of units in order of their start.

    first: first treated period of each group; 0 for always, the number of periods for never.
    """

    first: NDArray[np.intp]
    n_periods: int
    pairs: tuple[TwoByTwo, ...]

    @property
    def forbidden(self) -> float:
        """Share of the weight on comparisons with units that are already treated."""
        return sum(one.weight for one in self.pairs if one.forbidden)

    def kind(self, one: TwoByTwo) -> str:
        """The paper's name of a comparison."""
        if self.first[one.control] == 0:
            return "treated_vs_always"
        if self.first[one.control] == self.n_periods:
            return "treated_vs_never"
        return "later_vs_earlier" if one.forbidden else "earlier_vs_later"


def bacon(outcome: Floats, starts: Floats) -> Bacon:
    """The comparisons of a balanced panel.

    outcome (U, T): no gaps. starts (U,): first treated period of each unit; 0 or less for always, T or more
    for never. Raises ValueError where no unit changes its treatment.
    """
    length = outcome.shape[1]
    first, group = np.unique(np.clip(starts, 0, length), return_inverse=True)
    shares = np.bincount(group) / len(group)
    means = np.stack([outcome[group == number].mean(axis=0) for number in range(len(first))])
    found = list(_pairs(means, first.astype(int), shares))
    total = sum(one.weight for one in found)
    if total <= 0:
        raise ValueError("no unit starts within the panel")
    pairs = tuple(replace(one, weight=float(one.weight / total)) for one in found)
    return Bacon(first=first.astype(np.intp), n_periods=length, pairs=pairs)


def _pairs(means: Floats, first: NDArray[np.int_], shares: Floats) -> Iterator[TwoByTwo]:
    """Every pair, the earlier group k against the later l while l is untreated, and l against k once k is
    treated. The weights are the numerators of equations 10e to 10g.
    """
    length = means.shape[1]
    on = 1 - first / length
    for k in range(len(first)):
        for l in range(k + 1, len(first)):  # noqa: E741 - the paper's names
            pair = shares[k] * shares[l]
            before, between, after = slice(0, first[k]), slice(first[k], first[l]), slice(first[l], length)
            gap = means[k] - means[l]
            if first[k] > 0:
                effect = float(gap[between].mean() - gap[before].mean())
                weight = pair * (on[k] - on[l]) * (1 - on[k])
                yield TwoByTwo(treated=k, control=l, weight=weight, effect=effect, forbidden=False)
            if first[l] < length:
                effect = float(gap[between].mean() - gap[after].mean())
                weight = pair * (on[k] - on[l]) * on[l]
                yield TwoByTwo(treated=l, control=k, weight=weight, effect=effect, forbidden=True)
