"""One result from effects of cohorts in periods: the average asked for, its error, and the other averages."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.language.text import N_, Text
from experiments import answer, reasons
from experiments.adoption import Adoption, adopt
from experiments.cohort_averages import Average, averages
from experiments.cohort_details import aggregate, group_time
from experiments.cohort_errors import CohortFit, Judge, Undefined, jackknife, large_sample, strata_of
from experiments.contrast import MIN_CONTROLS, MIN_DEPARTMENTS
from experiments.details import StaggeredDetails
from experiments.estimate import Estimate, Reason, Result
from experiments.inference import detectable
from experiments.inference.student import Inference
from experiments.options import Comparison, Options
from experiments.panel import Panel

JACKKNIFE = "jackknife-t"
MIN_CLUSTERS = 30
MIN_TREATED = 10
MIN_AT_A_START = 8
MOST_LEFT_OUT = 500
"""The jackknife is shown beside another error up to this many departments; by then both are the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """What one design adds: its fit, the name of its large-sample error, and its comparisons, default first.

    fit raises ValueError where the effects cannot be told apart. every_cell: whether the effect of each
    cohort in each period is shown.
    """

    design: str
    large_sample: str
    comparisons: tuple[Comparison, ...]
    fit: Callable[[Adoption, Comparison], CohortFit]
    assumptions: Sequence[Text]
    every_cell: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """One panel under one method."""

    method: Method
    options: Options
    adoption: Adoption
    fit: CohortFit

    def judge(self, name: str) -> Judge:
        make = jackknife if name == JACKKNIFE else large_sample
        return make(self.adoption, self.fit, self.options.level)


def cohort_effects(panel: Panel, options: Options, method: Method) -> Result:
    """The estimate of a design that has an effect for every cohort in every period."""
    if options.inference not in ("auto", method.large_sample, JACKKNIFE):
        return _refuse((reasons.unknown_inference(options.inference, method.design),), options, method)
    if options.comparison not in ("auto", *method.comparisons):
        named = f"comparison {options.comparison}"
        return _refuse((reasons.setting_not_available(named, method.design),), options, method)
    adoption = adopt(panel, options)
    if not isinstance(adoption, Adoption):
        return _refuse(adoption, options, method)
    faults = _faults(adoption)
    if faults:
        return _refuse(faults, options, method, adoption)
    comparison = method.comparisons[0] if options.comparison == "auto" else options.comparison
    try:
        fit = method.fit(adoption, comparison)
    except ValueError:
        return _refuse((reasons.effects_not_identified(),), options, method, adoption)
    return _result(_Case(method=method, options=options, adoption=adoption, fit=fit))


def _result(case: _Case) -> Result:
    method, options, adoption = case.method, case.options, case.adoption
    found = averages(adoption, case.fit.cells.effects)
    if not np.isfinite(found[options.aggregate].value(case.fit.cells)):
        return _refuse((_nothing_after(adoption),), options, method, adoption)
    chosen = JACKKNIFE if few(adoption) else method.large_sample
    name = chosen if options.inference == "auto" else options.inference
    try:
        judge = case.judge(name)
    except Undefined as lost:
        return _refuse((reasons.undefined_without(lost.department),), options, method, adoption)
    judged = {key: judge(average) for key, average in found.items()}
    first = judged[options.aggregate].headline
    beside = _beside(case, name, found[options.aggregate])
    made = answer.estimate(
        name, first, options, design=method.design, estimand="ATT", coverage=adoption.coverage
    )
    return replace(
        made,
        also=tuple(
            answer.alternative(
                other, line, options.scale, design=method.design, warning=_too_small(adoption, other)
            )
            for other, line in beside.items()
        ),
        agreement=answer.agree(first, next(iter(beside.values()))) if beside else None,
        details=StaggeredDetails(
            group_time=group_time(adoption, case.fit, judge, options.scale) if method.every_cell else (),
            aggregates=tuple(aggregate(found[key], judged[key], options) for key in found),
        ),
        diagnostics=_diagnostics(case, made),
        warnings=adoption.warnings + _warnings(adoption, name),
        assumptions=tuple(method.assumptions),
        why=_why(adoption, name),
    )


