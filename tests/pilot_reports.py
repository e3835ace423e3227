"""Hand-made pilots judged by the real rule, one of every kind of verdict, for tests of words and reports."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from math import expm1, log1p

from core.language import Text
from core.period import between, containing
from experiments.decision import Decision
from experiments.estimate import (
    Alternative,
    CheckResult,
    Coverage,
    Estimate,
    EventTime,
    NotEstimable,
    Result,
)
from experiments.evaluation import Evaluation, GroupSeries, KpiResult, PublishedEvaluation
from experiments.panel import Scale
from experiments.pilot import (
    ExcludedDepartment,
    Extension,
    Guardrail,
    Pilot,
    PrimaryKpi,
    RegisteredPilot,
    Use,
)
from experiments.reasons import too_few_periods
from governance.checklist import CHECKLIST, ChecklistEntry
from governance.disclosure_control import Disclosed, Persons, Policy
from governance.safety import Safety, as_declared
from kpis.kpi import Kpi, Quantity
from workflows.decide import decision_on
from workflows.disclosing import published

FIRST, START, LAST = date(2025, 1, 6), date(2025, 9, 1), date(2026, 6, 28)
WEEKS = between(containing(FIRST, "week"), containing(LAST, "week"))
SIGNED = tuple(ChecklistEntry(id=item.id, state="signed", signer="CMIO") for item in CHECKLIST)
SHA = "3f6c1a9e" * 8


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What reports ask for, and nothing else."""

    pilot: RegisteredPilot
    evaluation: PublishedEvaluation
    decision: Disclosed[Decision]
    kpis: Mapping[str, Kpi]
    safety: Safety
    data_until: date
    is_demo: bool


def kpi(id_: str, nl: str, en: str, unit: tuple[str, str], direction: str, **more: object) -> Kpi:
    rows = Quantity(table="NoteSession")
    share = unit[0] == "%"
    found = Kpi(
        id=id_, version=1, label={"nl": nl, "en": en}, question={"nl": nl + "?", "en": en + "?"},
        unit={"nl": unit[0], "en": unit[1]}, direction=direction,  # type: ignore[arg-type]
        statistic="proportion" if share else "mean", numerator=rows, denominator=rows, exclusions=(),
        missing="exclude", plausible=None, smallest_change=0.05, smallest_change_scale="relative",
        smallest_change_source="", digits=1, display_scale=100.0 if share else 1.0, target=None, owner="CMIO",
        source="",
    )  # fmt: skip
    return replace(found, **more)  # type: ignore[arg-type]


MINUTES = ("min per consult", "min per visit")
KPIS = {
    each.id: each
    for each in (
        kpi("note_time_enc", "Verslagtijd per consult", "Note time per visit", MINUTES, "lower"),
        kpi(
            "wow8",
            "Werk buiten werktijd",
            "Work outside hours",
            ("min per dagdeel", "min per session"),
            "lower",
        ),
        kpi(
            "letter_24h",
            "Ontslagbrief binnen 24 uur",
            "Discharge letter within 24 hours",
            ("%", "%"),
            "higher",
        ),
        kpi("icd_accuracy", "Juiste diagnosecode", "Correct diagnosis code", ("%", "%"), "higher"),
        kpi("utilisation", "Gebruik", "Use", ("%", "%"), "higher", digits=0),
    )
}


def series(before: float, after: float, wobble: float) -> GroupSeries:
    count = len(WEEKS)
    wave = [wobble * math.sin(1.7 * week) * math.cos(0.31 * week) for week in range(count)]
    other = [wobble * math.cos(2.3 * week) * math.sin(0.23 * week) for week in range(count)]
    started = [min(max((week.start - START).days / 42, 0), 1) if week.start >= START else 0 for week in WEEKS]
    treated = [before + (after - before) * on + move for on, move in zip(started, wave, strict=True)]
    treated[20] = math.nan
    return GroupSeries(
        periods=tuple(week.label for week in WEEKS),
        treated=tuple(treated),
        comparison=tuple(before * 1.02 + move for move in other),
        n_treated=(410,) * count,
        n_comparison=(1180,) * count,
        suppressed=(WEEKS[20].label,),
    )


