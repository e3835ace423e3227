"""Whether a pilot's tool works alike for every declared group, within the margins of its plan.

Groups are those that the rows name (their segment). The margin is the smallest change that matters (primary)
or the margin (guardrail), both locked in the plan before there was anything to see.
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import numpy as np
from pydantic import ConfigDict, TypeAdapter

from core.language.text import N_, Text
from core.period import containing
from experiments.group_comparison import (
    GroupComparison,
    Halves,
    ReleasedComparison,
    compare_groups,
)
from experiments.inference.equivalence import Outcome
from experiments.panel import Scale
from experiments.pilot import Pilot, RegisteredPilot
from governance.access import Viewer
from governance.checklist.history import Evidence
from governance.disclosure_control import Persons, release
from kpis.kpi import Kpi
from kpis.quality.case_mix import SUM_OVER_SUM
from reports.words_bias import bias_lines
from storage import cube, evidence, persons, repository
from storage.cube import Cube
from storage.persons_at_least import is_counted
from storage.workspace import Workspace
from workflows.asked import Asked, asked
from workflows.disclosing import policy_of, raised
from workflows.governance.measuring import refusal
from workflows.governance.reach import reaching
from workflows.panel import Weekly, weekly
from workflows.plan import definitions
from workflows.series import COMPARISON, PILOT, fewest
from workflows.strata import STRATIFIER, strata

METHOD = 2
"""Raised whenever the comparison changes: what an older one stored is computed anew."""
KIND = f"bias {METHOD}"
NOBODY = Persons(patients=0, staff=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """The groups of one KPI before disclosure control. persons: the fewest in one group, side and half."""

    kpi: str
    scale: Scale
    margin: float
    comparison: GroupComparison
    persons: Persons


@dataclass(frozen=True, slots=True, kw_only=True)
class BiasCheck:
    """Every KPI of a plan with a margin; none while the pilot may not be measured."""

    pilot: RegisteredPilot
    day: date
    cube_version: str
    kpis: tuple[ReleasedComparison, ...]

    @property
    def outcome(self) -> Outcome:
        """Different where one KPI is; equivalent where every KPI with groups is, and there is one."""
        found = {one.outcome for one in self.kpis if one.names_groups}
        if "different" in found:
            return "different"
        return "equivalent" if found == {"equivalent"} else "cannot_tell"

    @property
    def alike(self) -> Outcome | None:
        """The outcome; None where no rows name groups, so that there is nothing to compare."""
        return self.outcome if any(one.names_groups for one in self.kpis) else None


def bias_check(viewer: Viewer, workspace: Workspace, pilot: str) -> BiasCheck:
    """The comparison of groups of a pilot; raises UnknownName and NotPermitted."""
    with reaching(viewer, workspace, pilot, "see_checklist") as (registered, within):
        return bias_of(within, registered)


def bias_evidence(viewer: Viewer, workspace: Workspace, pilot: str, lang: str) -> Evidence:
    """The comparison as it is now, kept as a file that a signature can stand on."""
    with reaching(viewer, workspace, pilot, "sign_checklist", "checklist_item") as (registered, within):
        found = bias_of(within, registered)
    lines = (
        f"{registered.pilot.name(lang)} · {found.day} · plan {registered.plan_sha256} · {found.cube_version}",
        *bias_lines(found.outcome, found.kpis, lang),
    )
    whole = ("\n".join(lines) + "\n").encode()
    name = f"bias-check-{pilot}-{found.day}.txt"
    return evidence.keep(workspace, name, len(whole), io.BytesIO(whole))


def bias_of(workspace: Workspace, registered: RegisteredPilot) -> BiasCheck:
    """The same for a plan that was looked up; computed once per plan and cube."""
    known, version = definitions(workspace), cube.current(workspace)
    found = _stored(workspace, registered, known, version) if version is not None else ()
    policy = policy_of(workspace)
    return BiasCheck(
        pilot=registered,
        day=workspace.today(),
        cube_version=version.name if version is not None else "",
        kpis=tuple(
            ReleasedComparison(
                kpi=known[one.kpi],
                scale=one.scale,
                margin=one.margin,
                comparison=release(one.comparison, one.persons, raised(policy, known[one.kpi])),
            )
            for one in found
        ),
    )


def _stored(
    workspace: Workspace, registered: RegisteredPilot, kpis: Mapping[str, Kpi], version: Cube
) -> tuple[Compared, ...]:
    if refusal(workspace, registered.pilot.id) is not None:
        return ()
    stored = repository.result(workspace, registered, version.name, KIND)
    if stored is not None:
        return _adapter().validate_json(stored)
    made = tuple(
        _compared(workspace, registered.pilot, one, version)
        for one in asked(registered.pilot, dict(kpis))
        if one.role in ("primary", "guardrail") and one.threshold is not None
    )
    repository.store_result(workspace, registered, version.name, KIND, _adapter().dump_json(made).decode())
    return made


def _compared(workspace: Workspace, pilot: Pilot, one: Asked, version: Cube) -> Compared:
    margin = one.threshold or 0.0
    found = weekly(workspace, version, one.kpi, pilot)
    before_until, after_from = _halves(pilot)
    why = _why_not(workspace, one.kpi, found)
    if why is not None:
        nothing = GroupComparison(groups=(), note=Text(why))
        return Compared(kpi=one.kpi.id, scale=one.scale, margin=margin, comparison=nothing, persons=NOBODY)
    units = (*pilot.starts, *pilot.comparison)
    sums, rows = strata(version, found, units, one.scale)
    starts = np.array([week.start.toordinal() for week in found.weeks])
    halves = Halves(
        before=starts < before_until.toordinal(),
        after=starts >= after_from.toordinal(),
        treated=np.array([unit in pilot.starts for unit in units]),
    )
    comparison = compare_groups(sums, rows, halves, one.scale, margin)
    days = (before_until, after_from)
    return Compared(
        kpi=one.kpi.id,
        scale=one.scale,
        margin=margin,
        comparison=comparison,
        persons=_fewest(workspace, pilot, one.kpi, found, days) if comparison.groups else NOBODY,
    )


def _halves(pilot: Pilot) -> tuple[date, date]:
    """The first day that is no longer before any start, and the first after every run-in."""
    starts = [containing(day, "week").start for day in pilot.starts.values()]
    return min(starts), max(starts) + timedelta(weeks=pilot.run_in_weeks)


def _why_not(workspace: Workspace, kpi: Kpi, found: Weekly) -> str | None:
    if kpi.statistic not in SUM_OVER_SUM:
        return NOT_A_SUM
    if is_counted(workspace, kpi):
        return IN_SOURCE
    return None if found.weeks else NO_WEEKS


def _fewest(
    workspace: Workspace, pilot: Pilot, kpi: Kpi, found: Weekly, halves: tuple[date, date]
) -> Persons:
    sides = {PILOT: tuple(pilot.starts), COMPARISON: pilot.comparison}
    span = (found.weeks[0].start, found.weeks[-1].end)
    groups = persons.by_side_and_part(workspace, kpi, STRATIFIER, sides, span, halves)
    return fewest(list(groups.values()))


@cache
def _adapter() -> TypeAdapter[tuple[Compared, ...]]:
    return TypeAdapter(tuple[Compared, ...], config=ConfigDict(ser_json_inf_nan="constants"))


NOT_A_SUM = N_("The value of this KPI does not add up over groups, so they cannot be compared here.")
IN_SOURCE = N_("This KPI is counted in its source, which does not say how many persons each group holds.")
NO_WEEKS = N_("There are no whole weeks with data of this KPI yet.")
