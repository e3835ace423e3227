"""What of departments and sub-groups may be shown, judged over all the time that there is.

The same for every viewer and every question: what one may see, none can take off what another sees.
"""

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache, partial
from itertools import product
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from core.period import Every
from governance.disclosure_control import Persons, Policy
from governance.disclosure_control.groups import REST, merged
from governance.disclosure_control.margins import days_beside, weeks_beside
from governance.disclosure_control.periods import (
    Counts,
    Family,
    Piece,
    Series,
    Stretch,
    hidden,
    months_beside,
    piece_of,
    pieces_of,
    stretches,
)
from governance.disclosure_control.policy import fewest
from kpis.content import Content
from kpis.kpi import Kpi
from kpis.person_amounts import MEASURES
from kpis.pieces import Length
from kpis.roll_up import By, Slice
from storage import persons
from storage.cube import Cube
from storage.workspace import Workspace
from workflows.disclosing import policy_of, raised

Key: TypeAlias = tuple[str, str, date]
"""KPI, unit and first day of the period."""

Policies: TypeAlias = tuple[tuple[str, Policy], ...]
"""The thresholds by KPI."""

Together: TypeAlias = Mapping[tuple[str, str], frozenset[str]]
"""Per KPI and department the sub-groups that make up the rest."""


_Parts: TypeAlias = Mapping[str, Mapping[str, Counts]]
"""Persons by department, sub-group and first day."""

