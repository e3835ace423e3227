"""Reading a pilot's plan: TOML text to a typed Pilot, with every problem found in one pass."""

from collections.abc import Collection, Mapping

from core.issue import Issue
from experiments.pilot import Pilot
from experiments.plan.content import pilot
from experiments.plan.file import shape
from experiments.plan.rules import problems
from kpis.kpi import Kpi

__all__ = ["read"]


def read(
    text: str, file: str, *, kpis: Mapping[str, Kpi], departments: Collection[str] = ()
) -> tuple[Pilot | None, tuple[Issue, ...]]:
    """The plan of a file, or None with the reasons; a plan may come with warnings.

    departments: the names that the data know; empty while there are no data, then any name will do.
    """
    plan, place, issues = shape(text, file)
    if plan is None:
        return None, issues
    found = tuple(problems(plan, place, kpis, departments))
    if any(issue.level == "error" for issue in found):
        return None, found
    return pilot(plan, kpis), found
