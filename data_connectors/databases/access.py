"""Whether the account may only read: looked up in the database, never assumed."""

from collections.abc import Sequence

import sqlalchemy as sa

from core.errors import ConfigurationError, UserError
from core.language.text import N_
from data_connectors.databases.snapshot import Snapshot

SHOWN = 3
_REMEDY = N_(
    "Make an account that may only read, or write allow_writable = true if the hospital has decided so."
)


def writable(snapshot: Snapshot) -> UserError | None:
    """What the account may change, as a sentence; None where it may only read."""
    if snapshot.dialect.read_only:
        return None
    if snapshot.dialect.rights is None:
        return ConfigurationError(
            N_("Whether this account may only read cannot be looked up in this kind of database."),
            where=snapshot.where,
            remedy=_REMEDY,
        )
    rights = snapshot.connection.execute(sa.text(snapshot.dialect.rights)).scalars().all()
    if not rights:
        return None
    return ConfigurationError(
        N_("This account may do more than read: {rights}."),
        where=snapshot.where,
        remedy=_REMEDY,
        rights=_first(rights),
    )


def lent(snapshot: Snapshot) -> UserError | None:
    """What the account may do with the rights of another, as a sentence; None where that is nothing."""
    if snapshot.dialect.lent is None:
        return None
    functions = snapshot.connection.execute(sa.text(snapshot.dialect.lent)).scalars().all()
    if not functions:
        return None
    return ConfigurationError(
        N_("This account may not write, but may run functions with the rights of their owner: {functions}."),
        where=snapshot.where,
        remedy=N_("Look at what they do; one that writes: REVOKE EXECUTE ON FUNCTION ... FROM PUBLIC."),
        functions=_first(functions),
    )


def _first(names: Sequence[str]) -> str:
    return ", ".join(names[:SHOWN]) + (", ..." if len(names) > SHOWN else "")


def require_read_only(snapshot: Snapshot) -> None:
    """Raise UserError for an account that may write, unless the options allow it."""
    found = writable(snapshot)
    if found is not None and not snapshot.options.allow_writable:
        raise found
