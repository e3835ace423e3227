"""Pilots and departments made by hand, in states that a demo cannot be relied on to show."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from core.language.text import Text
from core.period import Period, containing
from experiments.decision import Change, Criterion, Decision, State, Verdict
from experiments.estimate import (
    Estimate,
    NotEstimable,
)
from experiments.evaluation import PublishedEvaluation, PublishedResult
from experiments.monitoring.charted_kpi import Event
from experiments.pilot import Guardrail, Pilot, PrimaryKpi, RegisteredPilot, Use
from governance.checklist.gates import Gates
from governance.disclosure_control import Disclosed, Policy, release
from governance.safety import Safety
from kpis.kpi import Kpi
from kpis.measurements import Measurement
from tests.screens.sample_results import (
    CODES,
    FEW,
    FIRST,
    KPIS,
    LETTER,
    MANY,
    NOTE,
    REASONS,
    START,
    UNTIL,
    USE,
    WEEKS,
    WOW,
    estimate,
    not_estimable,
    published,
)
from workflows.department import DepartmentView, KpiCard
from workflows.kpi_chart import Around, KpiChartRequest, chart_measured
from workflows.measure import Measured
from workflows.overview import PilotView


def view(
    id_: str,
    nl: str,
    en: str,
    verdict: Verdict,
    results: Sequence[PublishedResult],
    *,
    guardrails: tuple[State, ...] = ("met",),
    open_items: tuple[str, ...] = (),
    hidden: bool = False,
    demo_truth: dict[str, float] | None = None,
) -> PilotView:
    primary = results[0]
    plan = Pilot(
        id=id_,
        name_nl=nl,
        name_en=en,
        use_case="ambient",
        vendor="A",
        starts=dict.fromkeys(("Cardiologie", "Interne geneeskunde", "Longziekten"), START),
        comparison=("Chirurgie", "Urologie", "Orthopedie"),
        primary=PrimaryKpi(kpi=primary.kpi, smallest_change=primary.threshold or 1.0, scale="absolute"),
        guardrails=(Guardrail(kpi="wow8", margin=2.0, scale="absolute"),),
        secondary=(),
        use=Use(kpi="utilisation", break_even=0.4, target=0.6),
        window=(FIRST, UNTIL),
    )
    found = primary.result.value.result if primary.result.value else None
    decision = Decision(
        pilot=id_,
        verdict=verdict,
        criteria=_criteria(primary, found, guardrails, open_items),
        reasons=(REASONS[verdict],),
        would_change_it=_changes(verdict, primary.kpi),
        provided=(),
        plan_sha256="0" * 64,
        as_of=UNTIL,
    )
    return PilotView(
        pilot=RegisteredPilot(
            pilot=plan, version=3, plan_sha256="0" * 64, registered_at="2026-05-04T09:00:00+00:00"
        ),
        evaluation=PublishedEvaluation(
            pilot=id_, as_of=UNTIL, plan_sha256="0" * 64, cube_version="7", results=tuple(results)
        ),
        decision=_decided(decision, hidden=hidden),
        kpis=KPIS,
        demo_truth=demo_truth,
        safety=Safety(gates=Gates(red=(), start=(), scale=open_items, may_be_measured=True)),
        due=(),
        data_until=UNTIL,
    )


def _decided(decision: Decision, *, hidden: bool) -> Disclosed[Decision]:
    return release(decision, FEW if hidden else MANY, Policy())


def _criteria(
    primary: PublishedResult,
    found: Estimate | NotEstimable | None,
    guardrails: tuple[State, ...],
    open_items: tuple[str, ...],
) -> tuple[Criterion, ...]:
    gate = Criterion(
        code="gate_scale",
        state="not_met" if open_items else "met",
        about=" ".join(open_items),
        value=float(len(open_items)),
        threshold=0.0,
    )
    guarded = tuple(
        Criterion(code="guardrail", state=state, about=about, value=0.4, interval=(-0.2, 1.0), threshold=2.0)
        for state, about in zip(guardrails, ("wow8", "icd_accuracy"), strict=False)
    )
    used = Criterion(
        code="use_at_least_break_even", state="met", about="utilisation", value=0.62, threshold=0.4
    )
    estimable = Criterion(
        code="primary_estimable",
        state="met" if isinstance(found, Estimate) else "not_met",
        about=primary.kpi,
    )
    agreement = Criterion(
        code="agreement",
        state="met" if isinstance(found, Estimate) and found.agreement else "not_assessed",
        about=primary.kpi,
    )
    return (*_works(primary, found), *guarded, used, estimable, agreement, gate)


def _works(primary: PublishedResult, found: Estimate | NotEstimable | None) -> tuple[Criterion, ...]:
    if not isinstance(found, Estimate):
        return ()
    excludes = found.interval[0] * found.interval[1] > 0
    past = abs(found.effect) >= (primary.threshold or 0)
    return tuple(
        Criterion(
            code=code,  # type: ignore[arg-type]
            state="met" if met else "not_met",
            about=primary.kpi,
            value=found.effect,
            interval=found.interval,
            threshold=-(primary.threshold or 0),
        )
        for code, met in (
            ("effect_excludes_zero", excludes),
            ("effect_at_least_smallest_change", past),
            ("effect_excludes_smallest_change", not past),
        )
    )


def _changes(verdict: Verdict, about: str) -> tuple[Change, ...]:
    if verdict == "extend":
        return (Change(code="extra_weeks", value=9.0, leads_to="scale"),)
    return (Change(code="effect_at_most", value=-1.4, about=about, leads_to="stop"),)


def pilots() -> tuple[PilotView, ...]:
    """One pilot in every state: scale, stop, extend, not estimable, suppressed."""
    use = published(USE, "use", 0.4, None, use=0.62, level=(0.0, 0.6))
    low_use = published(USE, "use", 0.4, None, use=0.31, level=(0.0, 0.3))
    hidden = published(USE, "use", 0.4, None, use=0.5, persons=FEW)
    guard = published(WOW, "guardrail", 2.0, estimate(0.4, -0.2, 1.0), level=(22.0, 22.4))
    return (
        view(
            "ambient-a",
            "Meeluisteren op de poli",
            "Listening in at the clinic",
            "scale",
            (published(NOTE, "primary", 1.5, estimate(-2.6, -3.4, -1.8)), guard, use),
            guardrails=("met", "met"),
            demo_truth={"note_time_enc": -2.4},
        ),
        view(
            "drafts",
            "Antwoordhulp patiëntberichten",
            "Help with answering messages",
            "stop",
            (
                published(NOTE, "primary", 1.0, estimate(-0.1, -0.6, 0.4), level=(6.0, 5.9)),
                guard,
                low_use,
            ),
            guardrails=("undecided", "not_met"),
            demo_truth={"note_time_enc": 0.0},
        ),
        view(
            "letters",
            "Concept-ontslagbrief",
            "Draft discharge letter",
            "extend",
            (
                published(
                    LETTER,
                    "primary",
                    0.05,
                    estimate(0.078, 0.019, 0.137),
                    level=(0.66, 0.74),
                ),
                guard,
                use,
            ),
            guardrails=("met", "undecided"),
            open_items=("g07", "g25", "g26"),
            demo_truth={"letter_24h": 0.08},
        ),
        view(
            "summary",
            "Dossiersamenvatting spoedeisende hulp",
            "Record summary for the emergency department",
            "cannot_tell",
            (published(NOTE, "primary", 2.0, not_estimable()), guard, use),
            guardrails=("not_assessed",),
            open_items=("g22",),
        ),
        view(
            "small",
            "Spraakverslag bij zeldzame aandoeningen",
            "Speech notes for rare diseases",
            "cannot_tell",
            (published(NOTE, "primary", 1.5, estimate(-2.0, -3.0, -1.0), persons=FEW), hidden),
            hidden=True,
        ),
    )


def measurements(
    kpi_: Kpi, level: float, noise: float, *, seed: int = 1, step: float = 0.0
) -> tuple[Disclosed[Measurement], ...]:
    """Every week of one KPI, one of the last 26 suppressed; `step` is added from the start on."""
    random = np.random.default_rng(seed)
    hidden = len(WEEKS) - 26 + 9
    return tuple(
        release(
            _measured(kpi_, week, level + (step if week.start >= START else 0.0) + random.normal(0, noise)),
            FEW if at == hidden else MANY,
            Policy(),
        )
        for at, week in enumerate(WEEKS)
    )


def _measured(kpi_: Kpi, week: Period, value: float) -> Measurement:
    counted = 412 if kpi_.statistic in ("proportion", "ratio") else 1
    return Measurement(
        kpi=kpi_.id,
        kpi_version=1,
        unit="Cardiologie",
        period=week,
        n=412,
        value=value,
        geometric_mean=value if kpi_.statistic == "duration" else None,
        numerator=float(round(value * counted)) if counted > 1 else value * 412,
        denominator=412.0,
        excluded={},
        complete=True,
        standard_error=abs(value) / 40,
        companions={"median": value * 0.9, "p90": value * 1.8} if kpi_.statistic == "duration" else {},
    )


def card(
    kpi_: Kpi,
    level: float,
    noise: float,
    known: Around,
    *,
    seed: int,
    hidden: bool = False,
    step: float = 0.0,
) -> KpiCard:
    """One KPI over 26 weeks; `hidden` suppresses the latest value too."""
    course = measurements(kpi_, level, noise, seed=seed, step=step)
    latest = course[-1].value
    assert latest is not None
    weeks = tuple(
        Measured(
            kpi=kpi_, unit=next(iter(known.pilots[0].starts)), period=week, complete=True, measurement=one
        )
        for week, one in zip(WEEKS, course, strict=True)
    )
    return KpiCard(
        kpi=kpi_,
        every="week",
        periods=WEEKS[-26:],
        series=course[-26:],
        latest=release(latest, FEW if hidden else MANY, Policy()),
        change=None if hidden else -noise,
        charted=chart_measured(weeks, known, KpiChartRequest()),
        measured={"week": weeks, "month": _months(weeks)},
    )


def _months(weeks: Sequence[Measured]) -> tuple[Measured, ...]:
    """Months as the first week of each says."""
    months = {containing(one.period.start, "month"): one for one in reversed(weeks)}
    return tuple(replace(one, period=month) for month, one in sorted(months.items()))


DEPARTMENTS = ("Cardiologie polikliniek", "Interne geneeskunde en oncologie, dagbehandeling")


def department(name: str) -> DepartmentView:
    """A department with five KPIs, a pilot and an event."""
    plan = replace(pilots()[0].pilot.pilot, starts={name: START})
    known = Around(pilots=(plan,), rebases=(), first=FIRST, policy=Policy())
    return DepartmentView(
        department=name,
        cards=(
            card(NOTE, 10.9, 0.3, known, seed=1, step=-2.6),
            card(WOW, 23, 2, known, seed=2),
            card(LETTER, 0.86, 0.03, known, seed=3, step=0.07),
            card(CODES, 0.79, 0.02, known, seed=4, hidden=True),
            card(USE, 0.6, 0.04, known, seed=5),
        ),
        around=known,
        events=(Event(day=date(2026, 8, 10), word=Text("EHR upgrade")),),
        data_until=UNTIL,
        is_demo=True,
    )
