"""Hand-made pilots and evaluations for the tests of the decision rule."""

from dataclasses import replace
from datetime import date
from math import exp

from experiments.estimate import Coverage, Estimate, NotEstimable, Reason
from experiments.evaluation import Evaluation, GroupSeries, KpiResult
from experiments.pilot import Extension, Guardrail, Pilot, PrimaryKpi, Use
from governance.checklist import CHECKLIST, ChecklistEntry
from kpis.kpi import Kpi, Quantity

AS_OF = date(2026, 6, 28)
SIGNED = tuple(ChecklistEntry(id=item.id, state="signed", signer="x") for item in CHECKLIST)
COVERAGE = Coverage(
    n_observations=11 * 46,
    n_units=11,
    n_treated_units=3,
    n_clusters=11,
    first_period="2025-W01",
    last_period="2025-W52",
    periods_before=26,
    periods_after=20,
)
EMPTY = GroupSeries(periods=(), treated=(), comparison=(), n_treated=(), n_comparison=())


def kpi(name: str, direction: str = "lower") -> Kpi:
    quantity = Quantity(table="NoteSession")
    words = {"nl": name, "en": name}
    return Kpi(
        id=name, version=1, label=words, question=words, unit=words, direction=direction,  # type: ignore[arg-type]
        statistic="duration", numerator=quantity, denominator=quantity, exclusions=(), missing="exclude",
        plausible=None, smallest_change=0.05, smallest_change_scale="relative", smallest_change_source="",
        digits=1, display_scale=1, target=None, owner="", source="", counts_tool_time=True,
    )  # fmt: skip


KPIS = {
    "note_time_enc": kpi("note_time_enc"),
    "letter_24h": kpi("letter_24h", "higher"),
    "icd_accuracy": kpi("icd_accuracy", "higher"),
    "wow8": kpi("wow8"),
    "utilisation": kpi("utilisation", "higher"),
}

PILOT = Pilot(
    id="ambient-a",
    name_nl="Meeluisteren A",
    name_en="Ambient A",
    use_case="ambient",
    vendor="A",
    starts={"d1": date(2025, 7, 7), "d2": date(2025, 7, 7), "d3": date(2025, 7, 7)},
    comparison=tuple(f"c{number}" for number in range(8)),
    primary=PrimaryKpi(kpi="note_time_enc", smallest_change=0.05, scale="relative"),
    guardrails=(Guardrail(kpi="icd_accuracy", margin=0.05, scale="absolute"),),
    secondary=(),
    use=Use(kpi="utilisation", break_even=0.3, target=0.6),
    window=(date(2025, 1, 6), date(2026, 6, 28)),
    extension=Extension(weeks=26, departments=0),
    governance=SIGNED,
)


def estimate(effect: float, half: float, *, scale: str = "absolute", agreement: bool | None = True,
             coverage: Coverage = COVERAGE) -> Estimate:  # fmt: skip
    """A symmetric interval; on the relative scale `effect` and `half` are log points."""
    low, high = effect - half, effect + half
    if scale == "relative":
        low, effect, high = (exp(value) - 1 for value in (low, effect, high))
    return Estimate(
        estimand="ATT",
        design="difference-in-differences",
        inference="scaled-ewc-t",
        scale=scale,  # type: ignore[arg-type]
        effect=effect,
        standard_error=half / 2,
        interval=(low, high),
        level=0.95,
        p_value=0.05,
        degrees_of_freedom=8.0,
        coverage=coverage,
        agreement=agreement,
    )


def not_estimable(scale: str = "absolute") -> NotEstimable:
    from core.language.text import Text

    reason = Reason(code="too_few_periods", message=Text("Too few weeks."), remedy=Text("Wait."))
    return NotEstimable(reasons=(reason,), design="difference-in-differences", scale=scale)  # type: ignore[arg-type]


def result(kpi_id: str, role: str, found: Estimate | NotEstimable | None, threshold: float | None,
           scale: str = "absolute", **more: object) -> KpiResult:  # fmt: skip
    base = KpiResult(
        kpi=kpi_id,
        kpi_version=1,
        role=role,  # type: ignore[arg-type]
        scale=scale,  # type: ignore[arg-type]
        threshold=threshold,
        result=found,
        series=EMPTY,
        n=1000,
        excluded={},
        patients=500,
        staff=40,
        completeness=1.0,
    )
    return replace(base, **more)  # type: ignore[arg-type]


SAFE = estimate(0.0, 0.02)


def evaluation(
    effect: float = -0.10,
    half: float = 0.03,
    *,
    guardrail: Estimate | NotEstimable | None = SAFE,
    use: float | None = 0.5,
    **primary: object,
) -> Evaluation:
    """Ambient A: note time down by `effect` ± `half` log points; ICD accuracy guarded at 5 points."""
    found = estimate(effect, half, scale="relative")
    main = result("note_time_enc", "primary", found, 0.05, "relative", **primary)
    return Evaluation(
        pilot="ambient-a",
        as_of=AS_OF,
        plan_sha256="0" * 64,
        cube_version="cube-1",
        results=(
            main,
            result("icd_accuracy", "guardrail", guardrail, 0.05),
            result("utilisation", "use", None, 0.3, use_value=use),
        ),
    )
