"""One result from effects of cohorts in periods: the average asked for, its error, and the other averages."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from experiments import answer, cohort_orders, cohort_rule, reasons, reasons_panel, reasons_staggered
from experiments.adoption import Adoption
from experiments.cohort_averages import Average, averages
from experiments.cohort_details import aggregates, group_time
from experiments.cohort_errors import Linear, Undefined, strata_of
from experiments.cohort_method import REFUSES, Method
from experiments.cohort_rule import JACKKNIFE, MOST_LEFT_OUT, RANDOMISATION
from experiments.contrast import MIN_CONTROLS, MIN_DEPARTMENTS
from experiments.details import StaggeredDetails
from experiments.estimate import Estimator, Reason, Result
from experiments.inference import detectable
from experiments.inference.student import Inference
from experiments.judged import Errors, Judged
from experiments.naming import listed
from experiments.options import Aggregation, Options
from experiments.panel import Panel


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One panel under one method. lost: why start orders cannot judge it."""

    method: Method[Any]
    options: Options
    adoption: Adoption
    fit: Linear
    lost: tuple[Reason, ...]
    ways: Mapping[Aggregation, Average]

    def errors(self, name: str) -> Errors:
        """An inference by name; raises Undefined where the effect hangs on one department."""
        if name != RANDOMISATION:
            return self.method.errors[name](self.adoption, self.fit, self.options)
        return cohort_orders.by_start_orders(
            self.adoption, self.fit, lambda other: self.method.fit(other, self.options), self.options
        )


def cohort_design(method: Method[Any]) -> Estimator:
    """The design as one that can be asked for."""

    def fit(panel: Panel, options: Options) -> Result:
        return cohort_effects(panel, options, method)

    large = tuple(name for name in method.errors if name != JACKKNIFE)
    return Estimator(
        name=method.name,
        estimand=method.estimand,
        assumptions=method.assumptions,
        applies=method.applies,
        refuses=REFUSES,
        reference=method.reference,
        inferences=(RANDOMISATION, *large, JACKKNIFE),
        fit=fit,
        settings=method.settings,
    )


def cohort_effects(panel: Panel, options: Options, method: Method[Any]) -> Result:
    """The average that was asked for; the effects and the other averages are in the details."""
    if options.inference not in ("auto", RANDOMISATION, *method.errors):
        return _refuse((reasons.unknown_inference(options.inference, method.name),), options, method)
    if options.comparison not in ("auto", *method.comparisons):
        named = f"comparison {options.comparison}"
        return _refuse((reasons.setting_not_available(named, method.name),), options, method)
    if options.comparison == "auto":
        options = replace(options, comparison=method.comparisons[0])
    adoption = method.adopt(panel, options)
    if not isinstance(adoption, Adoption):
        return _refuse(adoption, options, method)
    faults = method.faults(panel, adoption, options) or _faults(adoption, options, method)
    if faults:
        return _refuse(faults, options, method, adoption)
    try:
        fit = method.fit(adoption, options)
    except ValueError:
        return _refuse((_not_identified(adoption, options, method),), options, method, adoption)
    return _chosen(method, options, adoption, fit)


def _not_identified(adoption: Adoption, options: Options, method: Method[Any]) -> Reason:
    """Whether it is the covariates, or the departments and periods themselves."""
    names = ", ".join(adoption.panel.covariates)
    try:
        method.fit(replace(adoption, panel=replace(adoption.panel, covariates={})), options)
    except ValueError:
        return reasons.effects_not_identified()
    return reasons_panel.collinear_covariates(names)


def _chosen(method: Method[Any], options: Options, adoption: Adoption, fit: Linear) -> Result:
    ways = averages(adoption, fit.cells.effects)
    if not np.isfinite(ways[options.aggregate].value(fit.cells)):
        return _refuse((_nothing_after(adoption),), options, method, adoption)
    lost = cohort_orders.faults(adoption, options.level)
    name: str | Reason = options.inference
    if name == "auto":
        name = cohort_rule.default(adoption, method.large_sample, lost)
    if not isinstance(name, str):
        return _refuse((name, *lost), options, method, adoption)
    if name == RANDOMISATION and lost:
        return _refuse(lost, options, method, adoption)
    case = Case(method=method, options=options, adoption=adoption, fit=fit, lost=lost, ways=ways)
    try:
        return _result(case, name, case.errors(name))
    except Undefined as undefined:
        return _refuse((reasons.undefined_without(undefined.department),), options, method, adoption)


