"""The columns of a block of delimited text, by a fast parser, where the block is proven to be plain.

Plain: quotes stand around whole fields only, and no field holds a line end or a control character that has a
meaning here. A row of a plain block that may be something else than data (blank, the header once more, of
another width) still goes through the exact reader, as a record; every other row is its columns.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from data_connectors.csv_records import SCHEMA, SEPARATOR, batch_of, records
from data_connectors.text_buffers import Mask, may_be_blank

QUOTED_LIMIT = 131_072
"""The csv module takes no longer quoted field; a line as long as that is for the exact reader."""


def column_name(index: int) -> str:
    """What a column of the file is called in a batch, by its place."""
    return f"c{index}"


RECORDS_AT_ONCE = 65_536
"""Rows that need the exact reader go through it in such portions: Python holds each in ten times its size."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """The columns of a file that are wanted, by their place. header: all fields of the header as written."""

    header: Sequence[str]
    wanted: Sequence[int]
    delimiter: str
    quote: str

    @property
    def schema(self) -> pa.Schema:
        """That of records, and the wanted columns: of a row either the record or the columns are there."""
        return pa.schema([*SCHEMA, *((column_name(index), pa.string()) for index in self.wanted)])

    @property
    def possible(self) -> bool:
        """Whether the fast parser can read such a file."""
        marks = self.delimiter + self.quote
        usual = marks.isascii() and self.delimiter != self.quote and not {"\r", "\n"} & set(marks)
        return usual and len(self.header) > 1 and bool(self.wanted)

    def fitting(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """A batch of records with room for the columns; one that has them as it is."""
        if batch.num_columns > len(SCHEMA):
            return batch
        none = [pa.nulls(batch.num_rows, pa.string())] * len(self.wanted)
        return pa.RecordBatch.from_arrays([*batch.columns, *none], schema=self.schema)

    def plain(self, text: str) -> str | None:
        """The text of a block with plain line ends, each of which ends a row; None where it is not plain."""
        if not self.possible or SEPARATOR in text or "\0" in text:
            return None
        if "\r" in text:
            text = text.replace("\r\n", "\n")
            if "\r" in text:
                return None
        if not text.endswith("\n"):
            text += "\n"
        return text if self.quote not in text or self._is_well_quoted(text) else None

    def rows(self, number: int, count: int, plain: str) -> list[pa.RecordBatch]:
        """The rows of a plain block of so many lines, whose first one has this number."""
        table, odd = self._read(plain)
        lines = np.delete(np.arange(count), odd)
        if len(lines) != table.num_rows:
            return list(self._records(plain, range(count), number))
        suspect = self._suspect(table)
        if suspect.any():
            odd = sorted((*odd, *lines[suspect].tolist()))
            table, lines = table.filter(pa.array(~suspect)), lines[~suspect]
        return [*self._batches(table, lines + number), *self._records(plain, odd, number)]

    def _is_well_quoted(self, text: str) -> bool:
        """Every opening quote begins a field and every closing one ends it, on the same line.

        A doubled quote closes and opens.
        """
        content = np.frombuffer(text.encode(), np.uint8)
        around = [ord(self.delimiter), ord("\n"), ord(self.quote)]
        quotes = np.flatnonzero(content == ord(self.quote))
        if len(quotes) % 2:
            return False
        opening, closing = quotes[::2], quotes[1::2]
        ends = np.flatnonzero(content == ord("\n"))
        on_one_line = np.searchsorted(ends, opening) == np.searchsorted(ends, closing)
        longest = np.diff(ends, prepend=-1).max()
        before, after = content[opening - 1], content[closing + 1]  # the text ends with a line end
        alone = np.isin(before, around) & np.isin(after, around)
        return bool((alone & on_one_line).all() and longest < QUOTED_LIMIT)

    def _read(self, plain: str) -> tuple[pa.Table, list[int]]:
        """The wanted columns of all rows that are as wide as the header, and the places of the others."""
        odd: list[int] = []

        def put_aside(row: csv.InvalidRow) -> str:
            odd.append(row.number - 1)
            return "skip"

        content = plain.encode()
        names = [column_name(index) for index in range(len(self.header))]
        chosen = [column_name(index) for index in self.wanted]
        table = csv.read_csv(
            pa.BufferReader(content),
            csv.ReadOptions(column_names=names, use_threads=False, block_size=len(content) + 1),
            csv.ParseOptions(
                delimiter=self.delimiter,
                quote_char=self.quote if self.quote in plain else False,
                newlines_in_values=self.quote in plain,
                ignore_empty_lines=False,
                invalid_row_handler=put_aside,
            ),
            csv.ConvertOptions(
                include_columns=chosen,
                column_types=dict.fromkeys(chosen, pa.string()),
                strings_can_be_null=False,
                check_utf8=False,
            ),
        )
        return table.combine_chunks(), odd

    def _suspect(self, table: pa.Table) -> Mask:
        """The rows that may be blank, or the header once more."""
        found = np.asarray(pc.equal(table.column(0), self.header[self.wanted[0]]), bool)
        blank = np.ones(table.num_rows, bool)
        for column in table.columns:
            if not blank.any():
                break
            blank &= may_be_blank(column.combine_chunks())
        return np.asarray(found | blank)

    def _batches(self, table: pa.Table, lines: npt.NDArray[np.int64]) -> Iterator[pa.RecordBatch]:
        for batch in table.combine_chunks().to_batches():
            none = pa.nulls(batch.num_rows, pa.string())
            yield pa.RecordBatch.from_arrays(
                [pa.array(lines), none, none, *batch.columns], schema=self.schema
            )

    def _records(self, plain: str, places: Sequence[int], number: int) -> Iterator[pa.RecordBatch]:
        """Each line of a plain block is a record of its own."""
        lines = plain.split("\n") if places else []
        for begin in range(0, len(places), RECORDS_AT_ONCE):
            chosen = places[begin : begin + RECORDS_AT_ONCE]
            text = "".join(lines[place] + "\n" for place in chosen)
            found = zip(chosen, records([text], self.delimiter, self.quote), strict=True)
            numbered = [(number + place, problem, record) for place, (_, problem, record) in found]
            yield self.fitting(batch_of(numbered))
