"""What stands around the results of a pilot: changes of the ruler and noted events, read once."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from core.language.text import N_
from experiments.occurrences import Occurrence
from experiments.pilot import Pilot
from kpis.kpi import Kpi
from kpis.quality.drift.finding import DetectorName, Finding
from kpis.quality.measurement_change import concerning
from storage.cube import Cube
from storage.workspace import Workspace
from workflows.events import told
from workflows.quality.drift import ruler_findings
from workflows.quality.scope import Scope

RULER: dict[DetectorName, str] = {
    "definition": N_("definition"),
    "template": N_("template"),
    "tool_version": N_("tool version"),
    "clock": N_("clock"),
    "full_hour": N_("times in full hours"),
    "daylight_saving": N_("summer time ignored"),
    "unit": N_("unit"),
}
"""What a KPI is measured with. Volume and case mix may be effects; missing weeks have their own check."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """findings: on the tables of the plan's KPIs, over its window. events: those that departments noted."""

    findings: tuple[Finding, ...]
    events: tuple[Occurrence, ...]


def surroundings(
    workspace: Workspace, cube: Cube | None, pilot: Pilot, kpis: Mapping[str, Kpi], as_of: date | None
) -> Surroundings:
    """Of a plan's departments and window, up to a day where one is given; nothing before there are data."""
    first, last = pilot.window[0], min(pilot.window[1], as_of or date.max)
    if cube is None or last < first:
        return Surroundings(findings=(), events=())
    departments = (*pilot.starts, *pilot.comparison)
    asked = Scope(published=cube, kpis=dict(kpis), departments=departments, span=(first, last))
    return Surroundings(
        findings=ruler_findings(workspace, asked),
        events=told(workspace, departments, first, last),
    )


def ruler_changes(kpi: Kpi, found: Collection[Finding], pilot: Pilot) -> tuple[Occurrence, ...] | None:
    """Changes of what a KPI is measured with; None where no detector could look at a pilot department."""
    own = [one for one in concerning(kpi, tuple(found)) if one.subject.detector in RULER]
    if not any(one.status != "unknown" and one.subject.department in pilot.starts for one in own):
        return None
    return tuple(
        Occurrence(kind=RULER[one.subject.detector], department=one.subject.department, day=one.since)
        for one in own
        if one.status == "changed"
    )
