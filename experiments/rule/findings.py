"""What an evaluation and its plan say, in the terms the rule compares."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isnan

from experiments.estimate import Estimate
from experiments.evaluation import Evaluation, KpiResult
from experiments.evidence_grade import RANKS, RULER, Grade, evidence_grade
from experiments.inference.equivalence import Outcome
from experiments.pilot import Extension, Pilot
from experiments.rule.reading import Reading, Ruler
from experiments.rule.use import UseTrend, use_trend
from governance.safety import Safety
from kpis.kpi import Kpi

ENOUGH: Grade = "B"
"""The grade that evidence is held to where the plan asks none; below it scaling is a proviso, no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardrailFinding:
    """A guardrail: what was found (None where it cannot be estimated) and the margin it may not pass.

    margin: as an effect in the KPI's unit and sign; limit: the same as a position.
    """

    result: KpiResult
    reading: Reading | None
    margin: float
    limit: float

    @property
    def breached(self) -> bool:
        """The interval lies wholly beyond the margin."""
        return self.reading is not None and self.reading.high < self.limit

    @property
    def inside(self) -> bool:
        """The interval lies wholly inside the margin."""
        return self.reading is not None and self.reading.low > self.limit

    @property
    def undecided(self) -> bool:
        """The margin lies in the interval."""
        return self.reading is not None and not self.breached and not self.inside


@dataclass(frozen=True, slots=True, kw_only=True)
class UseFinding:
    """Use after the run-in against the use at which the tool pays for itself."""

    kpi: str
    value: float | None
    break_even: float
    trend: UseTrend | None

    @property
    def below(self) -> bool:
        """Known, and too low."""
        return self.value is not None and self.value < self.break_even


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """Everything the verdict is made from.

    primary: None where there is no estimate; suppressed: because disclosure control withheld it.
    ruler_changed: the check of the way of measuring failed; None where it could not judge.
    grade: of the evidence, None without an estimate. minimum_grade: what the plan asks, None where nothing.
    alike: whether the tool works alike for the declared groups, None where nothing names groups.
    smallest_change: the position from which the effect matters. completeness: None where unknown.
    """

    result: KpiResult
    primary: Reading | None
    suppressed: bool
    ruler: Ruler
    smallest_change: float
    guardrails: tuple[GuardrailFinding, ...]
    use: UseFinding | None
    safety: Safety
    alike: Outcome | None
    agreement: bool | None
    compared: bool
    ruler_changed: bool | None
    grade: Grade | None
    minimum_grade: Grade | None
    completeness: float | None
    completeness_floor: float
    extension: Extension

    @property
    def red(self) -> tuple[str, ...]:
        """Items of the checklist on red."""
        return self.safety.gates.red

    @property
    def open_start(self) -> tuple[str, ...]:
        """Items that the start asks for and that are open."""
        return self.safety.gates.start

    @property
    def open_scale(self) -> tuple[str, ...]:
        """Items that scaling asks for and that are open."""
        return self.safety.gates.scale

    @property
    def complete(self) -> bool:
        """At least as much data as the plan asks; unknown is not held against it."""
        return self.completeness is None or self.completeness >= self.completeness_floor

    @property
    def weak(self) -> bool:
        """Known, and below the grade that the evidence is held to."""
        return self.grade is not None and RANKS[self.grade] < RANKS[self.minimum_grade or ENOUGH]

    @property
    def too_weak(self) -> bool:
        """Below a grade that the plan asks before it may be scaled."""
        return self.weak and self.minimum_grade is not None

    @property
    def may_not_carry(self) -> bool:
        """No result leads to scaling: without comparison, by another ruler, or on too weak evidence."""
        return not self.compared or bool(self.ruler_changed) or self.too_weak


def findings(
    evaluation: Evaluation, pilot: Pilot, kpis: Mapping[str, Kpi], safety: Safety, alike: Outcome | None
) -> Findings:
    """Read an evaluation against its plan. A result of None was withheld by disclosure control."""
    primary = evaluation.primary
    direction = kpis[primary.kpi].direction
    ruler = Ruler.of(direction, primary.scale)
    estimate = primary.result if isinstance(primary.result, Estimate) else None
    return Findings(
        result=primary,
        primary=Reading.of(estimate, direction) if estimate else None,
        suppressed=primary.result is None,
        ruler=ruler,
        smallest_change=ruler.position(ruler.better_by(pilot.primary.smallest_change)),
        guardrails=tuple(_guardrail(result, kpis) for result in evaluation.by_role("guardrail")),
        use=_use(evaluation, pilot),
        safety=safety,
        alike=alike,
        agreement=estimate.agreement if estimate else None,
        compared=estimate is None or estimate.coverage.n_units > estimate.coverage.n_treated_units,
        ruler_changed=_ruler_changed(estimate),
        grade=evidence_grade(estimate).grade if estimate else None,
        minimum_grade=pilot.minimum_grade,
        completeness=None if isnan(primary.completeness) else primary.completeness,
        completeness_floor=pilot.completeness_floor,
        extension=pilot.extension,
    )


def _ruler_changed(estimate: Estimate | None) -> bool | None:
    states = [check.passed for check in estimate.checks if check.name == RULER] if estimate else []
    return None if not states or states[0] is None else not states[0]


def _guardrail(result: KpiResult, kpis: Mapping[str, Kpi]) -> GuardrailFinding:
    direction = kpis[result.kpi].direction
    ruler = Ruler.of(direction, result.scale)
    found, margin = result.result, ruler.worse_by(result.threshold or 0.0)
    return GuardrailFinding(
        result=result,
        reading=Reading.of(found, direction) if isinstance(found, Estimate) else None,
        margin=margin,
        limit=ruler.position(margin),
    )


def _use(evaluation: Evaluation, pilot: Pilot) -> UseFinding | None:
    results = evaluation.by_role("use")
    if pilot.use is None or not results:
        return None
    return UseFinding(
        kpi=pilot.use.kpi,
        value=results[0].use_value,
        break_even=pilot.use.break_even,
        trend=use_trend(results[0].series, pilot),
    )
