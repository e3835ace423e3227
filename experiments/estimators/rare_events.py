"""Rare events: so few that only an exact test holds; counts before and after, pilot against comparison."""

from dataclasses import replace

import numpy as np

from core.language.text import N_, Text
from experiments import answer, family_values, reasons, reasons_rare
from experiments.estimate import Alternative, Coverage, Estimate, Estimator, Reason, Result
from experiments.event_counts import EventCounts, clustering, event_counts
from experiments.family_values import with_exposure
from experiments.inference.exact_odds_ratio import exact_odds_ratio, exact_rate_ratio
from experiments.inference.student import Inference
from experiments.options import Options
from experiments.panel import Floats, Panel
from experiments.window import Window, coverage_of, prepare
from kpis.statistics.rate import rule_of_three

NAME = "rare-events"
DEFAULT, MID = "exact-conditional", "mid-p-conditional"
CLUSTERED, DOUBTFUL = 0.01, 0.1
"""p of events that fall one by one, below which no exact test is made, or one with a warning."""
MANY = 200


def fit(panel: Panel, options: Options) -> Result:
    """Rate after over rate before in the pilot departments, over the same in the comparison departments."""
    asked = replace(options, family="poisson", scale="relative")
    wrong = family_values.faults(panel, asked) + _of_options(panel, options)
    if wrong:
        return answer.not_estimable(wrong, NAME, asked)
    window = prepare(with_exposure(panel), replace(asked, scale="absolute"))
    if not isinstance(window, Window):
        return answer.not_estimable(window, NAME, asked)
    stands_on = _coverage(window.panel, options.run_in)
    short = _of_window(window, stands_on)
    if short:
        return answer.not_estimable(short, NAME, asked, coverage=stands_on)
    counts = event_counts(window.panel, options.run_in)
    name = MID if options.inference == MID else DEFAULT
    found, chance = _ratio(counts, options.level, mid=name == MID), clustering(counts)
    if chance < CLUSTERED:
        found = reasons_rare.clustered(answer.readable_p(chance))
    if not isinstance(found, Inference):
        return answer.not_estimable((found,), NAME, asked, coverage=stands_on)
    made = _estimate(name, found, counts, chance, asked, stands_on)
    return replace(made, warnings=window.warnings + made.warnings)


def _coverage(panel: Panel, run_in: int) -> Coverage:
    return replace(coverage_of(panel, run_in), n_observations=int(np.isfinite(panel.outcome).sum()))


def _of_options(panel: Panel, options: Options) -> tuple[Reason, ...]:
    if options.inference not in ("auto", DEFAULT, MID):
        return (reasons.unknown_inference(options.inference, NAME),)
    return (reasons_rare.exposure_missing(),) if panel.exposure is None else ()


def _of_window(window: Window, stands_on: Coverage) -> tuple[Reason, ...]:
    if len(window.starts) > 1:
        return (reasons.several_starts(),)
    before, after = stands_on.periods_before, stands_on.periods_after
    return (reasons.too_few_periods(before, after, 1),) if min(before, after) < 1 else ()


def _ratio(counts: EventCounts, level: float, *, mid: bool) -> Inference | Reason:
    """The log ratio of ratios with comparison departments, else the log ratio of after to before."""
    events, exposure = counts.table(counts.events), counts.table(counts.exposure)
    if events[0].sum() == 0:
        bound = answer.readable(rule_of_three(exposure[0, 0], level), "absolute", signed=False)
        return reasons_rare.no_events(float(exposure[0, 0]), bound)
    alone = counts.treated.all()
    found = _before_after(counts, level, mid=mid) if alone else _compared(events, exposure, level, mid=mid)
    if found is None or not np.isfinite(found.interval[1]):
        return reasons_rare.nothing_to_compare()
    return found


