"""What happened in a department: events that it was told of, and changes of the ruler that were found."""

from collections.abc import Collection
from datetime import date

import sqlalchemy as sa

from core.language.text import N_, Text
from experiments.monitoring.charted_kpi import Event
from experiments.occurrences import Occurrence
from governance.access import Reach, Viewer, require
from kpis.quality.drift.finding import DetectorName
from kpis.row_values import source
from storage.scan import open_facts, rows
from storage.workspace import Workspace
from workflows.quality.drift import drift_rows
from workflows.quality.scope import Asked, scope

NOTED_IN = "DepartmentWeek"
EVENT_WORDS = {
    "ehr_upgrade": N_("EHR upgrade"),
    "downtime": N_("downtime"),
    "template_change": N_("template"),
    "staffing": N_("staffing"),
}
"""Events of DepartmentWeek that a chart marks; figures such as staff_fte are no event."""

RULER_WORDS: dict[DetectorName, str] = {
    "definition": N_("definition"),
    "template": N_("template"),
    "tool_version": N_("tool version"),
    "clock": N_("clock"),
}
"""Changes that a detector found in the rows themselves, as far as they have a first week."""


def events(
    workspace: Workspace, reach: Reach, department: str, first: date, until: date
) -> tuple[Event, ...]:
    """The events that the department's rows tell of, in order of day; none where they are not in reach."""
    if not reach.covers(departments=(department,), tables=(NOTED_IN,)):
        return ()
    return tuple(
        Event(day=one.day, word=Text(one.kind))
        for one in told(workspace, (department,), first, until)
        if one.day is not None
    )


def told(
    workspace: Workspace, departments: Collection[str], first: date, until: date
) -> tuple[Occurrence, ...]:
    """The events of some departments, in order of day."""
    facts = source(NOTED_IN).c
    asked = (
        sa.select(facts.day, facts.event, facts.department)
        .where(facts.department.in_(sorted(departments)), facts.day.between(first, until))
        .where(facts.event.in_(EVENT_WORDS))
        .order_by(facts.day, facts.event, facts.department)
    )
    with open_facts(workspace, [NOTED_IN]) as connection:
        found = rows(connection, asked)
    return tuple(
        Occurrence(kind=EVENT_WORDS[event], department=str(department), day=day.date())
        for day, event, department in zip(found["day"], found["event"], found["department"], strict=True)
    )


def ruler_events(viewer: Viewer, workspace: Workspace, kpi: str, department: str) -> tuple[Event, ...]:
    """Changes of the rows that a KPI counts, found over the last year; one for each kind and week."""
    reach = require(viewer, "see_departments")
    asked = scope(workspace, reach, Asked(kpis=[kpi], unit=department))
    found = () if asked is None else drift_rows(workspace, asked)
    changes = {
        (one.since, RULER_WORDS[one.subject.detector])
        for one in found
        if one.status == "changed" and one.since is not None and one.subject.detector in RULER_WORDS
    }
    return tuple(Event(day=day, word=Text(word)) for day, word in sorted(changes))
