"""Hand-made KPIs and results for the screens: estimated, not estimable, suppressed."""

import math
from datetime import date, timedelta

import numpy as np

from core.language.text import Text
from core.period import between, containing
from experiments.decision import ReasonCode, Verdict
from experiments.estimate import (
    Alternative,
    CheckResult,
    Coverage,
    Estimate,
    EventTime,
    NotEstimable,
    Reason,
)
from experiments.evaluation import GroupSeries, KpiResult, PublishedResult
from governance.disclosure_control import Persons, Policy, release
from kpis.kpi import Kpi, Quantity

FIRST, START, LAST = date(2025, 5, 19), date(2026, 5, 18), date(2026, 11, 9)
UNTIL = LAST + timedelta(days=6)
WEEKS = between(containing(FIRST, "week"), containing(LAST, "week"))
MANY, FEW = Persons(patients=412, staff=14), Persons(patients=7, staff=3)


REASONS: dict[Verdict, ReasonCode] = {
    "scale": "worthwhile_effect",
    "stop": "guardrail_breached",
    "extend": "could_scale",
    "cannot_tell": "primary_not_estimable",
}


def kpi(id_: str, nl: str, en: str, *, unit: tuple[str, str], lower: bool = True, **more: object) -> Kpi:
    defaults: dict[str, object] = {
        "statistic": "mean",
        "digits": 1,
        "display_scale": 1.0,
        "target": None,
        "smallest_change": 1.5,
        "smallest_change_scale": "absolute",
    }
    return Kpi(
        id=id_,
        version=1,
        label={"nl": nl, "en": en},
        question={"nl": f"Hoe staat het met {nl.lower()}?", "en": f"How is {en.lower()}?"},
        unit={"nl": unit[0], "en": unit[1]},
        direction="lower" if lower else "higher",
        numerator=Quantity(table="NoteSession", value="active_seconds"),
        denominator=Quantity(table="NoteSession"),
        exclusions=(),
        missing="exclude",
        plausible=(0.0, 180.0),
        smallest_change_source="example",
        owner="CMIO",
        source="example",
        **(defaults | more),  # type: ignore[arg-type]
    )


NOTE = kpi(
    "note_time_enc",
    "Verslagtijd per consult",
    "Note time per visit",
    unit=("min per consult", "min per visit"),
    target=9.0,
)
WOW = kpi("wow8", "Werk buiten werktijd", "Work outside work", unit=("min per dagdeel", "min per session"))
LETTER = kpi(
    "letter_24h",
    "Ontslagbrief binnen 24 uur",
    "Discharge letter within 24 hours",
    unit=("%", "%"),
    lower=False,
    statistic="proportion",
    display_scale=100.0,
    digits=0,
    target=0.9,
)
CODES = kpi(
    "icd_accuracy",
    "Juiste diagnosecode",
    "Correct diagnosis code",
    unit=("%", "%"),
    lower=False,
    statistic="proportion",
    display_scale=100.0,
    digits=0,
)
USE = kpi(
    "utilisation",
    "Gebruik",
    "Use",
    unit=("%", "%"),
    lower=False,
    statistic="proportion",
    display_scale=100.0,
    digits=0,
)
KPIS = {each.id: each for each in (NOTE, WOW, LETTER, CODES, USE)}


def series(before: float, after: float, noise: float, seed: int = 1) -> GroupSeries:
    random = np.random.default_rng(seed)
    count = len(WEEKS)
    started = np.array([week.start >= START for week in WEEKS])
    treated = np.where(started, after, before) + random.normal(0, noise, count)
    comparison = before + random.normal(0, noise, count)
    treated[30] = math.nan
    return GroupSeries(
        periods=tuple(week.label for week in WEEKS),
        treated=tuple(treated.tolist()),
        comparison=tuple(comparison.tolist()),
        n_treated=tuple(400 + int(n) for n in random.integers(0, 60, count)),
        n_comparison=tuple(1200 + int(n) for n in random.integers(0, 160, count)),
        suppressed=("2025-W51",),
    )


