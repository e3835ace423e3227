"""Evaluations behind the disclosure gate, and what may still be decided on them."""

from collections.abc import Mapping
from dataclasses import replace
from math import nan
from typing import TypeVar

from experiments.evaluation import (
    Evaluation,
    GroupSeries,
    KpiResult,
    PublishedEvaluation,
    PublishedResult,
)
from governance.disclosure_control import Persons, Policy, release
from governance.disclosure_control.rounding import rounded
from kpis.kpi import Kpi
from storage.workspace import Workspace

T = TypeVar("T")


def policy_of(workspace: Workspace) -> Policy:
    """The thresholds that this installation chose."""
    settings = workspace.settings
    return Policy(
        minimum_patients=settings.minimum_patients,
        minimum_staff=settings.minimum_staff,
        minimum_answers=settings.minimum_answers,
    )


def raised(policy: Policy, kpi: Kpi) -> Policy:
    """The thresholds of a KPI: its own where they are higher than the installation's."""
    return replace(
        policy,
        minimum_patients=max(policy.minimum_patients, kpi.minimum_cell.patients),
        minimum_staff=max(policy.minimum_staff, kpi.minimum_cell.staff),
    )


def published(evaluation: Evaluation, policy: Policy, kpis: Mapping[str, Kpi]) -> PublishedEvaluation:
    """Release every result on its own persons, its weekly points each on theirs.

    kpis: those of today by id, whose thresholds hold where they are higher.
    """
    return PublishedEvaluation(
        pilot=evaluation.pilot,
        as_of=evaluation.as_of,
        plan_sha256=evaluation.plan_sha256,
        cube_version=evaluation.cube_version,
        results=tuple(
            _published(result, raised(policy, kpis[result.kpi]) if result.kpi in kpis else policy)
            for result in evaluation.results
        ),
    )


def _published(result: KpiResult, policy: Policy) -> PublishedResult:
    small = tuple(reason for reason, rows in result.excluded.items() if 0 < rows < policy.minimum_patients)
    counts = {reason: rows for reason, rows in result.excluded.items() if rows and reason not in small}
    shown = replace(result, series=_points(result.series, policy), excluded=counts)
    shown = replace(shown, patients=_in_fives(result.patients), staff=_in_fives(result.staff))
    return PublishedResult(
        kpi=result.kpi,
        role=result.role,
        scale=result.scale,
        threshold=result.threshold,
        result=release(shown, result.persons, policy, few=small),
    )


def _points(series: GroupSeries, policy: Policy) -> GroupSeries:
    """The series without the points of a group-week with too few persons, or one answer; those are listed."""
    ours = _small(series.patients_treated, series.staff_treated, policy) | _places(series.alike_treated)
    theirs = _small(series.patients_comparison, series.staff_comparison, policy)
    theirs |= _places(series.alike_comparison)
    return GroupSeries(
        periods=series.periods,
        treated=_without(series.treated, ours, nan),
        comparison=_without(series.comparison, theirs, nan),
        n_treated=_without(series.n_treated, ours, 0),
        n_comparison=_without(series.n_comparison, theirs, 0),
        patients_treated=_persons(series.patients_treated, ours),
        patients_comparison=_persons(series.patients_comparison, theirs),
        staff_treated=_persons(series.staff_treated, ours),
        staff_comparison=_persons(series.staff_comparison, theirs),
        suppressed=tuple(series.periods[index] for index in sorted(ours | theirs)),
    )


def _places(marked: tuple[bool, ...]) -> set[int]:
    return {index for index, alike in enumerate(marked) if alike}


def _small(patients: tuple[int | None, ...], staff: tuple[int | None, ...], policy: Policy) -> set[int]:
    return {
        index
        for index, (some, others) in enumerate(zip(patients, staff, strict=True))
        if release(None, Persons(patients=some, staff=others), policy).suppressed
    }


def _persons(counts: tuple[int | None, ...], hidden: set[int]) -> tuple[int | None, ...]:
    return tuple(_in_fives(count) for count in _without(counts, hidden, None))


def _in_fives(persons: int | None) -> int | None:
    return None if persons is None else rounded(persons)


def _without(values: tuple[T, ...], hidden: set[int], instead: T) -> tuple[T, ...]:
    return tuple(instead if index in hidden else value for index, value in enumerate(values))


def known(published_: PublishedEvaluation) -> Evaluation:
    """The evaluation as far as it was released: what was suppressed has no result and no number."""
    return Evaluation(
        pilot=published_.pilot,
        as_of=published_.as_of,
        plan_sha256=published_.plan_sha256,
        cube_version=published_.cube_version,
        results=tuple(one.result.value or _withheld(one) for one in published_.results),
    )


def _withheld(one: PublishedResult) -> KpiResult:
    return KpiResult(
        kpi=one.kpi,
        kpi_version=0,
        role=one.role,
        scale=one.scale,
        threshold=one.threshold,
        result=None,
        series=GroupSeries(periods=(), treated=(), comparison=(), n_treated=(), n_comparison=()),
        n=0,
        excluded={},
        patients=None,
        staff=None,
        completeness=nan,
    )
