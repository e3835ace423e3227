"""Who still uses the tool in the weeks after first use, per department and in all of them together."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from governance.access import Viewer, require
from governance.disclosure_control import Disclosed, Persons, Policy, release
from kpis.statistics.sustained_use import sustained_use
from storage.workspace import Workspace
from workflows.disclosing import policy_of
from workflows.quality.scope import Asked, Scope, scope

USE = "adoption"
"""The KPI whose rows per clinician say who used the tool on which day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StillUsing:
    """Clinicians whose week after first use is over, those with a day of use in it, their share (Wilson)."""

    at_risk: int
    using: int
    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SustainedRow:
    """One week after first use. department: "" for all of the question together."""

    department: str
    week: int
    found: Disclosed[StillUsing]


def sustained(viewer: Viewer, workspace: Workspace, asked: Asked) -> tuple[SustainedRow, ...]:
    """Week by week from 1; the first day of `asked` and its KPIs do not matter.

    A number is shown where those who use the tool and those who do not are both nobody or enough. The row of
    all departments stands there for who sees them all, and where none of them is hidden: what one viewer sees
    can never be taken off what another one does.
    """
    reach = require(viewer, "see_quality")
    found = scope(workspace, reach, replace(asked, kpis=(USE,)))
    if found is None:
        return ()
    as_of = min(found.span[1], found.published.last_days().get("UsageEvent", found.span[1]))
    staff = found.published.read("staff", kpis=[USE], departments=found.departments, last=as_of)
    use, policy = staff[staff["numerator"] > 0], policy_of(workspace)
    rows = [
        row
        for department, own in use.groupby("department", sort=True)
        for row in _rows(str(department), own, as_of, policy)
    ]
    together = _rows("", use, as_of, policy) if _all_there(found, use) else []
    return (*rows, *(row for row in together if not _hidden(rows, row.week)))


def _all_there(found: Scope, use: pd.DataFrame) -> bool:
    """Whether every department is looked at, for one would see another total than who sees more."""
    return found.departments == found.published.departments() and use["department"].nunique() > 1


def _rows(department: str, use: pd.DataFrame, as_of: date, policy: Policy) -> list[SustainedRow]:
    return [
        SustainedRow(department=department, week=int(line["week"]), found=_released(line, policy))
        for line in sustained_use(use, as_of).to_dict("records")
        if line["at_risk"]
    ]


def _released(line: Mapping[Hashable, float], policy: Policy) -> Disclosed[StillUsing]:
    at_risk, using = int(line["at_risk"]), int(line["using"])
    shares = {name: float(line[name]) for name in ("share", "low", "high")}
    shown = StillUsing(at_risk=at_risk, using=using, **shares)
    fewest = min(count for count in (at_risk, using, at_risk - using) if count)
    return release(shown, Persons(patients=None, staff=fewest), policy)


def _hidden(rows: list[SustainedRow], week: int) -> bool:
    return any(row.week == week and row.found.suppressed for row in rows)
