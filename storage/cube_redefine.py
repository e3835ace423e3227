"""A version of the cube from an older one of the same facts: only definitions that are new are counted.

Every row of a frame is of one KPI, or of one table in the coverage. So the rows of definitions that stay are
taken over, under another name where an edited definition became an older version of itself, and what the
others give comes beside them: that is what counting all of them anew would give.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa

from kpis.filled import asked_columns
from kpis.kpi import Kpi
from kpis.meaning import meaning
from kpis.parts import tables_of
from storage.cube import FRAMES
from storage.cube_known import Known
from storage.cube_writer import write_renamed


def meanings(kpis: Mapping[str, Kpi]) -> dict[str, str]:
    """By name, the same for definitions that give the same numbers, whatever they are called."""
    return {name: meaning(replace(kpi, id="", version=0)) for name, kpi in kpis.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a version takes from an older one.

    kpis: all of the new version. names: of those that are taken, what each was called in the older one.
    """

    kpis: Sequence[Kpi]
    names: Mapping[str, str]

    @classmethod
    def of(
        cls,
        kpis: Mapping[str, Kpi],
        meant: Mapping[str, str],
        older: Mapping[str, str],
        counted: Collection[str],
    ) -> "Taken":
        """Those that mean what a definition of the older version meant.

        meant, older: meanings now and then. counted: the tables that a source counted; it did so by name and
        version, so nothing that reads them is taken.
        """
        held = {meaning_: name for name, meaning_ in older.items()}
        names = {
            name: name if older.get(name) == meant[name] else held[meant[name]]
            for name, kpi in kpis.items()
            if meant[name] in held and not set(counted) & set(tables_of([kpi]))
        }
        return cls(kpis=tuple(kpis.values()), names=names)

    @property
    def others(self) -> tuple[Kpi, ...]:
        """The KPIs that must be counted."""
        return tuple(kpi for kpi in self.kpis if kpi.id not in self.names)

    def known(self, older: Known, found: Known) -> Known:
        """What is known of all facts together. found: what the KPIs say that were counted."""
        filled = {
            table: frozenset().union(*(one.filled.get(table, ()) for one in (older, found)))
            & frozenset().union(*(asked_columns(kpi, table) for kpi in self.kpis))
            for table in tables_of(self.kpis)
            if table in older.filled or table in found.filled
        }
        kinds = {name: older.kinds[before] for name, before in self.names.items() if before in older.kinds}
        return Known(filled=filled, kinds={**kinds, **found.kinds})

    def write(self, found: Mapping[str, pa.Table], older: Path, folder: Path) -> None:
        """All frames of the version. found: the frames of the KPIs that were counted."""
        anew = set(found["coverage"]["table"].unique().to_pylist())
        tables = {table: table for table in tables_of(self.kpis) if table not in anew}
        for frame, columns in FRAMES.items():
            column, names = ("kpi", self.names) if "kpi" in columns else ("table", tables)
            write_renamed(found[frame], column, names, older / frame, folder / frame)
