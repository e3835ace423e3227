"""DuckDB, in memory, with nothing fetched from outside."""

from pathlib import Path

import duckdb

SPILL_ABOVE = "512MB"


def connect(spill: Path | None = None) -> duckdb.DuckDBPyConnection:
    """A fresh in-memory database in UTC.

    spill: a folder for what outgrows SPILL_ABOVE; the order of rows is not kept then. Without one all stays
    in memory.
    """
    connection = duckdb.connect(
        ":memory:",
        config={
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "temp_directory": str(spill or ""),
        },
    )
    connection.execute("SET TimeZone = 'UTC'")
    if spill is not None:
        connection.execute(f"SET memory_limit = '{SPILL_ABOVE}'")
        connection.execute("SET preserve_insertion_order = false")
    return connection
