"""Rows that were set aside, as people read about them: how many by reason, and where the first ones are."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict

from core.language.text import N_, Text
from data_connectors.batch import FileReport

LINE, PLACE = N_("line {line}: {reason} {column}"), N_("{place}: {reason}")


def reasons(counts: Mapping[str, int]) -> str:
    """The codes with their counts, between brackets; nothing where nothing was set aside."""
    found = ", ".join(f"{code} {count}" for code, count in sorted(counts.items()))
    return f" ({found})" if found else ""


def first_rows(report: FileReport, lang: str) -> Iterator[str]:
    """A line for each of the first rows that were set aside."""
    for row in report.first_set_aside:
        told = Text(PLACE if row.place else LINE, asdict(row))
        yield f"  {told.render(lang).rstrip()}"
