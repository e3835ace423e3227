"""A form of a thousand rows in Excel, from the file to standard rows."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path

from openpyxl import Workbook

from benchmarks.benchmark import Benchmark, Outcome, timed
from data_connectors.intake import take_in
from data_connectors.mapping_file import read
from data_connectors.sources.excel_file import open_excel
from governance.pseudonymise import Key
from storage.duck import connect

FORM_ROWS = 1000
RUNS = 5
SECONDS = 1.0
STAYS = """
[[table]]
name = "Stay"
department = "ward"
columns = { stay = "nr", patient = "patient", admitted_at = "admitted", discharged_at = "discharged" }
"""


def run(rows: int) -> Outcome:
    """Time a form of a thousand rows, whatever the number of rows that was asked; all must be loaded."""
    del rows
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "stays.xlsx"
        _save(path)
        timings = timed({"a form of 1,000 rows": lambda: _taken_in(path)}, RUNS)
    (timing,) = timings.values()
    return Outcome(
        ratio=timing.median / SECONDS,
        rows=FORM_ROWS,
        timings=(timing,),
        checked="every row of the form is loaded",
    )


def _save(path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["nr", "ward", "patient", "admitted", "discharged"])
    moment = datetime(2025, 1, 1, 8, 0)  # noqa: DTZ001 - a spreadsheet holds no time zone
    for number in range(FORM_ROWS):
        sheet.append([str(number), "A", f"p{number % 200}", moment, moment])
    book.save(path)


def _taken_in(path: Path) -> None:
    mapping, _ = read(STAYS, "stays.toml")
    assert mapping is not None
    with connect() as connection:
        source = open_excel(path, mapping.file)
        place = ("UTC", datetime.now(UTC).date())
        account = take_in(connection, source, mapping.table[0], mapping.file, Key(b"k" * 32), place)
    assert account.rows_loaded == FORM_ROWS


BENCHMARK = Benchmark(
    name="excel",
    limits={0: 1.0},
    side="at most",
    ratio_of=f"seconds for a form of {FORM_ROWS:,} rows in Excel, to the {SECONDS:g} s that it may take",
    run=run,
)
