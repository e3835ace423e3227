"""What is kept of a session in the state database, and what reads and ends it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, select

from governance.sessions import EndedBy, Identity, Session
from storage import schema, sessions
from storage.database import writing
from storage.workspace import Workspace
from tests.empty_workspace import empty, workspace

__all__ = ["empty", "workspace"]

NOW = datetime(2026, 3, 2, 9, 0, 0, 7, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ANNA = Identity(subject="anna", name="Anna é", groups=frozenset({"zorg é", "artsen"}))
LARS = Identity(subject="lars", name="Lars", groups=frozenset())


def begun(workspace: Workspace, who: Identity = ANNA, now: datetime = NOW) -> str:
    with writing(workspace.engine) as connection:
        return sessions.start(connection, who, now)


def ended(workspace: Workspace, tokens: list[str], by: EndedBy, now: datetime) -> int:
    with writing(workspace.engine) as connection:
        return sessions.end(connection, [sessions.key_of(token) for token in tokens], by, now)


def found(workspace: Workspace, token: str) -> Session:
    kept = sessions.find(workspace, token)
    assert kept is not None
    return kept


@contextmanager
def statements(workspace: Workspace) -> Iterator[list[str]]:
    """What the database is asked meanwhile."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    event.listen(workspace.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(workspace.engine, "before_cursor_execute", note)


def test_a_session_is_read_back_as_it_was_begun(workspace: Workspace) -> None:
    token = begun(workspace)
    key = sessions.key_of(token)
    assert found(workspace, token) == Session(key=key, identity=ANNA, started_at=NOW, seen_at=NOW)
    with workspace.engine.connect() as connection:
        row = connection.execute(select(schema.sessions)).mappings().one()
    assert (row["key"], json.loads(row["groups"])) == (key, ["artsen", "zorg é"])
    assert row["started_at"] == row["seen_at"] == "2026-03-02T09:00:00.000007+00:00"


def test_an_id_is_256_random_bits_and_only_its_hash_is_kept(workspace: Workspace) -> None:
    tokens = {begun(workspace) for _ in range(5)}
    assert {len(token) for token in tokens} == {43}
    assert len(tokens) == 5
    assert sessions.key_of("a") == "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"
    assert len(sessions.key_of("\ud800")) == 64


@pytest.mark.parametrize(("token", "asked"), [("", 0), ("x", 1), ("x" * 200, 1), ("x" * 201, 0)])
def test_what_cannot_be_an_id_does_not_reach_the_database(
    workspace: Workspace, token: str, asked: int
) -> None:
    begun(workspace)
    with statements(workspace) as done:
        assert sessions.find(workspace, token) is None
    assert sum("sessions" in statement for statement in done) == asked


def test_being_seen_is_kept_for_that_session_and_not_once_it_has_ended(workspace: Workspace) -> None:
    first, second = begun(workspace), begun(workspace)
    sessions.seen(workspace, sessions.key_of(first), NOW + HOUR)
    assert [found(workspace, token).seen_at for token in (first, second)] == [NOW + HOUR, NOW]
    assert found(workspace, first).started_at == NOW
    ended(workspace, [first], "signed_out", NOW + HOUR)
    sessions.seen(workspace, sessions.key_of(first), NOW + 2 * HOUR)
    assert found(workspace, first).seen_at == NOW + HOUR


def test_every_moment_is_kept_as_text_that_sorts_by_time(workspace: Workspace) -> None:
    token = begun(workspace)
    sessions.seen(workspace, sessions.key_of(token), NOW + HOUR)
    ended(workspace, [token], "revoked", NOW + 2 * HOUR)
    with workspace.engine.connect() as connection:
        row = connection.execute(select(schema.sessions)).mappings().one()
    assert row["seen_at"] == "2026-03-02T10:00:00.000007+00:00"
    assert row["ended_at"] == "2026-03-02T11:00:00.000007+00:00"


def test_to_end_none_of_many_sessions_ends_none(workspace: Workspace) -> None:
    for _ in range(12):
        begun(workspace)
    assert ended(workspace, [], "revoked", NOW) == 0
    assert {one.ended_at for one in sessions.listed(workspace)} == {None}


def test_what_ended_first_stays_how_and_when_it_ended(workspace: Workspace) -> None:
    first, second, third = (begun(workspace) for _ in range(3))
    assert ended(workspace, [first], "signed_out", NOW + HOUR) == 1
    assert ended(workspace, [first, second], "revoked", NOW + 2 * HOUR) == 1
    assert ended(workspace, [], "revoked", NOW) == 0
    assert [
        (one.ended_at, one.ended_by) for one in (found(workspace, t) for t in (first, second, third))
    ] == [
        (NOW + HOUR, "signed_out"),
        (NOW + 2 * HOUR, "revoked"),
        (None, None),
    ]


def test_sessions_are_listed_with_the_newest_first_and_by_person(workspace: Workspace) -> None:
    moments = (NOW, NOW + 2 * HOUR, NOW + HOUR)
    old, new, middle = (
        begun(workspace, who, at) for who, at in zip((ANNA, LARS, ANNA), moments, strict=True)
    )
    together = sorted(sessions.key_of(begun(workspace, LARS, NOW - HOUR)) for _ in range(6))
    keys = [sessions.key_of(token) for token in (new, middle, old)]
    assert [one.key for one in sessions.listed(workspace)] == [*keys, *together]
    with workspace.engine.connect() as connection:
        mine = sessions.of(connection, "anna")
        assert sessions.of(connection, "nobody") == ()
    assert {one.key for one in mine} == {sessions.key_of(token) for token in (old, middle)}
    assert {one.identity for one in mine} == {ANNA}


def test_a_session_is_forgotten_30_days_after_it_was_last_seen(workspace: Workspace) -> None:
    kept, gone = begun(workspace, now=NOW - 31 * DAY), begun(workspace, now=NOW - 31 * DAY)
    sessions.seen(workspace, sessions.key_of(kept), NOW - 30 * DAY)
    sessions.seen(workspace, sessions.key_of(gone), NOW - 30 * DAY - timedelta(seconds=1))
    new = begun(workspace)
    assert [one.key for one in sessions.listed(workspace)] == [
        sessions.key_of(token) for token in (new, kept)
    ]
