"""Explain a number: its definition, what was counted and left out, and which files it came from."""

from core.errors import UnknownName
from core.language.text import N_
from core.period import Period
from governance.access import Viewer, require
from kpis.explanation import DefinitionVersion, Explanation
from kpis.kpi import Kpi
from kpis.parts import tables_of
from kpis.statement_text import DATABASES, statement_texts
from storage import cube
from storage.definitions import active, every_version, history
from storage.feeding import files_of, last_file
from storage.workspace import Workspace
from workflows.measure import measure


def explain(viewer: Viewer, workspace: Workspace, kpi: str, unit: str, period: Period) -> Explanation:
    """What stands behind a KPI of a department in a period, through the disclosure gate.

    kpi: an id, or id@version for an older definition. Raises UnknownName for a KPI or department that is not
    there or not the viewer's. A suppressed number keeps its definition.
    """
    reach = require(viewer, "see_departments")
    known, chosen = active(workspace), version_of(workspace, kpi)
    name = measured_name(known, kpi)
    found = measure(viewer, workspace, [name], unit, period.start, period.end, period.every)
    tables, published = tables_of([chosen.kpi]), cube.current(workspace)
    seen = reach.covers(departments=(unit,), tables=tables)
    return Explanation(
        version=chosen,
        unit=unit,
        period=period,
        measurement=next((one.measurement for one in found if one.period == period), None),
        statements={database: statement_texts(chosen.kpi, unit, period, database) for database in DATABASES},
        files=files_of(workspace, tables, unit, period) if seen else (),
        last_refresh=last_file(workspace, tables) if seen else None,
        cube_version=published.name if published is not None else "",
        related=known,
    )


def version_of(workspace: Workspace, name: str) -> DefinitionVersion:
    """The definition of an id, or of id@version; raises UnknownName with the nearest."""
    id_, at, version = name.partition("@")
    known_now = every_version(workspace)
    versions = history(workspace, id_)
    if not at:
        return next(one for one in versions if one.kpi.version == known_now[id_].version)
    known = {f"{one.kpi.id}@{one.kpi.version}": one for one in versions}
    if name not in known:
        raise UnknownName(N_("version"), version, [key.partition("@")[2] for key in known])
    return known[name]


def measured_name(known: dict[str, Kpi], name: str) -> str:
    """The name under which a version is measured: the active one goes by its id alone."""
    id_ = name.partition("@")[0]
    return id_ if id_ in known and known[id_].key == name else name