def coverage() -> Coverage:
    return Coverage(
        n_observations=1404,
        n_units=18,
        n_treated_units=6,
        n_clusters=18,
        first_period=WEEKS[0].label,
        last_period=WEEKS[-1].label,
        periods_before=52,
        periods_after=20,
    )


def event_study(effect: float, wide: float) -> tuple[EventTime, ...]:
    random = np.random.default_rng(3)
    bins = []
    for at in range(-12, 6):
        value = (0.0 if at < 0 else effect * (0.4 if at == 0 else 1)) + random.normal(0, wide / 4)
        interval, band = (value - wide, value + wide), (value - 1.5 * wide, value + 1.5 * wide)
        reference = at == -1
        bins.append(
            EventTime(
                event_time=at,
                first=4 * at,
                last=4 * at + 3,
                effect=0.0 if reference else value,
                standard_error=None if reference else wide / 2,
                interval=None if reference else interval,
                band=None if reference else band,
            )
        )
    return tuple(bins)


def estimate(effect: float, low: float, high: float, *, agreement: bool = True) -> Estimate:
    error = (high - low) / 4
    others = (("collapse-t", 0.9), ("cr2", 1.1), ("randomisation", 1.2))
    return Estimate(
        estimand="ATT",
        design="difference-in-differences",
        inference="scaled-ewc-t",
        scale="absolute",
        effect=effect,
        standard_error=error,
        interval=(low, high),
        level=0.95,
        p_value=0.0004 if low * high > 0 else 0.31,
        degrees_of_freedom=11.4,
        coverage=coverage(),
        also=tuple(
            Alternative(
                inference=name,
                effect=effect,
                standard_error=error * factor,
                interval=(effect - (effect - low) * factor, effect + (high - effect) * factor),
                p_value=0.002 if low * high > 0 else 0.36,
            )
            for name, factor in others
        ),
        agreement=agreement,
        checks=(
            CheckResult(
                name="parallel_trends",
                passed=True,
                message=Text(
                    "Before the start both groups move alike ({slope:+.2} a month).", {"slope": 0.01}
                ),
                p_value=0.71,
            ),
            CheckResult(name="leave_one_out", passed=True, message=Text("Between −2.8 and −2.3.")),
            CheckResult(name="noise_ratio", passed=False, message=Text("The pilot is noisier.")),
            CheckResult(name="completeness", passed=None, message=Text("98.6 % of the weeks hold data.")),
        ),
        event_study=event_study(effect, (high - low) / 2),
        assumptions=(
            Text("Without the pilot both groups would have moved alike."),
            Text("The pilot does not reach the comparison departments."),
            Text("Nothing else changed at the same moment in one of the groups."),
        ),
        why=Text("One start date and comparison departments."),
    )


def not_estimable() -> NotEstimable:
    return NotEstimable(
        reasons=(
            Reason(
                code="too_few_periods",
                message=Text("Only 3 weeks after the run-in; at least 8 are needed."),
                remedy=Text("Wait until week 52."),
            ),
        ),
        design="difference-in-differences",
        scale="absolute",
        coverage=coverage(),
        smallest_detectable=2.4,
    )


def published(
    kpi_: Kpi,
    role: str,
    threshold: float | None,
    result: Estimate | NotEstimable | None,
    *,
    persons: Persons = MANY,
    use: float | None = None,
    level: tuple[float, float] = (11.0, 8.4),
) -> PublishedResult:
    found = KpiResult(
        kpi=kpi_.id,
        kpi_version=1,
        role=role,  # type: ignore[arg-type]
        scale="absolute",
        threshold=threshold,
        result=result,
        series=series(*level, noise=abs(level[0]) * 0.025),
        n=8412,
        excluded={"unsigned": 31},
        patients=persons.patients,
        staff=persons.staff,
        completeness=0.986,
        use_value=use,
    )
    return PublishedResult(
        kpi=kpi_.id,
        role=found.role,
        scale="absolute",
        threshold=threshold,
        result=release(found, persons, Policy()),
    )
