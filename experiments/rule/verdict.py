"""The decision rule: the first that holds."""

from dataclasses import dataclass

from experiments.decision import ReasonCode, Verdict
from experiments.rule.findings import Findings
from experiments.rule.reading import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A longer pilot: weeks and departments on top of what there is."""

    weeks: int
    departments: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """The verdict, its reasons, and the longer pilot that an extension asks for."""

    verdict: Verdict
    reasons: tuple[ReasonCode, ...]
    plan: Plan | None = None


def judge(found: Findings) -> Judgement:
    """Stop for harm; cannot tell; scale; stop for no worthwhile effect; extend; else cannot tell."""
    harm = _harm(found)
    if harm:
        return Judgement(verdict="stop", reasons=harm)
    primary, unreadable = found.primary, _unreadable(found)
    if unreadable or primary is None:
        return Judgement(verdict="cannot_tell", reasons=unreadable)
    if may_scale(found):
        return Judgement(verdict="scale", reasons=("worthwhile_effect",))
    if primary.high < found.smallest_change:
        return Judgement(verdict="stop", reasons=("no_worthwhile_effect",))
    return _extended(found, primary)


def _harm(found: Findings) -> tuple[ReasonCode, ...]:
    reasons: list[ReasonCode] = []
    if any(guardrail.breached for guardrail in found.guardrails):
        reasons.append("guardrail_breached")
    if found.red:
        reasons.append("governance_red")
    if found.safety.stopping:
        reasons.append("incident_stops")
    return tuple(reasons)


def _unreadable(found: Findings) -> tuple[ReasonCode, ...]:
    reasons: list[ReasonCode] = []
    if found.primary is None:
        reasons.append("primary_suppressed" if found.suppressed else "primary_not_estimable")
    if found.agreement is False:
        reasons.append("methods_disagree")
    if not found.complete:
        reasons.append("incomplete_data")
    return tuple(reasons)


def worthwhile(found: Findings, reading: Reading) -> bool:
    """The interval excludes 0 in the good direction and the estimate is at least what matters."""
    return reading.low > 0 and reading.estimate >= found.smallest_change


def may_scale(found: Findings) -> bool:
    """Everything rule 3 asks for; what is not assessed does not block but becomes a proviso."""
    return (
        found.primary is not None
        and worthwhile(found, found.primary)
        and not any(guardrail.undecided for guardrail in found.guardrails)
        and not found.open_scale
        and not _held_back(found)
    )


def _held_back(found: Findings) -> tuple[ReasonCode, ...]:
    """What stands in the way of scaling and is not a matter of time."""
    reasons: list[ReasonCode] = []
    if not found.compared:
        reasons.append("before_after_only")
    if found.ruler_changed:
        reasons.append("ruler_changed")
    if found.too_weak:
        reasons.append("evidence_too_weak")
    if found.safety.reviewed:
        reasons.append("incident_under_review")
    if found.use is not None and found.use.below:
        reasons.append("use_below_break_even")
    return tuple(reasons)


def _extended(found: Findings, primary: Reading) -> Judgement:
    plan = affordable_plan(found)
    if plan is not None:
        return Judgement(verdict="extend", reasons=_hopes(found, primary), plan=plan)
    whole = Plan(weeks=found.extension.weeks, departments=found.extension.departments)
    hopes = _hopes_if_it_moves(found, primary, whole)
    if hopes:
        return Judgement(verdict="extend", reasons=hopes, plan=whole)
    return Judgement(verdict="cannot_tell", reasons=_obstacles(found, primary))


def affordable_plan(found: Findings) -> Plan | None:
    """The smallest affordable extension after which rule 3 or 4 could hold: weeks first, then departments."""
    for departments in range(found.extension.departments + 1):
        weeks = weeks_needed(found, departments, found.extension.weeks)
        if weeks is not None:
            return Plan(weeks=weeks, departments=departments)
    return None


def weeks_needed(found: Findings, departments: int, at_most: int) -> int | None:
    """The fewest extra weeks after which rule 3 or 4 could hold; None where `at_most` are not enough."""
    possible = (weeks for weeks in range(at_most + 1) if _could_settle(found, weeks, departments))
    return next(possible, None)


def _could_settle(found: Findings, weeks: int, departments: int) -> bool:
    """Whether rule 3 or 4 would hold after a longer pilot that leaves the estimate where it is."""
    if found.primary is None:
        return False
    later = found.primary.projected(weeks, departments)
    if later.high < found.smallest_change:
        return True
    return worthwhile(found, later) and _safe_after(found, weeks, departments)


def _safe_after(found: Findings, weeks: int, departments: int) -> bool:
    return not _held_back(found) and all(
        guardrail.reading is None or guardrail.reading.projected(weeks, departments).low > guardrail.limit
        for guardrail in found.guardrails
    )


def _hopes_if_it_moves(found: Findings, primary: Reading, plan: Plan) -> tuple[ReasonCode, ...]:
    """What the whole affordable extension could show when the estimate moves as it may; likelier first."""
    later = primary.projected(plan.weeks, plan.departments)
    lowest, highest = primary.landing(later)
    rise = max(found.smallest_change, later.estimate - later.low) - primary.estimate
    fall = primary.estimate - (found.smallest_change - (later.high - later.estimate))
    hopes: list[tuple[float, ReasonCode]] = []
    if worthwhile(found, later.moved(highest)) and _safe_after(found, plan.weeks, plan.departments):
        hopes.append((rise, "could_scale"))
    if later.moved(lowest).high < found.smallest_change:
        hopes.append((fall, "could_rule_out"))
    return tuple(reason for _, reason in sorted(hopes))


def _hopes(found: Findings, primary: Reading) -> tuple[ReasonCode, ...]:
    if primary.estimate < found.smallest_change:
        return ("could_rule_out",)
    reasons: list[ReasonCode] = []
    if not worthwhile(found, primary):
        reasons.append("could_scale")
    if any(guardrail.undecided for guardrail in found.guardrails):
        reasons.append("guardrail_undecided")
    if found.open_scale:
        reasons.append("gate_open")
    return tuple(reasons)


def _obstacles(found: Findings, primary: Reading) -> tuple[ReasonCode, ...]:
    reasons: list[ReasonCode] = []
    if not worthwhile(found, primary):
        reasons.append("too_uncertain")
    reasons += _held_back(found)
    if any(guardrail.undecided for guardrail in found.guardrails):
        reasons.append("guardrail_out_of_reach")
    return tuple(reasons)
