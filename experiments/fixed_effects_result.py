"""The estimate by plain two-way fixed effects, where that was asked for by name or by weighting."""

from dataclasses import replace

import numpy as np

from core.language.text import N_, Text
from experiments import answer, reasons, reasons_regression
from experiments.estimate import Coverage, Reason, Result
from experiments.fixed_effects import (
    BY_CELL,
    REGRESSION,
    FixedEffects,
    cell_weights,
    cluster_codes,
    cluster_name,
    fixed_effects,
)
from experiments.fixed_effects_warnings import warnings
from experiments.inference.cluster_residuals import CarriedByOne
from experiments.options import Options
from experiments.panel import Panel
from experiments.window import Flags, coverage_of, log_if_relative

DESIGN = "difference-in-differences"


def result(panel: Panel, options: Options) -> Result:
    """Two-way fixed effects on every cell; CR2 errors unless others are asked for."""
    name = "cr2" if options.inference == "auto" else options.inference
    working = log_if_relative(panel, options)
    if not isinstance(working, Panel):
        return answer.not_estimable(working, DESIGN, options)
    faults = _faults(working, name)
    if faults:
        return answer.not_estimable(faults, DESIGN, options)
    try:
        found = fixed_effects(working, options, name)
    except CarriedByOne as fault:
        used = cell_weights(working, options) > 0
        return answer.not_estimable((carried_by_one(working, used, fault),), DESIGN, options)
    except ValueError:
        return answer.not_estimable((reasons.collinear(),), DESIGN, options)
    if not np.isfinite(found.inference.interval).all():
        return answer.not_estimable((reasons_regression.endless_interval(name),), DESIGN, options)
    stands_on = _with_cells(coverage_of(working, options.run_in), found, working)
    made = answer.estimate(name, found.inference, options, design=DESIGN, estimand="ATT", coverage=stands_on)
    return replace(
        made,
        diagnostics={} if found.factor is None else {"small_sample_factor": found.factor},
        warnings=warnings(working, options, name),
        why=Text(WHY, {"inference": name}),
    )


def carried_by_one(panel: Panel, used: Flags, fault: CarriedByOne) -> Reason:
    """The department, or group of them, that the effect hangs on; without a name where it is one cell."""
    if fault.cluster is None:
        return reasons_regression.carried_by_one_cell()
    return reasons.undefined_without(cluster_name(panel, used, fault.cluster))


def _with_cells(stands_on: Coverage, found: FixedEffects, panel: Panel) -> Coverage:
    groups = int(np.max(cluster_codes(panel))) + 1
    return replace(stands_on, n_observations=found.n_cells, n_clusters=groups, periods_left_out=())


def _faults(panel: Panel, name: str) -> tuple[Reason, ...]:
    if name not in REGRESSION:
        return (reasons_regression.not_by_cell(name),)
    if len(panel.units) < 2:
        return (reasons.one_unit(),)
    codes, treated = cluster_codes(panel), panel.treated
    ours, others = len(set(codes[treated])), len(set(codes[~treated]))
    if len(panel.starts) == 1 and not others:
        return (reasons.never_treated_missing(),)
    if name in BY_CELL:
        return ()
    if ours < 2:
        return (reasons.too_few_treated(ours, 2),)
    return (reasons.too_few_controls(others, 2),) if len(panel.starts) == 1 and others < 2 else ()


WHY = N_("Two-way fixed effects with {inference} errors, because this was asked for.")