COVERAGE = Coverage(
    n_observations=847, n_units=11, n_treated_units=3, n_clusters=11, first_period=WEEKS[0].label,
    last_period=WEEKS[-1].label, periods_before=34, periods_after=37, periods_left_out=("2026-W01",),
)  # fmt: skip

CHECKS = (
    CheckResult(
        name="parallel_trends",
        passed=True,
        message=Text("Before the start both groups move alike ({slope:+.2} a month).", {"slope": 0.01}),
        p_value=0.71,
    ),
    CheckResult(name="leave_one_department_out", passed=True, message=Text("Between −2.8 and −2.3.")),
    CheckResult(
        name="noise_ratio", passed=False, message=Text("The pilot departments are noisier (ratio 1.4).")
    ),
    CheckResult(name="completeness", passed=None, message=Text("98.6 % of the weeks hold data.")),
)


def estimate(
    effect: float, half: float, scale: Scale = "absolute", *, agreement: bool | None = True
) -> Estimate:
    """effect: as people read it (a fraction when relative); half: of the interval, in log points then."""
    here = log1p(effect) if scale == "relative" else effect

    def back(value: float) -> float:
        return expm1(value) if scale == "relative" else value

    def around(middle: float, width: float) -> tuple[float, float]:
        return back(middle - width), back(middle + width)

    bins = []
    for at in range(-8, 10):
        value = 0.0 if at < 0 else here * min(1.0, 0.5 + at / 3)
        value += 0.25 * half * math.sin(3.1 * at)
        bins.append(
            EventTime(
                event_time=at, first=4 * at, last=4 * at + 3, effect=0.0 if at == -1 else back(value),
                standard_error=None if at == -1 else half / 2,
                interval=None if at == -1 else around(value, half),
                band=None if at == -1 else around(value, 1.6 * half),
            )
        )  # fmt: skip
    clear = abs(here) > half
    also = tuple(
        Alternative(
            inference=name, effect=effect, standard_error=half * factor / 2,
            interval=around(here, half * factor), p_value=0.002 if clear else 0.36, degrees_of_freedom=8.0,
        )
        for name, factor in (("collapse-t", 1.1), ("cr2", 1.2), ("randomisation", 1.3))
    )  # fmt: skip
    return Estimate(
        estimand="ATT", design="difference-in-differences", inference="scaled-ewc-t", scale=scale,
        effect=effect, standard_error=half / 2, interval=around(here, half), level=0.95,
        p_value=0.0002 if clear else 0.31, degrees_of_freedom=11.4, coverage=COVERAGE, also=also,
        agreement=agreement, checks=CHECKS, event_study=tuple(bins),
        assumptions=(
            Text("Without the pilot both groups would have moved alike."),
            Text("The pilot does not reach the comparison departments."),
            Text("Nothing else changed at the same moment in one of the groups."),
        ),
        why=Text("One start date and comparison departments."),
    )  # fmt: skip


def not_estimable() -> NotEstimable:
    return NotEstimable(
        reasons=(too_few_periods(3, 40, 8),),
        design="difference-in-differences",
        scale="relative",
        coverage=COVERAGE,
    )


def result(name: str, role: str, scale: Scale, threshold: float | None, found: Result | None,
           levels: tuple[float, float, float], **more: object) -> KpiResult:  # fmt: skip
    base = KpiResult(
        kpi=name, kpi_version=2, role=role, scale=scale, threshold=threshold, result=found,  # type: ignore[arg-type]
        series=series(*levels), n=84_120, excluded={"unsigned": 312, "implausible": 9},
        patients=21_034, staff=46,
        completeness=0.986,
    )  # fmt: skip
    return replace(base, **more)  # type: ignore[arg-type]


def plan(name_nl: str, name_en: str, primary: PrimaryKpi, **more: object) -> Pilot:
    base = Pilot(
        id="pilot-x", name_nl=name_nl, name_en=name_en, use_case="ambient", vendor="A",
        starts=dict.fromkeys(("Cardiologie", "Interne geneeskunde", "Longziekten"), START),
        comparison=("Chirurgie", "Urologie", "Orthopedie", "Neurologie", "KNO", "Oog", "MDL", "Reuma"),
        primary=primary, guardrails=(Guardrail(kpi="icd_accuracy", margin=0.03, scale="absolute"),
                                     Guardrail(kpi="wow8", margin=2.0, scale="absolute")),
        secondary=(), use=Use(kpi="utilisation", break_even=0.4, target=0.6), window=(FIRST, LAST),
        excluded=(ExcludedDepartment(department="Dermatologie", reason="shares doctors with a pilot"),),
        extension=Extension(weeks=26, departments=2), governance=SIGNED,
    )  # fmt: skip
    return replace(base, **more)  # type: ignore[arg-type]


