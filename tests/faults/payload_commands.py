"""Every parameter of every command with every payload, and what of the installation it changed.

A command that is asked for a name that is not there must say so: it may not answer with rows, break, or
change what is stored. Where any text may be written it is stored as text, and no table loses a row.
"""

import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import func, inspect, select

from governance.access import LOCAL_OPERATOR
from kpis.rules import ID
from storage.schema import metadata
from storage.workspace import Workspace
from tests.evaluated_hospital import COMPARISON, plan
from tests.faults.command_places import Place, places
from tests.faults.command_words import (
    GIVES_AN_ID,
    PILOT,
    REASON,
    RESULT,
    ROWS,
    SAYS_NONE,
    TAKES_ANY,
    UNIT,
    WRITTEN,
)
from tests.small_hospital import small_hospital
from workflows.cli import main as meetlat
from workflows.governance.incidents import Happening, report
from workflows.plan import add_text

Found = dict[str, Any]
WRITES_ITSELF = {"audit_log", "audit_head", "kpi_definitions", "cube_versions", "sync_runs", "results"}
PASSING = ("-wal", "-shm", "-journal", ".lock")
INJECTED = (Path("/tmp/meetlat-injected.csv"), Path("/tmp/x.db"))
"""What payloads would have a database write."""
CERTIFIED = "kpis/note_time_enc.toml"
"""What certifying writes, with the text of who did as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """What may not change: rows by table, the tables themselves, and the files in and around a workspace."""

    rows: Mapping[str, int]
    schema: str
    files: frozenset[str]

    def lost(self, before: "Installed") -> bool:
        """Whether something is gone, or a table or file is there that was not."""
        fewer = any(self.rows[name] < count for name, count in before.rows.items())
        return fewer or self.schema != before.schema or self.files != before.files


@contextmanager
def asked_hospital(folder: Path) -> Iterator[Workspace]:
    """A workspace with a pilot and an incident, and a folder to run commands in with the files they read."""
    workspace, home = small_hospital(folder), folder / "home"
    home.mkdir()
    named = ", ".join(f'"{name}"' for name in COMPARISON)
    add_text(LOCAL_OPERATOR, workspace, plan(PILOT, (UNIT,)).replace(named, '"south", "west"'), "good.toml")
    harm = Happening(
        day=date(2026, 1, 5), department=UNIT, category="wrong_text", severity="none", happened=REASON
    )
    report(LOCAL_OPERATOR, workspace, PILOT, harm)
    lines = (
        f"w{ward},{week},{10 if ward < 4 else ''},{10 + ward + week % 3},{'usual' if ward < 4 else 'tool'}"
        for ward in range(8)
        for week in range(20)
    )
    (home / ROWS).write_text("\n".join(("ward,week,first,minutes,arm", *lines)) + "\n", "utf-8")
    result = {"status": "estimated", "kpi": "x", "effect": -1.0, "standard_error": 0.3, "scale": "absolute"}
    (home / RESULT).write_text(json.dumps(result), "utf-8")
    (home / WRITTEN).write_text("", "utf-8")
    with chdir(home):
        yield workspace
    workspace.engine.dispose()


def every_command(payloads: Sequence[str], processes: int = 2) -> Found:
    """Every parameter with every payload, in a few processes with a hospital each."""
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        shares = [pool.submit(_share, payloads, at, processes) for at in range(processes)]
        found = [one.result() for one in shares]
    same = {"payloads": len(payloads), "commands": len({one.words for one in places()})}
    counts = {name: sum((one[name] for one in found), type(value)()) for name, value in found[0].items()}
    return counts | same


def _share(payloads: Sequence[str], at: int, of: int) -> Found:
    with TemporaryDirectory() as folder, asked_hospital(Path(folder)) as workspace:
        return commands(workspace, payloads, places()[at::of])


def commands(workspace: Workspace, payloads: Sequence[str], asked: Sequence[Place]) -> Found:
    """These parameters with every payload; those where any text may be written come last."""
    looked = [one for one in asked if one.name not in TAKES_ANY]
    written = [one for one in asked if one.name in TAKES_ANY]
    before = installed(workspace)
    faults = list(_faults(workspace, looked, payloads))
    between = installed(workspace)
    faults += _faults(workspace, written, payloads)
    changed = (between != before, installed(workspace).lost(between), any(one.exists() for one in INJECTED))
    readable = _run(["kpis", "check", "--workspace", str(workspace.root)])[0] == 0
    seen = Counter(kind for kind, _ in faults)
    return {"commands": len({one.words for one in asked}), "parameters": len(asked),
            "take_any_text": len(written), "payloads": len(payloads),
            "tried": sum(len(_foreign(one, payloads)) for one in asked),
            "answered_with_rows": seen["rows"], "broke": seen["broke"],
            "state_changed": sum(changed) + (not readable),
            "examples": [f"{kind}: {what}" for kind, what in faults[:5]]}  # fmt: skip


def installed(workspace: Workspace) -> Installed:
    """What is stored now."""
    with workspace.engine.connect() as connection:
        rows = {
            table.name: connection.scalar(select(func.count()).select_from(table)) or 0
            for table in metadata.sorted_tables
            if table.name not in WRITES_ITSELF
        }
        there = inspect(connection)
        schema = {name: [one["name"] for one in there.get_columns(name)] for name in there.get_table_names()}
    found = workspace.root.parent.rglob("*")
    names = (path.as_posix() for path in found)
    files = frozenset(name for name in names if not name.endswith((*PASSING, CERTIFIED)))
    return Installed(rows=rows, schema=json.dumps(schema, sort_keys=True), files=files)


def _faults(
    workspace: Workspace, asked: Iterable[Place], payloads: Sequence[str]
) -> Iterator[tuple[str, str]]:
    for place in asked:
        for payload in _foreign(place, payloads):
            fault = _fault(place, _run([*place.asked(payload), "--workspace", str(workspace.root)]))
            if fault:
                yield fault, f"{place.name} with {payload!r}"


def _foreign(place: Place, payloads: Sequence[str]) -> list[str]:
    """The texts that a parameter does not ask for."""
    return [text for text in payloads if not (place.name in GIVES_AN_ID and ID.fullmatch(text))]


def _run(words: list[str]) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = meetlat(words)
    return code, out.getvalue(), err.getvalue()


def _fault(place: Place, answer: tuple[int, str, str]) -> str:
    code, out, err = answer
    if code not in (0, 2, 3) or "Traceback" in out + err:
        return "broke"
    if place.name in TAKES_ANY | SAYS_NONE:
        return ""
    return "rows" if code == 0 and (out.strip() or _handed_out()) else ""


def _handed_out() -> bool:
    """Whether a command wrote rows under the heading of its file."""
    return len(Path(WRITTEN).read_text("utf-8-sig").splitlines()) > 1
