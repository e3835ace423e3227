"""Measurement cells that a source counted itself: per standard table its newest count, whole.

They stand in the ledger as a batch like any other, in files of their own kinds beside the facts, and hold no
row and no person. A count is not used where the definition or the department history that it was made with no
longer holds: the source must count again first.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path, PurePath
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
from sqlalchemy import func, select

from kpis.cells import CELLS, LEFT_OUT, empty
from kpis.coverage import COVERAGE
from kpis.filled import with_data
from kpis.kpi import Kpi
from kpis.measurements import MEASURES
from kpis.parts import tables_of
from kpis.person_amounts import MEASURES as MEASURES_OF_PERSONS
from kpis.person_counts import KindsByKpi
from kpis.person_periods import COLUMNS as PERSONS
from kpis.person_periods import at_least
from storage import department_history
from storage.definitions import fingerprint
from storage.schema import batches, fact_files
from storage.workspace import Workspace

FRAMES = {
    "cells": CELLS,
    "left_out": LEFT_OUT,
    "coverage": COVERAGE,
    "persons_day": PERSONS,
    "persons_week": PERSONS,
    "persons_month": PERSONS,
    "persons_piece": PERSONS,
}
"""What a source counts, with its columns."""

_SUMMED = frozenset((*MEASURES, "rows"))
ABOUT = b"meetlat"
"""Key of a file's own description in its footer."""


def kind(frame: str) -> str:
    """What the ledger calls a file with a frame, and what its name begins with."""
    return f"counted_{frame}"


