"""Databases that tests of the connector ask, and what a pull of them leaves."""

import time
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from data_connectors import mapping_file
from data_connectors.databases.options import DatabaseOptions
from data_connectors.intake import Account, take_in
from data_connectors.mapping import Mapping as MappingFile
from data_connectors.pulling import Delivered, Pulling
from data_connectors.sources.database import pull
from data_connectors.sources.parquet_file import open_parquet
from governance.pseudonymise import Key
from storage.duck import connect

TODAY = date(2026, 11, 23)
STAYS = """
[file]
timezone = "Europe/Amsterdam"

[[table]]
name = "Stay"
department = "ward"

[table.columns]
stay = "nr"
patient = "patient"
admitted_at = "admitted"
discharged_at = "discharged"

[table.origin]
from = "stays"
watermark = "changed"
overlap = "2 days"
"""


def mapping_of(text: str) -> MappingFile:
    found, issues = mapping_file.read(text, "test.toml")
    assert found is not None, [issue.render("en") for issue in issues]
    return found


def pulling(
    folder: Path, mapping: MappingFile, since: Mapping[str, str] | None = None, seconds: float = 60
) -> Pulling:
    return Pulling(
        tables=mapping.table,
        since=since or {},
        folder=folder,
        deadline=time.monotonic() + seconds,
        secrets=lambda name: {"DATABASE_PASSWORD": "canary-password"}[name],
    )


def pulled(
    url: str, folder: Path, text: str = STAYS, since: Mapping[str, str] | None = None, **options: Any
) -> dict[str, Delivered]:
    """What a pull delivers, by table."""
    chosen = DatabaseOptions.model_validate({"url": url, **options})
    return {one.table: one for one in pull(chosen, pulling(folder, mapping_of(text), since))}


def taken_in(path: Path, text: str, table: str = "") -> tuple[Account, list[dict[str, Any]], list[Any]]:
    """Account, accepted rows and rows set aside of a delivered file."""
    mapping = mapping_of(text)
    part = next(part for part in mapping.table if not table or part.name == table)
    with connect() as connection:
        source = open_parquet(path, mapping.file)
        account = take_in(connection, source, part, mapping.file, Key(b"k" * 32), ("Europe/Amsterdam", TODAY))
        accepted = connection.sql("SELECT * FROM accepted")
        rows = [dict(zip(accepted.columns, row, strict=True)) for row in accepted.fetchall()]
        return account, rows, connection.sql("SELECT * FROM set_aside ORDER BY line").fetchall()


def run(url: str, *statements: str) -> None:
    """Change a database, as its owner."""
    engine = sa.create_engine(url, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