def judged(pilot: Pilot, results: tuple[KpiResult, ...], *, persons: Persons | None = None) -> View:
    """The view of a pilot after the real rule and the real gate."""
    many = persons or Persons(patients=21_034, staff=46)
    evaluation = Evaluation(
        pilot=pilot.id, as_of=LAST, plan_sha256=SHA, cube_version="cube-00017", results=results
    )
    evaluation = replace(
        evaluation,
        results=tuple(replace(each, patients=many.patients, staff=many.staff) for each in results),
    )
    shown, safety = published(evaluation, Policy(), KPIS), as_declared(pilot.governance, LAST)
    return View(
        pilot=RegisteredPilot(
            pilot=pilot, version=3, plan_sha256=SHA, registered_at="2025-08-04T09:12:00+00:00"
        ),
        evaluation=shown,
        decision=decision_on(shown, pilot, KPIS, Policy(), LAST, safety, None),
        safety=safety,
        kpis=KPIS,
        data_until=LAST,
        is_demo=True,
    )


def guarded(codes: float = 0.002, outside: float = -0.3) -> tuple[KpiResult, ...]:
    return (
        result(
            "icd_accuracy", "guardrail", "absolute", 0.03, estimate(codes, 0.016), (0.79, 0.79 + codes, 0.02)
        ),
        result("wow8", "guardrail", "absolute", 2.0, estimate(outside, 1.1), (22.0, 22.0 + outside, 1.2)),
    )


def used(share: float = 0.64) -> KpiResult:
    return result("utilisation", "use", "absolute", 0.4, None, (0.0, share, 0.0), use_value=share)


NOTES = PrimaryKpi(kpi="note_time_enc", smallest_change=0.05, scale="relative")
LETTERS = PrimaryKpi(kpi="letter_24h", smallest_change=0.05, scale="absolute")


def note_time(effect: float, half: float, **more: object) -> KpiResult:
    found = estimate(effect, half, "relative")
    return result(
        "note_time_enc", "primary", "relative", 0.05, found, (11.2, 11.2 * (1 + effect), 0.5), **more
    )


def views() -> dict[str, View]:
    """The five kinds of the demo, one that cannot be estimated and one that may not be shown."""
    scale = plan("Meeluisteren op de poli (A)", "Listening in at the clinic (A)", NOTES)
    null = plan("Meeluisteren op de poli (B)", "Listening in at the clinic (B)", NOTES, vendor="B")
    letters = plan("Concept-ontslagbrief", "Draft discharge letter", LETTERS)
    template = plan("Verslagsjabloon", "Note template", NOTES)
    drafts = plan(
        "Antwoordhulp patiëntberichten", "Help with answering messages", NOTES, extension=Extension()
    )
    letter = result("letter_24h", "primary", "absolute", 0.05, estimate(0.078, 0.09), (0.66, 0.74, 0.02))
    cannot = result("note_time_enc", "primary", "relative", 0.05, not_estimable(), (11.2, 11.0, 0.5))
    return {
        "scale": judged(scale, (note_time(-0.091, 0.024), *guarded(), used())),
        "no_effect": judged(null, (note_time(0.004, 0.03), *guarded(), used(0.31))),
        "extend": judged(letters, (letter, *guarded(), used())),
        "harm": judged(template, (note_time(-0.02, 0.04), *guarded(codes=-0.44), used())),
        "too_uncertain": judged(drafts, (note_time(-0.06, 0.09), *guarded(), used(0.52))),
        "not_estimable": judged(scale, (cannot, *guarded(), used())),
        "suppressed": judged(
            scale, (note_time(-0.091, 0.024), *guarded(), used()), persons=Persons(patients=7, staff=3)
        ),
    }
