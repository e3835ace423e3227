"""What verifying the audit log finds and says, and that it looks at one moment while others go on."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import event

from governance.access import LOCAL_OPERATOR
from governance.audit import GENESIS, AuditRecord, Fault, Head
from governance.audit_anchor import Anchor, anchor
from storage import audit_anchors, audit_triggers
from storage.database import open_engine, writing
from storage.workspace import Workspace
from tests.audit_log import append_logged, events, told
from tests.either_database import workspace
from tests.servers.postgresql import postgres_url
from workflows.audit_log import verify

__all__ = ["postgres_url", "workspace"]

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
UNGUARDED = Fault(code="unguarded", first=0, last=0)


@pytest.fixture
def small(tmp_path: Path) -> Workspace:
    return Workspace.open(tmp_path / "w")


def of(workspace: Workspace, one: AuditRecord) -> Anchor:
    return anchor(Head(seq=one.seq, hash=one.hash), NOW, audit_anchors.key(workspace))


def by_a_superuser(workspace: Workspace, statement: str) -> None:
    with writing(workspace.engine) as connection:
        audit_triggers.drop(connection)
        connection.exec_driver_sql(statement)


def test_what_is_added_meanwhile_is_no_fault(workspace: Workspace) -> None:
    append_logged(workspace, 3)
    other = replace(workspace, engine=open_engine(workspace.root, workspace.settings.database_url))
    added: list[int] = []

    def add(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "FROM audit_head" in statement and not added:
            added.append(1)
            append_logged(other, 1)

    event.listen(workspace.engine, "after_cursor_execute", add)
    found = verify(LOCAL_OPERATOR, workspace)
    other.engine.dispose()
    assert (found.intact, found.events, added) == (True, 3, [1])
    assert verify(LOCAL_OPERATOR, workspace).events == 5


def test_verifying_an_empty_log_finds_nothing_and_is_the_first_event(small: Workspace) -> None:
    found = verify(LOCAL_OPERATOR, small)
    assert (found.events, found.head, found.faults, found.intact) == (0, Head(seq=0, hash=GENESIS), (), True)
    assert (found.anchors, found.anchored, found.unread, found.logged) == (0, None, 0, True)
    assert not audit_anchors.key_path(small).exists(), "without anchors there is nothing to prove"
    assert [told(one.event) for one in events(small)] == [
        ("log_verified", "0", "local operator", "log", "", '{"intact":true}')
    ]


def test_a_log_that_is_not_intact_says_so_in_the_log(small: Workspace) -> None:
    append_logged(small, 2)
    by_a_superuser(small, "UPDATE audit_log SET user_id = 'x' WHERE seq = 2")
    found = verify(LOCAL_OPERATOR, small)
    assert found.faults == (Fault(code="changed", first=2, last=2), UNGUARDED)
    assert (found.intact, found.logged) == (False, True)
    assert events(small)[2].event.participant_object_detail == '{"intact":false}'


def test_a_log_that_takes_nothing_is_verified_and_that_is_said(small: Workspace) -> None:
    append_logged(small, 2)
    by_a_superuser(small, "DELETE FROM audit_head")
    found = verify(LOCAL_OPERATOR, small)
    assert found.faults == (Fault(code="no_head", first=2, last=2), UNGUARDED)
    assert (found.head, found.events, found.logged) == (None, 2, False)
    assert len(events(small)) == 2


def test_no_more_than_100_faults_are_told(small: Workspace) -> None:
    append_logged(small, 101)
    by_a_superuser(small, "UPDATE audit_log SET user_id = 'x'")
    found = verify(LOCAL_OPERATOR, small)
    assert [one.first for one in found.faults] == list(range(1, 101))


def test_the_newest_anchor_that_fits_is_the_proof_in_whatever_order_they_stand(
    small: Workspace, tmp_path: Path
) -> None:
    append_logged(small, 5)
    anchors = [of(small, one) for one in events(small)]
    forged = anchor(Head(seq=5, hash="0" * 64), NOW, b"k" * 32)
    kept = tmp_path / "kept"
    lines = [anchors[1].line(), "no anchor", anchors[3].line(), anchors[0].line(), "half", forged.line()]
    kept.write_text("\n".join(lines), "utf-8")
    found = verify(LOCAL_OPERATOR, small, kept)
    assert (found.anchors, found.unread, found.anchored) == (4, 2, anchors[3])
    assert found.faults == (Fault(code="anchor_forged", first=5, last=5),)
    head = events(small)[4]
    assert (found.events, found.head) == (5, Head(seq=5, hash=head.hash))


def test_anchors_are_those_of_the_place_that_is_set_unless_a_file_is_named(
    small: Workspace, tmp_path: Path
) -> None:
    append_logged(small, 2)
    made = of(small, events(small)[1])
    audit_anchors.write(small, made)
    (tmp_path / "nothing").write_text("", "utf-8")
    assert verify(LOCAL_OPERATOR, small).anchored == made
    assert verify(LOCAL_OPERATOR, small, tmp_path / "nothing").anchors == 0


def test_an_anchor_of_an_event_that_is_gone_is_a_fault_and_proves_nothing(
    small: Workspace, tmp_path: Path
) -> None:
    append_logged(small, 3)
    gone = replace(of(small, events(small)[2]), seq=9)
    kept = tmp_path / "kept"
    kept.write_text(anchor(Head(seq=9, hash=gone.hash), NOW, audit_anchors.key(small)).line(), "utf-8")
    found = verify(LOCAL_OPERATOR, small, kept)
    assert (found.anchored, found.faults) == (None, (Fault(code="cut", first=4, last=9),))
