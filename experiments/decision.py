"""The verdict and its reasons, as codes and numbers; reports/wording.py writes the sentences."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Verdict = Literal["scale", "extend", "stop", "cannot_tell"]
State = Literal["met", "not_met", "undecided", "not_assessed"]

CriterionCode = Literal[
    "effect_excludes_zero",
    "effect_at_least_smallest_change",
    "effect_excludes_smallest_change",
    "guardrail",
    "safety_monitoring",
    "bias",
    "use_at_least_break_even",
    "use_falling",
    "primary_estimable",
    "design_supports_scale",
    "same_ruler",
    "agreement",
    "completeness",
    "evidence_grade",
    "incidents",
    "governance_red",
    "gate_start",
    "gate_scale",
    "economics",
]
"""What the rule looks at. `met` is the good state of every code (use_falling met: it does not fall), but for
effect_excludes_smallest_change: met when an effect that matters is ruled out, which asks for a stop."""

ReasonCode = Literal[
    "guardrail_breached",
    "governance_red",
    "incident_stops",
    "primary_suppressed",
    "primary_not_estimable",
    "methods_disagree",
    "incomplete_data",
    "worthwhile_effect",
    "no_worthwhile_effect",
    "could_scale",
    "could_rule_out",
    "gate_open",
    "guardrail_undecided",
    "guardrail_out_of_reach",
    "use_below_break_even",
    "before_after_only",
    "ruler_changed",
    "evidence_too_weak",
    "incident_under_review",
    "too_uncertain",
]
"""Why the verdict is what it is, the deciding one first."""

ChangeCode = Literal[
    "effect_at_least",
    "effect_at_most",
    "extra_weeks",
    "extra_departments",
    "effect_then_at_least",
    "effect_then_at_most",
    "sign_items",
    "close_incidents",
    "red_item",
    "guardrail_within_margin",
    "guardrail_beyond_margin",
    "use_at_least",
    "use_below",
    "completeness_at_least",
]
"""What would lead to another verdict. Effects and margins are in the KPI's unit and sign, the width of the
interval kept as it is; "at least" means at least as good. extra_weeks and extra_departments come on top of
what there is, and lead there while the effect stays as it is; where effect_then_at_least or
effect_then_at_most stands beside them, when the effect is that by then. A guardrail's value is its margin,
which the whole interval would lie within or beyond."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One thing the rule looked at. `about` names the KPI or the checklist items it concerns.

    value, interval, threshold: in the KPI's unit and sign; shares for use and completeness, counts for gates;
    4 (A) to 1 (D) for the evidence grade.
    """

    code: CriterionCode
    state: State
    about: str = ""
    value: float | None = None
    interval: tuple[float, float] | None = None
    threshold: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What would lead to another verdict: a code and its number."""

    code: ChangeCode
    value: float | None
    about: str = ""
    leads_to: Verdict | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The verdict on one pilot.

    provided: what scaling would lean on without evidence: codes of the criteria that are not assessed,
    "gate_start" while items of the start gate are open, and "evidence_grade" where it is weak. Economics
    only informs.
    """

    pilot: str
    verdict: Verdict
    criteria: tuple[Criterion, ...]
    reasons: tuple[ReasonCode, ...]
    would_change_it: tuple[Change, ...]
    provided: tuple[CriterionCode, ...]
    plan_sha256: str
    as_of: date
