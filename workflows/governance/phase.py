"""Take a pilot into a phase: by a person, with a reason, and not while an item or an incident blocks it."""

from core.errors import InputError, UnknownName
from core.language.catalogue import LANGUAGES
from core.language.text import N_
from governance.access import Viewer
from governance.incidents import asking
from governance.phases import PhaseRecord, in_the_way
from reports.words_governance import in_the_way_text
from storage import governance_records
from storage.workspace import Workspace
from workflows.auditing import recorded
from workflows.governance.plain_text import plain
from workflows.governance.reach import reaching
from workflows.governance.sign import SHORTEST_REASON
from workflows.governance.standing import governance_of


def enter_phase(viewer: Viewer, workspace: Workspace, pilot: str, phase: str, why: str) -> PhaseRecord:
    """Record that a pilot is in a phase from now on.

    Raises UnknownName, NotPermitted, and InputError where its gate is not signed or the reason is missing.
    """
    with reaching(viewer, workspace, pilot, "edit_pilots") as (registered, within):
        found = governance_of(within, registered, workspace.today())
        wanted = found.checklist.phase(phase)
        if wanted is None:
            raise UnknownName(N_("phase"), phase, [one.id for one in found.checklist.phases])
    blocked = in_the_way(wanted.gate, found.gates, asking(found.incidents, "stop"))
    if blocked:
        raise InputError(
            "This pilot cannot enter that phase yet. In the way: {blocked}.",
            where=pilot,
            remedy="Let items be signed and incidents be dealt with first; "
            "meetlat governance show {pilot} says by whom.",
            blocked={lang: in_the_way_text(blocked, found.checklist, lang) for lang in LANGUAGES},
            pilot=pilot,
        )
    reason = plain(why, N_("reason"), 500)
    if len(reason) < SHORTEST_REASON:
        raise InputError(
            "This needs a reason that others can follow, of at least {shortest} characters.",
            remedy="Say why, and who knows of it.",
            shortest=SHORTEST_REASON,
        )
    record = PhaseRecord(phase=phase, at=governance_records.now(), by=viewer.name, why=reason)
    with recorded(viewer, within, "decision_taken", "pilot", pilot, phase=phase) as connection:
        governance_records.add(connection, pilot, record)
    return record
