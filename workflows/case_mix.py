"""KPIs as they would be with the case mix of a reference, beside the value as it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from core.errors import InputError
from core.period import Every, Period, containing
from experiments.pilot import Pilot
from governance.access import Viewer, require
from governance.disclosure_control import Disclosed, Persons, Policy, release
from governance.disclosure_control.groups import REST
from governance.disclosure_control.policy import at_least, fewest
from kpis.kpi import Kpi
from kpis.quality.case_mix import may_be_standardised, reference_weights, strata
from kpis.roll_up import Slice
from kpis.statistics.standardisation import Standardised, standardise
from storage import cube, persons
from storage.cube import Cube
from storage.workspace import Workspace
from workflows.disclosing import policy_of, raised
from workflows.measure import Measured, measure, released

Stratifier = Literal["segment"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """Of one KPI: the days and, per stratum, the share of the whole hospital's rows in them (sum 1)."""

    first: date
    last: date
    weights: Disclosed[Mapping[str, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardisedRow:
    """A measurement with its standardised value, which is suppressed where any stratum is small."""

    crude: Measured
    standardised: Disclosed[Standardised]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseMix:
    """The rows in the order of `measure`, and the reference of every KPI by id."""

    rows: tuple[StandardisedRow, ...]
    references: Mapping[str, Reference]


def case_mix(
    viewer: Viewer,
    workspace: Workspace,
    kpis: Sequence[str],
    by: Stratifier = "segment",
    unit: str | None = None,
    first: date | None = None,
    last: date | None = None,
    every: Every = "week",
    reference: tuple[date, date] | None = None,
) -> CaseMix:
    """The measurements of some KPIs with their standardised values; arguments as `measure`.

    reference: first and last day of the mix of the whole hospital, whose weeks are taken whole; None for the
    first half of the days asked.
    Raises InputError for a KPI that may not be standardised by that column, and for days the wrong way round.
    """
    require(viewer, "see_departments")
    crude = measure(viewer, workspace, kpis, unit, first, last, every)
    published = cube.current(workspace)
    if published is None or not crude:
        return CaseMix(rows=(), references={})
    chosen = {one.kpi.id: one.kpi for one in crude}
    for kpi in chosen.values():
        _check(kpi, by)
    days = reference or _first_half(crude)
    if days[0] > days[1]:
        raise InputError(
            "The first day of the reference, {first}, comes after the last, {last}.",
            remedy="Turn them round.",
            first=days[0],
            last=days[1],
        )
    days = containing(days[0], "week").start, containing(days[1], "week").end
    weights = {
        name: reference_weights(published.read("cells", kpis=[name], first=days[0], last=days[1]), by)
        for name in chosen
    }
    groups = _groups(workspace, published, chosen, crude, by, every)
    references = {
        name: _reference(workspace, published, kpi, by, days, weights[name]) for name, kpi in chosen.items()
    }
    return CaseMix(
        rows=tuple(
            _row(one, groups.get(_key(one), ()), weights[one.kpi.id], references[one.kpi.id]) for one in crude
        ),
        references=references,
    )


def before_the_pilot(pilot: Pilot) -> tuple[date, date] | None:
    """The whole weeks of a pilot's window before its first start; None where there are none."""
    first, start = pilot.window[0], containing(min(pilot.starts.values()), "week").start
    return (first, start - timedelta(days=1)) if first < start else None


def _check(kpi: Kpi, by: str) -> None:
    if not may_be_standardised(kpi, by):
        raise InputError(
            "KPI '{kpi}' cannot be standardised by {by}.",
            remedy="Its definition must declare case_mix, and its value must be a sum over a sum.",
            kpi=kpi.id,
            by=by,
        )


def _first_half(crude: Sequence[Measured]) -> tuple[date, date]:
    first, last = min(one.period.start for one in crude), max(one.period.end for one in crude)
    return first, first + (last - first) // 2


_Key = tuple[str, str, Period]


def _key(one: Measured) -> _Key:
    return (one.kpi.id, one.unit.partition("/")[0], one.period)


def _groups(
    workspace: Workspace,
    published: Cube,
    kpis: Mapping[str, Kpi],
    crude: Sequence[Measured],
    by: Stratifier,
    every: Every,
) -> Mapping[_Key, Sequence[Measured]]:
    first, last = min(one.period.start for one in crude), max(one.period.start for one in crude)
    asked = Slice(every=every, by=by, first=first, last=last, details=False)
    found: dict[_Key, list[Measured]] = {}
    for one in released(workspace, published, kpis, sorted({each.unit for each in crude}), asked):
        found.setdefault(_key(one), []).append(one)
    return found


def _row(
    crude: Measured, groups: Sequence[Measured], weights: Mapping[str, float], reference: Reference
) -> StandardisedRow:
    """The weakest stratum decides: crude, standardised and weights together would give it away.

    So would a standardised value beside its strata give away the mix of a reference of few persons. Strata
    that were taken together have no weight of their own.
    """
    small = [one.measurement for one in groups if one.measurement.suppressed]
    gate = small[0] if small else crude.measurement
    known = [one.measurement.value for one in groups if one.measurement.value is not None]
    found = standardise(strata(known), weights)
    if any(one.unit.endswith(REST) for one in groups) or reference.weights.suppressed:
        hidden = release(found, gate.persons, gate.policy, withheld=True)
        return StandardisedRow(crude=crude, standardised=hidden)
    return StandardisedRow(crude=crude, standardised=gate.beside(found))


def _reference(
    workspace: Workspace,
    published: Cube,
    kpi: Kpi,
    by: str,
    days: tuple[date, date],
    weights: Mapping[str, float],
) -> Reference:
    behind = _fewest(workspace, published, kpi, by, days)
    policy: Policy = raised(policy_of(workspace), kpi)
    return Reference(first=days[0], last=days[1], weights=release(weights, behind, policy))


def _fewest(workspace: Workspace, published: Cube, kpi: Kpi, by: str, days: tuple[date, date]) -> Persons:
    """Of the smallest stratum the persons of its largest department and month: at least that many."""
    counted = persons.by_group(
        workspace, kpi, by, every="month", departments=published.departments(), span=days
    )
    most: dict[str, Persons] = {}
    for (_, part, _), one in counted.items():
        most[part] = at_least([most[part], one]) if part in most else one
    return fewest(most.values())
