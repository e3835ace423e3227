"""Secrets and identifiers on every road on which something fails; then every place is searched for them.

    python -m tests.faults.canaries

A patient number, a citizen service number, a password, a token or the pseudonym key may stand in no output,
no log, no answer as JSON, no text of the state database and no file that the workspace keeps.
"""

import io
import json
import logging
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

import sqlalchemy as sa

from storage.schema import metadata
from storage.workspace import Workspace
from tests.intake_files import HEADER, NOTES
from tests.simulation.evidence import FOLDER, stamp
from workflows.cli import main as meetlat

ROW = "{note};CHI;E;{patient};a1;02-03-2026 10:00;;4"
PATIENTS, CITIZENS, SECRETS = 20, 10, 20


def _bsn(number: int) -> str:
    """A number that passes the test of eleven."""
    for candidate in range(123_456_780 + 1000 * number, 999_999_999):
        weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
        if sum(w * int(d) for w, d in zip(weights, str(candidate), strict=True)) % 11 == 0:
            return str(candidate)
    raise AssertionError


CANARIES = (
    *(f"PAT77{number:03}0419" for number in range(PATIENTS)),
    *(_bsn(number) for number in range(CITIZENS)),
    *(f"canary-secret-{number:02}-Zx9" for number in range(SECRETS)),
)
"""50: patient numbers, citizen service numbers, passwords and tokens."""


@dataclass(kw_only=True)
class Place:
    """A workspace, and everything that was said while things failed in it."""

    root: Path
    said: list[str] = field(default_factory=list)
    codes: list[int] = field(default_factory=list)

    @property
    def workspace(self) -> Path:
        return self.root / "workspace"

    def run(self, *words: str, given: str = "", **environment: str) -> int:
        """One command with its outputs and its log."""
        out, err, log = io.StringIO(), io.StringIO(), io.StringIO()
        handler = logging.StreamHandler(log)
        logging.getLogger().addHandler(handler)
        try:
            with (
                redirect_stdout(out),
                redirect_stderr(err),
                patch.dict(os.environ, environment),
                patch("sys.stdin", io.StringIO(given)),
            ):
                code = meetlat([*words, "--workspace", str(self.workspace)])
        finally:
            logging.getLogger().removeHandler(handler)
        self.said += [out.getvalue(), err.getvalue(), log.getvalue()]
        self.codes.append(code)
        return code

    def file(self, name: str, text: str) -> str:
        """A file outside the workspace, as a hospital would hand it in."""
        (self.root / name).write_text(text, "utf-8")
        return str(self.root / name)


def bad_files(place: Place, canary: str) -> None:
    """Rows, headings and whole files that cannot be taken in, with the canary where a value stands."""
    mapping = place.file("notes.toml", NOTES)
    bad = {
        "rows.csv": (HEADER, ROW.format(note="1", patient=canary), f"2;CHI;E;{canary};a1;{canary};;4",
                     f"3;CHI;E;p;a1;02-03-2026 10:00;;{canary}", f"{canary};CHI", f"4;{canary};E;p;a1;;;4"),
        "headless.csv": (f"{canary if canary not in CANARIES[30:] else 'x'};x;y", f"{canary};1;2"),
        "quotes.csv": (HEADER, f'1;CHI;E;"{canary};a1;02-03-2026 10:00;;4'),
    }  # fmt: skip
    for name, lines in bad.items():
        file = place.file(name, "\n".join(lines) + "\n")
        place.run("ingest", file, "--mapping", mapping, "--json")
        place.run("ingest", file, "--mapping", mapping, "--lang", "nl")
    column = "\n".join(
        f"{n};CHI;E;p{n};a1;02-03-2026 10:00;;4;{one}" for n, one in enumerate(CANARIES[20:30] * 3)
    )
    file = place.file("unmapped.csv", f"{HEADER};extra\n{column}\n")
    place.run("ingest", file, "--mapping", mapping, "--json")


def bad_settings(place: Place, canary: str) -> None:
    """Passwords in addresses of databases that are not there, and in settings that are wrong."""
    for url in (f"postgresql://meetlat:{canary}@127.0.0.1:1/none", f"nonsense://u:{canary}@h/d", canary):
        place.run("measure", "--json", MEETLAT_DATABASE_URL=url)
        place.run("doctor", "--json", MEETLAT_DATABASE_URL=url)
    place.run("doctor", MEETLAT_DATABASE_URL=f"postgresql://u:{canary}@127.0.0.1:1/d")


