"""Whether the effect differs between declared subgroups: each effect, the test of a difference, shrinkage.

Departments of different kinds are compared within their kind (with all others where no kind has a comparison
of its own, such as every department apart), with one common factor for all (the scaled EWC t); parts of the
same departments, such as kinds of patients, by the difference between the parts in every department.
Subgroup effects are exploratory: the test of a difference comes first.
"""

from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from scipy import special

from core.language.text import N_, Text
from experiments import answer
from experiments.contrast import scaled_applies
from experiments.details import SubgroupDifference, SubgroupEffect, Subgroups
from experiments.inference.holm import holm
from experiments.inference.random_effects import random_effects
from experiments.inference.scaled_ewc import (
    Noise,
    changes,
    common_factor,
    noise_within,
    relative_noise,
    scaled_ewc,
    scaled_linear,
)
from experiments.inference.student import Inference
from experiments.naming import in_order_of_names
from experiments.options import Options
from experiments.panel import Floats, Panel
from experiments.window import OneStart, Window, one_start, prepare

MIN_COMPARISON = 2
MIN_LEFT = 3
"""Departments beyond the number of expectations, from which one common factor is estimated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A subgroup: its effect, the departments behind it, and its variance without what all share (own)."""

    name: str
    pilots: int
    others: int
    found: Inference
    own: float


def subgroups(panel: Panel, options: Options) -> Subgroups | None:
    """Effects by declared subgroup; None where none were declared."""
    if not panel.subgroups:
        return None
    if options.family != "gaussian":
        return Subgroups(note=Text(AVERAGES_ONLY))
    window = prepare(panel, options)
    if not isinstance(window, Window) or len(window.starts) != 1:
        return Subgroups(note=Text(ONE_START))
    return _within(window, options) if window.panel.grouped else _between(window, options)


def _between(window: Window, options: Options) -> Subgroups:
    groups = _against_own_kind(window) or _against_all(window)
    kept = np.isin(window.panel.subgroups, groups.names) | (groups.shared & ~window.treated)
    asked = np.asarray(window.panel.subgroups)[window.treated | (not groups.shared)]
    left_out = tuple(sorted(set(asked.tolist()) - set(groups.names)))
    left = int(kept.sum()) - groups.expectations
    if len(groups.names) < 2 or left < MIN_LEFT or not scaled_applies(window):
        return Subgroups(note=Text(TOO_FEW), left_out=left_out)
    data, labels = one_start(window.only(kept)), np.asarray(window.panel.subgroups)[kept]
    values, kinds = changes(data.y, data.n_before), np.unique(labels, return_inverse=True)[1]
    if groups.shared:
        noise, cells = relative_noise(data.y, data.n_before), np.where(data.treated, 1 + kinds, 0)
    else:
        noise, cells = noise_within(data.y, data.n_before, kinds), kinds * 2 + data.treated
    kappa = common_factor(values, cells, noise)
    rows = [_coefficients(labels == name, data.treated, shared=groups.shared) for name in groups.names]
    parts = [
        Part(
            name=name,
            pilots=int(data.treated[labels == name].sum()),
            others=int((row < 0).sum()),
            found=scaled_linear(values, row, cells, noise, options.level),
            own=kappa * float((row**2 * noise.s2)[(row > 0) | (not groups.shared)].sum()),
        )
        for name, row in zip(groups.names, rows, strict=True)
    ]
    pairs = [
        scaled_linear(values, one - other, cells, noise, options.level)
        for one, other in combinations(rows, 2)
    ]
    if len(pairs) == 1:
        return _shown(parts, pairs[0], pairs[0].p_value, left_out, options)
    freedom = min(pair.degrees_of_freedom or np.inf for pair in pairs)
    return _shown(parts, None, _joint(values, np.stack(rows), kappa, noise, freedom), left_out, options)


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """Subgroups with pilots, each against its own kind or, shared, against all comparison departments."""

    names: tuple[str, ...]
    shared: bool

    @property
    def expectations(self) -> int:
        """Means that the departments are spread around."""
        return len(self.names) + 1 if self.shared else 2 * len(self.names)


def _against_own_kind(window: Window) -> Groups | None:
    """None where no pilot department has a comparison of its own kind: then all serve each."""
    labels, treated = np.asarray(window.panel.subgroups), window.treated
    kinds = in_order_of_names(labels[treated])
    others = {name: int((~treated)[labels == name].sum()) for name in kinds}
    if not any(others.values()):
        return None
    return Groups(
        names=tuple(name for name, count in others.items() if count >= MIN_COMPARISON), shared=False
    )


def _against_all(window: Window) -> Groups:
    labels = np.asarray(window.panel.subgroups)[window.treated]
    return Groups(names=in_order_of_names(labels), shared=True)


def _coefficients(member: np.ndarray, treated: np.ndarray, *, shared: bool) -> Floats:
    ours, others = member & treated, ~treated if shared else member & ~treated
    return np.asarray(ours / ours.sum() - others / others.sum())


