"""As it was known on a day: an older state of the numbers, and which of it may stand beside that of today.

Who has both can subtract them. So nothing is shown of a period in which that state differs from a later one
by the rows of few persons. Weeks and months are looked at by the pieces into which they cut each other; a day
is shown only where nothing of it changed.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from core.errors import InputError
from core.language.text import N_
from core.period import Every, containing
from governance.disclosure_control import too_few
from kpis.kpi import Kpi
from kpis.parts import tables_of
from kpis.roll_up import By
from storage import cube_build, late_changes, ledger
from storage.cube import Cube
from storage.workspace import Workspace
from workflows.releasable import Key, policies_of


@dataclass(frozen=True, slots=True, kw_only=True)
class AsKnown:
    """The state after a batch; position: the number of that batch."""

    cube: Cube
    position: int


def as_known(workspace: Workspace, day: date, by: By) -> AsKnown | None:
    """The state at the end of a day; None before the first batch. Raises InputError for sub-groups."""
    if by != "department":
        raise InputError(
            N_("What was known on a day is measured by department only."),
            remedy=N_("Leave --by or --known-on out."),
        )
    if day > workspace.today():
        raise InputError(
            N_("Nobody knows yet what will be known on {day}, a day to come."),
            remedy=N_("Give --known-on a day up to today."),
            day=day,
        )
    end = datetime.combine(day + timedelta(days=1), time.min, ZoneInfo(workspace.settings.timezone))
    position = ledger.position_on(workspace, end)
    return AsKnown(cube=cube_build.as_known(workspace, position), position=position) if position else None


def told_apart(
    workspace: Workspace, then: AsKnown, kpis: Mapping[str, Kpi], departments: Collection[str], every: Every
) -> frozenset[Key]:
    """The periods of KPIs and departments of which that state would tell of few beside a later one."""
    policies = dict(policies_of(workspace, kpis))
    changes = late_changes.changed_since(
        workspace,
        tuple(kpis.values()),
        departments,
        then.position,
        "day" if every == "day" else "piece",
    )
    by_few = {
        (kpi, department, containing(day, every).start)
        for kpi, department, day, persons in changes
        if every == "day" or too_few(persons, policies[kpi])
    }
    return frozenset(by_few.union(_counted_again(workspace, then, kpis, departments, every)))


def _counted_again(
    workspace: Workspace, then: AsKnown, kpis: Mapping[str, Kpi], departments: Collection[str], every: Every
) -> Iterator[Key]:
    """Every period of what its source has counted anew since: who changed has not left the source."""
    again = late_changes.counted_again(workspace, then.position)
    chosen = [name for name, kpi in kpis.items() if again.intersection(tables_of([kpi]))]
    cells = then.cube.read("cells", kpis=chosen, departments=departments)
    for kpi, department, day in cells[["kpi", "department", "day"]].itertuples(index=False):
        yield kpi, department, containing(day.date(), every).start
