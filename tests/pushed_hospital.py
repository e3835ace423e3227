"""A source with rows, dirt and both changes of the clock among them, in a database of any kind.

Loaded as rows in one workspace and counted in the source for another, it must give the same numbers.
"""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from governance.access import LOCAL_OPERATOR
from storage.workspace import Workspace
from workflows.sync import SyncReport, sync

SOURCE = """
kind = "database"
mapping = "{mapping}"
mode = "{mode}"

[options]
url = "{url}"
allow_writable = true
"""
WARDS = ("Cardiology", "Surgery", "Neurology", None)
SKIPPED, TWICE = datetime.fromisoformat("2026-03-29 02:30"), datetime.fromisoformat("2026-10-25 02:30")
"""Local times that never were, and that were twice."""
FIRST = datetime.fromisoformat("2026-01-01")


def workspace(folder: Path, url: str, mapping: str, mode: str, name: str = "one") -> Workspace:
    """A workspace with a source that is asked in a mode; mapping: a preset, or the text of one."""
    made = Workspace.open(folder)
    if "\n" in mapping:
        (made.root / "mappings" / "own.toml").write_text(mapping, "utf-8")
        mapping = "own"
    text = SOURCE.format(mapping=mapping, mode=mode, url=url)
    (made.root / "sources" / f"{name}.toml").write_text(text, "utf-8")
    return made


def synced(made: Workspace) -> SyncReport:
    """One run of its source."""
    (report,) = sync(LOCAL_OPERATOR, made)
    return report


def filled(url: str, tables: dict[str, tuple[dict[str, Any], list[tuple[Any, ...]]]]) -> None:
    """Make tables: name to columns and rows."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        for name, (columns, rows) in tables.items():
            made = [sa.Column(column, kind) for column, kind in columns.items()]
            table = sa.Table(name, sa.MetaData(), *made)
            table.create(connection)
            if rows:
                connection.execute(table.insert(), [dict(zip(columns, row, strict=True)) for row in rows])
    engine.dispose()


def omop(rows: int, seed: int = 1) -> dict[str, tuple[dict[str, Any], list[tuple[Any, ...]]]]:
    """Visits and notes as OMOP has them."""
    chance = random.Random(seed)
    visits, notes = [], []
    for number, begin in enumerate(moments(rows, chance)):
        length = timedelta(minutes=chance.choice((5, 12, 25, -3)), microseconds=chance.randrange(10**6))
        kind = chance.choice((9202, 9202, 5083, 9201, 262, 7))
        person, clinician = chance.randrange(90), chance.choice((*range(9), None))
        end = None if chance.random() < 0.1 else begin + length
        visits.append((number, person, kind, begin, end, clinician, chance.choice((0, 1, 2, 3))))
        if chance.random() < 0.5:
            notes.append((number, person, begin, clinician, number))
    time, whole = sa.DateTime(), sa.BigInteger()
    return {
        "visit_occurrence": (
            {"visit_occurrence_id": whole, "person_id": whole, "visit_concept_id": whole}
            | {"visit_start_datetime": time, "visit_end_datetime": time, "provider_id": whole}
            | {"care_site_id": whole},
            visits,
        ),
        "care_site": (
            {"care_site_id": whole, "care_site_name": sa.String()},
            [(place, ward) for place, ward in enumerate(WARDS)],
        ),
        "note": (
            {"note_id": whole, "person_id": whole, "note_datetime": time, "provider_id": whole}
            | {"visit_occurrence_id": whole},
            notes,
        ),
    }


def moments(number: int, chance: random.Random) -> Iterator[datetime]:
    """Local times over a year in whole seconds; one that never was, one that was twice, one of long ago."""
    yield from (
        SKIPPED,
        TWICE,
        datetime.fromisoformat("1900-01-01"),
        datetime.fromisoformat("1991-07-01 00:30"),
    )
    for _ in range(number):
        yield FIRST + timedelta(seconds=chance.randrange(330 * 24 * 3600))
