"""A day and a time of day in two columns: the source counts the rows that loading takes in, and no others."""

from pathlib import Path

import pytest

from tests.either_source import url
from tests.pushed_hospital import synced, workspace
from tests.servers.postgresql import postgres_url
from tests.source_databases import run

__all__ = ["postgres_url", "url"]

MAPPING = """
[[table]]
name = "Stay"
department = "ward"

[table.columns]
stay = "nr"
patient = "patient"
admitted_at = ["day", "clock"]

[table.origin]
from = "stays"
"""


@pytest.mark.parametrize(
    ("day", "clock", "loads"),
    [
        ("2026-03-02 00:00:00", "09:30", True),
        ("2026-03-02 00:00:00", "1899-12-30 09:30:00", True),
        ("2026-03-02 00:00:00", "2000-01-01 09:30:00", True),
        ("2026-03-02 00:00:00", "2026-03-02 09:30:00", True),
        ("2026-03-02 09:30:00", "2026-03-02 09:30:00", True),
        ("2026-03-02 00:00:00", "2026-03-09 09:30:00", False),
        ("2026-03-02 23:15:00", "09:30:00", False),
    ],
)
def test_what_contradicts_itself_is_no_time(
    url: str, tmp_path: Path, day: str, clock: str, loads: bool
) -> None:
    kind = "timestamp" if url.startswith("postgresql") else "text"
    run(url, f"CREATE TABLE stays (nr text, ward text, patient text, day {kind}, clock text)")
    sound = "'2026-03-03 00:00:00', '10:00'"
    rows = (f"(1, 'NEU', 'p', {sound})", f"(2, 'NEU', 'p', '{day}', '{clock}')")
    run(url, *(f"INSERT INTO stays VALUES {row}" for row in rows))
    for mode in ("rows", "push-down"):
        report = synced(workspace(tmp_path / mode, url, MAPPING, mode))
        assert report.error is None
        (found,) = report.files
        assert (found.rows_loaded, found.quarantine) == ((2, {}) if loads else (1, {"invalid_time": 1})), mode
