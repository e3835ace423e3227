"""How each column of a block is read without looking at its texts one by one.

A time in a fixed layout far from any change of the clock (plain_times), an identifier without white space
around it, and every other text by what its like came to before (known_texts).
"""

import re
from collections.abc import Sequence
from functools import partial
from itertools import chain

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data_connectors.connector import LINE
from data_connectors.csv_columns import column_name
from data_connectors.engine import engine
from data_connectors.known_texts import KnownTexts
from data_connectors.mapping import DELETED, ColumnMapping, NotData, TableMapping
from data_connectors.mapping_rules import is_identifier
from data_connectors.parsed import Reading
from data_connectors.parsing import JOINT
from data_connectors.parsing_query import flag_name, flag_names, standard_column
from data_connectors.plain_rows import Cells, PlainRows, Read
from data_connectors.plain_times import clock_of, read_times
from data_connectors.text_buffers import Mask, has, has_control, has_visible_ends, is_true
from data_connectors.time_layout import Layout, iso_layouts, layouts
from governance.pseudonym_columns import is_possible
from governance.pseudonymise import Key
from kpis.tables import Column, Table

_ARROW_TYPES = {
    "text": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "time": pa.timestamp("us"),
    "date": pa.date32(),
    "flag": pa.int8(),
}
"""By the types of columns of standard tables."""


def plain_rows(
    mapping: TableMapping, table: Table, reading: Reading, key: Key, header: Sequence[str]
) -> PlainRows | None:
    """How to tell the rows of a file with this header apart; None where each must be read by itself."""
    columns = {name: standard_column(name, mapping, table) for name in mapping.parts}
    known = {name: column for name, column in columns.items() if column is not None}
    hidden = tuple(name for name in mapping.columns if name in known and is_identifier(table, known[name]))
    of_lines = any(not rule.column for rule in reading.file.not_data)
    reads = None if of_lines or not is_possible(key) else _reads(known, hidden, mapping, table, reading)
    if reads is None:
        return None
    facts = {name: column for name, column in known.items() if name != DELETED}

    def place(source: str) -> str:
        return column_name(header.index(source))

    return PlainRows(
        reads=reads,
        places={name: tuple(map(place, mapping.parts[name].source)) for name in known},
        refuses=tuple((place(rule.column), partial(_may_be_no_data, rule)) for rule in reading.file.not_data),
        hidden=hidden,
        orders=tuple(pair for pair in _orders(table) if facts.keys() >= {*pair}),
        clock=table.clock.name,
        key=key,
        schema=_schema(facts, flag_names(mapping, table, reading)),
    )


def _reads(
    columns: dict[str, Column],
    hidden: tuple[str, ...],
    mapping: TableMapping,
    table: Table,
    reading: Reading,
) -> dict[str, Read] | None:
    alone = engine()
    found: dict[str, Read] = {}
    for name, column in columns.items():
        part = mapping.parts[name]
        read: Read | None = None
        if name in hidden or column.type == "time":
            read = _own_read(column, part, reading, name in hidden)
        elif len(part.source) <= 1:
            texts = KnownTexts(name=name, engine=alone, mapping=mapping, table=table, reading=reading)
            read = partial(_known, texts)
        if read is None:
            return None
        found[name] = read
    return found


def _schema(columns: dict[str, Column], flags: Sequence[str]) -> pa.Schema:
    types = {LINE: pa.int64(), "day": pa.date32()}
    types |= {name: _ARROW_TYPES[column.type] for name, column in columns.items()}
    return pa.schema(types | {flag_name(code): pa.bool_() for code in flags})


def _orders(table: Table) -> list[tuple[str, str]]:
    """Columns and those that may not be less."""
    after = [(column.not_before, column.name) for column in table.columns]
    return after + [(column.name, column.at_most) for column in table.columns]