def _result(case: Case, name: str, errors: Errors) -> Result:
    method, options, adoption = case.method, case.options, case.adoption
    judged = {way: errors.average(average) for way, average in case.ways.items()}
    first = judged[options.aggregate].headline
    reason = _undecided(case, judged[options.aggregate])
    if reason:
        return _refuse((reason,), options, method, adoption)
    beside = _beside(case, name)
    made = answer.estimate(
        name, first, options, design=method.name, estimand="ATT", coverage=adoption.coverage
    )
    return replace(
        made,
        also=tuple(
            answer.alternative(
                other,
                line,
                options.scale,
                design=method.name,
                warning=cohort_rule.doubtful(adoption, other),
            )
            for other, line in beside.items()
        ),
        agreement=answer.agree(first, next(iter(beside.values()))) if beside else None,
        details=StaggeredDetails(
            group_time=group_time(adoption, case.fit.cells.effects, errors.cells(), options.scale)
            if method.every_cell
            else (),
            aggregates=aggregates(((case.ways[way], judged[way]) for way in case.ways), options.scale),
        ),
        diagnostics=_diagnostics(case, (first, *beside.values()), name),
        warnings=adoption.warnings + cohort_rule.warnings(adoption, name),
        assumptions=tuple(method.assumptions),
        why=cohort_rule.why(adoption, name),
    )


def _undecided(case: Case, judged: Judged) -> Reason | None:
    """Why an average has no error: it hangs on one department, nothing differs, or nothing is excluded."""
    found = judged.headline
    if judged.lost:
        return reasons.undefined_without(judged.lost)
    if not np.isfinite(found.standard_error):
        return reasons.no_variation(listed(case.adoption.panel.units))
    return None if np.isfinite(found.interval).all() else reasons_staggered.orders_show_nothing()


def _beside(case: Case, first: str) -> dict[str, Inference]:
    """The inference to hold next to the first, where it exists and does not take too long."""
    large = [name for name in case.method.errors if name not in (JACKKNIFE, first)]
    if cohort_rule.few(case.adoption):
        other = RANDOMISATION if first == JACKKNIFE else JACKKNIFE
    else:
        other = large[0] if large else JACKKNIFE
    if other == RANDOMISATION and case.lost:
        return {}
    if other == JACKKNIFE and len(strata_of(case.adoption)) > MOST_LEFT_OUT:
        return {}
    try:
        found = case.errors(other).average(case.ways[case.options.aggregate]).headline
    except Undefined:
        return {}
    return {other: found} if np.isfinite([found.standard_error, *found.interval]).all() else {}


def _faults(adoption: Adoption, options: Options, method: Method[Any]) -> tuple[Reason, ...]:
    strata = strata_of(adoption)
    large = options.inference in method.errors and options.inference != JACKKNIFE
    counted = adoption.treated if large else strata
    every, ours, others = len(strata), int(counted.sum()), int((counted == 0).sum())
    few = reasons_staggered.too_few_for_large_samples(options.inference, every, cohort_rule.MIN_CLUSTERS)
    candidates = (
        (few, method.many_only and large and every < cohort_rule.MIN_CLUSTERS),
        (_nothing_after(adoption), ours == 0),
        (reasons.too_few_departments(every, MIN_DEPARTMENTS), every < MIN_DEPARTMENTS),
        (reasons.too_few_treated(ours, 2), ours == 1),
        (reasons.too_few_controls(others, MIN_CONTROLS), others < MIN_CONTROLS),
    )
    return tuple(reason for reason, holds in candidates if holds)


def _nothing_after(adoption: Adoption) -> Reason:
    stands_on = adoption.coverage
    return reasons.too_few_periods(stands_on.periods_before, 0, 1)


def _refuse(
    found: tuple[Reason, ...], options: Options, method: Method[Any], adoption: Adoption | None = None
) -> Result:
    stands_on = adoption.coverage if adoption else None
    return answer.not_estimable(found, method.name, options, coverage=stands_on)


def _diagnostics(case: Case, lines: tuple[Inference, ...], name: str) -> dict[str, float]:
    """The smallest detectable effect by the first inference with a t distribution."""
    found = {} if name in (RANDOMISATION, JACKKNIFE) else {"small_sample_factor": case.fit.factor}
    for line in lines:
        degrees = line.degrees_of_freedom
        if degrees and np.isfinite(degrees):
            size = detectable.from_error(line.standard_error, degrees, case.options.level)
            return {**found, "smallest_detectable": answer.shown(size, case.options.scale)}
    return found
