"""A panel of counts or shares, ready for two-way fixed effects: the cells that say something, and why not."""

from dataclasses import dataclass, replace

import numpy as np

from experiments import one_start_faults, reasons, reasons_regression
from experiments.estimate import Coverage, Reason
from experiments.fixed_effects import Clusters, in_use, used_cells, used_clusters
from experiments.inference.two_way_ratio import Counts, informative
from experiments.naming import listed
from experiments.options import Options
from experiments.panel import Panel
from experiments.window import Flags, coverage_of


@dataclass(frozen=True, slots=True, kw_only=True)
class RatioModel:
    """What is fitted.

    panel: without the departments that have no events, or only events. silent: the names of those.
    clusters (U,): what its departments are grouped in. pilots (G,): groups with a treated department.
    """

    panel: Panel
    data: Counts
    clusters: Clusters
    pilots: Flags
    silent: tuple[str, ...]
    silent_pilots: tuple[str, ...]

    @property
    def fewest(self) -> int:
        """Groups of departments on the smaller side, with the tool or without it."""
        return int(min(self.pilots.sum(), (~self.pilots).sum()))


def ratio_model(panel: Panel, options: Options) -> RatioModel:
    """The model of a panel; cells of the run-in and without exposure are left out."""
    exposure = np.ones_like(panel.outcome) if panel.exposure is None else panel.exposure
    data = Counts(
        family="binomial" if options.family == "binomial" else "poisson",
        y=np.where(used_cells(panel, options.run_in), panel.outcome, np.nan),
        on=in_use(panel),
        exposure=exposure,
    )
    used = informative(data)
    heard = np.asarray(used.any(axis=1))
    clusters = used_clusters(panel, used)
    names = np.asarray(panel.units)
    return RatioModel(
        panel=panel.only(heard),
        data=replace(
            data, y=np.where(used, data.y, np.nan)[heard], on=data.on[heard], exposure=exposure[heard]
        ),
        clusters=clusters,
        pilots=np.asarray(np.bincount(clusters, panel.treated[heard]) > 0),
        silent=tuple(names[~heard]),
        silent_pilots=tuple(names[~heard & panel.treated]),
    )


def coverage(model: RatioModel, whole: Panel, options: Options) -> Coverage:
    """What the model stands on; of the whole panel where it has no cell at all."""
    stands_on = coverage_of(model.panel if model.panel.units else whole, options.run_in)
    cells = int(np.isfinite(model.data.y).sum())
    return replace(stands_on, n_observations=cells, n_clusters=len(model.pilots))


def faults(model: RatioModel, stands_on: Coverage, name: str, options: Options) -> tuple[Reason, ...]:
    """Why there is no ratio; none where it can be fitted."""
    if options.violations:
        return (reasons_regression.trends_of_counts(),)
    if model.silent_pilots:
        return (reasons_regression.no_events(listed(model.silent_pilots)),)
    if len(model.panel.starts) > 1:
        return (reasons_regression.one_start_for_counts(),)
    before, after = stands_on.periods_before, stands_on.periods_after
    if min(before, after) < 1:
        return (reasons.too_few_periods(before, after, 1),)
    ours, others = int(model.pilots.sum()), int((~model.pilots).sum())
    few = one_start_faults.of_groups(ours, others)
    if not few and name != "iid" and ours < 2:
        few = (reasons.too_few_treated(ours, 2),)
    return few or _of_separation(model)


def _of_separation(model: RatioModel) -> tuple[Reason, ...]:
    """Without events, or with events only, in a group on a side the ratio is zero or infinite."""
    y, binomial = model.data.y, model.data.family == "binomial"
    after = np.arange(y.shape[1]) >= model.panel.starts[0]
    treated = model.panel.treated
    corners = [y[np.ix_(group, side)] for group in (treated, ~treated) for side in (after, ~after)]
    for values in corners:
        if not (values > 0).any() or (binomial and not (values < 1).any()):
            return (reasons_regression.separation(),)
    return ()
