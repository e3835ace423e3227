"""NDJSON files of a bulk export: one resource a line, one type a file."""

import time
from collections.abc import Iterator
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


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder with files such as Encounter.ndjson or Encounter.000.ndjson."""

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
        for path in sorted(self.path.glob("*.ndjson")):
            if path.name.partition(".")[0] == kind:
                lines = self._resources(path)
                while portion := tuple(islice(lines, PORTION)):
                    if time.monotonic() > self.deadline:
                        raise UserError(N_("Time was up before this file was read."), where=path.name)
                    yield portion

    def _resources(self, path: Path) -> Iterator[Any]:
        with path.open("rb") as lines:
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


def _resource(line: bytes) -> Any:
    try:
        return from_json(line, allow_inf_nan=False)
    except ValueError:
        return MALFORMED