GROUPINGS: tuple[By, ...] = ("segment", "exposed")
"""The ways in which a department has sub-groups."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Releasable:
    """behind: the persons by which a number is marked. hidden: what may not be shown. together: the rest.

    stretches: per KPI and department its weeks, small ones together; none where months take their place.
    """

    behind: Mapping[Key, Persons]
    hidden: frozenset[Key]
    stretches: Mapping[tuple[str, str], Sequence[Stretch]] = field(default_factory=dict)
    by: By = "department"
    together: Together = field(default_factory=dict)

    def regrouped(self, content: Content) -> Content:
        """The content with the sub-groups of the rest under its name."""
        if not any(self.together.values()):
            return content
        frames = {name: _renamed(frame, self.by, self.together) for name, frame in content.frames().items()}
        return Content(**frames)


def releasable(
    workspace: Workspace,
    published: Cube,
    kpis: Mapping[str, Kpi],
    departments: Collection[str],
    asked: Slice,
) -> Releasable:
    """What may be shown of some KPIs and departments, by the department or a sub-group of it."""
    policies = policies_of(workspace, kpis)
    whole = _of_departments(published, policies, tuple(sorted(departments)), asked.every)
    named = {name for name, _ in whole.stretches}
    kpis = {name: kpi for name, kpi in kpis.items() if name in named}  # nobody stands behind the others
    if asked.every == "day":
        beside = _beside_groups(workspace, published, kpis, dict(policies), departments, whole.hidden)
        whole = replace(whole, hidden=whole.hidden | beside)
    if asked.by == "department":
        return whole
    return _of_groups(workspace, published, kpis, dict(policies), departments, asked, whole)


def policies_of(workspace: Workspace, kpis: Mapping[str, Kpi]) -> Policies:
    """The thresholds of each KPI."""
    policy = policy_of(workspace)
    return tuple((name, raised(policy, kpi)) for name, kpi in kpis.items())


@lru_cache(maxsize=64)
def _of_departments(
    published: Cube, policies: Policies, departments: tuple[str, ...], every: Every
) -> Releasable:
    """Kept, since a version never changes and a page asks again and again."""
    found: set[Key] = set()
    behind: dict[Key, Persons] = {}
    stretched = {}
    for key, series in series_of(published, policies, departments, every).items():
        policy = dict(policies)[key[0]]
        stretched[key] = stretches([series], policy)
        found |= {(*key, start) for start in hidden([series], every, policy)}
        behind |= {(*key, start): one for start, one in series.of(every).items()}
    return Releasable(behind=behind, hidden=frozenset(found), stretches=stretched)


def series_of(
    published: Cube, policies: Policies, departments: tuple[str, ...], every: Every
) -> dict[tuple[str, str], Series]:
    """Per KPI and department its persons, as far as periods of a length are judged by them."""
    chosen: dict[str, Any] = {"kpis": [name for name, _ in policies], "departments": departments}
    weeks, months, by_day = _by_series(published.read("persons_week", **chosen)), {}, {}
    pieces: dict[tuple[str, str], dict[Piece, Persons]] = {}
    if every == "month":
        months = _by_series(published.read("persons_month", **chosen))
        pieces = _by_piece(weeks, published.read("persons_piece", **chosen))
    if every == "day":
        by_day = _by_series(published.read("persons_day", **chosen))
    return {
        key: Series(
            weeks=own,
            months=months.get(key, {}),
            pieces=pieces.get(key, {}),
            days=by_day.get(key, {}),
        )
        for key, own in weeks.items()
    }


def _by_series(counts: pd.DataFrame) -> dict[tuple[str, str], dict[date, Persons]]:
    found: dict[tuple[str, str], dict[date, Persons]] = {}
    for kpi, department, day, one in _rows(counts):
        found.setdefault((kpi, department), {})[day] = one
    return found


def _by_piece(
    weeks: Mapping[tuple[str, str], Counts], cut: pd.DataFrame
) -> dict[tuple[str, str], dict[Piece, Persons]]:
    counted: dict[tuple[str, str], dict[Piece, Persons]] = {}
    for kpi, department, day, one in _rows(cut):
        counted.setdefault((kpi, department), {})[piece_of(day)] = one
    return {key: pieces_of(own, counted.get(key, {})) for key, own in weeks.items()}


def _rows(counts: pd.DataFrame) -> Iterator[tuple[str, str, date, Persons]]:
    columns = ["kpi", "department", "day", "patients", "staff", *MEASURES]
    for kpi, department, day, patients, staff, amount, two in counts[columns].itertuples(index=False):
        behind = Persons(patients=_whole(patients), staff=_whole(staff), amount=amount, largest_two=two)
        yield kpi, department, day.date(), behind


def _whole(count: float) -> int | None:
    return None if math.isnan(count) else int(count)


def _beside_groups(
    workspace: Workspace,
    published: Cube,
    kpis: Mapping[str, Kpi],
    policies: Mapping[str, Policy],
    departments: Collection[str],
    hidden_: frozenset[Key],
) -> frozenset[Key]:
    """The days of departments that would tell of few beside the weeks of their sub-groups."""
    away = _away(hidden_)
    found: set[Key] = set()
    for kpi, by in product(kpis.values(), GROUPINGS):
        if kpi.denominator.table in published.counted_in_source:
            continue
        counted, _ = _counted(workspace, published, kpi, policies[kpi.id], departments, by, "day")
        for department, parts in counted["day"].items():
            family = [_series(counted, department, part) for part in parts]
            gone = days_beside(family, away.get((kpi.id, department), set()), policies[kpi.id])
            found |= {(kpi.id, department, day) for day in gone}
    return frozenset(found)


def _away(hidden_: Collection[Key]) -> dict[tuple[str, str], set[date]]:
    found: dict[tuple[str, str], set[date]] = {}
    for name, department, start in hidden_:
        found.setdefault((name, department), set()).add(start)
    return found


def _counted(
    workspace: Workspace,
    published: Cube,
    kpi: Kpi,
    policy: Policy,
    departments: Collection[str],
    by: By,
    every: Every,
) -> tuple[dict[Length, _Parts], dict[str, frozenset[str]]]:
    """The persons of sub-groups in all lengths that judge one, and per department what makes up the rest."""
    span = published.span() or (date.min, date.min)
    count = partial(persons.by_group, workspace, kpi, by, departments=departments, span=span)
    weekly = _parts(count(every="week"))
    small = {department: merged(parts, policy) for department, parts in weekly.items()}
    found: dict[Every, _Parts] = {} if any(small.values()) else {"week": weekly}
    return {
        each: found[each] if each in found else _parts(count(every=each, rest=(REST, small)))
        for each in NEEDED[every]
    }, small


def _of_groups(
    workspace: Workspace,
    published: Cube,
    kpis: Mapping[str, Kpi],
    policies: Mapping[str, Policy],
    departments: Collection[str],
    asked: Slice,
    whole: Releasable,
) -> Releasable:
    """Sub-groups of a department and period are shown together or not at all, and only where it is shown."""
    behind: dict[Key, Persons] = {}
    found: set[Key] = set()
    together: dict[tuple[str, str], frozenset[str]] = {}
    names, gone = tuple(sorted(departments)), _away(whole.hidden)
    months = series_of(published, tuple(policies.items()), names, "month") if asked.every == "week" else {}
    for name, kpi in kpis.items():
        if kpi.denominator.table in published.counted_in_source:
            continue
        counted, small = _counted(
            workspace, published, kpi, policies[name], departments, asked.by, asked.every
        )
        for department, parts in counted[asked.every].items():
            together[name, department] = small[department]
            known = _Department(
                series=months.get((name, department), NOTHING),
                shown=whole.stretches.get((name, department), ()),
                gone=gone.get((name, department), frozenset()),
            )
            family = [_series(counted, department, part) for part in parts]
            held_back = _held_back(family, asked.every, known, policies[name])
            for part, start in ((part, start) for part, counts in parts.items() for start in counts):
                key = (name, f"{department}/{part}", start)
                behind[key] = fewest(other[start] for other in parts.values() if start in other)
                if start in held_back:
                    found.add(key)
    return Releasable(behind=behind, hidden=frozenset(found), by=asked.by, together=together)


NOTHING = Series(weeks={})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Department:
    """What stands beside its sub-groups: its months and weeks, and the periods of it that are not shown."""

    series: Series
    shown: Sequence[Stretch]
    gone: Collection[date]


def _held_back(family: Family, every: Every, known: _Department, policy: Policy) -> frozenset[date]:
    away = hidden(family, every, policy).union(known.gone)
    if every == "week":
        return away | weeks_beside(family, known.series, policy)
    if every == "month":
        return away | months_beside(family, known.shown, policy)
    return away | days_beside(family, known.gone, policy, away)


NEEDED: Mapping[Every, tuple[Length, ...]] = {
    "week": ("week", "piece"),
    "month": ("week", "month", "piece"),
    "day": ("week", "month", "day"),
}
"""The lengths that are counted to judge one of them."""


def _parts(counted: Mapping[Key, Persons]) -> _Parts:
    found: dict[str, dict[str, dict[date, Persons]]] = {}
    for (department, part, start), one in counted.items():
        found.setdefault(department, {}).setdefault(part, {})[start] = one
    return found


def _series(by_length: Mapping[Length, _Parts], department: str, part: str) -> Series:
    def of(length: Length) -> Counts:
        return by_length.get(length, {}).get(department, {}).get(part, {})

    return Series(
        weeks=of("week"),
        months=of("month"),
        pieces={piece_of(start): one for start, one in of("piece").items()},
        days=of("day"),
    )


def _renamed(frame: pd.DataFrame, by: By, together: Together) -> pd.DataFrame:
    if by not in frame:
        return frame
    named = frame[["kpi", "department", by]].itertuples(index=False)
    rest = [name in together.get((kpi, department), ()) for kpi, department, name in named]
    return frame.assign(**{by: np.where(rest, REST, frame[by])})
