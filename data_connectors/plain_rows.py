"""Rows that leave no doubt, from text to values a whole block at a time; the others are told apart.

A row is plain where each of its texts is (plain_columns). What a plain row comes to is what parsing_query
would make of it (tested); every other row goes through that.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data_connectors.connector import LINE
from data_connectors.csv_records import RECORD
from data_connectors.text_buffers import Mask, is_true
from governance.pseudonym_columns import pseudonyms
from governance.pseudonymise import Key


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """A column of a block, (n,) each: its values, of which rows they may be used, the rows with a flag.

    days: of times, the local day.
    """

    values: pa.Array
    clean: Mask
    flags: dict[str, Mask] = field(default_factory=dict)
    days: pa.Array | None = None


Read = Callable[[Sequence[pa.StringArray], int], Cells]
"""Reads a standard column of so many rows from those of the file that it is made of, none for a constant."""
Refuse = Callable[[pa.StringArray], Mask]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainRows:
    """How the rows of a file are told apart.

    reads: by standard column. places: the columns of a batch that each is made of. refuses: by column of a
    batch, what finds the rows that may be no data. hidden: columns that become pseudonyms. orders: pairs of
    columns of which the second may not be less than the first.
    """

    reads: dict[str, Read]
    places: dict[str, tuple[str, ...]]
    refuses: tuple[tuple[str, Refuse], ...]
    hidden: tuple[str, ...]
    orders: tuple[tuple[str, str], ...]
    clock: str
    key: Key
    schema: pa.Schema

    def split(self, batch: pa.RecordBatch) -> tuple[pa.RecordBatch | None, pa.RecordBatch | None]:
        """Plain rows by `schema`, and the others as they are; of records none is plain."""
        if batch.column(RECORD).null_count < batch.num_rows:
            return None, batch
        cells = {
            name: read([batch.column(place) for place in self.places[name]], batch.num_rows)
            for name, read in self.reads.items()
        }
        clean = np.logical_and.reduce([cell.clean for cell in cells.values()])
        for place, refuse in self.refuses:
            clean &= ~refuse(batch.column(place))
        for low, high in self.orders:
            clean &= ~is_true(pc.less(cells[high].values, cells[low].values))
        if not clean.any():
            return None, batch
        plain, others = self._batch(batch.column(LINE), cells), None
        if not clean.all():
            plain, others = plain.filter(pa.array(clean)), batch.filter(pa.array(~clean))
        return self._pseudonymised(plain), others

    def _batch(self, lines: pa.Int64Array, cells: dict[str, Cells]) -> pa.RecordBatch:
        clock = cells[self.clock]
        values = {name: cell.values for name, cell in cells.items()}
        values |= {LINE: lines, "day": clock.values if clock.days is None else clock.days}
        flagged: dict[str, Mask] = {}
        for cell in cells.values():
            for name, rows in cell.flags.items():
                flagged[name] = flagged[name] | rows if name in flagged else rows
        values |= {name: pa.array(rows) for name, rows in flagged.items()}
        none = pa.array(np.zeros(len(lines), bool))
        arrays = [values.get(name, none) for name in self.schema.names]
        return pa.RecordBatch.from_arrays(arrays, schema=self.schema)

    def _pseudonymised(self, plain: pa.RecordBatch) -> pa.RecordBatch:
        columns = {name: plain.column(name) for name in self.schema.names}
        for name in self.hidden:
            empty = pc.equal(columns[name], "")
            found = pseudonyms(self.key, name, columns[name])
            columns[name] = pc.if_else(empty, None, found) if empty.true_count else found
        return pa.RecordBatch.from_arrays(list(columns.values()), schema=self.schema)
