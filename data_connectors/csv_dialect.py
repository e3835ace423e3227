"""How a file of delimited text is written, where the mapping leaves that to the file itself."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from core.language.text import N_
from data_connectors.connector import Refused
from data_connectors.csv_records import SEPARATOR, Record, records
from data_connectors.guards import COLUMNS_LIMIT
from data_connectors.mapping import FileFormat

AUTO = "auto"
DELIMITERS = (",", ";", "\t", "|")
LOOKED_AT = 200
"""As many lines from the start decide."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """delimiter; how many lines stand above the header; the header's record."""

    delimiter: str
    above: int
    header: Record

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns, in order."""
        return tuple(name.strip() for name in self.header[2].split(SEPARATOR))


def dialect(lines: Iterable[str], file: FileFormat, name: str) -> Dialect:
    """The dialect of a text; raises Refused for an empty one and where two delimiters fit as well."""
    start = list(islice(lines, LOOKED_AT + (0 if file.skip_lines == AUTO else int(file.skip_lines))))
    candidates = DELIMITERS if file.delimiter == AUTO else (file.delimiter,)
    found = [one for delimiter in candidates if (one := _with(start, delimiter, file)) is not None]
    if not found:
        raise Refused("empty_file", N_("This file holds no rows."), where=name)
    return found[0] if len(found) == 1 else _best(found, start, file, name)


def guessed(lines: Iterable[str], quote: str, name: str) -> Dialect:
    """The dialect where no column is known. The header: the first row as wide as most and mostly filled.

    A spreadsheet that saves as text pads a title above the table with empty fields to the width of the table.
    """
    start = list(islice(lines, LOOKED_AT))
    widths: dict[str, tuple[float, int]] = {}
    for delimiter in DELIMITERS:
        counts = [len(fields[2].split(SEPARATOR)) for fields in records(start, delimiter, quote) if fields[2]]
        width = max(set(counts), key=counts.count, default=0)
        widths[delimiter] = (counts.count(width) / max(len(counts), 1) if width > 1 else 0.0, width)
    delimiter = max(widths, key=lambda one: widths[one])
    found = [one for one in _headers(start, delimiter, quote) if len(one.names) == widths[delimiter][1]]
    if not found:
        raise Refused("empty_file", N_("This file holds no rows."), where=name)
    return next((one for one in found if 2 * sum(map(bool, one.names)) > len(one.names)), found[0])


def _headers(start: Sequence[str], delimiter: str, quote: str) -> Iterator[Dialect]:
    for above in range(len(start)):
        record = _first(start[above:], delimiter, quote)
        if record and not record[1]:
            yield Dialect(delimiter=delimiter, above=above, header=(above + 1, *record[1:]))


def _best(found: list[Dialect], start: list[str], file: FileFormat, name: str) -> Dialect:
    absurd = [one for one in found if one.header[2].count(SEPARATOR) > COLUMNS_LIMIT]
    if absurd:
        return absurd[0]  # to be refused as it is
    scores = [_fit(one, start, file) for one in found]
    best = max(scores)
    if best[1] == 0:
        return found[0]  # one column: any delimiter reads it
    if scores.count(best) > 1:
        fitting = [one.delimiter for one, score in zip(found, scores, strict=True) if score == best]
        raise Refused(
            "unreadable_file",
            N_("These delimiters fit this file equally well: {delimiters}."),
            where=name,
            remedy=N_("Write delimiter = in the mapping."),
            delimiters=" ".join(map(repr, fitting)),
        )
    return found[scores.index(best)]


def _fit(one: Dialect, start: list[str], file: FileFormat) -> tuple[int, float]:
    """How many mapped columns the header has, and the share of rows that are as wide as the header."""
    width = one.header[2].count(SEPARATOR) + 1
    rows = [
        record
        for _, problem, record in records(start[one.above :], one.delimiter, file.quote)
        if problem is None and record.replace(SEPARATOR, "").strip()
    ]
    share = sum(record.count(SEPARATOR) + 1 == width for record in rows) / max(len(rows), 1)
    return _mapped(one.header, file.header), share if width > 1 else 0.0


def _with(start: list[str], delimiter: str, file: FileFormat) -> Dialect | None:
    if file.skip_lines == AUTO:
        return _searched(start, delimiter, file)
    for above in range(int(file.skip_lines), len(start)):
        record = _first(start[above:], delimiter, file.quote)
        if record is not None and (record[1] or record[2]):
            return Dialect(delimiter=delimiter, above=above, header=(above + 1, *record[1:]))
    return None


def _searched(start: list[str], delimiter: str, file: FileFormat) -> Dialect | None:
    """The first line that holds all mapped columns, else the one that holds most of them."""
    best: Dialect | None = None
    most = -1
    for above in range(len(start)):
        record = _first(start[above:], delimiter, file.quote)
        if record is None or record[1] or not record[2].strip():
            continue
        mapped = _mapped(record, file.header)
        if mapped > most:
            best, most = Dialect(delimiter=delimiter, above=above, header=(above + 1, *record[1:])), mapped
        if most == len(set(file.header)):
            break
    return best


def _first(lines: Sequence[str], delimiter: str, quote: str) -> Record | None:
    return next(records(lines, delimiter, quote), None)


def _mapped(record: Record, wanted: tuple[str, ...]) -> int:
    if record[2].count(SEPARATOR) > COLUMNS_LIMIT:
        return 0  # no table of a hospital, and slow to look into
    names = {name.strip() for name in record[2].split(SEPARATOR)}
    return len(names & set(wanted))
