"""Every preset on every database: what the source counts is what loaded rows give.

`python -m tests.faults.push_down_presets` writes docs/evidence/push_down_presets.json.
"""

import argparse
import json
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from governance.access import LOCAL_OPERATOR
from storage import cube
from storage.workspace import Workspace
from tests.preset_hospital import INDEXES, Tables, hix, plan, tool, umcu
from tests.pushed_hospital import filled, workspace
from tests.same_numbers import FRAMES, TOLERANCE, assert_the_same, assert_the_same_evaluation
from tests.servers import postgresql
from tests.simulation.evidence import FOLDER, stamp
from tests.source_databases import run
from workflows.sync import sync


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """A system of the hospital: the preset that reads it, and its tables."""

    preset: str
    tables: Callable[[int], Tables]


SYSTEMS = {
    "hix": System(preset="hix", tables=hix),
    "tool": System(preset="ai_tool_log", tables=tool),
    "umcu": System(preset="umcu_warehouse", tables=umcu),
}
TOGETHER = {("hix", "tool"): ("letter_24h", "feedback_rate"), ("umcu",): ("letter_24h", "access_days")}
"""Systems of one hospital, with the guardrail and the secondary KPI of its plan; the primary is no_show."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """rows: that the sources hold. set_aside: of those. cells: rows of the frames that are equal.

    measurements: shown in a week or month; few where a source is small.
    """

    rows: int
    set_aside: int
    cells: int
    measurements: int


def compared(folder: Path, places: Mapping[str, str], a_week: int) -> Compared:
    """Fill empty databases, take them in both ways; AssertionError where anything differs."""
    for name, url in places.items():
        filled(url, SYSTEMS[name].tables(a_week))
        run(url, *INDEXES[name])
    rows, accounts = _taken(folder / "rows", places, "rows")
    pushed, counted = _taken(folder / "pushed", places, "push-down")
    assert accounts == counted
    measurements = assert_the_same(rows, pushed)
    assert_the_same_evaluation(rows, pushed, plan("no_show", *TOGETHER[tuple(places)]))
    published = cube.current(pushed)
    assert published is not None
    aside = sum(number for _, _, reasons in accounts for number in reasons.values())
    assert aside > 0
    return Compared(
        rows=sum(read for read, _, _ in accounts),
        set_aside=aside,
        cells=sum(len(published.read(name)) for name in FRAMES),
        measurements=measurements,
    )


def _taken(folder: Path, places: Mapping[str, str], mode: str) -> tuple[Workspace, list[Any]]:
    for name, url in places.items():
        opened = workspace(folder, url, SYSTEMS[name].preset, mode, name=name)
    reports = sync(LOCAL_OPERATOR, opened)
    assert [report.error for report in reports] == [None] * len(places)
    files = [file for report in reports for file in report.files]
    return opened, [(file.rows_read, file.rows_loaded, file.quarantine) for file in files]


@contextmanager
def _databases(kind: str, folder: Path) -> Iterator[Callable[[str], str]]:
    if kind == "sqlite":
        yield lambda name: f"sqlite:///{folder / name}.db"
        return
    asked = subprocess.run(["mktemp", "-d"], capture_output=True, text=True, check=True)
    place = Path(asked.stdout.strip())
    try:
        with contextmanager(postgresql.start)(place) as owner:

            def made(name: str) -> str:
                run(owner, f"CREATE DATABASE {name}")
                return owner.replace("/postgres", f"/{name}")

            yield made
    finally:
        shutil.rmtree(place, ignore_errors=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--a-week", type=int, default=20)
    a_week = parser.parse_args().a_week
    made = stamp(
        f"python -m tests.faults.push_down_presets --a-week {a_week}",
        "presets counted in the source: cells, measurements and evaluations beside those of loaded rows",
    )
    found = []
    for kind in ("sqlite", "postgresql"):
        for names in TOGETHER:
            with TemporaryDirectory() as folder, _databases(kind, Path(folder)) as database:
                places = {name: database(name) for name in names}
                one = compared(Path(folder), places, a_week)
                presets = [SYSTEMS[name].preset for name in names]
                found.append({"database": kind, "presets": presets, **asdict(one)})
                print(found[-1])
    report = {**made, "tolerance": TOLERANCE, "different_numbers": 0, "compared": found}
    (FOLDER / "push_down_presets.json").write_text(json.dumps(report, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
