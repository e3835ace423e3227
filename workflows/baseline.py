"""The measurement before a pilot starts (nulmeting): how long still, how much, and enough for what."""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from core.language.text import N_, Text, Value
from experiments import answer
from experiments.estimate import Estimate
from experiments.estimating import fitted
from experiments.inference import detectable
from experiments.options import Options
from experiments.panel import NEVER, Panel, Scale
from experiments.pilot import Pilot, RegisteredPilot
from governance.access import Viewer, require
from storage import cube, cube_build
from storage.workspace import Workspace
from workflows.panel import Weekly, panel, weekly
from workflows.plan import definitions, within_reach

DESIGN = "difference-in-differences"
SOON = 14
"""From so many days on the time to a start is told in weeks; of fewer too much would be rounded away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """days_to_start: below zero once it began; weeks_to_start: the same, rounded. weeks_held: before it, with
    data of every pilot department.

    detectable: the effect on the primary KPI that would be seen with 80 % power, a positive size on the
    plan's scale, from how the departments moved before the start; None where that cannot be told. matters:
    the smallest change that counts in the plan.
    """

    days_to_start: int
    weeks_to_start: int
    weeks_held: int
    detectable: float | None
    matters: float
    scale: Scale

    @property
    def enough(self) -> bool | None:
        """Whether what matters would be seen; None where nobody can tell yet."""
        return None if self.detectable is None else self.detectable <= self.matters


def baseline(viewer: Viewer, workspace: Workspace, pilot: str, today: date | None = None) -> Baseline:
    """How a pilot stands before its start; raises as `show` does."""
    reach = require(viewer, "see_pilots")
    registered = within_reach(workspace, reach, pilot)
    cube_build.build(workspace)
    return of(workspace, registered, today or workspace.today())


def of(workspace: Workspace, registered: RegisteredPilot, today: date) -> Baseline:
    """The same for a plan that was looked up."""
    plan = registered.pilot
    start, kpi = min(plan.starts.values()), definitions(workspace)[plan.primary.kpi]
    found = weekly(workspace, cube.current(workspace), kpi, plan)
    before = replace(found, weeks=tuple(week for week in found.weeks if week.end < start))
    days = (start - today).days
    return Baseline(
        days_to_start=days,
        weeks_to_start=(days + 3) // 7,
        weeks_held=_held(before, plan),
        detectable=_detectable(before, plan) if before.weeks else None,
        matters=plan.primary.smallest_change,
        scale=plan.primary.scale,
    )


def _held(found: Weekly, plan: Pilot) -> int:
    scale = plan.primary.scale
    return sum(
        all(np.isfinite(found.value(unit, week, scale)) for unit in plan.starts) for week in found.weeks
    )


def _detectable(found: Weekly, plan: Pilot) -> float | None:
    """As if the tool had come halfway the weeks before, or later where the plan has fewer weeks to come.

    The true start then gives at least as many weeks, before and after.
    """
    options = Options(scale=plan.primary.scale, weighting=plan.weighting)
    after = min((len(found.weeks) + 1) // 2, _to_come(plan))
    result = fitted(_pretended(panel(found, plan, options.scale), after), options, DESIGN)
    if not isinstance(result, Estimate) or result.degrees_of_freedom is None or result.standard_error is None:
        return None
    size = detectable.from_error(result.standard_error, result.degrees_of_freedom, options.level)
    return abs(answer.shown(-size, options.scale))


def _to_come(plan: Pilot) -> int:
    """Weeks after the last start and its run-in, up to the end of the plan."""
    days = (plan.window[1] - max(plan.starts.values())).days + 1
    return max(1, days // 7 - plan.run_in_weeks)


def _pretended(found: Panel, after: int) -> Panel:
    start = float(len(found.periods) - after)
    return replace(found, first_treated=np.where(np.isfinite(found.first_treated), start, NEVER))


def in_words(found: Baseline) -> Text:
    """One sentence for who runs the pilot."""
    values: dict[str, Value] = {
        "held": _weeks(found.weeks_held),
        "size": answer.readable(found.detectable or 0.0, found.scale, signed=False),
        "matters": answer.readable(found.matters, found.scale, signed=False),
    }
    if found.detectable is None:
        what = N_("{when} The baseline holds {held}; that is too little to say what it is enough for.")
    elif found.enough:
        what = N_(
            "{when} The baseline holds {held}: enough to see an effect of {size}; {matters} is what counts."
        )
    else:
        what = N_(
            "{when} The baseline holds {held}: enough to see an effect of {size}, not yet the "
            "{matters} that counts. More weeks or more departments make it sharper."
        )
    return Text(what, {**values, "when": _when(found)})


def _when(found: Baseline) -> Text:
    if found.days_to_start <= 0:
        return Text(N_("Has started."))
    if found.days_to_start == 1:
        return Text(N_("Starts tomorrow."))
    if found.days_to_start < SOON:
        return Text(N_("Starts in {days} days."), {"days": found.days_to_start})
    return Text(N_("Starts in {weeks} weeks."), {"weeks": found.weeks_to_start})


def _weeks(count: int) -> Text:
    return Text(N_("1 week") if count == 1 else N_("{count} weeks"), {"count": count})
