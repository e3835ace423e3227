"""What a question about quality is asked of: KPIs, departments and days that the viewer may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from core.errors import InputError, UnknownName
from core.language.text import N_
from governance.access import Reach
from kpis.catalogue import find
from kpis.kpi import Kpi
from kpis.parts import tables_of
from storage import cube, cube_build
from storage.cube import Cube
from storage.workspace import Workspace
from workflows.measure import visible_departments
from workflows.plan import definitions

YEAR = timedelta(weeks=52)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """KPIs by id and a department, None for all that the viewer sees; first and last day, both included.

    Without a first day the year up to the last one is looked at; without a last day, all up to the newest.
    """

    kpis: Sequence[str] | None = None
    unit: str | None = None
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What was found of it. span: first and last day that are looked at."""

    published: Cube
    kpis: dict[str, Kpi]
    departments: tuple[str, ...]
    span: tuple[date, date]

    @property
    def tables(self) -> tuple[str, ...]:
        """The standard tables of the KPIs that hold rows."""
        filled = self.published.last_days()
        return tuple(table for table in tables_of(tuple(self.kpis.values())) if table in filled)


def scope(workspace: Workspace, reach: Reach, asked: Asked) -> Scope | None:
    """What a question comes to within reach; None before there are data, or where nothing of it is.

    A KPI counts where it is within reach in every department asked. Raises UnknownName, and InputError where
    the last day comes before the first.
    """
    cube_build.build(workspace)
    known, published = definitions(workspace), cube.current(workspace)
    kpis = {name: find(known, name) for name in (known if asked.kpis is None else asked.kpis)}
    seen = visible_departments(reach, published)
    if asked.unit is not None and asked.unit not in seen:
        raise UnknownName(N_("department"), asked.unit, seen)
    span = published.span() if published is not None else None
    departments = seen if asked.unit is None else (asked.unit,)
    within = {name: kpi for name, kpi in kpis.items() if _covers(reach, departments, kpi)}
    if published is None or span is None or (kpis and not within):
        return None
    return Scope(published=published, kpis=within, departments=departments, span=_span(asked, span))


def _covers(reach: Reach, departments: Sequence[str], kpi: Kpi) -> bool:
    tables = tables_of([kpi])
    return all(reach.covers(departments=(department,), tables=tables) for department in departments)


def _span(asked: Asked, held: tuple[date, date]) -> tuple[date, date]:
    last = asked.last or held[1]
    first = asked.first or min(max(last - YEAR + timedelta(days=1), held[0]), last)
    if first > last:
        raise InputError(
            "The first day, {first}, comes after the last, {last}.",
            remedy="Turn them round.",
            first=first,
            last=last,
        )
    return first, last
