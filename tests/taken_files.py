"""Any file through the intake, for tests: what was kept and what was set aside."""

from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from data_connectors.connector import Source
from data_connectors.intake import Account, take_in
from governance.pseudonymise import Key
from kpis.tables import TABLES
from storage.duck import connect
from tests.intake_files import mapping
from workflows.intake_run import connectors

TODAY = date(2026, 11, 23)
FORM = """
[file]
timezone = "Europe/Amsterdam"
decimal = ","
thousands = "."
date_format = "%d-%m-%Y"
time_format = "%d-%m-%Y %H:%M"
SETTINGS

[[table]]
name = "NoteSession"
department = "afdeling"

[table.columns]
note = "notitie"
patient = "patnr"
started_at = "begin"
active_seconds = { from = "duur", unit = "minutes" }
"""
HEADER = ("afdeling", "notitie", "patnr", "begin", "duur")


class Taken(NamedTuple):
    account: Account
    rows: list[dict[str, Any]]
    aside: list[tuple[int, str, str]]
    source: Source


def form(settings: str = "", **renamed: str) -> str:
    """The mapping of tests, with settings of the file and other names for columns."""
    text = FORM.replace("SETTINGS", settings)
    for old, new in renamed.items():
        text = text.replace(f'"{old}"', f'"{new}"')
    return text


def taken_file(path: Path, toml: str = "") -> Taken:
    chosen = mapping(toml or form())
    kind = next(kind for kind in connectors().values() if path.suffix in kind.suffixes)
    assert kind.open is not None
    with connect() as connection:
        source = kind.open(path, chosen.file)
        place = ("Europe/Amsterdam", TODAY)
        account = take_in(connection, source, chosen.table[0], chosen.file, Key(b"k" * 32), place)
        key = ", ".join(TABLES[chosen.table[0].name].identity)
        accepted = connection.sql(f"SELECT * FROM accepted ORDER BY day, {key}")
        rows = [dict(zip(accepted.columns, row, strict=True)) for row in accepted.fetchall()]
        return Taken(
            account, rows, connection.sql("SELECT * FROM set_aside ORDER BY line").fetchall(), source
        )
