"""Random damage to real files of every kind: never a traceback, never a hang, and the account adds up.

Run: python -m tests.faults.file_fuzz [--seconds N] [--seed N]
"""

import argparse
import json
import random
import time
import zipfile
from collections import Counter
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from data_connectors.archive import unpacked
from data_connectors.connector import Refused
from tests.file_writers import WRITERS
from tests.simulation.evidence import FOLDER, stamp
from tests.taken_files import HEADER, form, taken_file

HANG_SECONDS = 5.0
BEGIN = datetime(2025, 3, 9, 10)  # noqa: DTZ001 - cells have no zone
ROWS = [("NA", str(number), f"00{number}", BEGIN, number / 8) for number in range(12)]


def damaged(content: bytes, chance: random.Random) -> bytes:
    """One to four changes: bytes altered, cut, doubled, moved, or the end lost."""
    found = bytearray(content)
    for _ in range(chance.randint(1, 4)):
        at, size = chance.randrange(len(found) + 1), chance.choice((1, 1, 2, 8, 64))
        kind = chance.randrange(6)
        if kind == 0:
            found[at : at + size] = chance.randbytes(size)
        elif kind == 1:
            del found[at : at + size]
        elif kind == 2:
            found[at:at] = found[at : at + size] * chance.choice((1, 2, 50))
        elif kind == 3:
            del found[at:]
        elif kind == 4:
            found[at : at + 1] = chance.choice((b"\0", b"\xff", b'"', b"<", b"{", b"\n", b"9"))
        elif found:
            found[at % len(found)] ^= 1 << chance.randrange(8)
    return bytes(found)


def damaged_within(content: bytes, chance: random.Random) -> bytes:
    """A workbook or archive whose wrapping is sound and one of its members is not."""
    from io import BytesIO

    made = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        members = old.infolist()
        chosen = chance.choice(members).filename
        for member in members:
            inner = old.read(member)
            new.writestr(member.filename, damaged(inner, chance) if member.filename == chosen else inner)
    return made.getvalue()


def _outcome(path: Path, folder: Path) -> str:
    """'loaded', or the code of a refusal; AssertionError where the account does not add up."""
    toml = form('delimiter = ";"')
    try:
        if path.suffix == ".zip":
            with TemporaryDirectory(dir=folder) as place:
                delivery = unpacked([path], Path(place))
                for report in delivery.refused:
                    return str(report.reason)
                for file in delivery.files:
                    _add_up(taken_file(file.rename(file.with_suffix(".csv")), toml))
        else:
            _add_up(taken_file(path, toml))
    except Refused as refusal:
        return refusal.code
    return "loaded"


def _add_up(found: Any) -> None:
    account = found.account
    assert account.rows_loaded == len(found.rows)
    assert sum(account.set_aside.values()) == len(found.aside)
    assert account.rows_read == len(found.rows) + len(found.aside) + account.rows_not_data


def fuzz(writer: str, seconds: float, seed: int, most: int = 1_000_000) -> dict[str, Any]:
    """Damage the file of a writer until the time is up; raises with the seed at the first fault."""
    suffix, write = WRITERS[writer]
    counts: Counter[str] = Counter()
    slowest, until = 0.0, time.monotonic() + seconds
    with TemporaryDirectory() as name:
        folder = Path(name)
        write(folder / f"whole{suffix}", HEADER, ROWS)
        content = (folder / f"whole{suffix}").read_bytes()
        while sum(counts.values()) < most and time.monotonic() < until:
            number = seed + sum(counts.values())
            chance = random.Random(number)
            inside = suffix in (".xlsx", ".zip") and chance.random() < 0.7
            path = folder / f"file{suffix}"
            path.write_bytes((damaged_within if inside else damaged)(content, chance))
            started = time.process_time()  # a busy machine is no hang
            try:
                counts[_outcome(path, folder)] += 1
            except Exception as error:
                raise AssertionError(f"{writer}, seed {number}: {error!r}") from error
            slowest = max(slowest, time.process_time() - started)
            assert slowest < HANG_SECONDS, f"{writer}, seed {number}: {slowest:.1f} s"
    return {
        "writer": writer,
        "files": sum(counts.values()),
        "loaded": counts.pop("loaded", 0),
        "refused": dict(sorted(counts.items())),
        "tracebacks": 0,
        "accounts_that_do_not_add_up": 0,
        "slowest_seconds": round(slowest, 2),
    }


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seconds", type=float, default=60.0, help="per writer")
    asked.add_argument("--seed", type=int, default=1)
    options = asked.parse_args()
    found = [fuzz(writer, options.seconds, options.seed) for writer in WRITERS]
    about = "random damage to files of every writer: refused with a reason, or every row accounted for"
    text = stamp(f"python -m tests.faults.file_fuzz --seconds {options.seconds:g}", about) | {
        "writers": found
    }
    (FOLDER / "file_fuzz.json").write_text(json.dumps(text, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
