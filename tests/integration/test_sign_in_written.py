"""What signing in, staying and leaving write down, who somebody is meanwhile, and what ends at once."""

import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from core.errors import AuditUnavailable, NotPermitted
from core.settings import Settings
from governance.access import ANONYMOUS, LOCAL_OPERATOR
from governance.audit import AuditEvent
from governance.sessions import Identity, Session
from storage.people import Holder
from storage.sessions import find
from storage.workspace import Workspace
from tests.aged_session import aged
from tests.audit_log import events, told, without_a_log
from tests.empty_workspace import empty, workspace
from workflows.people import grant
from workflows.sign_in import (
    admitted,
    known,
    open_session,
    person_of,
    session_cookie,
    sign_in,
    sign_in_failed,
    sign_out,
    viewer_of,
)

__all__ = ["empty", "workspace"]

ANNA = {"sub": "oidc|7", "name": "Anna", "groups": ["nurses"]}
NURSES = Holder(kind="group", name="nurses")
NEVER_GIVEN = "x" * 43


def kept(workspace: Workspace, token: str) -> Session:
    found = find(workspace, token)
    assert found is not None
    return found


def added(workspace: Workspace, before: int) -> list[AuditEvent]:
    return [one.event for one in events(workspace)[before:]]


def test_who_came_and_left_stands_in_the_log_by_subject_session_and_roles(workspace: Workspace) -> None:
    grant(LOCAL_OPERATOR, workspace, NURSES, "privacy")
    before = len(events(workspace))
    token = sign_in(workspace, ANNA)
    name = kept(workspace, token).short_name
    sign_out(workspace, token)
    assert [told(one) for one in added(workspace, before)] == [
        ("signed_in", "0", "oidc|7", "session", "", ""),
        ("signed_out", "0", "oidc|7", "session", name, '{"reason":"signed_out"}'),
    ]
    assert {(one.user_name, one.role_id_code) for one in added(workspace, before)} == {("Anna", "privacy")}


@pytest.mark.parametrize(
    ("ago", "reason"),
    [({"seen_at": timedelta(minutes=31)}, "idle"), ({"started_at": timedelta(hours=11)}, "too_old")],
)
def test_a_session_that_time_ended_is_closed_by_who_comes_back(
    workspace: Workspace, ago: dict[str, timedelta], reason: str
) -> None:
    token = sign_in(workspace, ANNA)
    aged(workspace, token, **ago)
    before, name = len(events(workspace)), kept(workspace, token).short_name
    assert [admitted(workspace, token), admitted(workspace, token)] == [False, False]
    assert [told(one) for one in added(workspace, before)] == [
        ("session_ended", "0", "oidc|7", "session", name, f'{{"reason":"{reason}"}}'),
        ("denied", "4", "oidc|7", "session", name, '{"reason":"ended"}'),
    ]
    ended = kept(workspace, token)
    assert ended.ended_by == reason
    assert ended.ended_at is not None
    assert datetime.now(UTC) - ended.ended_at < timedelta(minutes=1)


def test_who_was_never_given_an_id_is_nobody_in_the_log(workspace: Workspace) -> None:
    assert admitted(workspace, NEVER_GIVEN) is False
    sign_in_failed(workspace)
    with pytest.raises(NotPermitted):
        sign_in(workspace, {"name": "Anna"})
    assert [told(one) for one in added(workspace, 0)] == [
        ("denied", "4", "", "session", "", '{"reason":"unknown"}'),
        ("sign_in_failed", "4", "", "session", "", ""),
        ("sign_in_failed", "4", "", "session", "", ""),
    ]


def test_the_claims_that_name_somebody_are_those_of_the_settings(workspace: Workspace) -> None:
    ours = replace(workspace, settings=Settings(person_claim="upn", groups_claim="roles"))
    token = sign_in(ours, {"sub": "7", "upn": "anna@hospital", "groups": ["g"], "roles": ["r"]})
    assert person_of(ours, token) == Identity(
        subject="anna@hospital", name="anna@hospital", groups=frozenset({"r"})
    )
    assert person_of(ours, NEVER_GIVEN) is None


def test_a_former_session_of_a_browser_is_replaced_and_no_other(workspace: Workspace) -> None:
    first, other = sign_in(workspace, ANNA), sign_in(workspace, ANNA)
    sign_in(workspace, ANNA, former=first)
    assert (kept(workspace, first).ended_by, kept(workspace, other).ended_by) == ("replaced", None)


def test_rights_end_with_the_session_and_come_from_the_groups_at_its_start(workspace: Workspace) -> None:
    grant(LOCAL_OPERATOR, workspace, NURSES, "privacy")
    token = sign_in(workspace, ANNA)
    viewer = viewer_of(workspace, token)
    assert (viewer.name, viewer.subject, viewer.roles) == ("Anna", "oidc|7", {"privacy"})
    sign_out(workspace, token)
    assert viewer.roles == frozenset()
    assert viewer_of(workspace, token) is ANONYMOUS
    who = Identity(subject="oidc|7", name="Anna", groups=frozenset({"nurses"}))
    after = known(workspace, who)
    assert (after.name, after.subject, after.roles) == ("Anna", "oidc|7", {"privacy"})


@pytest.mark.parametrize(("seconds", "written"), [(50, False), (65, True)])
def test_when_somebody_was_last_active_is_kept_to_the_minute(
    workspace: Workspace, seconds: int, *, written: bool
) -> None:
    token = sign_in(workspace, ANNA)
    aged(workspace, token, seen_at=timedelta(seconds=seconds))
    before = kept(workspace, token).seen_at
    viewer_of(workspace, token)
    after = kept(workspace, token).seen_at
    assert (after != before) == written
    assert datetime.now(UTC) - after < timedelta(seconds=60)


def test_an_open_session_is_given_and_a_rested_one_is_not(workspace: Workspace) -> None:
    token = sign_in(workspace, ANNA)
    assert open_session(workspace, token) == kept(workspace, token)
    assert admitted(workspace, token) is True
    aged(workspace, token, seen_at=timedelta(minutes=31))
    assert open_session(workspace, token) is None
    assert open_session(workspace, NEVER_GIVEN) is None


def test_while_the_log_is_away_the_operator_is_told_and_doors_only_shut(
    workspace: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    token = sign_in(workspace, ANNA)
    without_a_log(workspace)
    with caplog.at_level(logging.ERROR):
        assert admitted(workspace, NEVER_GIVEN) is False
        sign_out(workspace, token)
    assert [(one.name, one.getMessage()) for one in caplog.records] == [
        ("meetlat", "a refusal could not be written to the audit log"),
        ("meetlat", "signing out could not be written to the audit log"),
    ]
    assert kept(workspace, token).ended_by == "signed_out"
    with pytest.raises(AuditUnavailable):
        sign_in(workspace, ANNA)


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://m.example", "__Host-meetlat"),
        ("http://m.example", "meetlat_session"),
        ("", "meetlat_session"),
    ],
)
def test_a_cookie_is_bound_to_the_host_where_there_is_tls(address: str, name: str) -> None:
    assert session_cookie(Settings(public_url=address)) == name
