"""How late rows come in, and whether the KPIs wait long enough for them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from core.period import Every, Period
from governance.access import Viewer, require
from governance.disclosure_control import Disclosed, Policy, release
from kpis.kpi import Kpi
from kpis.quality.lateness import Delay, Lateness, Maturity, lateness, maturity, not_final
from storage.arrivals import arrivals
from storage.ruler import persons_behind
from storage.scan import open_facts
from storage.workspace import Workspace
from workflows.disclosing import policy_of
from workflows.quality.scope import Asked, Scope, scope


@dataclass(frozen=True, slots=True, kw_only=True)
class LatenessRow:
    """The delays of one table in a department; counts of few rows are left out of `later`."""

    table: str
    department: str
    lateness: Disclosed[Lateness]


@dataclass(frozen=True, slots=True, kw_only=True)
class LateRows:
    """Delays, what they mean for every KPI, and per KPI the periods that are not final yet."""

    rows: tuple[LatenessRow, ...]
    maturity: tuple[Maturity, ...]
    not_final: Mapping[str, tuple[Period, ...]]


NOTHING = LateRows(rows=(), maturity=(), not_final={})


def late_rows(viewer: Viewer, workspace: Workspace, asked: Asked, every: Every = "week") -> LateRows:
    """The delays of the tables of some KPIs; nothing before there are data.

    The days of `asked` do not matter: a delay belongs to a delivery.
    """
    reach = require(viewer, "see_quality")
    found = scope(workspace, reach, asked)
    return NOTHING if found is None else late_rows_of(workspace, found, every)


def late_rows_of(workspace: Workspace, found: Scope, every: Every) -> LateRows:
    """The delays of a scope that was checked."""
    delays = lateness(arrivals(workspace, found.tables, found.departments))
    policy = policy_of(workspace)
    behind = {}
    span = found.published.span() or found.span
    with open_facts(workspace, found.tables) as connection:
        for table in found.tables:
            behind[table] = persons_behind(connection, table, "", found.departments, span)
    shown = tuple(
        LatenessRow(
            table=one.table,
            department=one.department,
            lateness=release(_without_small(one, policy), behind[one.table][one.department], policy),
        )
        for one in delays
    )
    disclosed = [row.lateness.value for row in shown if row.lateness.value is not None]
    last_days = found.published.last_days()
    kpis = [kpi for kpi in found.kpis.values() if _holds_rows(kpi, found)]
    return LateRows(
        rows=shown,
        maturity=tuple(one for kpi in kpis for one in maturity(kpi, disclosed)),
        not_final={kpi.id: not_final(kpi, last_days, every) for kpi in kpis},
    )


def _holds_rows(kpi: Kpi, found: Scope) -> bool:
    return {kpi.numerator.table, kpi.denominator.table} <= {*found.tables}


def _without_small(one: Lateness, policy: Policy) -> Lateness:
    return replace(one, to_load=_shown(one.to_load, policy), overtaken=_shown(one.overtaken, policy))


def _shown(delay: Delay | None, policy: Policy) -> Delay | None:
    """Few late rows may be few persons: their count goes, the days stay."""
    if delay is None:
        return None
    enough = {
        days: rows for days, rows in delay.later.items() if rows == 0 or rows >= policy.minimum_patients
    }
    return replace(delay, later=enough)
