"""Let the limits of a chart start anew: by a person, with a reason, and never to hide a signal."""

from datetime import date

from core.errors import InputError, UnknownName
from core.language.text import N_
from core.period import Every
from experiments.monitoring.kpi_chart import BETWEEN, OTHER_WAY
from experiments.monitoring.kpi_choice import choose_for
from experiments.monitoring.kpi_series import Known, plotted_series
from experiments.monitoring.rebase import ENOUGH_AFTER, HELD, Rebase, RebaseRefusal, judge_rebase
from governance.access import Reach, Viewer, require
from governance.audit import AuditEvent
from governance.audit_events import EventName
from kpis.catalogue import find
from kpis.kpi import Kpi
from kpis.parts import tables_of
from storage import department_history, rebases
from storage.workspace import Workspace
from workflows.auditing import event
from workflows.department import THIN
from workflows.governance.plain_text import plain
from workflows.kpi_chart import counted
from workflows.measure import covered, measure
from workflows.plan import definitions

SHORTEST_REASON = 20
LONGEST_REASON = 500
REFUSALS: dict[RebaseRefusal, tuple[str, str]] = {
    "no_point": (
        N_("There is no value of {kpi} in {unit} on {day}, so no limits can start there."),
        N_("Choose a day in a week that the chart shows."),
    ),
    "first_point": (
        N_("Before {day} there is no value, so there are no older limits to leave."),
        N_("Choose a later day."),
    ),
    "few_after": (
        N_("From {day} on there are {points} points; new limits need {enough}."),
        N_("Wait until there are more."),
    ),
    "not_held": (
        N_(
            "From {day} on the first {held} points do not lie on one side of the old mean: the change did "
            "not hold, and new limits would only hide signals."
        ),
        N_("Leave the limits as they are, or choose the day on which a lasting change began."),
    ),
}


def rebase(viewer: Viewer, workspace: Workspace, kpi: str, department: str, day: date, reason: str) -> Rebase:
    """Keep that the limits of a KPI's chart start anew in the week with a day.

    Raises NotPermitted, UnknownName, and InputError without a reason, on a day without a value, with fewer
    than 12 points from it on, or where the change did not hold for eight points.
    """
    reach = require(viewer, "rebase_charts")
    known = find(definitions(workspace), kpi)
    why = _reason(reason)
    hides = _judged(viewer, workspace, reach, known, department, day)
    return rebases.add(
        workspace.within(reach),
        kpi=known.id,
        department=department,
        day=day,
        reason=why,
        by=viewer.name,
        hides_signal=hides,
        log=lambda done: _event(viewer, workspace, "limits_restarted", done),
    )


def withdraw(viewer: Viewer, workspace: Workspace, id_: int) -> Rebase:
    """Withdraw a rebase; it stays on record with who and when. Raises UnknownName, NotPermitted."""
    reach = require(viewer, "rebase_charts")
    seen = {str(one.id) for one in _within_reach(workspace, reach)}
    if str(id_) not in seen:
        raise UnknownName(N_("rebase"), str(id_), seen)
    rebases.withdraw(
        workspace.within(reach),
        id_,
        viewer.name,
        lambda done: _event(viewer, workspace, "limits_put_back", done),
    )
    return next(one for one in _within_reach(workspace, reach) if one.id == id_)


def listed(viewer: Viewer, workspace: Workspace) -> tuple[Rebase, ...]:
    """Every rebase in the viewer's departments, withdrawn ones too."""
    reach = require(viewer, "see_departments")
    return _within_reach(workspace, reach)


def _within_reach(workspace: Workspace, reach: Reach) -> tuple[Rebase, ...]:
    known, history = definitions(workspace), department_history.read(workspace.root)
    return tuple(
        one
        for one in rebases.listed(workspace.within(reach))
        if reach.covers(
            departments=history.in_force((one.department,), workspace.today()),
            tables=tables_of([known[one.kpi]]) if one.kpi in known else ("",),
        )
    )


def _event(viewer: Viewer, workspace: Workspace, name: EventName, done: Rebase) -> AuditEvent:
    return event(
        viewer,
        workspace,
        name,
        "department",
        done.department,
        kpi=done.kpi,
        day=done.day.isoformat(),
        rebase=done.id,
        hides_signal=done.hides_signal,
    )


def _reason(reason: str) -> str:
    why = plain(reason, N_("reason"), LONGEST_REASON)
    if len(why) < SHORTEST_REASON:
        raise InputError(
            "A rebase needs a reason that others can follow, of at least {shortest} characters.",
            remedy="Say what changed in the work, and who knows of it.",
            shortest=SHORTEST_REASON,
        )
    return why


def _judged(viewer: Viewer, workspace: Workspace, reach: Reach, kpi: Kpi, department: str, day: date) -> bool:
    """Whether it hides a signal; raises InputError where it may not be. By month where weeks are thin."""
    known = _periods(viewer, workspace, reach, kpi, department, "week")
    if sum(one is not None for _, one in known) < THIN * len(known):
        known = _periods(viewer, workspace, reach, kpi, department, "month")
    choice = choose_for(kpi, [one for _, one in known if one is not None])
    plotted = plotted_series(kpi, known, choice.plotted)
    better = OTHER_WAY[kpi.direction] if choice.plotted in BETWEEN else kpi.direction
    earlier = [
        one.day
        for one in rebases.listed(workspace.within(reach), [department])
        if one.kpi == kpi.id and one.withdrawn_at is None
    ]
    judged = judge_rebase(plotted.periods, plotted.series.plotted, day, earlier, better)
    if judged.refusal is not None:
        message, remedy = REFUSALS[judged.refusal]
        raise InputError(
            message,
            remedy=remedy,
            kpi=kpi.id,
            unit=department,
            day=day,
            points=judged.points,
            enough=ENOUGH_AFTER,
            held=HELD,
        )
    return judged.hides_signal


def _periods(
    viewer: Viewer, workspace: Workspace, reach: Reach, kpi: Kpi, department: str, every: Every
) -> Known:
    found = covered(reach, measure(viewer, workspace, [kpi.id], department, every=every))
    return [(one.period, counted(one)) for one in found]
