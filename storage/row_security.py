"""The second lock, on PostgreSQL: only rows of departments and pilots within reach are there.

Every transaction begins as the role of the application, with what the viewer's action reaches set for this
transaction alone (migration 0006 has the policies). Without `Workspace.within` nothing is set and no row of
these tables is there. SQLite has no such lock; there one process serves one machine.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, event, text

from governance.access import Reach
from governance.policy import LED, OWN

ROLE = "meetlat_app"
BETWEEN = "\x1f"
EVERY = "*"
NARROWED = "row_scope"
BEGIN = text(
    "SELECT set_config('role', :role, true), set_config('meetlat.departments', :departments, true), "
    "set_config('meetlat.pilots', :pilots, true)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowScope:
    """Departments, under every name, and pilots as the policies read them; "" for none, "*" for every one."""

    departments: str = ""
    pilots: str = ""


NOTHING = RowScope()


def narrowed(
    engine: Engine, reach: Reach, ever_called: Callable[[Collection[str]], Collection[str]]
) -> Engine:
    """The same engine and pool, whose transactions see what is within reach."""
    departments, pilots = reach.names(OWN), reach.names(LED)
    if departments is None or pilots is None:
        return engine.execution_options(**{NARROWED: RowScope(departments=EVERY, pilots=EVERY)})
    joined = (BETWEEN.join(sorted(names)) for names in (ever_called(departments), pilots))
    scope = RowScope(departments=next(joined), pilots=next(joined))
    return engine.execution_options(**{NARROWED: scope})


def lock(engine: Engine) -> None:
    """Let every transaction of an engine begin behind the lock, once its tables are there."""
    if engine.dialect.name == "postgresql":
        event.listen(engine, "begin", _begin)


def _begin(connection: Connection) -> None:
    scope: RowScope = connection.get_execution_options().get(NARROWED, NOTHING)
    values = {"role": ROLE, "departments": scope.departments, "pilots": scope.pilots}
    connection.execute(BEGIN, values)
