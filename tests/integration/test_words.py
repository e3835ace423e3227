"""A word that a standard column does not know counts as nothing: it is set aside, never one of the others."""

from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from data_connectors.mapping_file import load
from data_connectors.template_words import CHOICES
from kpis.tables import TABLES
from tests.intake_files import taken
from tests.pushed_hospital import filled, synced, workspace

APPOINTMENTS = """
[[table]]
name = "Appointment"
department = "ward"

[table.columns]
appointment = "number"
starts_at = "begun"
status = { from = "status", values = { kept = "attended" } }

[table.origin]
from = "slot"
"""
MOMENT = datetime.fromisoformat("2026-03-02 10:00")
STATUSES = ("kept", "no_show", "No show", None, "noshow")


def test_in_a_file(tmp_path: Path) -> None:
    lines = (f"{i};KNO;2026-03-02 10:00;{status or ''}" for i, status in enumerate(STATUSES))
    toml = APPOINTMENTS.replace("\n[[table]]", '[file]\ndelimiter = ";"\n\n[[table]]', 1)
    account, rows, aside = taken(tmp_path, *lines, header="number;ward;begun;status", toml=toml)
    assert aside == [(4, "unparseable", "status"), (6, "unparseable", "status")]
    assert account.rows_loaded == 3
    assert {row["status"] for row in rows} == {"attended", "no_show", None}


@pytest.mark.parametrize("mode", ["rows", "push-down"])
def test_in_a_database(tmp_path: Path, mode: str) -> None:
    url = f"sqlite:///{tmp_path / 'source.db'}"
    columns = {"number": sa.Integer(), "ward": sa.String(), "begun": sa.DateTime(), "status": sa.String()}
    rows = [(i, "KNO", MOMENT, status) for i, status in enumerate(STATUSES)]
    filled(url, {"slot": (columns, rows)})
    (found,) = synced(workspace(tmp_path / "w", url, APPOINTMENTS, mode)).files
    assert (found.rows_loaded, found.quarantine) == (3, {"unparseable": 2})


def test_the_drop_downs_of_a_template_are_words_of_the_column() -> None:
    for place, words in CHOICES.items():
        table, name = place.split(".")
        column = TABLES[table].column(name)
        known = column.words if column is not None else ()
        assert not known or set(words) <= set(known), place


def test_the_warehouse_knows_the_kinds_of_contact_of_the_system_behind_it() -> None:
    contacts = [
        next(table.columns["contact"].values for table in load(name).table if table.name == "Appointment")
        for name in ("hix", "umcu_warehouse")
    ]
    assert contacts[0] == contacts[1]


def test_a_row_that_is_gone_needs_no_word(tmp_path: Path) -> None:
    toml = APPOINTMENTS.replace("\n[[table]]", '[file]\ndelimiter = ";"\n\n[[table]]', 1).replace(
        "[table.columns]", 'deleted = { from = "status", filled = "1" }\n\n[table.columns]'
    )
    account, _, aside = taken(
        tmp_path, "1;KNO;2026-03-02 10:00;wrong", header="number;ward;begun;status", toml=toml
    )
    assert (account.rows_loaded, aside) == (1, [])
