"""Callaway and Sant'Anna: an effect for every group of starters in every period, and their averages."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from core.language.text import N_, Text
from experiments import answer, reasons, reasons_staggered
from experiments.adoption import Adoption
from experiments.cohort_averages import Average, averages
from experiments.cohort_effects import (
    ALONE,
    JACKKNIFE,
    MIN_CLUSTERS,
    MIN_TREATED,
    MOST_LEFT_OUT,
    TOO_SMALL,
    WHY,
    WHY_JACKKNIFE,
)
from experiments.cohort_errors import strata_of
from experiments.contrast import MIN_CONTROLS, MIN_DEPARTMENTS
from experiments.estimate import Estimator, Reason, Result
from experiments.group_time_details import group_time_details
from experiments.group_time_errors import Judged, LargeSample, LeftOut, large_sample, left_out
from experiments.group_times import GroupTimeFit, fit_group_times, without_gaps
from experiments.inference import detectable
from experiments.inference.student import Inference
from experiments.options import Aggregation, Options
from experiments.panel import Panel

NAME = "callaway-santanna"
ANALYTIC, BOOTSTRAP = "analytic", "multiplier-bootstrap"


def fit(panel: Panel, options: Options) -> Result:
    """The average of all group-time effects that was asked for; all of them are in the details."""
    adoption = without_gaps(panel, options)
    if not isinstance(adoption, Adoption):
        return answer.not_estimable(adoption, NAME, options)
    name = _default(adoption) if options.inference == "auto" else options.inference
    faults = _faults(adoption, len(panel.periods), name, options)
    if faults:
        return answer.not_estimable(faults, NAME, options, coverage=adoption.coverage)
    found = fit_group_times(adoption, options)
    ways = averages(adoption, found.found.effects)
    if not np.isfinite(ways[options.aggregate].value(found.cells)):
        return answer.not_estimable((_nothing_after(adoption),), NAME, options, coverage=adoption.coverage)
    return _estimate(found, ways, name, options)


def _estimate(
    found: GroupTimeFit, ways: Mapping[Aggregation, Average], name: str, options: Options
) -> Result:
    adoption, asked = found.adoption, ways[options.aggregate]
    errors = left_out(found, options) if name == JACKKNIFE else large_sample(found, options)
    judged = {way: errors.average(average) for way, average in ways.items()}
    first = judged[options.aggregate].headline
    if not np.isfinite(first.standard_error):
        return answer.not_estimable((_undefined(errors, asked),), NAME, options, coverage=adoption.coverage)
    beside = _beside(found, errors, judged[options.aggregate], asked, options)
    first = beside.pop(name, first)
    made = answer.estimate(name, first, options, design=NAME, estimand="ATT", coverage=adoption.coverage)
    return replace(
        made,
        also=tuple(
            answer.alternative(other, line, options.scale, design=NAME) for other, line in beside.items()
        ),
        agreement=answer.agree(first, next(iter(beside.values()))) if beside else None,
        details=group_time_details(
            found, errors.cells(), ((ways[way], judged[way]) for way in ways), options
        ),
        diagnostics=_diagnostics(first, options),
        warnings=adoption.warnings + _warnings(adoption, name),
        assumptions=tuple(ESTIMATOR.assumptions),
        why=_why(adoption, name),
    )


def _beside(
    found: GroupTimeFit, errors: LargeSample | LeftOut, judged: Judged, asked: Average, options: Options
) -> dict[str, Inference]:
    """The inferences of a case by name; where departments are few the jackknife stands alone."""
    if isinstance(errors, LargeSample):
        return {ANALYTIC: judged.headline, BOOTSTRAP: errors.bootstrap(asked)}
    if len(strata_of(found.adoption)) < MIN_CLUSTERS:
        return {}
    return {JACKKNIFE: judged.headline, ANALYTIC: large_sample(found, options).average(asked).headline}


def _default(adoption: Adoption) -> str:
    """Large-sample errors from thirty departments, ten of them treated, no start made by one alone.

    Among very many departments one that starts alone makes no difference, and leaving out each takes long.
    """
    alone = bool(adoption.alone) and len(strata_of(adoption)) <= MOST_LEFT_OUT
    return JACKKNIFE if _few(adoption) or alone else ANALYTIC


def _few(adoption: Adoption) -> bool:
    strata = strata_of(adoption)
    return bool(len(strata) < MIN_CLUSTERS or strata.sum() < MIN_TREATED)


def _faults(adoption: Adoption, periods: int, name: str, options: Options) -> tuple[Reason, ...]:
    if name not in ESTIMATOR.inferences:
        return (reasons.unknown_inference(name, NAME),)
    if options.comparison != "not-yet-treated" and not _somebody_never(adoption, periods):
        return (reasons_staggered.nobody_never_treated(),)
    strata = strata_of(adoption)
    counted = strata if name == JACKKNIFE else adoption.treated
    every, ours = len(counted), int(counted.sum())
    few = reasons_staggered.too_few_for_large_samples(name, len(strata), MIN_CLUSTERS)
    candidates = (
        (_nothing_after(adoption), ours == 0),
        (reasons.too_few_departments(every, MIN_DEPARTMENTS), every < MIN_DEPARTMENTS),
        (reasons.too_few_treated(ours, 2), ours == 1),
        (reasons.too_few_controls(every - ours, MIN_CONTROLS), every - ours < MIN_CONTROLS),
        (few, name != JACKKNIFE and len(strata) < MIN_CLUSTERS),
    )
    return tuple(reason for reason, holds in candidates if holds)


def _somebody_never(adoption: Adoption, periods: int) -> bool:
    """Otherwise the sample was cut off where the last departments start."""
    return len(adoption.panel.periods) == periods


def _nothing_after(adoption: Adoption) -> Reason:
    stands_on = adoption.coverage
    return reasons.too_few_periods(stands_on.periods_before, stands_on.periods_after, 1)


def _undefined(errors: LargeSample | LeftOut, asked: Average) -> Reason:
    """Why an average has no error: it hangs on one department, or nothing differs between them."""
    lost = errors.lost_without(asked) if isinstance(errors, LeftOut) else ""
    names = ", ".join(errors.fit.adoption.panel.units)
    return reasons.undefined_without(lost) if lost else reasons.no_variation(names)


def _diagnostics(first: Inference, options: Options) -> dict[str, float]:
    if not first.degrees_of_freedom:
        return {}
    size = detectable.from_error(first.standard_error, first.degrees_of_freedom, options.level)
    return {"smallest_detectable": answer.shown(size, options.scale)}


def _warnings(adoption: Adoption, name: str) -> tuple[Text, ...]:
    strata = strata_of(adoption)
    counts = {"departments": len(strata), "treated": int(strata.sum())}
    alone = {"starts": ", ".join(adoption.alone)}
    candidates = (
        (Text(TOO_SMALL, counts), name != JACKKNIFE and _few(adoption)),
        (Text(ALONE if name == JACKKNIFE else ALONE_ANALYTIC, alone), bool(adoption.alone)),
    )
    return tuple(text for text, holds in candidates if holds)


def _why(adoption: Adoption, name: str) -> Text:
    strata = strata_of(adoption)
    ours = int(strata.sum())
    values = {"starts": len(set(adoption.cohort[adoption.treated])), "treated": ours}
    return Text(WHY_JACKKNIFE if name == JACKKNIFE else WHY, {**values, "controls": len(strata) - ours})


ALONE_ANALYTIC = N_(
    "One department alone starts in {starts}: how noisy it is by itself cannot be seen, so that this error "
    "is too small."
)

ESTIMATOR = Estimator(
    name=NAME,
    estimand=Text(
        N_(
            "Average over pilot departments and their periods with the tool: each department's change from "
            "the last period before its start, against departments without the tool over the same time."
        )
    ),
    assumptions=(
        Text(N_("Without the tool the pilot departments would have changed as the others did.")),
        Text(N_("The last period before each start (before the anticipation) was an ordinary one.")),
        Text(N_("The comparison departments did not use the tool and were not affected by it.")),
        Text(N_("Departments did not change earlier than the anticipation says.")),
    ),
    reference="Callaway and Sant'Anna 2021 (Journal of Econometrics 225); conventions of R's did",
    inferences=(ANALYTIC, BOOTSTRAP, JACKKNIFE),
    fit=fit,
    settings=("comparison", "base", "anticipation", "aggregate", "violations", "cluster"),
)
