"""Synthetic control: the pilot against a weighted mix of departments that ran with it before the start."""

from dataclasses import replace

import numpy as np

from core.language.text import N_, Text
from experiments import answer, reasons, reasons_synthetic, synthetic, synthetic_shown
from experiments.estimate import CheckResult, Estimator, NotEstimable, Reason, Result
from experiments.inference.placebo_rank import PlaceboRank, placebo_rank
from experiments.inference.randomisation import MAX_ENUMERATED, assignments
from experiments.inference.synthetic_control import gaps
from experiments.options import Options
from experiments.panel import Panel
from experiments.synthetic import Comparison
from experiments.window import Window, coverage, prepare

NAME = "synthetic-control"
INFERENCE = "placebo-rank"
WITH_PREDICTORS = 99
"""Pretended pilots when importance has to be searched for each of them."""


def fit(panel: Panel, options: Options) -> Result:
    """Mean gap after the run-in between the pilots' average and their mix, ranked among pretended pilots."""
    window = prepare(panel, options)
    if not isinstance(window, Window):
        return answer.not_estimable(window, NAME, options)
    faults = _faults(window, options)
    if faults:
        return answer.not_estimable(faults, NAME, options, coverage=coverage(window))
    found = synthetic.control_comparison(window)
    ranked = _ranked(window, options)
    without = _no_verdict(ranked, options)
    if without:
        return _picture(window, found, ranked, without, options)
    made = answer.estimate(
        INFERENCE, ranked.inference, options, design=NAME, estimand="ATT", coverage=coverage(window)
    )
    return replace(
        made,
        checks=(_check(ranked, options),),
        event_study=synthetic_shown.event_study(window, (found,), options.scale),
        details=synthetic_shown.details(window, (found,), ranked.rank, ranked.of),
        warnings=window.warnings + synthetic_shown.warnings(window, (found,), levels=True),
        assumptions=tuple(ESTIMATOR.assumptions),
        why=Text(WHY, {"treated": coverage(window).n_treated_units, "of": ranked.of}),
    )


def _ranked(window: Window, options: Options) -> PlaceboRank:
    """The test over all choices of pilots, or a random part of them where they are many."""
    data = synthetic.series(window)
    most = WITH_PREDICTORS if data.predictors.shape[1] else MAX_ENUMERATED
    every = assignments(window.treated, options.seed, most)
    spread = float(np.std(data.outcome - data.outcome.mean(axis=1, keepdims=True)))
    return placebo_rank(gaps(data, every), spread, options.level)


def _no_verdict(ranked: PlaceboRank, options: Options) -> tuple[Reason, ...]:
    if 1 / ranked.of >= round(1 - options.level, 12):
        return (reasons.too_few_assignments(1 / ranked.of),)
    if ranked.exact:
        return (reasons_synthetic.exact_fit(),)
    low, high = ranked.inference.interval
    if not np.isfinite([low, high]).all():
        return (reasons.too_few_assignments(ranked.inference.p_value),)
    return (reasons_synthetic.no_constant_effect(),) if low == high else ()


def _picture(
    window: Window, found: Comparison, ranked: PlaceboRank, why: tuple[Reason, ...], options: Options
) -> NotEstimable:
    """No verdict, but the course of the gap, the weights and the rank."""
    return replace(
        answer.not_estimable(why, NAME, options, coverage=coverage(window)),
        checks=(_check(ranked, options),),
        event_study=synthetic_shown.event_study(window, (found,), options.scale),
        details=synthetic_shown.details(window, (found,), ranked.rank, ranked.of),
    )


def _check(ranked: PlaceboRank, options: Options) -> CheckResult:
    """For information: where the pilots stand among the pretended pilots; statistic: the rank."""
    effect = answer.shown(ranked.inference.effect, options.scale)
    return CheckResult(
        name="placebo_rank",
        passed=None,
        statistic=float(ranked.rank),
        message=Text(
            RANK,
            {"effect": answer.readable(effect, options.scale), "rank": ranked.rank, "of": ranked.of},
        ),
    )


def _faults(window: Window, options: Options) -> tuple[Reason, ...]:
    if options.inference not in ("auto", INFERENCE):
        return (reasons.unknown_inference(options.inference, NAME),)
    if len(window.starts) > 1:
        return (reasons.several_starts(),)
    return synthetic.faults(window) or synthetic.faults_of_covariates(window)


RANK = N_(
    "After the start the pilot departments differ by {effect} on average from their mix; by its size against "
    "the difference before the start this is number {rank} of {of}, pretended pilots included "
    "(1: the largest)."
)
WHY = N_(
    "One common start: the average of the pilot departments ({treated}) against the mix of the others that "
    "follows it best before the start, ranked among {of} real and pretended choices of pilots."
)

ESTIMATOR = Estimator(
    name=NAME,
    estimand=Text(N_("Average difference after the start between the pilot departments and their mix.")),
    assumptions=(
        Text(
            N_("A mix that follows the pilot departments before the start would have followed them after it.")
        ),
        Text(N_("The comparison departments did not use the tool and were not affected by it.")),
        Text(N_("Any department could as well have been the pilot; the interval is for a constant effect.")),
        Text(N_("With covariates, only their means before the start are matched; the outcome can be one.")),
    ),
    applies=Text(
        N_(
            "One start and many departments that never start, of which a mix can follow the pilot "
            "departments."
        )
    ),
    refuses=Text(
        N_(
            "Fewer than 8 comparison departments, fewer than 12 periods before the start, several start "
            "dates, or so few departments that no rank is rare."
        )
    ),
    reference="Abadie, Diamond and Hainmueller 2010; Firpo and Possebom 2018 (interval)",
    inferences=(INFERENCE,),
    fit=fit,
    settings=("covariates",),
)
