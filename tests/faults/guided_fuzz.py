"""Every parser under a fuzzer that is guided by coverage: a refusal or rows, never a traceback or a hang.

    pip install atheris && python -m tests.faults.guided_fuzz --executions 1000000
    python -m tests.faults.guided_fuzz --executions 1000000 --only XLSX

Atheris (Linux only, no part of the tests' environment) runs one parser per process and makes its own
variations of a sound example. A parser is stopped after --seconds; the figures say how far it came. The
figures of a parser are put in the place of its earlier ones.
"""

import argparse
import itertools
import json
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory
from time import monotonic
from typing import Any

from tests.simulation.evidence import FOLDER, stamp

HANG_SECONDS, MEMORY_MB = 10, 2048
LONGEST, LONGEST_OF = 20_000, {"names and notations": 120, "mappings": 4_000}
"""Bytes of one variation; headings, cells and mappings are short, and long ones only slow the search down."""
A_PROCESS = 250_000
"""Executions, after which another process goes on: the fuzzer's own memory grows, by 3 KB of each."""
LONGER_THAN_A_READER = {"SPSS": 30, "XLS": 30}
"""Seconds of one variation: the fork server stops a reader that hangs, and its file is refused; 65,536 rows
of which all but one are blank take a second or two, and more where other work goes on.
"""
DONE = re.compile(r"stat::number_of_executed_units:\s*(\d+)")
MODULES = ["data_connectors", "core", "openpyxl", "xlrd"]


def guided(name: str, words: list[str]) -> None:
    """In a process of its own, which it ends."""
    import atheris

    with atheris.instrument_imports(include=MODULES):
        import xlrd  # noqa: F401  a reader that the product loads late would go without guidance

        from data_connectors.sources import spss_file
        from tests.faults.fork_server import ForkServer
        from tests.faults.parsers import PARSERS
    parse, example = PARSERS[name]
    if name == "SPSS":  # the product starts an interpreter for every reading, which is too slow here
        with NamedTemporaryFile(suffix=".sav") as file:
            Path(file.name).write_bytes(example())
            spss_file.table_from = ForkServer(spss_file.READER, file.name, "{}").table_from
    parse(example())
    atheris.Setup([sys.argv[0], *words], parse)
    atheris.Fuzz()


def run(name: str, executions: int, seconds: int) -> dict[str, Any]:
    """So many executions of a parser; what the fuzzer found, with its own words where it found something."""
    from tests.faults.parsers import PARSERS

    begun, done, code, said = monotonic(), 0, 0, ""
    with TemporaryDirectory() as folder:
        (Path(folder) / "example").write_bytes(PARSERS[name][1]())
        for seed in itertools.count(1):
            runs, left = min(executions - done, A_PROCESS), seconds - int(monotonic() - begun)
            if runs <= 0 or left <= 0 or code != 0:
                found = {"parser": name, "executions": done, "ended_with": code}
                return found if code == 0 else found | {"said": said}
            count, code, said = _in_a_process(name, folder, runs, left, seed)
            done += count
    raise AssertionError("it ends with its executions or its time")


def _in_a_process(name: str, folder: str, runs: int, seconds: int, seed: int) -> tuple[int, int, str]:
    """Executions, exit code and last words; variations that led somewhere new stay in the folder."""
    limits = [
        f"-runs={runs}",
        f"-max_total_time={seconds}",
        f"-timeout={LONGER_THAN_A_READER.get(name, HANG_SECONDS)}",
        f"-rss_limit_mb={MEMORY_MB}",
        f"-max_len={LONGEST_OF.get(name, LONGEST)}",
        "-print_final_stats=1",
        f"-seed={seed}",
        f"-artifact_prefix={folder}/",
    ]
    words = [sys.executable, "-m", "tests.faults.guided_fuzz", "--child", name, "--", *limits, folder]
    ended = subprocess.run(words, capture_output=True, check=False)
    said = (ended.stdout + ended.stderr).decode("utf-8", "replace")
    count = DONE.search(said)
    return int(count[1]) if count else 0, ended.returncode, said[-3000:]


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--executions", type=int, default=1_000_000, help="per parser")
    asked.add_argument("--seconds", type=int, default=3600, help="per parser at most")
    asked.add_argument("--workers", type=int, default=2)
    asked.add_argument("--only", nargs="+", help="names of parsers")
    asked.add_argument("--child", help=argparse.SUPPRESS)
    asked.add_argument("words", nargs="*", help=argparse.SUPPRESS)
    options = asked.parse_args()
    if options.child:
        return guided(options.child, options.words)
    from tests.faults.parsers import PARSERS

    with ThreadPoolExecutor(options.workers) as pool:
        chosen = options.only or list(PARSERS)
        for found in pool.map(lambda name: run(name, options.executions, options.seconds), chosen):
            print(found.pop("said", ""), found)
            keep(found, list(PARSERS))
    return None


def keep(found: dict[str, Any], order: list[str]) -> None:
    """The figures of one parser beside those of the others."""
    command = "python -m tests.faults.guided_fuzz --executions 1000000"
    about = (
        "executions of each parser by atheris; ended_with: 0 where it met no crash, hang or loss of memory, "
        "72 where it was broken off"
    )
    content, path = stamp(command, about), FOLDER / "guided_fuzz.json"
    held = (
        {one["parser"]: one for one in json.loads(path.read_text("utf-8"))["parsers"]}
        if path.exists()
        else {}
    )
    held[found["parser"]] = found | {name: content[name] for name in ("date", "commit")}
    content["parsers"] = [held[name] for name in order if name in held]
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
