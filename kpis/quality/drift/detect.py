"""Every detector on what was observed of the rows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import pandas as pd

from kpis.quality.drift.clock import clock_changes
from kpis.quality.drift.finding import DetectorName, Finding
from kpis.quality.drift.shares import ShareDetector, share_changes
from kpis.quality.drift.unit import unit_changes
from kpis.quality.drift.volume import volume_changes

Wanted: TypeAlias = Callable[[DetectorName, str, str], bool]
"""Whether a detector looks at a table and column, "" for all of its rows."""


def everything(detector: DetectorName, table: str, column: str) -> bool:  # noqa: ARG001
    """Every detector looks at every column that it can."""
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One column of one table as a detector wants it: a frame with the columns that the detector names."""

    table: str
    column: str
    frame: pd.DataFrame


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """What was counted per department and week.

    shares: per detector, as `share_changes` wants them; times as `clock_changes`, medians as `unit_changes`,
    volumes as `volume_changes`.
    """

    shares: Sequence[tuple[ShareDetector, Seen]] = ()
    times: Sequence[Seen] = ()
    medians: Sequence[Seen] = ()
    volumes: Sequence[Seen] = ()


def detect(observed: Observed, zone: str) -> tuple[Finding, ...]:
    """The findings of every detector, department and column. zone: the hospital's local time."""
    found: list[Finding] = []
    for detector, seen in observed.shares:
        found += share_changes(detector, seen.table, seen.column, seen.frame)
    for seen in observed.times:
        found += clock_changes(seen.table, seen.column, seen.frame, zone)
    for seen in observed.medians:
        found += unit_changes(seen.table, seen.column, seen.frame)
    for seen in observed.volumes:
        found += volume_changes(seen.table, seen.frame)
    return tuple(found)
