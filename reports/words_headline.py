"""The plain answer for a pilot: a few short sentences that a steering group can act on."""

from core.language import N_, Text
from experiments.decision import Criterion, CriterionCode, Decision, ReasonCode, State
from experiments.estimate import Estimate, NotEstimable
from experiments.evidence_grade import evidence_grade
from reports.report import PilotReport, kpi_result, not_measured
from reports.words_decision import criterion_name, criterion_text
from reports.words_grade import grade_text
from reports.words_numbers import effect_text, label, midsentence, smallest_change_text

HARM: frozenset[ReasonCode] = frozenset({"guardrail_breached", "governance_red", "incident_stops"})
PAST_WHAT_MATTERS = N_("That is past what matters ({threshold}).")

REASONS: dict[ReasonCode, str] = {
    "guardrail_breached": "",
    "governance_red": "",
    "incident_stops": "",
    "primary_suppressed": N_("The effect is not shown: too few persons stand behind it."),
    "primary_not_estimable": "",
    "methods_disagree": "",
    "incomplete_data": "",
    "worthwhile_effect": PAST_WHAT_MATTERS,
    "no_worthwhile_effect": N_("An improvement that matters ({threshold}) is ruled out."),
    "could_scale": N_("Probably better, but not certain enough yet."),
    "could_rule_out": N_("That is less than what matters ({threshold}), but it is not certain enough yet."),
    "gate_open": "",
    "guardrail_undecided": N_("Not shown yet to stay within what is allowed: {undecided}."),
    "guardrail_out_of_reach": N_(
        "Not even a longer pilot would probably show that this stays within what is allowed: {undecided}."
    ),
    "use_below_break_even": "",
    "before_after_only": "",
    "ruler_changed": "",
    "evidence_too_weak": N_("The strength of the evidence is {grade}, less than the plan asks for scaling."),
    "incident_under_review": N_("An incident is still under review."),
    "too_uncertain": N_(
        "Too uncertain, and a longer pilot that you can afford would probably not settle it."
    ),
}
"""A sentence per reason; "" where the sentences of the criterion that failed are used."""

FAILED: dict[ReasonCode, CriterionCode] = {
    "guardrail_breached": "guardrail",
    "governance_red": "governance_red",
    "incident_stops": "incidents",
    "primary_not_estimable": "primary_estimable",
    "methods_disagree": "agreement",
    "incomplete_data": "completeness",
    "gate_open": "gate_scale",
    "use_below_break_even": "use_at_least_break_even",
    "before_after_only": "design_supports_scale",
    "ruler_changed": "same_ruler",
}


def headline(view: PilotReport, lang: str) -> str:
    """The answer, with the effect in numbers and what decided."""
    decision = view.decision.value
    if decision is None:
        return Text(REASONS["primary_suppressed"]).render(lang)
    effect = "" if HARM & set(decision.reasons) else _effect(decision, view, lang)
    sentences = [effect, *(reason_text(code, view, lang) for code in decision.reasons)]
    if decision.verdict == "scale":
        sentences += [_guarded(decision, lang), provided_text(view, lang)]
    return " ".join(sentence for sentence in sentences if sentence)


def reason_text(code: ReasonCode, view: PilotReport, lang: str) -> str:
    """One sentence on a reason for the verdict."""
    decision = view.decision.value
    if decision is None:
        return ""
    refused = not_measured(view)
    if code == "primary_not_estimable" and refused is not None:
        return refused.message.render(lang)
    if code in FAILED:
        failed = _in_state(decision, FAILED[code], "not_met")
        sentences = [criterion_text(criterion, view, lang) for criterion in failed]
        return " ".join(
            [*sentences, _not_estimable(view, lang)] if code == "primary_not_estimable" else sentences
        )
    undecided = ", ".join(
        criterion_name(criterion, view, lang) for criterion in _in_state(decision, "guardrail", "undecided")
    )
    return Text(REASONS[code], {**_primary(view, lang), "undecided": undecided}).render(lang)


def provided_text(view: PilotReport, lang: str) -> str:
    """What scaling leans on without evidence; empty where there is nothing."""
    decision = view.decision.value
    if decision is None or not decision.provided:
        return ""
    leaning = (
        criterion
        for criterion in decision.criteria
        if criterion.code in decision.provided and criterion.state != "met"
    )
    names = ", ".join(
        dict.fromkeys(midsentence(criterion_name(criterion, view, lang)) for criterion in leaning)
    )
    return Text(N_("Provided that this is in order as well: {names}."), {"names": names}).render(lang)


def _effect(decision: Decision, view: PilotReport, lang: str) -> str:
    values = _primary(view, lang)
    if "effect" not in values:
        return ""
    text = Text(N_("{kpi}: {effect}."), values).render(lang)
    proved = all(
        _in_state(decision, code, "met")
        for code in ("effect_excludes_zero", "effect_at_least_smallest_change")
    )
    if not proved or decision.verdict == "scale":
        return text
    return f"{text} {Text(PAST_WHAT_MATTERS, values).render(lang)}"


def _guarded(decision: Decision, lang: str) -> str:
    guardrails = [criterion for criterion in decision.criteria if criterion.code == "guardrail"]
    if not guardrails or any(criterion.state != "met" for criterion in guardrails):
        return ""
    return Text(N_("Every guardrail stays within what is allowed.")).render(lang)


def _not_estimable(view: PilotReport, lang: str) -> str:
    found = kpi_result(view, "")
    if found is None or not isinstance(found.result, NotEstimable) or not found.result.reasons:
        return ""
    return found.result.reasons[0].message.render(lang)


def _primary(view: PilotReport, lang: str) -> dict[str, str]:
    plan = view.pilot.pilot.primary
    kpi = view.kpis[plan.kpi]
    values = {
        "kpi": label(kpi, lang),
        "threshold": smallest_change_text(plan.smallest_change, kpi, plan.scale, lang),
    }
    found = kpi_result(view, "")
    if found is not None and isinstance(found.result, Estimate):
        values["effect"] = effect_text(found.result.effect, kpi, plan.scale, lang)
        values["grade"] = grade_text(evidence_grade(found.result).grade, lang)
    return values


def _in_state(decision: Decision, code: CriterionCode, state: State) -> list[Criterion]:
    return [found for found in decision.criteria if found.code == code and found.state == state]
