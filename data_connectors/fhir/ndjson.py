"""NDJSON files of a bulk export: one resource a line, one type a file."""

import re
import time
from codecs import BOM_UTF8
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from pydantic_core import from_json

from core.errors import InputError, UserError
from core.language.text import N_
from data_connectors.fhir.resources import MALFORMED

PORTION = 1000
LONGEST = 16_000_000
ENDING = ".ndjson"


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder with files such as Encounter.ndjson, Encounter_1.ndjson or 1.Encounter.000.ndjson."""

    path: Path
    deadline: float

    def portions(self, kind: str) -> Iterator[tuple[Any, ...]]:
        """Resources of a type, a thousand at a time; a line that is no JSON comes as MALFORMED."""
        if not self.path.is_dir():
            raise InputError(
                N_("There is no folder '{folder}'."),
                remedy=N_("Check folder in [options]."),
                folder=str(self.path),
            )
        for path in sorted(self.path.glob(f"*{ENDING}"), key=_in_order):
            if kind in _words(path):
                lines = self._resources(path)
                while portion := tuple(islice(lines, PORTION)):
                    if time.monotonic() > self.deadline:
                        raise UserError(N_("Time was up before this file was read."), where=path.name)
                    yield portion

    def passed_over(self, kinds: Collection[str]) -> tuple[str, ...]:
        """Files that hold resources of these types by their name or first line, and are not read."""
        found = sorted(path for path in self.path.iterdir() if path.is_file() and path.name[0] != ".")
        return tuple(path.name for path in found if not _is_read(path, kinds) and _seems(path, kinds))

    def _resources(self, path: Path) -> Iterator[Any]:
        with path.open("rb") as lines:
            if lines.read(len(BOM_UTF8)) != BOM_UTF8:
                lines.seek(0)
            while line := lines.readline(LONGEST):
                if len(line) == LONGEST:
                    raise InputError(
                        N_("A line is longer than {limit} MB."),
                        where=path.name,
                        remedy=N_("Export it again, one resource a line."),
                        limit=LONGEST // 1_000_000,
                    )
                if line.strip():
                    yield _resource(line)


def _words(path: Path) -> list[str]:
    return re.split(r"[^A-Za-z]+", path.name)


def _in_order(path: Path) -> list[str | int]:
    """2 before 10: of a resource that stands in several files the last counts."""
    return [int(part) if i % 2 else part for i, part in enumerate(re.split(r"(\d+)", path.name))]


def _is_read(path: Path, kinds: Collection[str]) -> bool:
    return path.name.endswith(ENDING) and any(word in kinds for word in _words(path))


def _seems(path: Path, kinds: Collection[str]) -> bool:
    if any(word in kinds for word in _words(path)):
        return True
    with path.open("rb") as lines:
        first = _resource(lines.readline(LONGEST))
    return isinstance(first, dict) and first.get("resourceType") in kinds


def _resource(line: bytes) -> Any:
    try:
        return from_json(line, allow_inf_nan=False)
    except ValueError:
        return MALFORMED
