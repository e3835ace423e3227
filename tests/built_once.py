"""Workspaces that many tests begin with: built once per test run, by whoever comes first, and copied."""

import atexit
import os
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from storage.one_at_a_time import only_one

TOGETHER = "MEETLAT_TESTS_TOGETHER"
"""A folder of the processes that run tests side by side: what one has built is there for all."""


def copy_of(name: str, build: Callable[[Path], object], path: Path) -> Path:
    """A copy of what `build` makes in a folder, which this name stands for; returns the path."""
    shutil.copytree(_built(name, build), path, dirs_exist_ok=True)
    return path


def _built(name: str, build: Callable[[Path], object]) -> Path:
    folder = _together() / name
    with only_one(folder.parent, wait=600.0, name=name):
        if not folder.exists():
            begun = folder.with_suffix(".begun")
            build(begun)
            begun.rename(folder)
    return folder


@cache
def _together() -> Path:
    given = os.environ.get(TOGETHER)
    if given:
        return Path(given)
    own = Path(mkdtemp(prefix="tests-"))
    atexit.register(shutil.rmtree, own, ignore_errors=True)
    return own
