"""Measure: the KPIs of the departments a viewer sees, per period, through the disclosure gate."""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from core.errors import InputError, UnknownName
from core.language.text import N_, Text
from core.period import Every, Period, containing
from governance.access import Reach, Viewer, require
from governance.disclosure_control import Disclosed, Persons, Policy, release
from kpis.catalogue import find
from kpis.families import mixed
from kpis.in_source import not_in_source
from kpis.kpi import Kpi
from kpis.measure import measurements
from kpis.measurements import Measurement
from kpis.parts import tables_of
from kpis.roll_up import By, Slice
from storage import cube, cube_build, ledger, persons
from storage.cube import Cube
from storage.definitions import every_version
from storage.persons_at_least import UNKNOWN
from storage.workspace import Workspace
from workflows.disclosing import policy_of, raised
from workflows.plan import definitions

NOBODY = Persons(patients=0, staff=0)
Behind = Mapping[tuple[str, str, date], Persons]
"""Persons per KPI, unit and first day of the period."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What was asked of one KPI, unit and period, which stays readable when the answer is suppressed.

    complete: the period is over and mature in the data. counted_in_source: no row of it is here, so that
    there is no median or other quantile.
    """

    kpi: Kpi
    unit: str
    period: Period
    complete: bool
    measurement: Disclosed[Measurement]
    counted_in_source: bool = False


def measure(
    viewer: Viewer,
    workspace: Workspace,
    kpis: Sequence[str] | None = None,
    unit: str | None = None,
    first: date | None = None,
    last: date | None = None,
    every: Every = "week",
    by: By = "department",
    known_on: date | None = None,
) -> tuple[Measured, ...]:
    """Every KPI, unit and period that holds data, in that order; unknown names raise UnknownName.

    A last day before the first raises InputError, and so do KPIs of one family with different definitions.

    kpis: ids, or id@version for an older definition. kpis, unit (a department): None for all that the viewer
    sees. first, last: days; their periods are taken
    whole. by: the department, or a sub-group of it whose unit is then "department/group".
    known_on: as the rows were at the end of that day, before later corrections and deletions.
    """
    reach = require(viewer, "see_departments")
    if first is not None and last is not None and first > last:
        raise InputError(
            "The first day, {first}, comes after the last, {last}.",
            remedy="Turn them round.",
            first=first,
            last=last,
        )
    cube_build.build(workspace)
    known = every_version(workspace)
    chosen = {name: find(known, name) for name in (definitions(workspace) if kpis is None else kpis)}
    if kpis is not None:
        _refuse_a_mix(chosen)
    published = cube.current(workspace) if known_on is None else _as_known(workspace, known_on, by)
    if kpis is not None and published is not None:
        _refuse_uncounted(chosen.values(), published)
    seen = visible_departments(reach, published)
    if unit is not None and unit not in seen:
        raise UnknownName(N_("department"), unit, seen)
    if published is None:
        return ()
    asked = Slice(every=every, by=by, first=first, last=last)
    found = released(workspace, published, chosen, seen if unit is None else (unit,), asked)
    return covered(reach, found)


def _refuse_uncounted(kpis: Collection[Kpi], published: Cube) -> None:
    """Raise InputError for a KPI that was asked for by name and that its source cannot count."""
    for kpi in kpis:
        source = next(filter(None, map(published.counted_in_source.get, tables_of([kpi]))), None)
        reason = not_in_source(kpi)
        if source is not None and reason is not None:
            raise InputError(
                N_("Source '{source}' counts its rows itself (push-down), and not {kpi}: {reason}."),
                where=kpi.id,
                remedy=N_('Leave mode = "push-down" out of {source}.toml to load its rows.'),
                source=source,
                kpi=kpi.id,
                reason=Text(reason),
            )


def _as_known(workspace: Workspace, day: date, by: By) -> Cube | None:
    if by != "department":
        raise InputError(
            N_("What was known on a day is measured by department only."),
            remedy=N_("Leave --by or --known-on out."),
        )
    end = datetime.combine(day + timedelta(days=1), time.min, ZoneInfo(workspace.settings.timezone))
    position = ledger.position_on(workspace, end)
    return cube_build.as_known(workspace, position) if position else None


def _refuse_a_mix(chosen: Mapping[str, Kpi]) -> None:
    found = mixed(chosen.values())
    if found is not None:
        raise InputError(
            "'{one}' ({first}) and '{other}' ({second}) are two definitions of {family}; "
            "no panel mixes them.",
            remedy="Ask for one of them.",
            one=found[0].id,
            first=found[0].definition,
            other=found[1].id,
            second=found[1].definition,
            family=found[0].family,
        )


def visible_departments(reach: Reach, published: Cube | None) -> tuple[str, ...]:
    """The departments with data that are within reach, in order."""
    return reach.departments(published.departments() if published is not None else ())


def covered(reach: Reach, found: Sequence[Measured]) -> tuple[Measured, ...]:
    """Those of a department and of standard tables that are within reach."""
    return tuple(
        one
        for one in found
        if reach.covers(departments=(one.unit.partition("/")[0],), tables=tables_of([one.kpi]))
    )


