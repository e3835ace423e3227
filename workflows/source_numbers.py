"""Per source and table what its newest delivery brought: rows read, kept, set aside and why, and gone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from governance.access import Viewer, require
from storage import deliveries
from storage.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class TableNumbers:
    """The newest delivery of a table; read = kept + set aside + not data.

    day: on which it came in, in the hospital. set_aside: rows by reason code. gone: rows that the source no
    longer had; None where that could not be seen.
    """

    table: str
    day: date
    read: int
    kept: int
    set_aside: Mapping[str, int]
    not_data: int
    gone: int | None


def source_numbers(viewer: Viewer, workspace: Workspace) -> dict[str, tuple[TableNumbers, ...]]:
    """By source; under an empty name files that were handed in."""
    require(viewer, "see_sources")
    zone = ZoneInfo(workspace.settings.timezone)
    found: dict[str, tuple[TableNumbers, ...]] = {}
    for one in deliveries.newest(workspace):
        report = one.report
        numbers = TableNumbers(
            table=one.table,
            day=one.at.astimezone(zone).date(),
            read=report.get("rows_read", 0),
            kept=report.get("rows_loaded", 0),
            set_aside=report.get("quarantine", {}),
            not_data=report.get("rows_not_data", 0),
            gone=report.get("rows_gone"),
        )
        found[one.source] = (*found.get(one.source, ()), numbers)
    return found
