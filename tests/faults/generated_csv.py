"""Generated files with known rows: every value that is accepted must be the true one.

    python -m tests.faults.generated_csv --files 10000

Each file is an arbitrary choice of encoding, delimiter, decimal sign, quotes, line ends, lines above the
header and faults in some rows. A row with a fault may not load; a row without one must, unless the fault of
another row took it along, which is counted as lost.
"""

import argparse
import csv
import io
import json
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from data_connectors import mapping_file
from data_connectors.connector import Refused
from data_connectors.intake import ACCEPTED, take_in
from data_connectors.mapping import Mapping
from data_connectors.sources.csv_file import open_csv
from governance.pseudonymise import Key
from storage.duck import connect
from tests.simulation.evidence import FOLDER, stamp

KEY, PLACE = Key(b"k" * 32), ("Europe/Amsterdam", date(2026, 11, 23))
COLUMNS = ("notitie", "afdeling", "patnr", "arts", "begin", "duur", "opmerking")
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "cp1252", "mixed")
DEPARTMENTS = ("Chirurgie", "KNO", "Heelkunde é", "Zorg & co", "Poli – oost", "NA", "O'Neill", 'De "Bult"')
REMARKS = (
    "",
    "gewoon",
    "met; teken",
    "met, komma",
    "twee\nregels",
    'met "quotes"',
    "tab\tteken",
    "a|b",
    "€ 12",
)
MAPPING = """
[file]
encoding = "auto"
delimiter = "auto"
skip_lines = "auto"
decimal = "{decimal}"
time_format = ["%d-%m-%Y %H:%M", "%Y-%m-%d %H:%M"]
not_data = [{{ matches = "^Pagina [0-9]+ van [0-9]+" }}, {{ column = "notitie", matches = "^Totaal$" }}]

[[table]]
name = "NoteSession"
department = "afdeling"

[table.columns]
note = "notitie"
patient = "patnr"
clinician = "arts"
started_at = "begin"
active_seconds = {{ from = "duur", unit = "minutes" }}
"""
MAPPINGS: dict[str, Mapping | None] = {
    decimal: mapping_file.read(MAPPING.format(decimal=decimal), "generated.toml")[0] for decimal in ",."
}

