"""Somebody leaves: with their rights go the sessions that they have open, and both are written down."""

import json
from datetime import timedelta

import pytest
from sqlalchemy.exc import SQLAlchemyError

from core.errors import AuditUnavailable
from governance.access import ANONYMOUS, LOCAL_OPERATOR
from storage import audit_log
from storage.people import Holder
from storage.sessions import find
from storage.workspace import Workspace
from tests.aged_session import aged
from tests.audit_log import events
from tests.empty_workspace import empty, workspace
from workflows.people import grant, withdraw
from workflows.revoke import listed
from workflows.sign_in import admitted, sign_in, viewer_of

__all__ = ["empty", "workspace"]

ANNA, NURSES = Holder(kind="person", name="anna"), Holder(kind="group", name="nurses")


def signed_in(workspace: Workspace, who: str = "anna") -> str:
    return sign_in(workspace, {"sub": who, "groups": ["nurses"]})


def test_the_open_sessions_of_a_leaver_end_with_their_rights(workspace: Workspace) -> None:
    grant(LOCAL_OPERATOR, workspace, ANNA, "privacy")
    rested, first, second, other = (signed_in(workspace, who) for who in ("anna", "anna", "anna", "lars"))
    aged(workspace, rested, seen_at=timedelta(minutes=31))
    before = len(events(workspace))
    withdraw(LOCAL_OPERATOR, workspace, ANNA)
    added = [one.event for one in events(workspace)[before:]]
    assert [one.event_id for one in added] == ["session_ended", "session_ended", "rights_changed"]
    ended = (find(workspace, token) for token in (first, second))
    names = {one.short_name for one in ended if one is not None}
    assert {one.participant_object_id for one in added[:2]} == names
    assert {one.session.ended_by for one in listed(LOCAL_OPERATOR, workspace)} == {None, "revoked"}
    assert [json.loads(one.participant_object_detail)["reason"] for one in added[:2]] == ["revoked"] * 2
    assert [admitted(workspace, token) for token in (rested, first, second, other)] == [False] * 3 + [True]


def test_a_leaver_with_rights_by_a_group_alone_is_signed_out_too(workspace: Workspace) -> None:
    grant(LOCAL_OPERATOR, workspace, NURSES, "privacy")
    token, other = signed_in(workspace), signed_in(workspace, "lars")
    withdraw(LOCAL_OPERATOR, workspace, ANNA)
    assert viewer_of(workspace, token) is ANONYMOUS
    withdraw(LOCAL_OPERATOR, workspace, NURSES)
    assert admitted(workspace, other), "who loses the role of a group has not left"


def test_who_is_called_as_a_group_that_loses_its_roles_has_not_left(workspace: Workspace) -> None:
    for holder in (ANNA, Holder(kind="group", name="anna")):
        grant(LOCAL_OPERATOR, workspace, holder, "privacy")
    viewer = viewer_of(workspace, signed_in(workspace))
    withdraw(LOCAL_OPERATOR, workspace, Holder(kind="group", name="anna"))
    assert viewer.may("see_quality")


def test_who_loses_one_role_stays_signed_in(workspace: Workspace) -> None:
    for role in ("privacy", "auditor"):
        grant(LOCAL_OPERATOR, workspace, ANNA, role)
    token = signed_in(workspace)
    withdraw(LOCAL_OPERATOR, workspace, ANNA, "auditor")
    withdraw(LOCAL_OPERATOR, workspace, ANNA, None, [""])
    assert admitted(workspace, token)


def test_rights_and_sessions_end_together_or_not_at_all(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_connection: object) -> None:
        raise SQLAlchemyError

    grant(LOCAL_OPERATOR, workspace, ANNA, "privacy")
    viewer = viewer_of(workspace, signed_in(workspace))
    with monkeypatch.context() as patch:
        patch.setattr(audit_log, "_locked", away)
        with pytest.raises(AuditUnavailable):
            withdraw(LOCAL_OPERATOR, workspace, ANNA)
    assert viewer.may("see_quality")
    assert [one.state for one in listed(LOCAL_OPERATOR, workspace)] == ["open"]
    withdraw(LOCAL_OPERATOR, workspace, ANNA)
    assert not viewer.may("see_quality")
    assert [one.state for one in listed(LOCAL_OPERATOR, workspace)] == ["ended"]
