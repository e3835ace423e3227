"""Files and mappings that tests of intake write."""

from datetime import date
from pathlib import Path

from data_connectors import mapping_file
from data_connectors.intake import Account, take_in
from data_connectors.mapping import Mapping
from data_connectors.sources.csv_file import open_csv
from governance.pseudonymise import Key
from storage.duck import connect

TODAY = date(2026, 11, 23)
NOTES = """
[file]
delimiter = ";"
decimal = ","
thousands = "."
time_format = "%d-%m-%Y %H:%M"
timezone = "Europe/Amsterdam"
null = ["NULL", "-"]

[[table]]
name = "NoteSession"
department = "afdeling"
segment = { from = "soort", values = { E = "first", H = "follow_up" } }

[table.columns]
note = "notitie"
patient = "patnr"
clinician = "arts"
started_at = "begin"
ended_at = "eind"
active_seconds = { from = "duur", unit = "minutes" }
"""
HEADER = "notitie;afdeling;soort;patnr;arts;begin;eind;duur"
GOOD = "1;NA;E;007;a12;09-03-2025 10:00;09-03-2025 10:20;4,5"


def mapping(text: str = NOTES) -> Mapping:
    found, issues = mapping_file.read(text, "test.toml")
    assert found is not None, [issue.render("en") for issue in issues]
    return found


def taken(folder: Path, *rows: str, toml: str = NOTES, header: str = HEADER) -> tuple[Account, list, list]:  # type: ignore[type-arg]
    """Account, accepted rows (as dicts) and rows set aside (line, reason, column) of a small CSV."""
    path = folder / "file.csv"
    path.write_text("\n".join((header, *rows)) + "\n", "utf-8")
    chosen = mapping(toml)
    with connect() as connection:
        source = open_csv(path, chosen.file.sought(chosen.table[0].wanted))
        place = ("Europe/Amsterdam", TODAY)
        account = take_in(connection, source, chosen.table[0], chosen.file, Key(b"k" * 32), place)
        accepted = connection.sql("SELECT * FROM accepted")
        rows_kept = [dict(zip(accepted.columns, row, strict=True)) for row in accepted.fetchall()]
        return account, rows_kept, connection.sql("SELECT * FROM set_aside ORDER BY line").fetchall()