Truth = tuple[str, datetime, float]
Fields = list[str]
FAULTS: dict[str, Callable[[Fields, Random], Fields]] = {
    "a field too many": lambda row, _: [*row, "x"],
    "a field too few": lambda row, _: row[:-1],
    "no such day": lambda row, _: _with(row, 4, "31-02-2026 10:00"),
    "a day in American order": lambda row, _: _with(row, 4, "02/25/2026 10:00"),
    "no department": lambda row, _: _with(row, 1, " "),
    "no key": lambda row, _: _with(row, 0, ""),
    "a word for a number": lambda row, _: _with(row, 5, "lang"),
    "two decimal signs": lambda row, _: _with(row, 5, "1.5,5"),
    "a negative duration": lambda row, _: _with(row, 5, "-3"),
    "a duration without unit": lambda row, _: _with(row, 5, "1:30"),
    "a rounded identifier": lambda row, _: _with(row, 2, "1,2E+18"),
    "an error of a spreadsheet": lambda row, _: _with(row, 5, "#DIV/0!"),
    "a NUL byte": lambda row, _: _with(row, 6, "a\0b"),
    "a control character": lambda row, _: _with(row, 6, "a\x1fb"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A generated file: its text in parts (with the encoding of each), its true rows, and its faults."""

    content: bytes
    decimal: str
    truth: dict[str, Truth]
    faults: int


def make(seed: int) -> Made:
    """One file; the same seed gives the same file."""
    random = Random(seed)
    encoding, delimiter = random.choice(ENCODINGS), random.choice(",;\t|")
    decimal, end = random.choice(",."), random.choice(["\n", "\r\n"])
    quoting = random.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
    truth: dict[str, Truth] = {}
    lines: list[str] = [f"Rapport {i} van ziekenhuis é" for i in range(random.choice([0, 0, 1, 3]))]
    header = _line(list(COLUMNS), delimiter, quoting)
    lines.append(header)
    faults = 0
    for i in range(random.randrange(3, 25)):
        fields, true = _row(f"n{i}", decimal, random)
        if random.random() < 0.15:
            faults += 1
            fault = random.choice(list(FAULTS.values()))
            lines.append(_line(fault(fields, random), delimiter, quoting))
        else:
            truth[KEY.pseudonym("note", fields[0])] = true
            lines.append(_line(fields, delimiter, quoting))
        if random.random() < 0.1:
            lines.append(random.choice([f"Pagina {i} van 9", header, "", _total(delimiter)]))
    if random.random() < 0.2:
        faults += 1
        fields, _ = _row("stray", decimal, random)
        unclosed = delimiter.join([*_with(fields, 1, '"Chirurgie')[:-1], ""])
        lines.insert(random.randrange(lines.index(header) + 1, len(lines) + 1), unclosed)
    return Made(content=_encoded(lines, end, encoding), decimal=decimal, truth=truth, faults=faults)


def check(made: Made, folder: Path) -> Counter[str]:
    """Load one file and count rows that are right, wrong, lost and rightly set aside."""
    path = folder / "x.csv"
    path.write_bytes(made.content)
    chosen = MAPPINGS[made.decimal]
    assert chosen is not None
    table = chosen.table[0]
    try:
        with connect() as connection:
            source = open_csv(path, chosen.file.sought(table.wanted))
            account = take_in(connection, source, table, chosen.file, KEY, PLACE)
            found = connection.execute(
                f"SELECT note, department, started_at, active_seconds FROM {ACCEPTED}"
            ).fetchall()
    except Refused as refusal:
        return Counter({"refused": 1, f"refused as {refusal.code}": 1, "lost": len(made.truth)})
    kept = {note: tuple(rest) for note, *rest in found}
    wrong = sum(made.truth.get(note) != rest for note, rest in kept.items())
    lost = sum(note not in kept for note in made.truth)
    aside = sum(account.set_aside.values())
    unbalanced = account.rows_read != account.rows_loaded + aside + account.rows_not_data
    return Counter(right=len(kept) - wrong, wrong=wrong, lost=lost, aside=aside, unbalanced=int(unbalanced))


def run(files: int, first: int = 0) -> dict[str, Any]:
    """Counts over many files."""
    total: Counter[str] = Counter(files=files, right=0, wrong=0, lost=0, refused=0, unbalanced=0)
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(first, first + files):
            made = make(seed)
            total += Counter({**check(made, Path(folder)), "rows with a fault": made.faults})
    return {
        name: total[name] for name in dict.fromkeys(("files", "right", "wrong", "lost", "refused", *total))
    }


def _row(note: str, decimal: str, random: Random) -> tuple[Fields, Truth]:
    local = datetime(2025, 1, 6, 7, tzinfo=ZoneInfo(PLACE[0])) + timedelta(minutes=random.randrange(400_000))
    while 1 < local.hour < 4:
        local += timedelta(hours=3)
    tenths = random.randrange(2400)
    department = random.choice(DEPARTMENTS)
    form = random.choice(["%d-%m-%Y %H:%M", "%Y-%m-%d %H:%M"])
    duration = f"{tenths // 10}{decimal}{tenths % 10}"
    fields = [note, department, str(random.randrange(10**20)), "a1", local.strftime(form), duration]
    utc = local.astimezone(UTC).replace(tzinfo=None)
    return [*fields, random.choice(REMARKS)], (department, utc, tenths / 10 * 60.0)


def _with(row: Fields, place: int, value: str) -> Fields:
    return [*row[:place], value, *row[place + 1 :]]


def _total(delimiter: str) -> str:
    return delimiter.join(["Totaal", *[""] * (len(COLUMNS) - 2), "12"])


def _line(fields: Fields, delimiter: str, quoting: Any) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator="\r\n").writerow(fields)
    return text.getvalue().removesuffix("\r\n")


def _encoded(lines: list[str], end: str, encoding: str) -> bytes:
    if encoding != "mixed":
        return (end.join(lines) + end).encode(encoding)
    return b"".join((line + end).encode(("utf-8", "cp1252")[i % 2]) for i, line in enumerate(lines))


def main() -> None:
    """Run, print and keep the counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=10_000)
    files = parser.parse_args().files
    about = "rows of generated delimited files: values accepted that are not the true ones, right rows lost"
    content = stamp(f"python -m tests.faults.generated_csv --files {files}", about) | run(files)
    (FOLDER / "generated_csv.json").write_text(json.dumps(content, indent=1) + "\n", "utf-8")
    print(json.dumps(content, indent=1))


if __name__ == "__main__":
    main()
