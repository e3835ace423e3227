"""Every column of a file of every kind changed in eight ways: refused by name, set aside, or read rightly.

Run: python -m tests.faults.changed_columns
"""

import argparse
import json
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from data_connectors.archive import unpacked
from data_connectors.connector import Refused
from tests.file_writers import WRITERS, Rows
from tests.simulation.evidence import FOLDER, stamp
from tests.taken_files import HEADER, Taken, form, taken_file

BEGIN = datetime(2025, 3, 9, 10)  # noqa: DTZ001 - cells have no zone
ROWS: Rows = [
    ("CHI", str(number), f"00{number}", BEGIN + timedelta(hours=number), number + 0.5) for number in range(4)
]
NAMED_TWICE = {"csv", "openpyxl", "xlsxwriter", "xlwt", "zipfile"}
"""Kinds of files that can hold a name twice; the libraries of the others do not write that."""

TARGETS = dict(zip(HEADER, ("department", "note", "patient", "started_at", "active_seconds"), strict=True))
Table = tuple[Sequence[str], Rows]


def removed(at: int) -> Table:
    """Without the column."""
    return HEADER[:at] + HEADER[at + 1 :], [row[:at] + row[at + 1 :] for row in ROWS]  # type: ignore[operator]


def renamed(at: int) -> Table:
    """Under another name."""
    return (*HEADER[:at], "iets_anders", *HEADER[at + 1 :]), ROWS


def added(at: int) -> Table:
    """With a new column before it."""
    return (*HEADER[:at], "nieuw", *HEADER[at:]), [(*row[:at], "7", *row[at:]) for row in ROWS]


def moved(at: int) -> Table:
    """As the last column."""
    order = [*(n for n in range(len(HEADER)) if n != at), at]
    return [HEADER[n] for n in order], [[row[n] for n in order] for row in ROWS]


def twice(at: int) -> Table:
    """Twice under one name, the second with something else in it."""
    return (*HEADER, HEADER[at]), [(*row, "9") for row in ROWS]


def other_case(at: int) -> Table:
    """In capitals."""
    return (*HEADER[:at], HEADER[at].upper(), *HEADER[at + 1 :]), ROWS


def words(at: int) -> Table:
    """Words in place of what was there."""
    return HEADER, [(*row[:at], f"woord{number}", *row[at + 1 :]) for number, row in enumerate(ROWS)]


def emptied(at: int) -> Table:
    """Nothing in it any more."""
    return HEADER, [(*row[:at], "", *row[at + 1 :]) for row in ROWS]


CHANGES: tuple[Callable[[int], Table], ...] = (
    removed,
    renamed,
    added,
    moved,
    twice,
    other_case,
    words,
    emptied,
)


def _taken(path: Path, folder: Path) -> Taken:
    toml = form('delimiter = ";"')
    if path.suffix != ".zip":
        return taken_file(path, toml)
    with TemporaryDirectory(dir=folder) as place:
        (file,) = unpacked([path], Path(place)).files
        return taken_file(file.rename(file.with_suffix(".csv")), toml)


def _taken_or_refused(path: Path, folder: Path) -> tuple[Taken | None, str]:
    try:
        return _taken(path, folder), ""
    except Refused as refusal:
        return None, refusal.render("en")


@cache
def _plain(writer: str) -> dict[str, Any]:
    """The rows of the file as it was, by their note."""
    suffix, write = WRITERS[writer]
    with TemporaryDirectory() as folder:
        write(Path(folder) / f"plain{suffix}", HEADER, ROWS)
        return {row["note"]: row for row in _taken(Path(folder) / f"plain{suffix}", Path(folder)).rows}


def outcome(writer: str, change: Callable[[int], Table], at: int, folder: Path) -> str:
    """'refused', 'set aside' or 'read'; AssertionError where a wrong value came in or nobody was told."""
    suffix, write = WRITERS[writer]
    write(folder / f"changed{suffix}", *change(at))
    found, refusal = _taken_or_refused(folder / f"changed{suffix}", folder)
    if found is None:
        assert HEADER[at].lower() in refusal.lower(), refusal
        return "refused"
    assert len(found.rows) + len(found.aside) + found.account.rows_not_data == len(ROWS)
    _right(_plain(writer), found, TARGETS[HEADER[at]], change)
    return "set aside" if found.aside else "read"


def _right(plain: dict[str, Any], found: Taken, target: str, change: Callable[[int], Table]) -> None:
    """What came in is what stood in the file; of a column that lost its meaning nothing came in."""
    assert change not in (removed, renamed, twice), "nobody was told"
    if change is words and target in ("started_at", "active_seconds"):
        assert not found.rows
    for row, own in zip(found.rows, plain.values(), strict=not found.aside):
        same = set(own) - {target, "batch", "line"} - ({"day"} if target == "started_at" else set())
        if change in (added, moved, other_case):
            assert row[target] == own[target]
        if change is emptied:
            assert row[target] is None
        if target != "note":
            assert {name: row[name] for name in same} == {name: own[name] for name in same}


def changed(writers: Sequence[str]) -> dict[str, Counter[str]]:
    """Per writer how often each outcome came; raises at the first wrong value."""
    found: dict[str, Counter[str]] = {}
    for writer in writers:
        counts = found.setdefault(writer, Counter())
        for change in CHANGES:
            if change is twice and writer not in NAMED_TWICE:
                continue
            for at in range(len(HEADER)):
                with TemporaryDirectory() as folder:
                    try:
                        counts[outcome(writer, change, at, Path(folder))] += 1
                    except Exception as error:
                        raise AssertionError(f"{writer}, {HEADER[at]} {change.__name__}: {error}") from error
    return found


def main() -> None:
    argparse.ArgumentParser(description=__doc__).parse_args()
    found = changed(list(WRITERS))
    about = "every column of a file of every kind changed in eight ways; a wrong value would end the run"
    text = stamp("python -m tests.faults.changed_columns", about) | {
        "changes": [change.__name__ for change in CHANGES],
        "columns": list(HEADER),
        "cases": sum(map(Counter.total, found.values())),
        "silently_wrong": 0,
        "writers": [{"writer": writer, **dict(sorted(counts.items()))} for writer, counts in found.items()],
    }
    (FOLDER / "changed_columns.json").write_text(json.dumps(text, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
