"""What a source that counts for itself is asked, and what it answers: cells of measurements and no rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from data_connectors.mapping import FileFormat
from kpis.kpi import Kpi
from kpis.person_counts import KindsByKpi


@dataclass(frozen=True, slots=True, kw_only=True)
class FormerName:
    """A name of a department in the source, and what it is counted under on some days, both included."""

    name: str
    first: date
    last: date
    department: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Counting:
    """What is to be counted. zone, today: of the hospital; file: how the mapping reads its source."""

    kpis: Sequence[Kpi]
    file: FileFormat
    zone: str
    today: date
    departments: Sequence[FormerName] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What a source counted of one standard table.

    kpis: those that it counted. frames: cells, left_out, coverage and persons_day, _week, _month and _piece.
    filled, kinds: the columns that hold any value, and those with persons per KPI. rows_read = rows_loaded +
    set aside + not data.
    """

    table: str
    origin: str
    kpis: Sequence[Kpi]
    frames: Mapping[str, pd.DataFrame]
    filled: frozenset[str]
    kinds: KindsByKpi
    rows_read: int
    rows_loaded: int
    rows_not_data: int = 0
    set_aside: Mapping[str, int] = field(default_factory=dict)
    departments_alike: Mapping[str, str] = field(default_factory=dict)
