"""Whole departments drawn by lot: their values after the start, adjusted for the values before it."""

from dataclasses import replace

import numpy as np

from core.language.text import N_, Text
from experiments import answer, reasons
from experiments.estimate import Estimator, Reason, Result
from experiments.inference import detectable
from experiments.inference.department_ancova import (
    ancova_cr2,
    ancova_randomisation,
    ancova_t,
    confounded,
    degrees_of_freedom,
)
from experiments.inference.randomisation import assignments, smallest_p
from experiments.inference.student import Inference
from experiments.naming import listed
from experiments.options import Options
from experiments.panel import Floats, Panel
from experiments.window import Window, coverage, one_start, prepare

NAME = "cluster-randomised"
DEFAULT = "collapse-t"
MIN_ARM = 2
MIN_DEPARTMENTS = 6
RECOMMENDED_ARM = 4


def fit(panel: Panel, options: Options) -> Result:
    """Difference in mean after the run-in between the arms, adjusted for the mean before the start."""
    window = prepare(panel, options)
    if not isinstance(window, Window):
        return answer.not_estimable(window, NAME, options)
    name = DEFAULT if options.inference == "auto" else options.inference
    faults = _faults(window, name, options)
    if faults:
        return answer.not_estimable(faults, NAME, options, coverage=coverage(window))
    first = _infer(name, window, options)
    if not np.isfinite([first.standard_error, *first.interval]).all():
        return answer.not_estimable((_undecided(window, name),), NAME, options, coverage=coverage(window))
    beside = {line: _infer(line, window, options) for line in _beside(window, name, options)}
    beside = {line: found for line, found in beside.items() if np.isfinite(found.standard_error)}
    made = answer.estimate(name, first, options, design=NAME, estimand="ATE", coverage=coverage(window))
    return replace(
        made,
        also=tuple(
            answer.alternative(line, found, options.scale, design=NAME) for line, found in beside.items()
        ),
        agreement=answer.agree(first, next(iter(beside.values()))) if beside else None,
        diagnostics=_diagnostics(first, options),
        warnings=window.warnings + _warnings(window),
        assumptions=tuple(ESTIMATOR.assumptions),
        why=_why(window),
    )


def summaries(window: Window) -> tuple[Floats, Floats | None]:
    """(G,) mean after the run-in, and mean before the start; None where no period before it is complete."""
    data = one_start(window)
    before, after = data.y[:, : data.n_before], data.y[:, data.n_before :]
    return after.mean(axis=1), before.mean(axis=1) if data.n_before else None


def _infer(name: str, window: Window, options: Options) -> Inference:
    after, baseline = summaries(window)
    if name == "randomisation":
        every = assignments(window.treated, options.seed)
        return ancova_randomisation(after, baseline, every, options.level)
    plain = {"collapse-t": ancova_t, "cr2": ancova_cr2}
    return plain[name](after, baseline, window.treated, options.level)


def _beside(window: Window, first: str, options: Options) -> tuple[str, ...]:
    """Names of the other inferences, the second line first."""
    exact = smallest_p(window.treated) < round(1 - options.level, 12)
    order = (("randomisation", exact), (DEFAULT, True), ("cr2", True))
    return tuple(name for name, possible in order if possible and name != first)


def _faults(window: Window, name: str, options: Options) -> tuple[Reason, ...]:
    if name not in ESTIMATOR.inferences:
        return (reasons.unknown_inference(name, NAME),)
    if len(window.starts) > 1:
        return (reasons.several_starts(),)
    ours, others = int(window.treated.sum()), int((~window.treated).sum())
    if not others:
        return (reasons.never_treated_missing() if ours > 1 else reasons.one_unit(),)
    after = len(window.after(window.starts[0]))
    before = len(window.before(window.starts[0]))
    candidates = (
        (reasons.too_few_treated(ours, MIN_ARM), ours < MIN_ARM),
        (reasons.too_few_controls(others, MIN_ARM), others < MIN_ARM),
        (reasons.too_few_departments(ours + others, MIN_DEPARTMENTS), ours + others < MIN_DEPARTMENTS),
        (reasons.too_few_periods(before, after, 1), after < 1),
        (
            reasons.too_few_assignments(smallest_p(window.treated)),
            name == "randomisation" and smallest_p(window.treated) >= round(1 - options.level, 12),
        ),
    )
    return tuple(reason for reason, holds in candidates if holds) or _faults_of_values(window)


def _faults_of_values(window: Window) -> tuple[Reason, ...]:
    after, baseline = summaries(window)
    if np.ptp(after[window.treated]) == 0 and np.ptp(after[~window.treated]) == 0:
        return (reasons.no_variation(listed(window.panel.units)),)
    return (reasons.collinear(),) if confounded(baseline, window.treated) else ()


def _undecided(window: Window, name: str) -> Reason:
    """Why an inference gave no finite interval."""
    if name == "randomisation":
        return reasons.too_few_assignments(smallest_p(window.treated))
    return reasons.collinear()


def _diagnostics(first: Inference, options: Options) -> dict[str, float]:
    if first.degrees_of_freedom is None:
        return {}
    size = detectable.from_error(first.standard_error, first.degrees_of_freedom, options.level)
    return {"smallest_detectable": answer.shown(size, options.scale)}


def _warnings(window: Window) -> tuple[Text, ...]:
    fewest = min(int(window.treated.sum()), int((~window.treated).sum()))
    if fewest >= RECOMMENDED_ARM:
        return ()
    return (Text(FEW, {"fewest": fewest, "recommended": RECOMMENDED_ARM}),)


def _why(window: Window) -> Text:
    ours = int(window.treated.sum())
    baseline = summaries(window)[1]
    values = {
        "treated": ours,
        "controls": len(window.treated) - ours,
        "df": degrees_of_freedom(baseline, len(window.treated)),
    }
    return Text(WHY, values)


FEW = N_(
    "The smaller group has {fewest} departments; from {recommended} a side on the lot balances what differs."
)
WHY = N_(
    "{treated} departments were drawn by lot, {controls} were not: one mean per department after the start, "
    "adjusted for its mean before it ({df} degrees of freedom)."
)

ESTIMATOR = Estimator(
    name=NAME,
    estimand=Text(
        N_(
            "Average difference after the start between departments drawn by lot and the others, at a like "
            "level before it."
        )
    ),
    assumptions=(
        Text(N_("A lot, and nothing else, decided which departments got the tool.")),
        Text(N_("The comparison departments did not use the tool and were not affected by it.")),
        Text(N_("Every department counts equally, however many patients it has.")),
    ),
    applies=Text(N_("A lot decided which departments get the tool, all at the same time.")),
    refuses=Text(
        N_(
            "Fewer than 2 departments in a group, fewer than 6 in all, several start dates, or no period "
            "after the start."
        )
    ),
    reference="Hayes and Moulton 2017; Fisher 1935 (randomisation)",
    inferences=(DEFAULT, "cr2", "randomisation"),
    fit=fit,
)
