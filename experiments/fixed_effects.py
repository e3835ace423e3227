"""Plain two-way fixed effects on all cells of a panel: asked for by name, or shown beside another."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.language.text import N_, Text
from experiments import answer, reasons
from experiments.estimate import Coverage, Reason, Result
from experiments.inference.bacon import bacon
from experiments.inference.cr1 import cr1, iid
from experiments.inference.cr2 import cr2
from experiments.inference.student import Inference
from experiments.inference.two_way import TwoWay, two_way
from experiments.options import Options
from experiments.panel import Floats, Panel
from experiments.window import coverage_of, log_if_relative

STAGGERED_WARNING = Text(
    N_(
        "Plain two-way fixed effects with several start dates compares departments with others that already "
        "use the tool: where the effect grows or differs between departments it can be wrong, even in sign."
    )
)
ALREADY_TREATED = N_(
    "{share:%0} of the weight in this average is on comparisons with departments that already use the tool "
    "(Goodman-Bacon 2021)."
)
IID_WARNING = Text(
    N_("This error treats every cell as independent; real series are not, so it is much too small.")
)
FEW_CLUSTERS = Text(
    N_("With so few or such unequal groups of departments this error tends to be too small (CR1).")
)
MIN_CLUSTERS_CR1 = 30


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
    tool cannot be told apart from the effects.
    """
    weights = panel.weights if options.weighting == "encounters" else np.ones_like(panel.outcome)
    weights = np.where(np.isfinite(panel.outcome) & ~_run_in(panel, options.run_in), weights, 0.0)
    periods = np.arange(len(panel.periods))
    fit = two_way(panel.outcome, (periods >= panel.first_treated[:, None]).astype(float), weights)
    clusters = cluster_codes(panel)[(weights > 0).any(axis=1)]
    found, factor = _infer(fit, np.unique(clusters, return_inverse=True)[1], options.level, inference)
    return FixedEffects(inference=found, factor=factor, n_cells=int((weights > 0).sum()))


def result(panel: Panel, options: Options) -> Result:
    """The estimate where two-way fixed effects were asked for by name (or weighting by encounters)."""
    design = "difference-in-differences"
    name = "cr2" if options.inference == "auto" else options.inference
    working = log_if_relative(panel, options)
    if not isinstance(working, Panel):
        return answer.not_estimable(working, design, options)
    faults = _faults(working, name)
    if faults:
        return answer.not_estimable(faults, design, options)
    try:
        found = fixed_effects(working, options, name)
    except ValueError:
        return answer.not_estimable((reasons.collinear(),), design, options)
    stands_on = coverage_of(working, options.run_in)
    made = answer.estimate(
        name,
        found.inference,
        options,
        design=design,
        estimand="ATT",
        coverage=_with_cells(stands_on, found, working),
    )
    return replace(
        made,
        diagnostics={} if found.factor is None else {"small_sample_factor": found.factor},
        warnings=_warnings(working, name) + _already_treated(working, options),
        why=Text(
            N_("Two-way fixed effects with {inference} errors, because this was asked for."),
            {"inference": name},
        ),
    )


def cluster_codes(panel: Panel) -> NDArray[np.intp]:
    """(U,) cluster number of each unit; every unit its own where the panel names none."""
    return np.unique(panel.clusters or panel.units, return_inverse=True)[1].astype(np.intp)


def _with_cells(stands_on: Coverage, found: FixedEffects, panel: Panel) -> Coverage:
    groups = int(np.max(cluster_codes(panel))) + 1
    return replace(stands_on, n_observations=found.n_cells, n_clusters=groups, periods_left_out=())


def _run_in(panel: Panel, run_in: int) -> NDArray[np.bool_]:
    periods = np.arange(len(panel.periods))
    first = panel.first_treated[:, None]
    own = (periods >= first) & (periods < first + run_in)
    return np.broadcast_to(own.any(axis=0), own.shape) if len(panel.starts) == 1 else own


def _infer(
    fit: TwoWay, clusters: NDArray[np.intp], level: float, inference: str
) -> tuple[Inference, float | None]:
    if inference == "cr1":
        return cr1(fit, clusters, level)
    return (iid(fit, level) if inference == "iid" else cr2(fit, clusters, level)), None


def _faults(panel: Panel, name: str) -> tuple[Reason, ...]:
    if len(panel.units) < 2:
        return (reasons.one_unit(),)
    codes, treated = cluster_codes(panel), panel.treated
    ours, others = len(set(codes[treated])), len(set(codes[~treated]))
    if len(panel.starts) == 1 and not others:
        return (reasons.never_treated_missing(),)
    if name == "iid":
        return ()
    if ours < 2:
        return (reasons.too_few_treated(ours, 2),)
    return (reasons.too_few_controls(others, 2),) if len(panel.starts) == 1 and others < 2 else ()


def _warnings(panel: Panel, name: str) -> tuple[Text, ...]:
    few = name == "cr1" and int(np.max(cluster_codes(panel))) + 1 < MIN_CLUSTERS_CR1
    return tuple(
        text
        for text, holds in (
            (STAGGERED_WARNING, len(panel.starts) > 1),
            (IID_WARNING, name == "iid"),
            (FEW_CLUSTERS, few),
        )
        if holds
    )


def _already_treated(panel: Panel, options: Options) -> tuple[Text, ...]:
    """How much of a coefficient over several starts compares with departments that already use the tool.

    Known without gaps and with equal weights only (Goodman-Bacon 2021).
    """
    plain = options.weighting == "departments" and not options.run_in
    if len(panel.starts) < 2 or not plain or not np.isfinite(panel.outcome).all():
        return ()
    return (Text(ALREADY_TREATED, {"share": bacon(panel.outcome, panel.first_treated).forbidden}),)


def encounter_weights_differ(weights: Floats) -> bool:
    """Whether weighting by encounters could give another answer than counting departments equally."""
    positive = weights[weights > 0]
    return bool(len(positive) and np.ptp(positive) > 0)
