"""Each different text of a column parsed once, by the same SQL as a whole file."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data_connectors.connector import source_column
from data_connectors.mapping import TableMapping
from data_connectors.parsed import Reading
from data_connectors.parsing import LONGEST_WORD
from data_connectors.parsing_query import column_query
from data_connectors.text_buffers import Mask, ends_and_bytes, is_true
from kpis.tables import Table

MOST = 50_000
"""Texts that are remembered; with more of them all is forgotten, and learnt anew."""
LONGEST = LONGEST_WORD
"""Bytes of a text that is remembered; the row of a longer one is left to the engine."""


@dataclass(slots=True, kw_only=True)
class KnownTexts:
    """What became of the texts of one standard column, which is made of one source column or of none.

    engine: a database of which nothing else is asked. Threads may share all of this.
    """

    name: str
    engine: duckdb.DuckDBPyConnection
    mapping: TableMapping
    table: Table
    reading: Reading
    _places: dict[str, int] = field(default_factory=dict)
    _results: list[pa.Table] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def read(self, texts: pa.StringArray) -> tuple[pa.Array, Mask, dict[str, Mask]]:
        """The value of each text, whether no check refuses it, and what it is flagged with."""
        at, _ = ends_and_bytes(texts)
        long = np.diff(at) > LONGEST
        if long.any():
            texts = pc.if_else(pa.array(long), "", texts)
        coded = texts.dictionary_encode()
        results = self._of(coded.dictionary.to_pylist())
        found = {
            name: results.column(name).combine_chunks().take(coded.indices) for name in results.column_names
        }
        values, clean = found.pop("value"), is_true(found.pop("clean"))
        return values, clean & ~long, {name: is_true(marks) for name, marks in found.items()}

    def _of(self, texts: Sequence[str]) -> pa.Table:
        with self._lock:
            fresh = [text for text in texts if text not in self._places]
            if fresh:
                self._learn(texts if len(self._places) + len(fresh) > MOST else fresh)
            return self._results[0].take(pa.array([self._places[text] for text in texts], pa.int64()))

    def _learn(self, texts: Sequence[str]) -> None:
        learnt = self._parsed(texts)
        if len(texts) + len(self._places) > MOST:
            self._places, self._results = {}, []
        self._results = [pa.concat_tables([*self._results, learnt]).combine_chunks()]
        self._places |= {text: place for place, text in enumerate(texts, start=len(self._places))}

    def _parsed(self, texts: Sequence[str]) -> pa.Table:
        engine = self.engine.cursor()
        numbered = {"number": np.arange(len(texts)), "content": pa.array(texts, pa.string())}
        engine.register("texts", pa.table(numbered))
        sources = self.mapping.parts[self.name].source
        named = "".join(f", content AS {source_column(source)}" for source in sources)
        relation = f"(SELECT number{named} FROM texts)"
        asked = column_query(self.name, relation, self.mapping, self.table, self.reading)
        return engine.sql(asked).to_arrow_table()