def _own_read(column: Column, part: ColumnMapping, reading: Reading, hidden: bool) -> Read | None:
    """What reads an identifier or a time; None where its text is not simply what stands in the file."""
    if not part.source or part.values or part.filled is not None or part.default is not None:
        return None
    if hidden:
        return partial(_identifiers, column, reading.file.null)
    for zone in (reading.zone, reading.hospital_zone):
        clock_of(zone, reading.today)  # one that the engine does not know is told before a row is read
    shapes = _layouts(part.format or reading.file.time_format)
    null = reading.file.null
    if len(part.source) > 1:
        shapes = tuple(filter(_is_day_and_time, shapes))
    else:
        null = tuple(mark for mark in null if any(shape.fits(mark) for shape in shapes))
    return partial(_times, column, shapes, null, reading) if shapes else None


def _layouts(formats: tuple[str, ...]) -> tuple[Layout, ...]:
    """The layouts of ISO 8601 or of the formats; where these differ in order, of the one that is tried first.

    With one order a format that reads the text of another one comes to the same.
    """
    if any("%y" in one for one in formats):
        return ()
    codes = [re.findall("%([^z])", one) for one in formats]
    same = all(found == max(codes)[: len(found)] for found in codes)
    tried = formats if same else formats[:1]
    return tuple(chain.from_iterable(map(layouts, tried))) if formats else tuple(iso_layouts())


def _is_day_and_time(layout: Layout) -> bool:
    """Whether its one space is that between the text of a day and of a time of day."""
    return [chr(mark) for mark in layout.marks.values() if chr(mark) in " T"] == [" "]


def _identifiers(
    column: Column, null: tuple[str, ...], pieces: Sequence[pa.StringArray], _rows: int
) -> Cells:
    """A plus may be that of a number that a spreadsheet has spoilt."""
    clean = np.logical_and.reduce(
        [has_visible_ends(piece) & ~has(piece, "+") & ~has_control(piece) for piece in pieces]
    )
    clean &= ~_is_null(pieces, null)
    if len(pieces) > 1:
        return Cells(values=pc.binary_join_element_wise(*pieces, JOINT), clean=clean)
    (texts,) = pieces
    return Cells(values=texts, clean=clean if column.required else clean | is_true(pc.equal(texts, "")))


def _is_null(pieces: Sequence[pa.StringArray], null: tuple[str, ...]) -> Mask:
    """Whether a text is a mark of what is empty; one for all rows where there is no mark."""
    found = [is_true(pc.equal(piece, mark)) for piece in pieces for mark in null]
    return np.asarray(np.logical_or.reduce(found))


def _times(
    column: Column,
    shapes: tuple[Layout, ...],
    null: tuple[str, ...],
    reading: Reading,
    pieces: Sequence[pa.StringArray],
    _rows: int,
) -> Cells:
    """Of two columns the first holds the day and the second the time of day."""
    texts = pieces[0]
    if len(pieces) > 1:
        nothing = pc.and_(*(pc.equal(piece, "") for piece in pieces))
        texts = pc.if_else(nothing, "", pc.binary_join_element_wise(*pieces, " "))
    found = read_times(texts, shapes, (reading.zone, reading.hospital_zone), reading.today)
    clean = found.clean & ~_is_null(pieces, null)
    if column.required:
        clean &= is_true(pc.is_valid(found.utc))
    return Cells(values=found.utc, clean=clean, days=found.days)


def _known(known: KnownTexts, pieces: Sequence[pa.StringArray], rows: int) -> Cells:
    values, clean, flags = known.read(pieces[0] if pieces else pa.repeat("", rows))
    if known.name == "segment":
        values = values.fill_null("")
    if known.name == DELETED:
        clean = clean & ~is_true(pc.equal(values, 1))
    return Cells(values=values, clean=clean, flags=flags)


def _may_be_no_data(rule: NotData, texts: pa.StringArray) -> Mask:
    """Whether a declared value or pattern may be there, white space around it aside."""
    spaced = ~has_visible_ends(texts) & ~is_true(pc.equal(texts, ""))
    if rule.matches:
        return spaced | is_true(pc.match_substring_regex(texts, rule.matches))
    return spaced | is_true(pc.is_in(texts, pa.array(rule.values, pa.string())))
