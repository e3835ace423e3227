"""How much an estimate can carry, from A to D: the design sets the most it can be, what fails lowers it.

A: departments or their start dates were drawn by lot. B: compared with departments without the tool. C: a
long series of its own, or a changed ruler. D: before and after alone. Every rule below takes one step.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal, get_args

from core.language.text import N_, Text
from experiments import designs
from experiments.estimate import Estimate
from experiments.measured_sizes import too_often

Grade = Literal["A", "B", "C", "D"]
GRADES: tuple[Grade, ...] = get_args(Grade)
RANKS: dict[Grade, int] = {"A": 4, "B": 3, "C": 2, "D": 1}
"""Grades where only numbers fit, more is stronger."""
DRAWN = ("cluster-randomised", "stepped-wedge")
OWN_SERIES = "interrupted-time-series"
COUNTS = "rare-events"
RULER = "measurement_change"
FEWEST_DRAWN, FEWEST_COMPARISON = 8, 3
"""Four an arm (Hayes and Moulton 2017, Cluster Randomised Trials); three, below which a plan is warned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeReason:
    """Why a grade is what it is: what the design allows first, then what lowers it."""

    code: str
    message: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceGrade:
    """The grade of an estimate; ceiling: the most that its design can reach."""

    grade: Grade
    ceiling: Grade
    reasons: tuple[GradeReason, ...]


def evidence_grade(found: Estimate) -> EvidenceGrade:
    """The grade of an estimate with the checks beside it; a check that was not run lowers nothing."""
    ceiling = _ceiling(found)
    lowered = tuple(rule.reason for rule in LOWERS if ceiling in rule.ceilings and rule.holds(found))
    at = GRADES.index(ceiling) + len(lowered)
    if _failed((RULER,), found):
        lowered = (*lowered, GradeReason(code=RULER, message=Text(NEW_RULER)))
        at = max(at, GRADES.index("C"))
    return EvidenceGrade(
        grade=GRADES[min(at, len(GRADES) - 1)],
        ceiling=ceiling,
        reasons=(GradeReason(code="design", message=Text(CEILINGS[ceiling])), *lowered),
    )


def best_grade(design: str, *, alone: bool = False, drawn: bool = False) -> Grade:
    """The most that a design can reach; alone: without comparison departments, where it can do without."""
    if design == "before-after" or (design == COUNTS and alone):
        return "D"
    if design == OWN_SERIES:
        return "C"
    return "A" if drawn or design in DRAWN else "B"


def _ceiling(found: Estimate) -> Grade:
    alone = found.coverage.n_units == found.coverage.n_treated_units
    drawn = any(check.name == "selection" and check.passed for check in found.checks)
    return best_grade(found.design, alone=alone, drawn=drawn)


@dataclass(frozen=True, slots=True)
class _Rule:
    """What takes a grade one step down; ceilings: those of the designs it is about."""

    code: str
    holds: Callable[[Estimate], bool]
    sentence: str
    ceilings: tuple[Grade, ...] = GRADES

    @property
    def reason(self) -> GradeReason:
        """The rule as the reason of a grade."""
        return GradeReason(code=self.code, message=Text(self.sentence))


def _failed(names: tuple[str, ...], found: Estimate) -> bool:
    return any(check.passed is False for check in found.checks if check.name in names)


def _trend_unknown(found: Estimate) -> bool:
    return any(check.passed is None for check in found.checks if check.name == "parallel_trends")


def _few_drawn(found: Estimate) -> bool:
    return found.coverage.n_units < FEWEST_DRAWN


def _few_departments(found: Estimate) -> bool:
    """One pilot department, whose own story is the effect, or hardly anything to compare with."""
    pilots = found.coverage.n_treated_units
    return pilots == 1 or 0 < found.coverage.n_units - pilots < FEWEST_COMPARISON


def _disagree(found: Estimate) -> bool:
    return found.agreement is False


def _too_sure(found: Estimate) -> bool:
    """The error of the chosen inference was measured to be too small."""
    pilots = found.coverage.n_treated_units
    fewest = min(pilots, found.coverage.n_units - pilots)
    return found.design in designs.OWN_CHANGE and bool(too_often(found.inference, fewest))


LOWERS = (
    _Rule(
        "pre_trend",
        partial(_failed, ("parallel_trends", "largest_pre_gap", "joint_leads")),
        N_("Pilot and comparison departments did not move together before the start."),
    ),
    _Rule(
        "pre_trend_unknown",
        _trend_unknown,
        N_("It could not be seen whether pilot and comparison departments moved together before the start."),
        ("B",),
    ),
    _Rule(
        "placebo",
        partial(_failed, ("placebo_start", "placebo_space", "negative_control")),
        N_("An effect shows where there can be none: with a pretended start, pilot or outcome."),
    ),
    _Rule(
        "other_cause",
        partial(_failed, ("co_intervention", "regression_to_the_mean", "selection", "composition")),
        N_("Something else than the tool may have made the difference; see the checks."),
    ),
    _Rule(
        "few_departments",
        _few_departments,
        N_("There are too few departments to tell the tool from what is particular to them."),
        ("B",),
    ),
    _Rule(
        "few_drawn",
        _few_drawn,
        N_("Too few departments were drawn for the lot to balance what differs between them."),
        ("A",),
    ),
    _Rule("agreement", _disagree, N_("A second way of calculating does not lead to the same answer.")),
    _Rule("too_sure", _too_sure, N_("The chosen way of calculating is known to be too sure of itself.")),
    _Rule("completeness", partial(_failed, ("completeness",)), N_("Too many weeks hold no data.")),
)
"""What lowers a grade, each by one step; several checks of one kind count once."""
NEW_RULER = N_("The way of measuring changed in the pilot departments: weak evidence at best.")
CEILINGS: dict[Grade, str] = {
    "A": N_("Departments were drawn by lot, so at best strong."),
    "B": N_(
        "Departments without the tool show what would have been, but nobody drew lots: at best moderate."
    ),
    "C": N_("The departments are compared with their own past course only: at best weak."),
    "D": N_("Before and after without comparison cannot tell the tool from the times: very weak."),
}
