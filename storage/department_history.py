"""Departments that were renamed, merged or split: which names of the sources make up one unit to compare.

`departments.toml` in the workspace; the facts keep the names of their sources, so that a change here needs no
source to be read again.
"""

import tomllib
from collections.abc import Collection, Iterator
from datetime import date
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.errors import ConfigurationError
from core.language.text import N_
from core.quoting import identifier, literal
from core.rule_in_words import rule
from core.toml_fault import toml_fault

FILE = "departments.toml"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=True, validate_by_alias=True)


class Former(_Part):
    """A name in the sources. first, last: days on which it belonged to the department, both included."""

    name: Annotated[str, Field(min_length=1)]
    first: Annotated[date, Field(alias="from")] = date.min
    last: Annotated[date, Field(alias="until")] = date.max


class Department(_Part):
    """One unit to compare, and the names under which its rows came."""

    name: Annotated[str, Field(min_length=1)]
    was: Annotated[tuple[Former, ...], Field(min_length=1)]


class History(_Part):
    """The whole file."""

    department: tuple[Department, ...] = ()

    @property
    def names(self) -> Iterator[tuple[Former, str]]:
        """Every name of a source with the department that it stands for."""
        return ((former, one.name) for one in self.department for former in one.was)

    def in_force(self, names: Collection[str], today: date) -> frozenset[str]:
        """The departments that some names stand for today; a name that history does not know is one itself.

        A former name whose days are over stands for the department that it belonged to last.
        """
        return frozenset(self._in_force(name, today) for name in names)

    def _in_force(self, name: str, today: date) -> str:
        begun = [
            (former.last, to) for former, to in self.names if former.name == name and former.first <= today
        ]
        now = [held for held in begun if held[0] >= today]
        return min(now, default=max(begun, default=(today, name)))[1]

    def ever_called(self, departments: Collection[str]) -> frozenset[str]:
        """Some departments with every name that their rows came under."""
        return frozenset(departments) | {former.name for former, to in self.names if to in departments}

    @property
    def fingerprint(self) -> str:
        """Changes with what the rows are counted under; empty where there is no history."""
        return sha256(self.model_dump_json().encode()).hexdigest() if self.department else ""

    def as_sql(self) -> str:
        """The department of a fact by its name and day, as an expression over `department` and `day`."""
        name, day = identifier("department"), identifier("day")
        cases = " ".join(
            f"WHEN {name} = {literal(former.name)} AND {day} BETWEEN {_day(former.first)} AND "
            f"{_day(former.last)} THEN {literal(department)}"
            for former, department in self.names
        )
        return f"CASE {cases} ELSE {name} END" if cases else name


def read(root: Path) -> History:
    """The history of a workspace; raises ConfigurationError for a file that contradicts itself."""
    path = root / FILE
    if not path.exists():
        return History()
    try:
        found = History.model_validate(tomllib.loads(path.read_text("utf-8")))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError(
            N_("This is not TOML: {error}."), where=FILE, error=toml_fault(error)
        ) from None
    except ValidationError as error:
        first = error.errors()[0]
        raise ConfigurationError(
            N_("'{key}' is not right: {rule}."),
            where=FILE,
            key=".".join(map(str, first["loc"])),
            rule=rule(first),
        ) from None
    _refuse_contradictions(found)
    return found


def _refuse_contradictions(history: History) -> None:
    spans: dict[str, list[tuple[date, date, str]]] = {}
    for former, department in history.names:
        if former.first > former.last:
            raise ConfigurationError(N_("'{name}' ends before it begins."), where=FILE, name=former.name)
        spans.setdefault(former.name, []).append((former.first, former.last, department))
    for name, held in spans.items():
        ordered = sorted(held)
        for (_, last, one), (first, _, other) in pairwise(ordered):
            if first <= last:
                raise ConfigurationError(
                    N_("'{name}' belongs to {one} and to {other} on the same day."),
                    where=FILE,
                    remedy=N_("Give from and until days that do not overlap."),
                    name=name,
                    one=one,
                    other=other,
                )


def _day(day: date) -> str:
    return f"DATE {literal(day.isoformat())}"
