"""Pilots that others may see are known to Meetlat itself, also behind the row security of PostgreSQL."""

from governance.access import EVERYTHING, LOCAL_OPERATOR, Grant, fixed
from storage import repository
from storage.workspace import Workspace
from tests.audit_log import events, logged
from tests.either_database import workspace
from tests.evaluations import PILOT
from tests.servers.postgresql import postgres_url
from workflows.auditing import asked_in_vain
from workflows.people import not_there

__all__ = ["postgres_url", "workspace"]

LARS = fixed("Lars", Grant(role="lead", objects=frozenset({"another"})))


def test_a_pilot_that_is_there_is_known_whoever_is_granted_it(workspace: Workspace) -> None:
    repository.register(workspace.within(EVERYTHING), PILOT, "", logged)
    assert not_there(LOCAL_OPERATOR, workspace, "lead", [PILOT.id, "x"]) == ("x",)


def test_a_pilot_of_others_that_was_asked_for_is_written_down(workspace: Workspace) -> None:
    repository.register(workspace.within(EVERYTHING), PILOT, "", logged)
    before = len(events(workspace))
    for name in (PILOT.id, "Mrs Jansen"):
        asked_in_vain(LARS, workspace, "pilot", name)
    added = [one.event for one in events(workspace)[before:]]
    assert [(one.event_id, one.participant_object_id) for one in added] == [("denied", PILOT.id)]
