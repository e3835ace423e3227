"""DuckDB, in memory, with nothing fetched from outside."""

from functools import cache
from pathlib import Path

import duckdb

from data_connectors.engine import engine

SPILL_ABOVE = "1250MB"


def connect(spill: Path | None = None) -> duckdb.DuckDBPyConnection:
    """A fresh in-memory database in UTC.

    spill: a folder for what outgrows SPILL_ABOVE; the order of rows is not kept then. Without one all stays
    in memory.
    """
    connection = engine({"temp_directory": str(spill or "")})
    if spill is not None:
        connection.execute(f"SET memory_limit = '{SPILL_ABOVE}'")
        connection.execute("SET preserve_insertion_order = false")
    return connection


def session() -> duckdb.DuckDBPyConnection:
    """A session in the one database of this process, for reading: what it makes must be temporary.

    It opens in a tenth of the time of a database of its own, and threads may each have one.
    """
    return _shared().cursor()


@cache
def _shared() -> duckdb.DuckDBPyConnection:
    return connect()
