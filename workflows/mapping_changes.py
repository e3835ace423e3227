"""Tables of which rows count that were read under another mapping than there is now."""

from collections.abc import Iterator

from core.errors import InputError
from core.language.text import N_
from data_connectors.mapping import TableMapping
from data_connectors.mapping_file import identity
from data_connectors.pulling import Finding
from storage import ledger
from storage.workspace import Workspace
from workflows.configured_sources import Configured


def read_otherwise(workspace: Workspace, source: Configured) -> Iterator[Finding]:
    """A warning for each table that is read from a watermark on, so that its older rows do not come again."""
    for table in source.tables if source.file.mode == "rows" else ():
        known = _since_all(ledger.deliveries(workspace, source.name, table.name))
        if not all(_as_now(one, source, table) for one in known):
            told = InputError(
                N_("The mapping changed after rows of this table were read; those stay as it was then."),
                remedy=N_("Fetch everything again: meetlat sync NAME --whole."),
            )
            yield Finding(subject=table.name, state="warning", message=told)


def _as_now(one: ledger.Delivery, source: Configured, table: TableMapping) -> bool:
    now = (identity(one.digest, source.format, table, whole=whole) for whole in (True, False))
    return one.fingerprint in now


def _since_all(newest_first: tuple[ledger.Delivery, ...]) -> Iterator[ledger.Delivery]:
    """Those since the last that held all there is, that one included; where there is none, the newest."""
    if not any(one.whole for one in newest_first):
        yield from newest_first[:1]
        return
    for one in newest_first:
        yield one
        if one.whole:
            return