def _joint(values: Floats, coefficients: Floats, kappa: float, noise: Noise, freedom: float) -> float:
    """p-value of no difference between any two subgroups: an F test; freedom: of the pair with the least."""
    contrasts = coefficients[:-1] - coefficients[-1]
    found = contrasts @ values
    covariance = kappa * (contrasts * noise.s2) @ contrasts.T
    statistic = float(found @ np.linalg.solve(covariance, found)) / len(found)
    return float(special.fdtrc(len(found), freedom, statistic))


def _within(window: Window, options: Options) -> Subgroups:
    """Parts of the same departments: the clusters are the departments, the units their parts."""
    names = in_order_of_names(window.panel.subgroups)
    sides = [_part_panel(window, name) for name in names]
    alike = all(set(side.panel.clusters) == set(sides[0].panel.clusters) for side in sides)
    one_each = all(len(set(side.panel.clusters)) == len(side.panel.units) for side in sides)
    if len(names) < 2 or not alike or not one_each or not all(scaled_applies(side) for side in sides):
        return Subgroups(note=Text(NOT_CROSSED))
    series = [_ordered(side) for side in sides]
    parts = [_whole(name, data, options.level) for name, data in zip(names, series, strict=True)]
    gaps = [_against_others(series, place, options.level) for place in range(len(series))]
    p_value = min(holm([gap.p_value for gap in gaps])) if len(gaps) > 2 else gaps[0].p_value
    return _shown(parts, gaps[0] if len(gaps) == 2 else None, p_value, (), options)


def _whole(name: str, data: OneStart, level: float) -> Part:
    found = scaled_ewc(data.y, data.treated, data.n_before, level).inference
    pilots, others = int(data.treated.sum()), int((~data.treated).sum())
    return Part(name=name, pilots=pilots, others=others, found=found, own=found.standard_error**2)


def _part_panel(window: Window, name: str) -> Window:
    return window.only(np.asarray(window.panel.subgroups) == name)


def _ordered(side: Window) -> OneStart:
    """The departments of a part in the order of their names, so that parts can be subtracted."""
    order = np.argsort(side.panel.clusters)
    data = one_start(side)
    return replace(data, y=data.y[order], treated=data.treated[order])


def _against_others(series: list[OneStart], place: int, level: float) -> Inference:
    own = series[place]
    others = np.mean([data.y for at, data in enumerate(series) if at != place], axis=0)
    return scaled_ewc(own.y - others, own.treated, own.n_before, level).inference


def _shown(
    parts: list[Part],
    difference: Inference | None,
    p_value: float,
    left_out: tuple[str, ...],
    options: Options,
) -> Subgroups:
    effects = np.array([part.found.effect for part in parts])
    errors = np.array([part.found.standard_error for part in parts])
    own = np.array([part.own for part in parts])
    pooled = random_effects(effects, own, options.level)
    adjusted = holm([part.found.p_value for part in parts])
    freedom = min(part.found.degrees_of_freedom or np.inf for part in parts)
    half = float(special.stdtrit(freedom, 0.5 + options.level / 2)) * np.sqrt(
        pooled.shrunk_errors**2 + np.maximum(errors**2 - own, 0.0)
    )
    scale = options.scale
    return Subgroups(
        effects=tuple(
            SubgroupEffect(
                name=part.name,
                n_treated_units=part.pilots,
                n_comparison_units=part.others,
                effect=answer.shown(part.found.effect, scale),
                standard_error=part.found.standard_error,
                interval=answer.shown_interval(part.found.interval, scale),
                p_value=part.found.p_value,
                p_holm=adjusted[at],
                shrunk=answer.shown(float(pooled.shrunk[at]), scale),
                shrunk_interval=answer.shown_interval(
                    (float(pooled.shrunk[at] - half[at]), float(pooled.shrunk[at] + half[at])), scale
                ),
            )
            for at, part in enumerate(parts)
        ),
        p_value=p_value,
        difference=None
        if difference is None
        else SubgroupDifference(
            effect=answer.shown(difference.effect, scale),
            interval=answer.shown_interval(difference.interval, scale),
        ),
        left_out=left_out,
        note=Text(EXPLORATORY),
    )


AVERAGES_ONLY = N_("Effects by subgroup are there for averages only, not for counts or shares.")
ONE_START = N_("Effects by subgroup need one common start.")
TOO_FEW = N_(
    "No effects by subgroup: two subgroups are needed with a pilot department and two comparison departments "
    "each, and three departments more than twice the number of subgroups."
)
NOT_CROSSED = N_(
    "No effects by subgroup: every department must hold every subgroup once, with enough departments and "
    "periods for a difference-in-differences of its own."
)
EXPLORATORY = N_(
    "Effects by subgroup are exploratory. First look whether they differ at all; the shrunk figures draw "
    "each towards the average by how little it says itself, and are the better guess for a next department."
)