def released(
    workspace: Workspace,
    published: Cube,
    kpis: Mapping[str, Kpi],
    departments: Collection[str],
    asked: Slice,
) -> tuple[Measured, ...]:
    """The measurements of some departments, each through the gate."""
    wanted: dict[str, Any] = {"kpis": kpis, "departments": departments}
    if asked.first is not None:
        wanted["first"] = containing(asked.first, asked.every).start
    if asked.last is not None:
        wanted["last"] = containing(asked.last, asked.every).end
    found = measurements(published.content(**wanted), kpis, published.last_days(), asked)
    counted = published.counted_in_source
    if asked.by == "department":
        behind = _stored(published.read(f"persons_{asked.every}", **_whole_weeks(wanted)))
    else:
        behind = _counted(workspace, kpis, counted, departments, asked, found)
    policy = policy_of(workspace)
    if asked.every == "day":
        behind = days_covered(behind, policy)
    return tuple(
        Measured(
            kpi=kpis[one.kpi],
            unit=one.unit,
            period=one.period,
            complete=one.complete,
            counted_in_source=kpis[one.kpi].denominator.table in counted,
            measurement=release(
                _without_small_counts(one, policy),
                behind.get(
                    (one.kpi, one.unit, one.period.start),
                    UNKNOWN if one.n and kpis[one.kpi].denominator.table in counted else NOBODY,
                ),
                raised(policy, kpis[one.kpi]),
            ),
        )
        for one in found
    )


def _without_small_counts(one: Measurement, policy: Policy) -> Measurement:
    """One row left out as deceased is one patient: such counts keep their reason and lose their number."""
    small = tuple(reason for reason, rows in one.excluded.items() if rows < policy.minimum_patients)
    kept = {reason: rows for reason, rows in one.excluded.items() if reason not in small}
    few_open = one.companions.get("open", policy.minimum_patients) < policy.minimum_patients
    beside = {name: found for name, found in one.companions.items() if not (name == "open" and few_open)}
    return replace(one, excluded=kept, excluded_hidden=small, companions=beside)


def _whole_weeks(wanted: dict[str, Any]) -> dict[str, Any]:
    """The same question over whole weeks, so that a day asked for alone is judged beside its neighbours."""
    first, last = wanted.get("first"), wanted.get("last")
    wider = {} if first is None else {"first": containing(first, "week").start}
    return wanted | wider | ({} if last is None else {"last": containing(last, "week").end})


def days_covered(behind: Behind, policy: Policy) -> Behind:
    """Counts by day under which a lone suppressed day of a week takes the smallest other day with it.

    The week without the days that are shown would else give the one that is not.
    """
    weeks: dict[tuple[str, str, date], list[tuple[str, str, date]]] = {}
    for key, counted in behind.items():
        if counted.patients or counted.staff:
            weeks.setdefault((*key[:2], containing(key[2], "week").start), []).append(key)
    covered = dict(behind)
    for days in weeks.values():
        small = [day for day in days if release(None, behind[day], policy).suppressed]
        shown = [day for day in days if day not in small]
        if len(small) == 1 and shown:
            other = min(shown, key=lambda day: (behind[day].patients or 0, behind[day].staff or 0, day))
            covered[other] = behind[small[0]]
    return covered


def _stored(counts: pd.DataFrame) -> Behind:
    columns = (counts[name] for name in ("kpi", "department", "day", "patients", "staff"))
    return {
        (kpi, department, day.date()): Persons(patients=_whole(patients), staff=_whole(staff))
        for kpi, department, day, patients, staff in zip(*columns, strict=True)
    }


def _whole(count: float) -> int | None:
    return None if math.isnan(count) else int(count)


def _counted(
    workspace: Workspace,
    kpis: Mapping[str, Kpi],
    counted: Collection[str],
    departments: Collection[str],
    asked: Slice,
    found: Sequence[Measurement],
) -> Behind:
    """Per sub-group the fewest persons among all of its department and period.

    One suppressed sub-group could else be had by taking the others from the department's total. Of what a
    source counted (`counted`: its tables) they are not known.
    """
    if not found:
        return {}
    first, last = min(one.period.start for one in found), max(one.period.end for one in found)
    behind: dict[tuple[str, str, date], Persons] = {}
    for kpi in (one for one in kpis.values() if one.denominator.table not in counted):
        groups = persons.by_group(workspace, kpi, asked.by, asked.every, departments, first, last)
        siblings: dict[tuple[str, date], list[Persons]] = {}
        for (department, _, start), people in groups.items():
            siblings.setdefault((department, start), []).append(people)
        for department, part, start in groups:
            behind[kpi.id, f"{department}/{part}", start] = _weakest(siblings[department, start])
    return behind


def _weakest(counts: Sequence[Persons]) -> Persons:
    return Persons(
        patients=min((one.patients for one in counts if one.patients is not None), default=None),
        staff=min((one.staff for one in counts if one.staff is not None), default=None),
    )
