"""Tamper with the audit log as who rules the database could, and see whether verifying finds it, and where.

    python -m tests.faults.audit_tampering --times 500

Half on SQLite, half on PostgreSQL. Every tampering begins with a whole log, takes the triggers away, changes
something, and puts the triggers back, so that only the chain and the anchors can tell. The kinds go from one
field of one event to a chain that was computed anew with its head. Found means: a fault is reported whose
span holds the place that was touched.
"""

import argparse
import json
import random
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, text, update

from governance.access import LOCAL_OPERATOR
from governance.audit import NAMES, AuditRecord, chained
from storage import audit_anchors, audit_triggers
from storage.audit_log import append, records
from storage.database import writing
from storage.schema import audit_head, audit_log
from storage.workspace import Workspace
from tests.audit_log import logged
from tests.servers.postgresql import start
from tests.simulation.evidence import FOLDER, stamp
from workflows.anchoring import anchor_now
from workflows.audit_log import verify

EVENTS, ANCHOR_EVERY = 60, 10
Place = tuple[int, int]
"""First and last event that was touched."""


def write(workspace: Workspace) -> None:
    """A log with an anchor at every tenth event, the last one included."""
    for _ in range(EVENTS // ANCHOR_EVERY):
        with writing(workspace.engine) as connection:
            append(
                connection, *(replace(logged(), participant_object_id=str(n)) for n in range(ANCHOR_EVERY))
            )
        anchor_now(workspace)


def change_a_field(connection: Connection, rng: random.Random) -> Place:
    seq, name = rng.randint(1, EVENTS), rng.choice([name for name in NAMES if name != "user_is_requestor"])
    found = list(records(connection))[seq - 1]
    value = getattr(found.event, name)
    other = rng.choice(
        [f"{value}x", f" {value}", f"{value}\n", value[:-1] or "y", value.swapcase() + "\u200b"]
    )
    connection.execute(update(audit_log).where(audit_log.c.seq == seq).values({name: other}))
    return seq, seq


def change_who_asked(connection: Connection, rng: random.Random) -> Place:
    seq = rng.randint(1, EVENTS)
    connection.execute(update(audit_log).where(audit_log.c.seq == seq).values(user_is_requestor=False))
    return seq, seq


def change_a_hash(connection: Connection, rng: random.Random) -> Place:
    seq = rng.randint(1, EVENTS)
    column = rng.choice(["prev", "hash"])
    value = f"{rng.getrandbits(256):064x}"
    connection.execute(update(audit_log).where(audit_log.c.seq == seq).values({column: value}))
    return seq, seq


def change_and_hash_again(connection: Connection, rng: random.Random) -> Place:
    seq = rng.randint(1, EVENTS - 1)
    found = list(records(connection))[seq - 1]
    _put(connection, _other(found, found.prev))
    return seq, seq + 1


def remove(connection: Connection, rng: random.Random) -> Place:
    first = rng.randint(1, EVENTS - 1)
    last = min(EVENTS - 1, first + rng.randint(0, 5))
    connection.execute(audit_log.delete().where(audit_log.c.seq.between(first, last)))
    return first, last


def remove_and_number_again(connection: Connection, rng: random.Random) -> Place:
    """The gap is closed: the events after it move up, with their old hashes, and so does the head."""
    seq = rng.randint(1, EVENTS - 1)
    connection.execute(audit_log.delete().where(audit_log.c.seq == seq))
    for number in range(seq + 1, EVENTS + 1):
        connection.execute(update(audit_log).where(audit_log.c.seq == number).values(seq=number - 1))
    connection.execute(update(audit_head).values(seq=EVENTS - 1))
    return max(1, seq - 1), seq


def swap(connection: Connection, rng: random.Random) -> Place:
    first, last = sorted(rng.sample(range(1, EVENTS + 1), 2))
    for old, new in ((first, 0), (last, first), (0, last)):
        connection.execute(update(audit_log).where(audit_log.c.seq == old).values(seq=new))
    return first, last


def add_at_the_end(connection: Connection, rng: random.Random) -> Place:
    newest = list(records(connection))[-1]
    made = _other(replace(newest, seq=EVENTS + 1), newest.hash)
    connection.execute(insert(audit_log).values(_row(made)))
    return EVENTS, EVENTS + 1


def cut_the_tail(connection: Connection, rng: random.Random) -> Place:
    kept = rng.randint(0, EVENTS - 1)
    connection.execute(audit_log.delete().where(audit_log.c.seq > kept))
    return kept + 1, EVENTS


def cut_the_tail_with_the_head(connection: Connection, rng: random.Random) -> Place:
    kept = rng.randint(0, EVENTS - 1)
    hash_ = list(records(connection))[kept - 1].hash if kept else "0" * 64
    connection.execute(audit_log.delete().where(audit_log.c.seq > kept))
    connection.execute(update(audit_head).values(seq=kept, hash=hash_))
    return kept + 1, EVENTS


def chain_anew(connection: Connection, rng: random.Random) -> Place:
    """An event is changed, and everything from there to the head is computed again so that it fits."""
    first = rng.randint(1, EVENTS)
    found = list(records(connection))
    prev = found[first - 1].prev
    connection.execute(audit_log.delete().where(audit_log.c.seq >= first))
    for one in found[first - 1 :]:
        made = _other(one, prev) if one.seq == first else _again(one, prev)
        connection.execute(insert(audit_log).values(_row(made)))
        prev = made.hash
    connection.execute(update(audit_head).values(seq=EVENTS, hash=prev))
    return first, EVENTS


def rewrite_the_head(connection: Connection, rng: random.Random) -> Place:
    connection.execute(update(audit_head).values(hash=f"{rng.getrandbits(256):064x}"))
    return EVENTS, EVENTS


def remove_the_head(connection: Connection, rng: random.Random) -> Place:
    connection.execute(audit_head.delete())
    return EVENTS, EVENTS


KINDS: tuple[Callable[[Connection, random.Random], Place], ...] = (
    change_a_field,
    change_who_asked,
    change_a_hash,
    change_and_hash_again,
    remove,
    remove_and_number_again,
    swap,
    add_at_the_end,
    cut_the_tail,
    cut_the_tail_with_the_head,
    chain_anew,
    rewrite_the_head,
    remove_the_head,
)


def _other(one: AuditRecord, prev: str) -> AuditRecord:
    return _again(replace(one, event=replace(one.event, user_id="somebody else")), prev)


def _again(one: AuditRecord, prev: str) -> AuditRecord:
    return replace(one, prev=prev, hash=chained(prev, one.event))


def _row(one: AuditRecord) -> dict[str, Any]:
    fields = {name: getattr(one.event, name) for name in NAMES}
    return {"seq": one.seq, "prev": one.prev, "hash": one.hash, **fields}


def _put(connection: Connection, one: AuditRecord) -> None:
    connection.execute(update(audit_log).where(audit_log.c.seq == one.seq).values(_row(one)))


@contextmanager
def as_ruler(workspace: Workspace) -> Iterator[Connection]:
    """A transaction without triggers, constraints that are checked at its end at most, and triggers again."""
    with writing(workspace.engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("RESET ROLE"))
        audit_triggers.drop(connection)
        yield connection
        audit_triggers.create(connection)


def tamper(workspace: Workspace, kind: Callable[..., Place], rng: random.Random) -> bool:
    """One tampering with a fresh log; whether it was found where it took place."""
    with as_ruler(workspace) as connection:
        connection.execute(audit_log.delete())
        connection.execute(audit_head.delete())
        connection.execute(insert(audit_head).values(id=1, seq=0, hash="0" * 64))
    place = audit_anchors.place(workspace)
    assert place is not None
    place.unlink(missing_ok=True)
    write(workspace)
    before = verify(LOCAL_OPERATOR, workspace)
    assert before.intact, before.faults
    with as_ruler(workspace) as connection:  # the event of that verification goes
        connection.execute(audit_log.delete().where(audit_log.c.seq > EVENTS))
        last = list(records(connection))[-1]
        connection.execute(update(audit_head).values(seq=EVENTS, hash=last.hash))
        first_touched, last_touched = kind(connection, rng)
    found = verify(LOCAL_OPERATOR, workspace).faults
    return any(one.first <= last_touched and one.last >= first_touched for one in found)


def run(workspace: Workspace, on: str, times: int, rng: random.Random) -> list[dict[str, Any]]:
    """How often each kind was tried and found."""
    cells = {kind: {"on": on, "kind": kind.__name__, "tried": 0, "found": 0} for kind in KINDS}
    for number in range(times):
        kind = KINDS[number % len(KINDS)]
        cells[kind]["tried"] = int(str(cells[kind]["tried"])) + 1
        cells[kind]["found"] = int(str(cells[kind]["found"])) + tamper(workspace, kind, rng)
    return list(cells.values())


def _on_postgresql(folder: Path, times: int, rng: random.Random) -> list[dict[str, Any]]:
    place = folder / "server"
    place.mkdir()
    folder.chmod(0o755)
    for url in start(place):
        (folder / "pg").mkdir()
        (folder / "pg" / "meetlat.toml").write_text(f'database_url = "{url}"\n', "utf-8")
        workspace = Workspace.open(folder / "pg")
        found = run(workspace, "postgresql", times, rng)
        workspace.engine.dispose()
        return found
    raise AssertionError("the server did not start")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=500)
    parser.add_argument("--seed", type=int, default=2026)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rng = random.Random(given.seed)
        cells = run(Workspace.open(Path(folder) / "sqlite"), "sqlite", given.times // 2, rng)
        cells += _on_postgresql(Path(folder), given.times - given.times // 2, rng)
    report = {
        **stamp(
            f"python -m tests.faults.audit_tampering --times {given.times} --seed {given.seed}",
            "tamperings with the audit log by who rules the database, found with their place",
        ),
        "tried": sum(cell["tried"] for cell in cells),
        "found": sum(cell["found"] for cell in cells),
        "events_in_each_log": EVENTS,
        "cells": cells,
    }
    (FOLDER / "audit_tampering.json").write_text(json.dumps(report, indent=1) + "\n", "utf-8")
    print(f"{report['found']} of {report['tried']} found")


if __name__ == "__main__":
    main()
