"""The account of a file as people read it: how it was read, what was set aside and where, what to look at."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from core.language.text import N_, Text
from data_connectors.batch import FileReport
from reports.words_set_aside import FLAGS, REASONS

LINE, COLUMN = N_("line {line}: {why} ({reason})"), N_("line {line}, {column}: {why} ({reason})")
PLACE = N_("{place}: {why} ({reason})")
READ_AS, READ = N_("read as {encoding}: {dialect}"), N_("read: {dialect}")
FLAGGED = N_("flagged: {flags}")
ALIKE = N_(
    "'{name}' looks like '{other}'. Are they one department? Name it under departments in the mapping."
)


def reasons(counts: Mapping[str, int]) -> str:
    """The codes with their counts, between brackets; nothing where nothing was set aside."""
    return f" ({_counted(counts)})" if counts else ""


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{code} {count}" for code, count in sorted(counts.items()))


def _flags(counts: Mapping[str, int], lang: str) -> str:
    words = {code: Text(FLAGS.get(code, code)).render(lang) for code in sorted(counts)}
    return ", ".join(f"{why} ({code}) {counts[code]}" for code, why in words.items())


def how_read(report: FileReport, lang: str) -> Iterator[str]:
    """What to know of a file that loaded: how it was read, what is flagged, which names are alike."""
    if report.status != "loaded":
        return
    told = [
        Text(READ_AS if report.encoding else READ, {"encoding": report.encoding, "dialect": report.dialect})
    ]
    if report.flags:
        told.append(Text(FLAGGED, {"flags": _flags(report.flags, lang)}))
    told += [Text(ALIKE, {"name": name, "other": other}) for name, other in report.departments_alike.items()]
    yield from (f"  {text.render(lang)}" for text in told)


def first_rows(report: FileReport, lang: str) -> Iterator[str]:
    """A line for each of the first rows that were set aside."""
    yield from (f"  {row_set_aside(asdict(row), lang)}" for row in report.first_set_aside)


def row_set_aside(row: Mapping[str, Any], lang: str) -> str:
    """Where a row stands and why it was set aside, in words beside the code."""
    template = PLACE if row.get("place") else COLUMN if row["column"] else LINE
    code = str(row["reason"])
    return Text(template, {**row, "why": Text(REASONS.get(code, code))}).render(lang)