def is_count(path: str) -> bool:
    """Whether a file of the ledger holds a count."""
    return PurePath(path).name.startswith(kind(""))


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a count was made with. definitions: the KPIs that were counted, each with its fingerprint."""

    source: str
    definitions: Mapping[str, str]
    departments: str
    filled: frozenset[str]
    kinds: KindsByKpi

    def as_bytes(self) -> bytes:
        """For the footer of a file."""
        values = {name: getattr(self, name) for name in self.__slots__} | {"filled": sorted(self.filled)}
        return json.dumps(values, sort_keys=True).encode()

    @classmethod
    def from_bytes(cls, content: bytes) -> "About":
        """Back from the footer."""
        values = json.loads(content)
        return cls(**{**values, "filled": frozenset(values["filled"])})


def definitions_of(kpis: Sequence[Kpi]) -> dict[str, str]:
    """The fingerprint of each definition, by id."""
    return {kpi.id: fingerprint({kpi.id: kpi}) for kpi in kpis}


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """The counts of all tables that hold, as frames in the columns of FRAMES.

    tables: each with the source that counted it. stale: KPIs that wait until their source counts again, or
    that it cannot count.
    """

    tables: Mapping[str, str] = field(default_factory=dict)
    frames: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    filled: Mapping[str, frozenset[str]] = field(default_factory=dict)
    kinds: KindsByKpi = field(default_factory=dict)
    stale: frozenset[str] = frozenset()

    def known(self, kpis: Sequence[Kpi], filled: Mapping[str, frozenset[str]]) -> tuple[Kpi, ...]:
        """The KPIs of which something is known. filled: of the tables that hold rows here."""
        whole = {**filled, **self.filled}
        return tuple(kpi for kpi in with_data(kpis, whole) if kpi.id not in self.stale)

    def of(
        self, kpis: Sequence[Kpi], days: Mapping[str, Sequence[date]] | None = None
    ) -> dict[str, pd.DataFrame]:
        """The frames of some KPIs; days: per frame only these, None for all."""
        wanted = {kpi.id for kpi in kpis}
        found = {}
        for name, frame in self.frames.items():
            chosen = frame[frame["kpi"].isin(wanted)] if "kpi" in frame else frame
            if days is not None:
                chosen = chosen[chosen["day"].isin(pd.to_datetime(list(days[name])))]
            found[name] = chosen
        return found


def read(workspace: Workspace, kpis: Sequence[Kpi], position: int | None = None) -> Counts:
    """The counts that hold for these definitions; position: the last batch that counts, None for all."""
    history = department_history.read(workspace.root).fingerprint
    now = definitions_of(kpis)
    live = {
        table: paths
        for table, paths in counted(workspace, position).items()
        if about(paths["cells"]).departments == history
    }
    described = {table: about(paths["cells"]) for table, paths in live.items()}
    stale = {
        kpi.id
        for kpi in kpis
        for table in tables_of([kpi])
        if table in described and described[table].definitions.get(kpi.id) != now[kpi.id]
    }
    return Counts(
        tables={table: one.source for table, one in described.items()},
        frames={name: _all(name, live) for name in FRAMES},
        filled={table: one.filled for table, one in described.items()},
        kinds={kpi: found for one in described.values() for kpi, found in one.kinds.items()},
        stale=frozenset(stale),
    )


def counted(workspace: Workspace, position: int | None = None) -> dict[str, dict[str, Path]]:
    """Per standard table the files of its newest count, by frame; not where rows came in after it.

    Also not where those rows have left again: what was counted before them does not come back.
    """
    kinds = {kind(name): name for name in FRAMES}
    within = batches.c.done if position is None else batches.c.done & (batches.c.id <= position)
    last = select(func.max(batches.c.id)).where(within).group_by(batches.c.table_name)
    asked = (
        select(fact_files.c.table_name, fact_files.c.kind, fact_files.c.path)
        .where(fact_files.c.batch.in_(last), fact_files.c.kind.in_(kinds))
        .order_by(fact_files.c.batch)
    )
    found: dict[str, dict[str, Path]] = {}
    with workspace.engine.connect() as connection:
        for table, what, path in connection.execute(asked):
            found.setdefault(table, {})[kinds[what]] = workspace.root / path
    return found


def about(path: Path) -> About:
    """What a count was made with."""
    return About.from_bytes(pq.read_schema(path).metadata[ABOUT])


def counts_of(workspace: Workspace) -> dict[str, About]:
    """What is known of every table that a source counts."""
    return {table: about(paths["cells"]) for table, paths in counted(workspace).items()}


def _all(name: str, live: Mapping[str, Mapping[str, Path]]) -> pd.DataFrame:
    found = [_frame(name, paths) for paths in live.values()]
    some = [frame for frame in found if len(frame)]
    return pd.concat(some, ignore_index=True) if some else empty(FRAMES[name])


def _frame(name: str, paths: Mapping[str, Path]) -> pd.DataFrame:
    """A count from before pieces were counted has in each those of its busiest day, at the least.

    One from before amounts were looked at says nothing of them, until the source counts again.
    """
    if name == "persons_piece" and name not in paths:
        return at_least(_frame("persons_day", paths), "piece")
    rows = _read(paths[name])
    said = {column: 0.0 for column in FRAMES[name] if column in MEASURES_OF_PERSONS and column not in rows}
    return rows.assign(**said)


def _read(path: Path) -> pd.DataFrame:
    rows: pd.DataFrame = pq.read_table(path).to_pandas(date_as_object=False)
    return rows.assign(day=rows["day"].astype("datetime64[s]"))


def together(name: str, ours: pd.DataFrame, theirs: pd.DataFrame) -> pd.DataFrame:
    """A frame of the facts and the same frame of counts: what both say of one cell is added up."""
    if theirs.empty:
        return ours
    both = pd.concat([ours, theirs], ignore_index=True) if len(ours) else theirs
    if name.startswith("persons"):
        return both
    summed = [column for column in both if column in _SUMMED]
    keys = [column for column in both if column not in summed]
    added: Any = both.groupby(keys, as_index=False, sort=True)[summed].sum()
    in_order: pd.DataFrame = added[list(both.columns)]
    return in_order
