"""Measure: the KPIs of the departments a viewer sees, per period, through the disclosure gate."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from core.errors import InputError, UnknownName
from core.language.text import N_, Text
from core.period import Every, Period, containing
from governance.access import Reach, Viewer, require
from governance.disclosure_control import NOBODY, Disclosed, Policy, release
from governance.disclosure_control.answers import all_alike
from kpis.catalogue import find
from kpis.families import mixed
from kpis.in_source import not_in_source
from kpis.kpi import SURVEY, Kpi
from kpis.measure import measurements
from kpis.measurements import Measurement
from kpis.parts import tables_of
from kpis.roll_up import By, Slice
from storage import cube, cube_build
from storage.cube import Cube
from storage.definitions import every_version
from storage.persons_at_least import UNKNOWN
from storage.workspace import Workspace
from workflows.as_known import as_known, told_apart
from workflows.disclosing import policy_of, raised
from workflows.plan import definitions
from workflows.releasable import Key, Releasable, releasable


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What was asked of one KPI, unit and period, which stays readable when the answer is suppressed.

    one_answer: what is not shown for the one reason that all answers are the same. Means and limits count
    it, for they would else be those of the other periods; it is drawn and told nowhere.
    complete: the period is over and mature in the data. counted_in_source: no row of it is here, so that
    there is no median or other quantile.
    """

    kpi: Kpi
    unit: str
    period: Period
    complete: bool
    measurement: Disclosed[Measurement]
    counted_in_source: bool = False
    one_answer: Measurement | None = None


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
    then = as_known(workspace, known_on, by) if known_on is not None else None
    published = then.cube if then is not None else cube.current(workspace) if known_on is None else None
    if kpis is not None and published is not None:
        _refuse_uncounted(chosen.values(), published)
    seen = visible_departments(reach, published)
    if unit is not None and unit not in seen:
        raise UnknownName(N_("department"), unit, seen)
    if published is None:
        return ()
    asked = Slice(every=every, by=by, first=first, last=last)
    names = seen if unit is None else (unit,)
    late = told_apart(workspace, then, chosen, names, every) if then is not None else frozenset()
    return covered(reach, released(workspace, published, chosen, names, asked, late))


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
    late: Collection[Key] = (),
) -> tuple[Measured, ...]:
    """The measurements of some departments, each through the gate; late: what must not be shown besides."""
    wanted: dict[str, Any] = {"kpis": kpis, "departments": departments}
    if asked.first is not None:
        wanted["first"] = containing(asked.first, asked.every).start
    if asked.last is not None:
        wanted["last"] = containing(asked.last, asked.every).end
    gate, policy = releasable(workspace, published, kpis, departments, asked), policy_of(workspace)
    gate = replace(gate, hidden=gate.hidden.union(late))
    content, counted = gate.regrouped(published.content(**wanted)), published.counted_in_source
    return tuple(
        Measured(
            kpi=kpis[one.kpi],
            unit=one.unit,
            period=one.period,
            complete=one.complete,
            counted_in_source=kpis[one.kpi].denominator.table in counted,
            measurement=shown,
            one_answer=one if shown.suppressed and not judged.suppressed else None,
        )
        for one in measurements(content, kpis, published.last_days(), asked)
        for judged in [_released(one, kpis[one.kpi], gate, policy, counted)]
        for shown in [_unlike(judged, kpis[one.kpi])]
    )


def _released(
    one: Measurement, kpi: Kpi, gate: Releasable, policy: Policy, counted: Collection[str]
) -> Disclosed[Measurement]:
    """counted: the tables that a source counts itself, of whose groups it did not say how many persons."""
    key = (one.kpi, one.unit, one.period.start)
    behind = gate.behind.get(key, UNKNOWN if one.n and kpi.denominator.table in counted else NOBODY)
    if kpi.denominator.table == SURVEY:
        behind = replace(behind, answers=one.n)
    own = raised(policy, kpi)
    return release(
        _without_small_counts(one, own),
        behind,
        own,
        withheld=key in gate.hidden,
    )


def _unlike(found: Disclosed[Measurement], kpi: Kpi) -> Disclosed[Measurement]:
    """Without the value of a sensitive KPI where all answers are the same."""
    value = found.value
    if value is None or not (kpi.hides_one_answer and all_alike(value.value, value.standard_error)):
        return found
    return release(value, found.persons, found.policy, withheld=True)


def _without_small_counts(one: Measurement, policy: Policy) -> Measurement:
    """One row left out as deceased is one patient: such counts keep their reason and lose their number."""
    small = tuple(reason for reason, rows in one.excluded.items() if rows < policy.minimum_patients)
    kept = {reason: rows for reason, rows in one.excluded.items() if reason not in small}
    few_open = one.companions.get("open", policy.minimum_patients) < policy.minimum_patients
    beside = {name: found for name, found in one.companions.items() if not (name == "open" and few_open)}
    return replace(one, excluded=kept, excluded_hidden=small, companions=beside)