def bad_sources(place: Place, canary: str) -> None:
    """Sources with a secret that cannot be reached, or whose file is wrong."""
    sources = place.workspace / "sources"
    sources.mkdir(parents=True, exist_ok=True)
    mapping = place.file("notes.toml", NOTES)
    files = {
        "api": f'kind = "redcap"\nmapping = "{mapping}"\n[options]\n'
        'url = "http://127.0.0.1:1/api/"\ntoken = "api_token"\nallow = ["http://127.0.0.1:1"]\n',
        "warehouse": f'kind = "database"\nmapping = "{mapping}"\n[options]\nurl = "postgresql://u:{canary}@127.0.0.1:1/d"\n',
        "wrong": f'kind = "redcap"\nmapping = "{mapping}"\n[options]\nurl = 1\npassword = "{canary}"\n',
    }  # fmt: skip
    for name, text in files.items():
        (sources / f"{name}.toml").write_text(text, "utf-8")
    with patch("workflows.sync.ATTEMPTS", 1):
        place.run("sync", "--json", MEETLAT_SECRET_API_TOKEN=canary)
    place.run("sources", "check", "--json", MEETLAT_SECRET_API_TOKEN=canary)
    for name in files:
        (sources / f"{name}.toml").unlink()


def failing_database(place: Place, canary: str) -> None:
    """A statement that fails with the canary among its values: the driver's message may not carry it."""
    workspace = Workspace.open(place.workspace)
    table = metadata.tables["fingerprints"]
    try:
        with workspace.engine.begin() as connection:
            connection.execute(sa.insert(table).values(name="pseudonym_key", value=canary))
            connection.execute(sa.insert(table).values(name="pseudonym_key", value=canary))
    except sa.exc.SQLAlchemyError as error:
        place.said.append(str(error))
    else:
        raise AssertionError("it must fail")


def persons(place: Place, canary: str) -> None:
    """Commands about one person, who is there or not, and one whose database fails half way."""
    for word in (("forget", "patient", "--dry-run"), ("forget", "patient"), ("privacy", "access", "patient")):
        place.run(*word, given=canary)
    with patch("storage.held.connect", side_effect=RuntimeError("disk")):
        place.run("privacy", "access", "patient", given=canary)


ROADS: dict[str, Callable[[Place, str], None]] = {
    "bad files": bad_files,
    "bad settings": bad_settings,
    "bad sources": bad_sources,
    "failing database": failing_database,
    "persons": persons,
}


@contextmanager
def hospital() -> Iterator[Place]:
    """A workspace with one good row in it."""
    with tempfile.TemporaryDirectory() as folder:
        place = Place(root=Path(folder))
        mapping = place.file("notes.toml", NOTES)
        good = place.file("good.csv", f"{HEADER}\n{ROW.format(note='9', patient='p9')}\n")
        assert place.run("ingest", good, "--mapping", mapping) == 0, place.said
        yield place


def search(place: Place, canary: str) -> list[str]:
    """Where the canary stands: what was said, the state database, files of the workspace."""
    workspace = Workspace.open(place.workspace)
    found = [f"output {number}" for number, text in enumerate(place.said) if canary in text]
    with workspace.engine.connect() as connection:
        for table in metadata.sorted_tables:
            rows = connection.execute(sa.select(table)).all()
            found += [table.name for row in rows if any(canary in str(value) for value in row)]
    for path in place.workspace.rglob("*"):
        kept = path.is_file() and path.parent.name not in ("secret", "sources")
        if kept and canary.encode() in path.read_bytes():
            found.append(path.relative_to(place.workspace).as_posix())
    return found


def run(canaries: tuple[str, ...] = CANARIES, roads: tuple[str, ...] = tuple(ROADS)) -> dict[str, Any]:
    """Every canary down every one of the roads."""
    found: list[str] = []
    commands = 0
    with hospital() as place:
        for canary in canaries:
            for name in roads:
                before = len(place.said)
                ROADS[name](place, canary)
                found += [f"{name}: {canary} in {where}" for where in search(place, canary)]
                del place.said[before:]
        commands = len(place.codes)
        key = (place.workspace / "secret" / "pseudonym.key").read_text("utf-8").split()[0]
        found += [f"the key in {where}" for where in search(place, key)]
    return {"canaries": len(canaries), "roads": len(roads), "commands": commands, "found": len(found),
            "examples": found[:10]}  # fmt: skip


def main() -> None:
    """Run, print and keep the counts."""
    about = "secrets and identifiers on every road that fails, searched for in outputs, logs and what is kept"
    content = stamp("python -m tests.faults.canaries", about) | run()
    (FOLDER / "canaries.json").write_text(json.dumps(content, indent=1) + "\n", "utf-8")
    print(json.dumps(content, indent=1))


if __name__ == "__main__":
    main()
