"""A new secret on top of the pseudonym key: every stored pseudonym gets one, without any identifier."""

import os

import pyarrow.parquet as pq
from sqlalchemy import Connection, delete, insert, update

from core.quoting import identifier
from data_connectors.intake import set_pads
from data_connectors.mapping_rules import is_identifier
from data_connectors.parsing import pseudonym_sql
from governance.pseudonymise import Key, make_key
from kpis.tables import TABLES, PersonKind
from storage import facts
from storage.audit_log import Log, append
from storage.duck import connect
from storage.erasure import COLUMN, known_pseudonyms
from storage.ledger import sweep
from storage.rewriting import Rewrite, finish, rewrite
from storage.schema import fingerprints, forgotten
from storage.workspace import Workspace


def rotate(workspace: Workspace, log: Log[int]) -> int:
    """Rotate the key; how many files were written again. Needs the intake lock.

    Killed at any moment the key and what is stored belong together when the workspace is next asked for its
    secret: the new key waits under a name of its own until the state database says that the facts followed.
    """
    finish(workspace)
    sweep(workspace)
    before = workspace.secret()
    workspace.next_key_path.unlink(missing_ok=True)
    after = make_key(workspace.next_key_path, before)

    def follow(connection: Connection) -> None:
        named = fingerprints.c.name == "pseudonym_key"
        connection.execute(update(fingerprints).where(named).values(value=after.fingerprint))
        for kind, column in COLUMN.items():
            _rename_forgotten(connection, workspace, kind, column, after.last)
        append(connection, log(len(rewrites)))

    rewrites = [one for table in TABLES for one in _of_table(workspace, table)]
    with connect() as connection:
        set_pads(connection, after.last)
        rewrite(connection, workspace, rewrites, "key rotation", {"files": len(rewrites)}, follow)
    os.replace(workspace.next_key_path, workspace.key_path)
    return len(rewrites)


def _of_table(workspace: Workspace, table: str) -> list[Rewrite]:
    hidden = [column.name for column in TABLES[table].columns if is_identifier(TABLES[table], column)]
    found = []
    for kind in ("facts", "superseded"):
        for path in facts.listed(workspace, table, kind):
            held = [name for name in hidden if name in pq.read_schema(path).names]
            if held:
                new = ", ".join(
                    f"{pseudonym_sql(name, identifier(name))} AS {identifier(name)}" for name in held
                )
                rows = pq.read_metadata(path).num_rows
                found.append(Rewrite(old=path, rows=rows, columns=f"* REPLACE ({new})"))
    return found


def _rename_forgotten(
    connection: Connection, workspace: Workspace, kind: PersonKind, column: str, last: Key
) -> None:
    known = sorted(known_pseudonyms(workspace, kind))
    connection.execute(delete(forgotten).where(forgotten.c.kind == kind))
    for pseudonym in known:
        named = last.pseudonym(column, pseudonym)
        connection.execute(insert(forgotten).values(kind=kind, pseudonym=named, at="rotated"))
