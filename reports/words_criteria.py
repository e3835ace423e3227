"""A sentence for every criterion of the decision rule, in every state."""

from dataclasses import dataclass
from typing import Literal

from core.language import N_
from experiments.decision import Criterion, CriterionCode, State

Question = Literal["works", "safe", "used", "believable", "allowed"]
Measure = Literal["change", "margin", "share", "slope", "items", "grade", "none"]

QUESTIONS: dict[Question, str] = {
    "works": N_("Does it work?"),
    "safe": N_("Is it safe?"),
    "used": N_("Is it used?"),
    "believable": N_("Can it be believed?"),
    "allowed": N_("May it?"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionWords:
    """Words of one criterion: which question it answers, its name, a sentence per state, how it is counted.

    Sentences may use {kpi}, {value}, {interval}, {threshold}, {limit} and {items}.
    """

    question: Question
    name: str
    measure: Measure
    sentences: dict[State, str]


def _words(
    question: Question,
    name: str,
    measure: Measure,
    *,
    met: str,
    not_met: str,
    undecided: str = N_("{name}: not shown yet."),
    not_assessed: str = N_("{name}: not assessed yet."),
) -> CriterionWords:
    return CriterionWords(
        question=question,
        name=name,
        measure=measure,
        sentences={"met": met, "not_met": not_met, "undecided": undecided, "not_assessed": not_assessed},
    )


def says_something(found: Criterion) -> bool:
    """Whether a criterion is worth a line: that an effect is ruled out only where it is."""
    return found.code != "effect_excludes_smallest_change" or found.state == "met"


CRITERIA: dict[CriterionCode, CriterionWords] = {
    "primary_estimable": _words(
        "believable",
        N_("Effect can be estimated"),
        "none",
        met=N_("The effect on {kpi} can be estimated from these data."),
        not_met=N_("The effect on {kpi} cannot be estimated from these data."),
    ),
    "agreement": _words(
        "believable",
        N_("Ways of calculating agree"),
        "none",
        met=N_("A second way of calculating leads to the same answer."),
        not_met=N_("The ways of calculating contradict each other."),
        not_assessed=N_("There is no second way of calculating to compare with yet."),
    ),
    "completeness": _words(
        "believable",
        N_("Data complete"),
        "share",
        met=N_("{value} of the weeks hold data; the plan asks at least {threshold}."),
        not_met=N_("Only {value} of the weeks hold data; the plan asks at least {threshold}."),
    ),
    "design_supports_scale": _words(
        "believable",
        N_("Set-up strong enough to scale"),
        "none",
        met=N_("The set-up, with a comparison group, is strong enough to scale on."),
        not_met=N_("Without a comparison group the evidence is too weak to scale on."),
    ),
    "same_ruler": _words(
        "believable",
        N_("Measured in the same way"),
        "none",
        met=N_("The way of measuring did not change in the pilot departments alone."),
        not_met=N_(
            "The way of measuring changed in the pilot departments, so the evidence is too weak to scale on."
        ),
        not_assessed=N_("It is not known whether the way of measuring changed."),
    ),
    "evidence_grade": _words(
        "believable",
        N_("Strength of the evidence"),
        "grade",
        met=N_("The strength of the evidence is {value}."),
        not_met=N_("The strength of the evidence is only {value}."),
    ),
    "effect_excludes_zero": _words(
        "works",
        N_("Certainly better"),
        "change",
        met=N_("{kpi} has certainly improved: {value} ({interval})."),
        not_met=N_("{kpi} has certainly got worse: {value} ({interval})."),
        undecided=N_("It is not certain yet whether {kpi} has improved: {value} ({interval})."),
    ),
    "effect_at_least_smallest_change": _words(
        "works",
        N_("Effect past what matters"),
        "change",
        met=N_("The effect of {value} is past what matters ({threshold})."),
        not_met=N_("The effect of {value} is smaller than what matters ({threshold})."),
    ),
    "effect_excludes_smallest_change": _words(
        "works",
        N_("Effect that matters ruled out"),
        "change",
        met=N_("An improvement that matters ({threshold}) is ruled out: {value} ({interval})."),
        not_met=N_("An improvement that matters ({threshold}) is still possible: {value} ({interval})."),
    ),
    "guardrail": _words(
        "safe",
        N_("{kpi}"),
        "margin",
        met=N_("{kpi} stays within what is allowed: {value} ({interval}; limit {limit})."),
        not_met=N_("{kpi} got worse than is allowed: {value} ({interval}; limit {limit})."),
        undecided=N_(
            "It is not shown yet that {kpi} stays within what is allowed: "
            "{value} ({interval}; limit {limit})."
        ),
        not_assessed=N_("{kpi} could not be assessed yet."),
    ),
    "safety_monitoring": _words(
        "safe",
        N_("Errors in the texts"),
        "none",
        met=N_("The review of texts found no more serious errors than is allowed."),
        not_met=N_("The review of texts found more serious errors than is allowed."),
    ),
    "bias": _words(
        "safe",
        N_("Equal results for every group"),
        "none",
        met=N_("The tool works alike for the groups that were compared."),
        not_met=N_("The tool works worse for a group."),
        undecided=N_("It is not shown yet that the tool works alike for every group."),
    ),
    "incidents": _words(
        "safe",
        N_("Incidents"),
        "items",
        met=N_("No open incident asks for a stop or a review."),
        not_met=N_("An open incident stops this pilot: number {items}."),
        undecided=N_("An incident is under review: number {items}."),
    ),
    "use_at_least_break_even": _words(
        "used",
        N_("Use pays for the tool"),
        "share",
        met=N_("Use is {value}; from {threshold} the tool pays for itself."),
        not_met=N_("Use is {value}, less than the {threshold} at which the tool pays for itself."),
    ),
    "use_falling": _words(
        "used",
        N_("Use keeps up"),
        "slope",
        met=N_("Use does not fall: {value}."),
        not_met=N_("Use is falling, {value}: find out why."),
    ),
    "economics": _words(
        "used",
        N_("Costs and benefits"),
        "none",
        met=N_("The benefits outweigh the costs."),
        not_met=N_("The costs outweigh the benefits."),
        not_assessed=N_("Costs and benefits are not assessed yet."),
    ),
    "governance_red": _words(
        "allowed",
        N_("No item on red"),
        "items",
        met=N_("No item of governance is on red."),
        not_met=N_("On red: {items}."),
    ),
    "gate_start": _words(
        "allowed",
        N_("Signed before the start"),
        "items",
        met=N_("Every item that is needed before the start is signed."),
        not_met=N_("Needed before the start and not signed: {items}."),
    ),
    "gate_scale": _words(
        "allowed",
        N_("Signed before scaling"),
        "items",
        met=N_("Every item that is needed before scaling is signed."),
        not_met=N_("Needed before scaling and not signed: {items}."),
    ),
}
