"""Every criterion of the rule with its state and numbers, in the order of the five questions."""

from experiments.decision import Criterion, CriterionCode, State
from experiments.evidence_grade import RANKS
from experiments.inference.equivalence import Outcome
from experiments.rule.findings import Findings, GuardrailFinding
from experiments.rule.reading import Reading

INFORMS: frozenset[CriterionCode] = frozenset({"economics", "evidence_grade", "same_ruler"})
"""Criteria that scaling does not lean on."""
PROVISOS: frozenset[CriterionCode] = frozenset({"gate_start", "evidence_grade", "bias"})
"""Criteria that do not block when they are not met, but are named."""


def criteria(found: Findings) -> tuple[Criterion, ...]:
    """Does it work, is it safe, is it used, can it be believed, may it."""
    return (
        *_works(found),
        *(_guardrail(guardrail) for guardrail in found.guardrails),
        Criterion(code="safety_monitoring", state="not_assessed"),
        Criterion(code="bias", state=_alike(found.alike)),
        *_incidents(found),
        *_used(found),
        *_believable(found),
        *_allowed(found),
        Criterion(code="economics", state="not_assessed"),
    )


def provided(found: tuple[Criterion, ...]) -> tuple[CriterionCode, ...]:
    """What scaling leans on without evidence, each code once."""
    missing = (
        criterion.code
        for criterion in found
        if (criterion.state == "not_assessed" and criterion.code not in INFORMS)
        or (criterion.code in PROVISOS and criterion.state in ("not_met", "undecided"))
    )
    return tuple(dict.fromkeys(missing))


def _works(found: Findings) -> tuple[Criterion, ...]:
    primary, matters = found.primary, found.smallest_change
    states: dict[CriterionCode, State] = {
        "effect_excludes_zero": "not_assessed",
        "effect_at_least_smallest_change": "not_assessed",
        "effect_excludes_smallest_change": "not_assessed",
    }
    if primary is not None:
        states = {
            "effect_excludes_zero": _side(primary, 0.0),
            "effect_at_least_smallest_change": "met" if primary.estimate >= matters else "not_met",
            "effect_excludes_smallest_change": "met" if primary.high < matters else "not_met",
        }
    thresholds = (0.0, found.ruler.effect(matters), found.ruler.effect(matters))
    return tuple(
        Criterion(
            code=code,
            state=state,
            about=found.result.kpi,
            value=_value(primary),
            interval=_interval(primary),
            threshold=threshold,
        )
        for (code, state), threshold in zip(states.items(), thresholds, strict=True)
    )


def _side(reading: Reading, bound: float) -> State:
    if reading.low > bound:
        return "met"
    return "not_met" if reading.high < bound else "undecided"


def _guardrail(guardrail: GuardrailFinding) -> Criterion:
    reading = guardrail.reading
    return Criterion(
        code="guardrail",
        state="not_assessed" if reading is None else _side(reading, guardrail.limit),
        about=guardrail.result.kpi,
        value=_value(reading),
        interval=_interval(reading),
        threshold=guardrail.margin,
    )


def _value(reading: Reading | None) -> float | None:
    return None if reading is None else reading.ruler.effect(reading.estimate)


def _interval(reading: Reading | None) -> tuple[float, float] | None:
    if reading is None:
        return None
    low, high = sorted((reading.ruler.effect(reading.low), reading.ruler.effect(reading.high)))
    return (low, high)


def _alike(outcome: Outcome | None) -> State:
    states: dict[Outcome, State] = {"equivalent": "met", "different": "not_met", "cannot_tell": "undecided"}
    return "not_assessed" if outcome is None else states[outcome]


def _incidents(found: Findings) -> tuple[Criterion, ...]:
    """Nothing while the register is empty: it then says nothing about safety."""
    safety = found.safety
    if not safety.incidents:
        return ()
    asking = safety.stopping or safety.reviewed
    state: State = "not_met" if safety.stopping else "undecided" if safety.reviewed else "met"
    return (Criterion(code="incidents", state=state, about=" ".join(asking), value=float(len(asking))),)


def _used(found: Findings) -> tuple[Criterion, ...]:
    use = found.use
    if use is None:
        return (Criterion(code="use_at_least_break_even", state="not_assessed"),)
    enough: State = "not_met" if use.below else "met"
    paying = Criterion(
        code="use_at_least_break_even",
        state="not_assessed" if use.value is None else enough,
        about=use.kpi,
        value=use.value,
        threshold=use.break_even,
    )
    if use.trend is None:
        return (paying,)
    steady: State = "not_met" if use.trend.falling else "met"
    return (
        paying,
        Criterion(
            code="use_falling",
            state=steady,
            about=use.kpi,
            value=use.trend.slope,
            interval=use.trend.interval,
            threshold=0.0,
        ),
    )


def _believable(found: Findings) -> tuple[Criterion, ...]:
    about = found.result.kpi
    return (
        Criterion(code="primary_estimable", state=_truth(found.primary is not None), about=about),
        Criterion(
            code="design_supports_scale",
            state="not_assessed" if found.primary is None else _truth(found.compared),
            about=about,
        ),
        Criterion(
            code="same_ruler",
            state="not_assessed" if found.ruler_changed is None else _truth(not found.ruler_changed),
            about=about,
        ),
        Criterion(code="agreement", state=_truth(found.agreement), about=about),
        Criterion(
            code="completeness",
            state="not_assessed" if found.completeness is None else _truth(found.complete),
            about=about,
            value=found.completeness,
            threshold=found.completeness_floor,
        ),
        _grade(found),
    )


def _grade(found: Findings) -> Criterion:
    """With the threshold of the plan, if it has one."""
    if found.grade is None:
        return Criterion(code="evidence_grade", state="not_assessed", about=found.result.kpi)
    return Criterion(
        code="evidence_grade",
        state=_truth(not found.weak),
        about=found.result.kpi,
        value=float(RANKS[found.grade]),
        threshold=None if found.minimum_grade is None else float(RANKS[found.minimum_grade]),
    )


def _allowed(found: Findings) -> tuple[Criterion, ...]:
    return (
        _items("governance_red", found.red),
        _items("gate_start", found.open_start),
        _items("gate_scale", found.open_scale),
    )


def _items(code: CriterionCode, ids: tuple[str, ...]) -> Criterion:
    return Criterion(
        code=code, state=_truth(not ids), about=" ".join(ids), value=float(len(ids)), threshold=0.0
    )


def _truth(holds: bool | None) -> State:
    if holds is None:
        return "not_assessed"
    return "met" if holds else "not_met"
