"""What would lead to each other verdict, with its number."""

import itertools
from collections.abc import Iterator
from dataclasses import replace
from math import isfinite

from experiments.decision import Change, ChangeCode, Verdict
from experiments.rule.findings import Findings
from experiments.rule.reading import Reading
from experiments.rule.verdict import Judgement, Plan, judge, weeks_needed, worthwhile

HORIZON = 260
"""Weeks beyond which no pilot is planned."""


def changes(found: Findings, judgement: Judgement) -> tuple[Change, ...]:
    """The nearest way to every other verdict; what leads to scale holds together, the rest one by one."""
    listed: list[Change] = []
    if judgement.verdict != "scale" and not found.may_not_carry:
        listed += _to_scale(found)
    if judgement.verdict != "stop":
        listed += _to_stop(found)
    if found.primary is not None:
        listed += _by_effect(found, found.primary, judgement.verdict)
        listed += _by_time(found, found.primary, judgement)
    if judgement.verdict == "scale" and found.use is not None and found.use.value is not None:
        listed.append(_change("use_below", found.use.break_even, found.use.kpi, "cannot_tell"))
    return tuple(listed)


def _to_scale(found: Findings) -> Iterator[Change]:
    primary = found.primary
    if primary is not None and not worthwhile(found, primary) and isfinite(primary.low):
        nearest = max(found.smallest_change, primary.estimate - primary.low)
        yield _change("effect_at_least", found.ruler.effect(nearest), found.result.kpi, "scale")
    for guardrail in found.guardrails:
        if guardrail.reading is not None and not guardrail.inside:
            yield _change("guardrail_within_margin", guardrail.margin, guardrail.result.kpi, "scale")
    if found.use is not None and found.use.below:
        yield _change("use_at_least", found.use.break_even, found.use.kpi, "scale")
    if not found.complete:
        yield _change("completeness_at_least", found.completeness_floor, found.result.kpi, "scale")
    unsigned = tuple(dict.fromkeys((*found.red, *_open(found))))
    if unsigned:
        yield _change("sign_items", float(len(unsigned)), " ".join(unsigned), "scale")
    asking = (*found.safety.stopping, *found.safety.reviewed)
    if asking:
        yield _change("close_incidents", float(len(asking)), " ".join(asking), "scale")


def _open(found: Findings) -> tuple[str, ...]:
    """The items that are asked for next: before a pilot is measured nothing is known that could be scaled."""
    return found.open_scale if found.safety.gates.may_be_measured else found.open_start


def _to_stop(found: Findings) -> Iterator[Change]:
    for guardrail in found.guardrails:
        if guardrail.reading is not None:
            yield _change("guardrail_beyond_margin", guardrail.margin, guardrail.result.kpi, "stop")
    yield _change("red_item", 1.0, "", "stop")


def _by_effect(found: Findings, primary: Reading, current: Verdict) -> Iterator[Change]:
    """The nearest effect of each other verdict, the interval as wide as it is; scale has its own list."""
    nearest: dict[Verdict, float] = {}
    for verdict, edge in _regions(found, primary):
        distance = abs(edge - primary.estimate)
        if verdict not in nearest or distance < abs(nearest[verdict] - primary.estimate):
            nearest[verdict] = edge
    for verdict, edge in nearest.items():
        if verdict not in (current, "scale"):
            code: ChangeCode = "effect_at_least" if edge > primary.estimate else "effect_at_most"
            yield _change(code, found.ruler.effect(edge), found.result.kpi, verdict)


def _regions(found: Findings, primary: Reading) -> Iterator[tuple[Verdict, float]]:
    """Stretches of the effect with one verdict, each as that verdict and the edge on the estimate's side."""
    later = primary.projected(found.extension.weeks, found.extension.departments)
    lowest, highest = primary.landing(later)
    rise, fall = highest - primary.estimate, primary.estimate - lowest
    matters, below, above = found.smallest_change, primary.estimate - later.low, later.high - primary.estimate
    candidates = {
        matters,
        matters - rise,
        primary.estimate - primary.low,
        below,
        below - rise,
        matters - (primary.high - primary.estimate),
        matters - above,
        matters - above + fall,
    }
    edges = sorted(filter(isfinite, candidates))
    bounds = [edges[0] - 1.0, *edges, edges[-1] + 1.0]
    for lower, upper in itertools.pairwise(bounds):
        moved = replace(found, primary=primary.moved((lower + upper) / 2))
        yield judge(moved).verdict, min(max(primary.estimate, lower), upper)


def _by_time(found: Findings, primary: Reading, judgement: Judgement) -> Iterator[Change]:
    plan = judgement.plan
    if judgement.verdict == "cannot_tell":
        weeks = weeks_needed(found, 0, HORIZON)
        if weeks is None or found.agreement is False or not found.complete:
            return
        plan = Plan(weeks=weeks, departments=0)
    if plan is None:
        return
    ruled_out = judgement.reasons[0] == "could_rule_out"
    if judgement.verdict == "cannot_tell":
        ruled_out = primary.estimate < found.smallest_change
    leads_to: Verdict = "stop" if ruled_out else "scale"
    if plan.weeks:
        yield _change("extra_weeks", float(plan.weeks), found.result.kpi, leads_to)
    if plan.departments:
        yield _change("extra_departments", float(plan.departments), found.result.kpi, leads_to)
    yield from _by_then(found, primary.projected(plan.weeks, plan.departments), leads_to)


def _by_then(found: Findings, later: Reading, leads_to: Verdict) -> Iterator[Change]:
    """The effect that is needed after an extension where today's would not do."""
    if leads_to == "scale" and not worthwhile(found, later):
        needed = max(found.smallest_change, later.estimate - later.low)
        yield _change("effect_then_at_least", found.ruler.effect(needed), found.result.kpi, leads_to)
    if leads_to == "stop" and later.high >= found.smallest_change:
        needed = found.smallest_change - (later.high - later.estimate)
        yield _change("effect_then_at_most", found.ruler.effect(needed), found.result.kpi, leads_to)


def _change(code: ChangeCode, value: float, about: str, leads_to: Verdict) -> Change:
    return Change(code=code, value=value, about=about, leads_to=leads_to)
