"""The account of a file as people read it: how it was read, what was set aside and where, what to look at."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict

from core.language.text import N_, Text
from data_connectors.batch import FileReport

LINE, PLACE = N_("line {line}: {reason} {column}"), N_("{place}: {reason}")
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


def how_read(report: FileReport, lang: str) -> Iterator[str]:
    """What to know of a file that loaded: how it was read, what is flagged, which names are alike."""
    if report.status != "loaded":
        return
    told = [
        Text(READ_AS if report.encoding else READ, {"encoding": report.encoding, "dialect": report.dialect})
    ]
    if report.flags:
        told.append(Text(FLAGGED, {"flags": _counted(report.flags)}))
    told += [Text(ALIKE, {"name": name, "other": other}) for name, other in report.departments_alike.items()]
    yield from (f"  {text.render(lang)}" for text in told)


def first_rows(report: FileReport, lang: str) -> Iterator[str]:
    """A line for each of the first rows that were set aside."""
    for row in report.first_set_aside:
        told = Text(PLACE if row.place else LINE, asdict(row))
        yield f"  {told.render(lang).rstrip()}"
