"""The results of a pilot as one table: a row per KPI, everything that must stand beside a number."""

from dataclasses import dataclass
from datetime import date

from core.language import N_, Text
from experiments.estimate import Estimate, NotEstimable
from experiments.evaluation import KpiResult, PublishedResult
from experiments.evidence_grade import evidence_grade
from governance.disclosure_control import Disclosed
from reports.report import PilotReport
from reports.rows_left_out import reasons_left_out, rows_left_out
from reports.wording import (
    change_unit,
    design_name,
    inference_name,
    label,
    role_name,
    verdict_word,
)

Cell = str | int | float | date | None

COLUMNS = (
    N_("Pilot"),
    N_("Verdict"),
    N_("KPI"),
    N_("KPI id"),
    N_("KPI version"),
    N_("Role"),
    N_("Unit of the change"),
    N_("Status"),
    N_("Effect"),
    N_("Interval low"),
    N_("Interval high"),
    N_("Level"),
    N_("p-value"),
    N_("Degrees of freedom"),
    N_("Smallest change, margin or break-even"),
    N_("Use"),
    N_("First period"),
    N_("Last period"),
    N_("Rows"),
    N_("Patients"),
    N_("Clinicians"),
    N_("Pilot departments"),
    N_("Departments in all"),
    N_("Share of weeks with data"),
    N_("Rows left out"),
    N_("Reasons left out"),
    N_("Design"),
    N_("Inference"),
    N_("Strength of the evidence"),
    N_("Data until"),
    N_("Plan version"),
    N_("Fingerprint of the plan"),
    N_("Data version"),
    N_("Simulated data"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Column names and rows; None where there is nothing to say."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def results_table(view: PilotReport, lang: str) -> Table:
    """Every KPI of the plan with its result. Effects are fractions on the relative scale, as in JSON."""
    return Table(
        columns=tuple(Text(name).render(lang) for name in COLUMNS),
        rows=tuple(_row(result, view, lang) for result in view.evaluation.results),
    )


def _row(published: PublishedResult, view: PilotReport, lang: str) -> tuple[Cell, ...]:
    kpi, decision = view.kpis[published.kpi], view.decision.value
    found = published.result.value
    return (
        view.pilot.pilot.name(lang),
        None if decision is None else verdict_word(decision.verdict, lang),
        label(kpi, lang),
        kpi.id,
        kpi.version if found is None else found.kpi_version,
        role_name(published.role, lang),
        _unit(published, view, lang),
        *_result(published, lang),
        *_data(published.result, lang),
        view.data_until,
        view.pilot.version,
        view.evaluation.plan_sha256,
        view.evaluation.cube_version,
        Text(N_("yes") if view.is_demo else N_("no")).render(lang),
    )


def _unit(published: PublishedResult, view: PilotReport, lang: str) -> str:
    if published.scale == "relative":
        return Text(N_("fraction")).render(lang)
    kpi = view.kpis[published.kpi]
    return Text(N_("share")).render(lang) if kpi.display_scale == 100 else change_unit(kpi, "absolute", lang)


def _result(published: PublishedResult, lang: str) -> tuple[Cell, ...]:
    """Status, effect, interval, level, p, degrees of freedom, threshold and use."""
    found, threshold = published.result.value, published.threshold
    if found is None:
        mark = published.result.mark
        return Text(N_("not shown")).render(lang), mark, mark, mark, None, None, None, threshold, mark
    result = found.result
    if isinstance(result, Estimate):
        status = Text(N_("estimated")).render(lang)
        numbers = (result.effect, *result.interval, result.level, result.p_value, result.degrees_of_freedom)
        return status, *numbers, threshold, found.use_value
    status = N_("cannot be estimated") if isinstance(result, NotEstimable) else N_("measured")
    return Text(status).render(lang), None, None, None, None, None, None, threshold, found.use_value


def _data(published: Disclosed[KpiResult], lang: str) -> tuple[Cell, ...]:
    """Periods, rows, persons, departments, completeness, what was left out, design, inference and grade."""
    found, mark = published.value, published.mark
    if found is None:
        return None, None, mark, mark, mark, None, None, None, None, None, None, None, None
    result, series = found.result, found.series
    coverage = None if result is None else result.coverage
    return (
        series.periods[0] if series.periods else None,
        series.periods[-1] if series.periods else None,
        found.n,
        found.patients,
        found.staff,
        None if coverage is None else coverage.n_treated_units,
        None if coverage is None else coverage.n_units,
        found.completeness,
        rows_left_out(published),
        "; ".join(f"{reason}: {rows}" for reason, rows in reasons_left_out(published, lang)),
        None if result is None else design_name(result.design, lang),
        inference_name(result.inference, lang) if isinstance(result, Estimate) else None,
        evidence_grade(result).grade if isinstance(result, Estimate) else None,
    )
