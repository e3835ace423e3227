"""Data quality made by hand: a low share, one not known, late rows, a change, hidden numbers."""

from dataclasses import replace
from datetime import date

from core.period import Period
from governance.disclosure_control import Policy, release
from kpis.catalogue import load
from kpis.quality.drift.finding import Finding, Subject
from kpis.quality.lateness import Delay, Lateness, Maturity
from kpis.quality.measured import Coverage
from tests.screens.sample_results import FEW, MANY
from workflows.quality.completeness import CoverageRow
from workflows.quality.data_quality import DataQuality
from workflows.quality.drift import DriftRow
from workflows.quality.lateness import LatenessRow, LateRows

MONTH = Period(date(2026, 4, 1), "month")
KPIS = load()
NOTE, PEM = KPIS["note_time_enc"], KPIS["pem"]
POLICY = Policy()


def data_quality() -> DataQuality:
    """One department in every state that the screen knows."""
    low = Coverage(share=0.55, at_least=0.7, status="withheld", is_response=False)
    answers = Coverage(share=0.31, at_least=0.5, status="warned", is_response=True)
    return DataQuality(
        measured=(
            _measured("Cardiologie", low),
            _measured("Urologie", replace(low, share=0.91, status="enough")),
            replace(_measured("Cardiologie", answers), kpi=PEM),
            replace(_measured("Urologie", replace(answers, share=None, status="unknown")), kpi=PEM),
        ),
        late=LateRows(
            rows=(_late(),),
            maturity=(
                Maturity(
                    kpi="note_time_enc", department="Cardiologie", declared=0, observed=9, too_short=True
                ),
            ),
            not_final={"note_time_enc": (Period(date(2026, 5, 11), "week"),)},
        ),
        drifted=(_drift("template", few=False), _drift("tool_version", few=True), _steady()),
    )


def _measured(department: str, found: Coverage) -> CoverageRow:
    return CoverageRow(
        kpi=NOTE, department=department, period=MONTH, over=True, coverage=release(found, MANY, POLICY)
    )


def _late() -> LatenessRow:
    delay = Delay(median=1, p90=3, p99=9, later={1: 300, 7: 40, 30: 0})
    found = Lateness(table="NoteSession", department="Cardiologie", rows=2000, to_load=delay, overtaken=delay)
    return LatenessRow(table="NoteSession", department="Cardiologie", lateness=release(found, MANY, POLICY))


def _drift(column: str, *, few: bool) -> DriftRow:
    found = Finding(
        subject=Subject(
            detector="template" if column == "template" else "tool_version",
            department="Cardiologie",
            table="NoteSession" if column == "template" else "UsageEvent",
            column=column,
        ),
        status="changed",
        weeks=40,
        since=date(2026, 3, 2),
        value="SOAP-2",
        before=0.0,
        after=0.8,
        statistic=200.0,
    )
    return _row(found, few=few)


def _steady() -> DriftRow:
    subject = Subject(detector="volume", department="Cardiologie", table="Encounter", column="")
    return _row(Finding(subject=subject, status="steady", weeks=40, before=40.0, after=41.0), few=False)


def _row(found: Finding, *, few: bool) -> DriftRow:
    return DriftRow(
        subject=found.subject,
        status=found.status,
        since=found.since,
        reason=found.reason,
        finding=release(found, FEW if few else MANY, POLICY),
    )
