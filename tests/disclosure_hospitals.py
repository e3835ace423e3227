"""Hospitals at random, loaded through the real intake, and everything that is released about them.

All hospitals stand in one workspace, each with departments of its own: what is released about a department
never depends on another one. Sizes run from a handful of patients a week to a few hundred, sub-groups from
rare to common, weekends are thin, some weeks are empty, and in some departments two clinicians spend nearly
all the time.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.period import Every, containing
from governance.access import LOCAL_OPERATOR
from governance.disclosure_control.auditor import Auditor, Told
from governance.disclosure_control.groups import REST
from kpis.roll_up import By
from storage.workspace import Workspace
from tests.small_hospital import load
from workflows.measure import Measured, measure

KPI = "note_time_enc"
HIGHEST = 180.0
"""Minutes: the largest plausible value of the KPI, which anybody can read in its definition."""
FIRST = date(2026, 1, 1)
DAYS = 64
DEPARTMENTS = ("north", "south")
SEGMENTS = ("first", "follow_up", "phone", "group")


def rows(hospitals: int, seed: int) -> pd.DataFrame:
    """The notes of all departments, as rows of NoteSession."""
    random = np.random.default_rng(seed)
    names = [f"h{number}-{name}" for number in range(hospitals) for name in DEPARTMENTS]
    return pd.concat([_department(name, random) for name in names], ignore_index=True)


def _department(name: str, random: np.random.Generator) -> pd.DataFrame:
    size = float(np.exp(random.uniform(np.log(0.8), np.log(30))))
    quiet = random.uniform(0.02, 0.4)
    days = [FIRST + timedelta(days=number) for number in range(DAYS)]
    mean = [size * (quiet if day.weekday() > 4 else 1.0) * (random.random() > 0.03) for day in days]
    counts = random.poisson(mean)
    counts[random.integers(DAYS)] += 1
    total = int(counts.sum())
    patients = max(3, int(total * random.uniform(0.2, 1.0)))
    staff = int(random.integers(3, 16))
    shares = random.dirichlet(np.full(len(SEGMENTS), 0.7))
    begin = np.repeat(np.array(days, dtype="datetime64[s]"), counts) + np.timedelta64(10, "h")
    tool = random.integers(0, DAYS)
    clinicians = random.integers(0, staff, total)
    heavy = random.choice((1.0, 1.0, 4.0, 25.0))
    times = np.where(clinicians < 2, heavy, 1 / heavy)
    return pd.DataFrame(
        {
            "department": name,
            "segment": random.choice(SEGMENTS, total, p=shares),
            "exposed": ((begin - begin.min()).astype("timedelta64[D]").astype(int) > tool)
            & (random.random(total) < 0.7),
            "note": [f"{name}-{number}" for number in range(total)],
            "patient": [f"{name} {number}" for number in random.integers(0, patients, total)],
            "clinician": [f"{name} {number}" for number in clinicians],
            "started_at": begin,
            "active_seconds": np.round(times * random.lognormal(6.2, 0.5, total)).clip(5, 10_000),
            "tool_seconds": 0.0,
            "signed_at": begin + np.timedelta64(1, "h"),
        }
    ).assign(exposed=lambda frame: frame["exposed"].astype(int))


def hospitals(folder: Path, number: int, seed: int) -> tuple[Workspace, pd.DataFrame]:
    """A workspace with so many hospitals, and their rows."""
    workspace, notes = Workspace.open(folder / "workspace"), rows(number, seed)
    load(workspace, "NoteSession", notes.to_dict("records"), folder)
    days = notes["started_at"].dt.date
    cells = notes["segment"] + " " + notes["exposed"].astype(str) + " " + days.astype(str)
    return workspace, notes.assign(day=days, cell=cells)


def released(workspace: Workspace) -> dict[str, list[tuple[By, Measured]]]:
    """Every view of every department: days, weeks and months, as a whole and by sub-group."""
    found: dict[str, list[tuple[By, Measured]]] = {}
    for by in get_args(By):
        for every in get_args(Every):
            for one in measure(LOCAL_OPERATOR, workspace, [KPI], every=every, by=by):
                found.setdefault(one.unit.partition("/")[0], []).append((by, one))
    return found


@dataclass(frozen=True)
class Protected:
    """A set of cells that is small: its name, its cells, its rows and their minutes."""

    name: str
    cells: frozenset[int]
    rows: int
    minutes: float


@dataclass(frozen=True)
class Department:
    """The cells of a department (a sub-group and exposure on a day), its rows, and what was told of it."""

    notes: pd.DataFrame
    views: list[tuple[By, Measured]]

    @property
    def auditor(self) -> Auditor:
        """Somebody who holds everything that was released about the department."""
        told = [one for by, view in self.views for one in self._told(by, view)]
        return Auditor(len(self.cells), sorted(set(told), key=repr), HIGHEST)

    @cached_property
    def cells(self) -> list[str]:
        """Every cell with a row in it."""
        return sorted(self.notes["cell"].unique())

    def protected(self, patients: int, staff: int) -> Iterator[Protected]:
        """Every set of cells that somebody could name and that is small."""
        for every in get_args(Every):
            first = {day: containing(day, every).start for day in self.notes["day"].unique()}
            starts = self.notes["day"].map(first).rename("start")
            for keys in ([], ["segment"], ["exposed"], ["segment", "exposed"]):
                groups = self.notes.groupby([starts, *keys])
                persons = groups[["patient", "clinician"]].nunique()
                minutes = groups["active_seconds"].agg(["sum", "size"])
                for name, places in groups.indices.items():
                    some, others = persons.loc[name]
                    if some < patients or others < staff:
                        total, n = minutes.loc[name]
                        yield Protected(f"{every} {name}", self._cells_at(places), int(n), total / 60)

    def _cells_at(self, places: NDArray[np.int64]) -> frozenset[int]:
        return frozenset(np.unique(self._cell[places]).tolist())

    def _told(self, by: By, view: Measured) -> Iterator[Told]:
        value = view.measurement.value
        if value is None:
            return
        first, last = np.datetime64(view.period.start), np.datetime64(view.period.end)
        inside = np.flatnonzero((self._day >= first) & (self._day <= last) & self._of_unit(by, view))
        assert value.n == len(inside)
        if len(inside):
            assert value.value is not None
            cells = self._cells_at(inside)
            yield Told(cells=cells, kind="count", value=value.n)
            yield Told(cells=cells, kind="mean", value=value.value)

    def _of_unit(self, by: By, view: Measured) -> NDArray[np.bool_]:
        _, _, part = view.unit.partition("/")
        if by == "department":
            return np.ones(len(self.notes), dtype=bool)
        values = self.notes[by].astype(str).to_numpy()
        return ~np.isin(values, self._named[by]) if part == REST else values == part

    @cached_property
    def _named(self) -> dict[By, list[str]]:
        return {
            by: sorted({one.unit.partition("/")[2] for kind, one in self.views if kind == by})
            for by in get_args(By)
        }

    @cached_property
    def _day(self) -> NDArray[np.datetime64]:
        return self.notes["day"].to_numpy().astype("datetime64[D]")

    @cached_property
    def _cell(self) -> NDArray[np.int64]:
        place = {cell: number for number, cell in enumerate(self.cells)}
        return self.notes["cell"].map(place).to_numpy()


def departments(
    notes: pd.DataFrame, views: Mapping[str, list[tuple[By, Measured]]]
) -> Iterator[tuple[str, Department]]:
    """Every department with what was told of it."""
    for name, own in notes.groupby("department"):
        yield str(name), Department(own, views.get(str(name), []))
