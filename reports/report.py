"""What a report is made from, and what a format receives.

A report is made from published (disclosed) results only; formats never meet an unreleased number.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from experiments.decision import Decision
from experiments.estimate import NotEstimable, Reason
from experiments.evaluation import KpiResult, PublishedEvaluation, PublishedResult
from experiments.pilot import RegisteredPilot
from governance.disclosure_control import Disclosed
from governance.safety import Safety
from kpis.kpi import Kpi


class PilotReport(Protocol):
    """One pilot as people may see it: its plan, its results and its verdict."""

    @property
    def pilot(self) -> RegisteredPilot:
        """The registered plan."""
        ...

    @property
    def evaluation(self) -> PublishedEvaluation:
        """All results behind the disclosure gate."""
        ...

    @property
    def decision(self) -> Disclosed[Decision]:
        """The verdict and its reasons."""
        ...

    @property
    def kpis(self) -> Mapping[str, Kpi]:
        """Definitions of every KPI of the plan, by id."""
        ...

    @property
    def safety(self) -> Safety:
        """What is recorded of its governance."""
        ...

    @property
    def data_until(self) -> date:
        """The last day that the data hold."""
        ...

    @property
    def is_demo(self) -> bool:
        """Whether the data are simulated."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A way to hand a report over: how its files end, what they are, and how the bytes are made."""

    suffix: str
    media_type: str
    write: Callable[[PilotReport, str], bytes]


def locked_on(view: PilotReport) -> date:
    """The day the plan was locked."""
    return datetime.fromisoformat(view.pilot.registered_at).date()


def published_result(view: PilotReport, kpi: str) -> PublishedResult | None:
    """The result of a KPI of the plan, the one that carries the verdict where none is named."""
    results = view.evaluation.results
    wanted = kpi or view.pilot.pilot.primary.kpi
    return next((result for result in results if result.kpi == wanted), None)


def kpi_result(view: PilotReport, kpi: str) -> KpiResult | None:
    """The same, None where it is suppressed as well."""
    found = published_result(view, kpi)
    return None if found is None else found.result.value


def not_measured(view: PilotReport) -> Reason | None:
    """Why nothing of the pilot is measured yet: what must be signed first; None where it is measured."""
    found = kpi_result(view, "")
    if found is None or not isinstance(found.result, NotEstimable):
        return None
    return next((reason for reason in found.result.reasons if reason.code == "start_gate_open"), None)
