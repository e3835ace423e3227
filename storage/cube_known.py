"""What is known of all facts together, which a version keeps beside its days.

Where it changes, every day changes with it, and the cube is made whole again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kpis.filled import filled_columns
from kpis.gather import Run
from kpis.kpi import Kpi
from kpis.parts import population_parts
from kpis.person_counts import KindsByKpi, kinds_by_kpi
from kpis.query import Spans
from kpis.tables import TABLES


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """filled: per table that holds rows, the columns that KPIs ask for and that hold any value.

    kinds: per KPI the columns with pseudonyms of the persons in its population, by kind.
    """

    filled: Mapping[str, frozenset[str]]
    kinds: KindsByKpi

    def as_manifest(self) -> dict[str, Any]:
        """As plain values."""
        return {"filled": {table: sorted(names) for table, names in self.filled.items()}, "kinds": self.kinds}

    @classmethod
    def from_manifest(cls, content: Mapping[str, Any]) -> "Known":
        """Back from plain values."""
        filled = {table: frozenset(names) for table, names in content["filled"].items()}
        return cls(filled=filled, kinds=content["kinds"])

    def of(self, kpis: Sequence[Kpi], tables: Sequence[str]) -> "Known":
        """What is known of some tables, and of the KPIs whose population they hold."""
        theirs = {part.kpi.id for table in tables for part in population_parts(kpis, table)}
        return Known(
            filled={table: self.filled[table] for table in tables},
            kinds={kpi: kinds for kpi, kinds in self.kinds.items() if kpi in theirs},
        )

    def holds(self, other: "Known") -> bool:
        """Whether another one, of some of the days, knows nothing that is new."""
        return all(
            table in self.filled and names <= self.filled[table] for table, names in other.filled.items()
        ) and all(kinds.keys() <= self.kinds.get(kpi, {}).keys() for kpi, kinds in other.kinds.items())


def look(
    run: Run,
    kpis: Sequence[Kpi],
    tables: Sequence[str],
    days: Spans | None = None,
) -> Known:
    """What the rows of some tables say; days: only these, None for all."""
    kinds = {}
    for table in tables:
        if contributions := population_parts(kpis, table):
            kinds.update(kinds_by_kpi(run, contributions, TABLES[table], days))
    return Known(filled={table: filled_columns(run, kpis, table, days) for table in tables}, kinds=kinds)
