"""DuckDB, in memory, with nothing fetched from outside."""

from pathlib import Path

import duckdb

from core.quoting import identifier

__all__ = ["connect", "identifier"]


def connect(spill: Path | None = None) -> duckdb.DuckDBPyConnection:
    """A fresh in-memory database in UTC. Large sorts may spill to a folder, if one is given."""
    connection = duckdb.connect(
        ":memory:",
        config={
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "temp_directory": str(spill or ""),
        },
    )
    connection.execute("SET TimeZone = 'UTC'")
    return connection