def _compared(events: Floats, exposure: Floats, level: float, *, mid: bool) -> Inference | None:
    offset = np.log(exposure[0, 0] * exposure[1, 1] / (exposure[0, 1] * exposure[1, 0]))
    try:
        return exact_odds_ratio(events, level, float(offset), mid=mid)
    except ValueError:
        return None


def _before_after(counts: EventCounts, level: float, *, mid: bool) -> Inference | None:
    (x1, x0), (t1, t0) = counts.table(counts.events)[0], counts.table(counts.exposure)[0]
    return None if x0 == 0 else exact_rate_ratio((x1, x0), (t1, t0), level, mid=mid)


def _also(name: str, counts: EventCounts, options: Options) -> tuple[Alternative, ...]:
    """The other of exact and mid-p."""
    found = _ratio(counts, options.level, mid=name == DEFAULT)
    if not isinstance(found, Inference):
        return ()
    return (answer.alternative(MID if name == DEFAULT else DEFAULT, found, options.scale, design=NAME),)


def _estimate(
    name: str, found: Inference, counts: EventCounts, chance: float, asked: Options, stands_on: Coverage
) -> Estimate:
    events, exposure = counts.table(counts.events), counts.table(counts.exposure)
    said = [Text(SINGLE)]
    said += [Text(CLUSTERING, {"p": answer.readable_p(chance)})] if chance < DOUBTFUL else []
    said += [Text(ENOUGH, {"events": int(events.sum())})] if events.sum() > MANY else []
    said += [Text(ALONE)] if counts.treated.all() else []
    return replace(
        answer.estimate(name, found, asked, design=NAME, estimand=ESTIMAND, coverage=stands_on),
        also=_also(name, counts, asked),
        diagnostics={
            "events_after": float(events[0, 0]),
            "events_before": float(events[0, 1]),
            "rate_after": float(events[0, 0] / exposure[0, 0]),
            "rate_before": float(events[0, 1] / exposure[0, 1]),
            "p_single_events": chance,
        },
        warnings=tuple(said),
        assumptions=tuple(ESTIMATOR.assumptions),
        why=Text(WHY, {"after": int(events[0, 0]), "before": int(events[0, 1]), "all": int(events.sum())}),
    )


ESTIMAND = "ATT, ratio of rates minus 1"
SINGLE = N_(
    "The error counts single events only: what makes departments change apart from the tool is not in it, so "
    "the interval is as narrow as it can be."
)
CLUSTERING = N_("Events may come together more than chance allows ({p}): the interval is then too narrow.")
ENOUGH = N_(
    "There are {events} events, enough for difference-in-differences with the family poisson, which lets "
    "departments differ."
)
ALONE = N_(
    "Without comparison departments this is weak evidence: anything that changed at the start is counted as "
    "an effect of the tool."
)
WHY = N_(
    "{after} events in the pilot departments after the start and {before} before it, {all} in all: so few "
    "that only an exact test, given how many there were, keeps what it promises."
)

ESTIMATOR = Estimator(
    name=NAME,
    estimand=Text(
        N_("Ratio of the rate of events after and before in the pilot departments, over the same elsewhere.")
    ),
    assumptions=(
        Text(N_("Without the tool the rate of events would have changed by the same factor as elsewhere.")),
        Text(N_("Events fall one by one: one event does not bring another.")),
        Text(N_("The comparison departments did not use the tool and were not affected by it.")),
    ),
    applies=Text(N_("Counts of rare events with what they are out of, and one start.")),
    refuses=Text(
        N_(
            "Values that are no counts, no column with the exposure, several start dates, or no event in "
            "the pilot departments: then only the upper bound of the rule of three is given."
        )
    ),
    reference="Fisher 1935; Cox and Snell 1989; Fay 2010 (matching interval); Lancaster 1961 (mid-p); "
    "Hanley and Lippman-Hand 1983 (rule of three)",
    inferences=(DEFAULT, MID),
    fit=fit,
    settings=("exposure", "family"),
)