def few(adoption: Adoption) -> bool:
    """Whether there are too few departments for errors from large samples.

    Up to MOST_LEFT_OUT departments also with few at one of the starts: the effects of a start fit its own
    departments, so that of n of them only (n - 1) / n of the noise is seen.
    """
    strata = strata_of(adoption)
    if len(strata) < MIN_CLUSTERS or strata.sum() < MIN_TREATED:
        return True
    return len(strata) <= MOST_LEFT_OUT and _fewest(adoption) < MIN_AT_A_START


def _fewest(adoption: Adoption) -> int:
    """Clusters at the start that has the fewest."""
    starting = adoption.cohort[adoption.treated]
    clusters = adoption.clusters[adoption.treated]
    return min(len(np.unique(clusters[starting == cohort])) for cohort in np.unique(starting))


def _beside(case: _Case, first: str, average: Average) -> dict[str, Inference]:
    """The other inference, where it exists and does not take too long."""
    other = case.method.large_sample if first == JACKKNIFE else JACKKNIFE
    if other == JACKKNIFE and len(strata_of(case.adoption)) > MOST_LEFT_OUT:
        return {}
    try:
        return {other: case.judge(other)(average).headline}
    except Undefined:
        return {}


def _faults(adoption: Adoption) -> tuple[Reason, ...]:
    strata = strata_of(adoption)
    ours, others = int(strata.sum()), int((strata == 0).sum())
    candidates = (
        (_nothing_after(adoption), ours == 0),
        (reasons.too_few_departments(ours + others, MIN_DEPARTMENTS), ours + others < MIN_DEPARTMENTS),
        (reasons.too_few_treated(ours, 2), 0 < ours < 2),
        (reasons.too_few_controls(others, MIN_CONTROLS), others < MIN_CONTROLS),
    )
    return tuple(reason for reason, holds in candidates if holds)


def _nothing_after(adoption: Adoption) -> Reason:
    stands_on = adoption.coverage
    return reasons.too_few_periods(stands_on.periods_before, 0, 1)


def _refuse(
    found: tuple[Reason, ...], options: Options, method: Method, adoption: Adoption | None = None
) -> Result:
    stands_on = adoption.coverage if adoption else None
    return answer.not_estimable(found, method.design, options, coverage=stands_on)


def _diagnostics(case: _Case, made: Estimate) -> dict[str, float]:
    degrees = made.degrees_of_freedom
    found = {} if made.inference == JACKKNIFE else {"small_sample_factor": case.fit.factor}
    if degrees and np.isfinite(degrees):
        size = detectable.from_error(made.standard_error, degrees, case.options.level)
        found["smallest_detectable"] = answer.shown(size, case.options.scale)
    return found


def _too_small(adoption: Adoption, name: str) -> Text | None:
    """What to say of a large-sample error where there are too few departments for one."""
    if name == JACKKNIFE or not few(adoption):
        return None
    strata = strata_of(adoption)
    if len(strata) < MIN_CLUSTERS or strata.sum() < MIN_TREATED:
        return Text(TOO_SMALL, {"departments": len(strata), "treated": int(strata.sum())})
    return Text(FEW_AT_A_START, {"found": _fewest(adoption), "needed": MIN_AT_A_START})


def _warnings(adoption: Adoption, name: str) -> tuple[Text, ...]:
    too_small = _too_small(adoption, name)
    alone = Text(ALONE, {"starts": ", ".join(adoption.alone)})
    held = ((too_small, too_small is not None), (alone, name == JACKKNIFE and bool(adoption.alone)))
    return tuple(text for text, holds in held if holds and text is not None)


def _why(adoption: Adoption, name: str) -> Text:
    strata = strata_of(adoption)
    return Text(
        WHY_JACKKNIFE if name == JACKKNIFE else WHY,
        {"starts": len(adoption.starts), "treated": int(strata.sum()), "controls": int((strata == 0).sum())},
    )


TOO_SMALL = N_(
    "This error is meant for many departments; with {departments}, {treated} of them with the tool, it tends "
    "to be too small."
)
FEW_AT_A_START = N_(
    "This error needs {needed} departments at every start date; with {found} at one of them it tends to be "
    "too small."
)
ALONE = N_(
    "One department alone starts in {starts}: how noisy it is by itself cannot be seen, so that it is judged "
    "by the spread of all departments with the tool."
)
WHY = N_(
    "{starts} start dates, {treated} pilot and {controls} comparison departments: enough for an error from "
    "large samples, by department."
)
WHY_JACKKNIFE = N_(
    "{starts} start dates, {treated} pilot and {controls} comparison departments: the uncertainty comes from "
    "leaving out one department at a time."
)
