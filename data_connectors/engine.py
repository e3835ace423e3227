"""The engine: DuckDB in memory and in UTC, with nothing fetched from outside."""

from collections.abc import Mapping

import duckdb

_ALONE = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "enable_external_file_cache": False,
}


def engine(settings: Mapping[str, str] | None = None) -> duckdb.DuckDBPyConnection:
    """A fresh database, whose every session is in UTC. settings: further ones of DuckDB."""
    opened = duckdb.connect(":memory:", config={**_ALONE, **(settings or {})})
    opened.execute("SET GLOBAL TimeZone = 'UTC'")
    return opened
