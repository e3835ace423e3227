"""Sessions of people who signed in: what begins one, what ends one, what is kept and what is written down."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from core.errors import NotPermitted, UnknownName
from governance.access import ANONYMOUS, LOCAL_OPERATOR
from governance.sessions import Identity
from storage import audit_log, schema
from storage.sessions import find
from storage.workspace import Workspace
from tests.aged_session import aged
from tests.empty_workspace import empty, workspace
from workflows.cli import main
from workflows.revoke import listed, revoke, revoke_all
from workflows.sign_in import admitted, open_session, person_of, sign_in, sign_out, viewer_of

__all__ = ["empty", "workspace"]

ANNA = {"sub": "anna", "name": "Anna", "groups": ["g1"]}


def events(workspace: Workspace) -> list[tuple[str, str]]:
    table = schema.audit_log
    with workspace.engine.connect() as connection:
        rows = connection.execute(
            select(table.c.event_id, table.c.participant_object_detail).order_by(table.c.seq)
        )
        return [(name, json.loads(detail or "{}").get("reason", "")) for name, detail in rows]


@pytest.mark.parametrize(
    "claims",
    [{}, {"sub": ""}, {"sub": 7}, {"sub": "a\nb"}, {"sub": " a"}, {"sub": "a" * 201}, {"sub": ["a"]}],
)
def test_who_is_not_named_is_not_let_in(claims: dict[str, Any], workspace: Workspace) -> None:
    with pytest.raises(NotPermitted):
        sign_in(workspace, claims)
    assert events(workspace) == [("sign_in_failed", "")]


def test_a_session_opens_and_ends(workspace: Workspace) -> None:
    token = sign_in(workspace, ANNA)
    assert viewer_of(workspace, token).subject == "anna"
    assert person_of(workspace, token) == Identity(subject="anna", name="Anna", groups=frozenset({"g1"}))
    sign_out(workspace, token)
    assert viewer_of(workspace, token) is ANONYMOUS
    assert not admitted(workspace, token)
    sign_out(workspace, token)
    assert events(workspace) == [("signed_in", ""), ("signed_out", "signed_out"), ("denied", "ended")]


def test_what_is_kept_opens_nothing(workspace: Workspace) -> None:
    token = sign_in(workspace, ANNA)
    with workspace.engine.connect() as connection:
        row = connection.execute(select(schema.sessions)).mappings().one()
    assert token not in " ".join(map(str, row.values()))
    assert open_session(workspace, row["key"]) is None


@pytest.mark.parametrize("forged", ["", "x", "x" * 5000, "' OR 1=1 --", "\ud800", "\0"])
def test_what_was_never_given_out_opens_nothing(workspace: Workspace, forged: str) -> None:
    sign_in(workspace, ANNA)
    assert viewer_of(workspace, forged) is ANONYMOUS
    assert not admitted(workspace, forged)


@pytest.mark.parametrize(
    ("ago", "reason"),
    [
        ({"seen_at": timedelta(minutes=31)}, "idle"),
        ({"started_at": timedelta(hours=10, seconds=1)}, "too_old"),
    ],
)
def test_time_ends_a_session_and_it_is_written_down_once(
    workspace: Workspace, ago: dict[str, timedelta], reason: str
) -> None:
    token = sign_in(workspace, ANNA)
    aged(workspace, token, **ago)
    assert viewer_of(workspace, token) is ANONYMOUS
    assert not admitted(workspace, token)
    assert not admitted(workspace, token)
    assert events(workspace) == [("signed_in", ""), ("session_ended", reason), ("denied", "ended")]


def test_being_active_keeps_a_session_and_ending_wins(workspace: Workspace) -> None:
    token = sign_in(workspace, ANNA)
    aged(workspace, token, seen_at=timedelta(minutes=29))
    assert viewer_of(workspace, token).subject == "anna"
    found = open_session(workspace, token)
    assert found is not None
    assert datetime.now(UTC) - found.seen_at < timedelta(minutes=1)


def test_signing_in_again_replaces_the_session_of_that_browser(workspace: Workspace) -> None:
    first = sign_in(workspace, ANNA)
    second = sign_in(workspace, ANNA, former=first)
    assert first != second
    assert viewer_of(workspace, first) is ANONYMOUS
    assert viewer_of(workspace, second).subject == "anna"


def test_sessions_that_are_long_over_are_forgotten(workspace: Workspace) -> None:
    old = sign_in(workspace, ANNA)
    aged(workspace, old, seen_at=timedelta(days=31))
    sign_in(workspace, ANNA)
    assert len(listed(LOCAL_OPERATOR, workspace)) == 1


def test_an_administrator_ends_sessions(workspace: Workspace) -> None:
    tokens = [sign_in(workspace, {**ANNA, "sub": name}) for name in ("anna", "anna", "lars", "kees")]
    named = find(workspace, tokens[2])
    assert named is not None
    assert revoke(LOCAL_OPERATOR, workspace, [named.short_name]) == 1
    assert revoke(LOCAL_OPERATOR, workspace, [], "anna") == 2
    assert [viewer_of(workspace, token).subject for token in tokens] == ["", "", "", "kees"]
    assert revoke_all(LOCAL_OPERATOR, workspace) == 1
    assert {one.state for one in listed(LOCAL_OPERATOR, workspace)} == {"ended"}
    assert [one for one in events(workspace) if one[0] != "signed_in"] == [("session_ended", "revoked")] * 4
    with pytest.raises(UnknownName):
        revoke(LOCAL_OPERATOR, workspace, ["nothing"])
    for action in (lambda: listed(ANONYMOUS, workspace), lambda: revoke(ANONYMOUS, workspace, [], "anna")):
        with pytest.raises(NotPermitted):
            action()


def test_the_command_line_lists_and_ends(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    token = sign_in(workspace, ANNA)
    place = ["--workspace", str(workspace.root), "--json"]
    assert main(["sessions", "list", *place]) == 0
    (row,) = json.loads(capsys.readouterr().out)["sessions"]
    assert (row["person"], row["state"]) == ("anna", "open")
    assert main(["sessions", "revoke", row["session"], *place]) == 0
    assert json.loads(capsys.readouterr().out) == {"ended": 1}
    assert viewer_of(workspace, token) is ANONYMOUS
    assert main(["sessions", "revoke", *place]) == 2


def test_while_the_log_is_away_nobody_comes_in_and_everybody_may_leave(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = sign_in(workspace, ANNA)

    def away(_connection: object) -> None:
        raise OperationalError("append", {}, Exception("the log is away"))

    monkeypatch.setattr(audit_log, "_locked", away)
    assert not admitted(workspace, "x" * 43)
    assert admitted(workspace, token)
    sign_out(workspace, token)
    assert open_session(workspace, token) is None
    assert not admitted(workspace, token)
