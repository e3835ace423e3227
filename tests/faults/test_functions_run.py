"""The notes of which tests run which function of a module."""

import json
import subprocess
import sys
from pathlib import Path

MODULE = """
def early() -> int:
    return 1

FOUND = early()

def prepared(ready=lambda: 2) -> int:
    return ready()

def asked() -> int:
    def within() -> int:
        return 3
    return [within() for _ in "x"][0]

def never() -> int:
    return 4
"""
TESTS = """
import pytest
from threading import Thread

import noted

@pytest.fixture(scope="module")
def ready() -> int:
    return noted.prepared()

def test_first(ready: int) -> None:
    assert ready == 2

@pytest.mark.parametrize("thread", [False, True])
def test_second(thread: bool) -> None:
    if thread:
        one = Thread(target=noted.asked)
        one.start()
        one.join()
"""
RUN = """
import sys
from pathlib import Path
import pytest
from tests.faults.functions_run import FunctionsRun

folder = Path(sys.argv[1])
sys.path.insert(0, str(folder))
plugin = FunctionsRun(folder / "noted.py", folder / "run")
sys.exit(pytest.main(["-q", "-p", "no:cacheprovider", str(folder)], plugins=[plugin]))
"""


def test_what_prepares_is_every_tests_and_what_is_imported_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "noted.py").write_text(MODULE, "utf-8")
    (tmp_path / "test_noted.py").write_text(TESTS, "utf-8")
    root = Path(__file__).resolve().parents[2]
    words = [sys.executable, "-c", RUN, str(tmp_path)]
    ended = subprocess.run(words, cwd=root, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout
    first, second, third = (
        f"{tmp_path}/test_noted.py::{name}"
        for name in ("test_first", "test_second[False]", "test_second[True]")
    )
    assert json.loads((tmp_path / "run").read_text("utf-8")) == {
        "prepared": [first, second, third],
        "asked": [third],
        "asked.within": [third],
    }
