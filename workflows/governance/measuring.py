"""A pilot is measured once its items for the start have all been signed; before, nothing is computed."""

from collections.abc import Sequence
from datetime import date
from math import nan

from core.language.catalogue import LANGUAGES
from core.language.text import N_, Text
from experiments.estimate import NotEstimable, Reason
from experiments.evaluation import GroupSeries, KpiResult
from governance.access import Viewer
from governance.checklist import Checklist, ChecklistItem
from governance.checklist.gates import gates
from reports.words_governance import items_text
from storage.workspace import Workspace
from workflows.asked import Asked
from workflows.governance.functions import checklist_of
from workflows.governance.reach import reaching
from workflows.governance.standing import records_of

NOTHING = GroupSeries(periods=(), treated=(), comparison=(), n_treated=(), n_comparison=())
NAMED = 3
"""So many items are named; `meetlat governance show` has them all."""


def waiting_for(viewer: Viewer, workspace: Workspace, pilot: str) -> Reason | None:
    """What a pilot waits for before it is measured, as `refusal`; raises UnknownName and NotPermitted."""
    with reaching(viewer, workspace, pilot, "see_checklist") as (_, within):
        return refusal(within, pilot)


def refusal(workspace: Workspace, pilot: str, as_of: date | None = None) -> Reason | None:
    """Why a pilot is not measured: what is open, who signs it, and how.

    None where the items for the start have all been signed on some day up to as_of; None: today.
    """
    checklist = checklist_of(workspace)
    found = gates(records_of(workspace, pilot), checklist, as_of or workspace.today())
    if found.may_be_measured:
        return None
    return _reason(pilot, checklist, [item for item in checklist.items if item.id in found.start])


def _reason(pilot: str, checklist: Checklist, missing: Sequence[ChecklistItem]) -> Reason:
    first, more = missing[0], len(missing) - NAMED
    named = {lang: items_text(missing[:NAMED], checklist, lang) for lang in LANGUAGES}
    items = Text(N_("{names} and {more} more"), {"names": named, "more": more}) if more > 0 else named
    command = {"pilot": pilot, "item": first.id, "function": first.signers[0]}
    return Reason(
        code="start_gate_open",
        message=Text(N_("Not measured yet. Still to be signed before the start: {items}."), {"items": items}),
        remedy=Text(
            N_(
                "Sign one with: meetlat governance sign {pilot} {item} --as {function} --name NAME "
                "--evidence FILE. All of them, with who signs: meetlat governance show {pilot}"
            ),
            command,
        ),
    )


def unmeasured(one: Asked, reason: Reason) -> KpiResult:
    """The result of a KPI of a pilot that may not be measured yet: the reason, and no number."""
    return KpiResult(
        kpi=one.kpi.id,
        kpi_version=one.kpi.version,
        role=one.role,
        scale=one.scale,
        threshold=one.threshold,
        result=None if one.role == "use" else NotEstimable(reasons=(reason,), design="auto", scale=one.scale),
        series=NOTHING,
        n=0,
        excluded={},
        patients=None,
        staff=None,
        completeness=nan,
    )
