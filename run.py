#!/usr/bin/env python3
"""Everything on a machine with only Python:

python3 run.py demo          build the demo hospital, open the app
python3 run.py test          every check and every test   [--require browser,postgres,node] [pytest words]
python3 run.py WORD ...      any other word goes to the command line (python3 run.py doctor)
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

ROOT = Path(__file__).resolve().parent
MINIMUM = (3, 11)

CHECKS = (
    ("lint", ("-m", "ruff", "check", ".")),
    ("format", ("-m", "ruff", "format", "--check", ".")),
    ("types", ("-m", "mypy")),
    ("contracts", ("-c", "from importlinter.cli import lint_imports_command; lint_imports_command()")),
    ("spelling", ("-m", "codespell_lib")),
)
WAITING = {"tests/screens": 1, "tests/integration": 2}
"""Tests that wait for a browser, servers and files, in so many parts, run beside those that compute."""


def main(words: list[str]) -> int:
    """Make the environment that the word needs, then run it there."""
    if sys.version_info < MINIMUM:
        print(f"Meetlat needs Python {MINIMUM[0]}.{MINIMUM[1]} or newer; this is {sys.version.split()[0]}.")
        return 2
    if not words or words[0] in ("-h", "--help"):
        print(__doc__)
        return 0 if words else 2
    if words[0] == "test":
        return test(environment("test", "requirements-dev.lock"), words[1:])
    return run(environment("run", "requirements.lock"), "-m", "workflows.cli", *words)


def environment(name: str, lock: str) -> Path:
    """The Python of `.venv/NAME`, made or renewed when its lock has changed."""
    place = ROOT / ".venv" / f"{name}-{sys.version_info.major}.{sys.version_info.minor}"
    python = place / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    stamp = place / "made-from"
    wanted = hashlib.sha256((ROOT / lock).read_bytes()).hexdigest()
    if python.exists() and stamp.exists() and stamp.read_text("utf-8") == wanted:
        return python
    print(f"Making the environment from {lock} (once; a minute or two) ...", file=sys.stderr, flush=True)
    shutil.rmtree(place, ignore_errors=True)
    try:
        venv.create(place, with_pip=True)
    except (ImportError, subprocess.CalledProcessError):
        shutil.rmtree(place, ignore_errors=True)
        sys.exit(
            "Python's venv is not complete here. On Debian or Ubuntu type: sudo apt install python3-venv"
        )
    install = ["-m", "pip", "install", "--quiet", "--no-compile", "--require-hashes"]
    install += ["--disable-pip-version-check"]
    if run(python, *install, "--requirement", str(ROOT / lock)) != 0:
        sys.exit("The packages could not be installed; the lines above say why. Nothing else was changed.")
    stamp.write_text(wanted, "utf-8")
    return python


def test(python: Path, words: list[str]) -> int:
    """Run every check, beside all tests or before those that were asked for; say which failed."""
    asked = words[2:] if words[:1] == ["--require"] else words
    parts = [] if asked else side_by_side()
    with contextlib.ExitStack() as after:
        os.environ["MEETLAT_TESTS_TOGETHER"] = after.enter_context(tempfile.TemporaryDirectory())
        running = [after.enter_context(started(python, ["-m", "pytest", *part, *words])) for part in parts]
        failed = []
        for name, command in CHECKS:
            print(f"\n--- {name}", flush=True)
            if run(python, *command) != 0:
                failed.append(name)
        print("\n--- tests", flush=True)
        codes = [finished(*one) for one in running] or [run(python, "-m", "pytest", *words)]
        if any(codes):
            failed.append("tests")
    print(f"\nFailed: {', '.join(failed)}" if failed else "\nAll checks passed.")
    return 1 if failed else 0


def side_by_side() -> list[list[str]]:
    """What each of the processes that run all tests beside each other is asked for."""
    waiting = [
        [str(file.relative_to(ROOT)) for file in sorted((ROOT / place).rglob("test_*.py"))[part::parts]]
        for place, parts in WAITING.items()
        for part in range(parts)
    ]
    return [*waiting, [f"--ignore={place}" for place in WAITING]]


def finished(process: subprocess.Popen[bytes], output: TextIO) -> int:
    """Wait for a process, print what it said, and give its exit code."""
    code = process.wait()
    output.seek(0)
    print(output.read(), flush=True)
    return code


@contextlib.contextmanager
def started(python: Path, command: list[str]) -> Iterator[tuple[subprocess.Popen[bytes], TextIO]]:
    """Python at work in the background with what it says, ended with whoever started it."""
    words, variables = [str(python), *command], surroundings()
    with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
        process = subprocess.Popen(words, cwd=ROOT, env=variables, stdout=output, stderr=output)
        try:
            yield process, output
        finally:
            process.kill()
            process.wait()


def surroundings() -> dict[str, str]:
    """The environment in which Python finds the project's own modules."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": ""}


def run(python: Path, *command: str) -> int:
    """Run Python in the project's folder and give its exit code."""
    try:
        return subprocess.run([str(python), *command], cwd=ROOT, env=surroundings(), check=False).returncode
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
