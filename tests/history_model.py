"""What rows, their older versions and erased persons must come to, in plain Python, batch by batch."""

from collections.abc import Callable, Collection, Generator
from typing import TypeAlias

Row: TypeAlias = tuple[str, str, str, str, str, str]
"""Number, ward, patient, begin, end, and 1 where it is deleted."""

State: TypeAlias = dict[str, tuple[Row, int, str]]
"""By number the row that counts, with its batch and the source that brought it (empty: a file)."""

Batches: TypeAlias = Generator[None, int]
"""What a step does to the model: stops before each batch, and is sent its number."""


class Model:
    """What must be there, now and after each batch.

    ever: rows of all versions. taken: files that are in. fetched: what the source gave last.
    """

    def __init__(self) -> None:
        self.now: State = {}
        self.past: dict[int, State] = {}
        self.ever: list[Row] = []
        self.taken: set[tuple[Row, ...]] = set()
        self.fetched: tuple[Row, ...] = ()
        self.forgotten: set[str] = set()

    def handed(self, rows: tuple[Row, ...]) -> Batches:
        """A file: the same one twice changes nothing."""
        if rows not in self.taken:
            self._take(rows, "", (yield))
            self.taken.add(rows)

    def synced(self, rows: tuple[Row, ...], *, whole: bool) -> Batches:
        """All that the source has; what it brought before and no longer has is gone."""
        if whole or rows != self.fetched:
            gone = {key for key, held in self.now.items() if held[2]} - {row[0] for row in rows}
            if rows or gone:
                self._take(rows, "one", (yield), gone)
                self.fetched = rows

    def leave(self, those: Callable[[Row], bool], *names: str) -> Batches:
        """Rows that are erased with their history, and those whose persons are not taken in again."""
        if any(map(those, self.ever)):
            yield
            self.forgotten.update(names)
            self.ever = [row for row in self.ever if not those(row)]
            for state in (self.now, *self.past.values()):
                for key in [key for key, held in state.items() if those(held[0])]:
                    del state[key]

    def rotated(self) -> Batches:
        """Another key changes no row."""
        yield

    def _take(self, rows: tuple[Row, ...], source: str, batch: int, gone: Collection[str] = ()) -> None:
        allowed = [row for row in rows if row[2] not in self.forgotten]
        last = {row[0]: row for row in allowed}
        for key in (*gone, *last):
            self.now.pop(key, None)
        counting = {key: row for key, row in last.items() if row[5] == "0"}
        self.now |= {key: (row, batch, source) for key, row in counting.items()}
        self.ever += counting.values()
