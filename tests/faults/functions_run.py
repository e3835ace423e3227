"""Which functions of a module every test runs: a mistake in one can be seen by those tests alone."""

import json
import re
import sys
import threading
from collections import defaultdict
from collections.abc import Generator
from pathlib import Path
from types import FrameType

import pytest

OUTSIDE = ""
"""What runs while modules are imported or tests are collected, and so for every test."""
INNER = re.compile(r"\.?<(?!module)\w+>")


class FunctionsRun:
    """A plugin that notes them; what is prepared for a test is taken for prepared for its whole file."""

    def __init__(self, source: Path, kept: Path) -> None:
        """source: the file of the module. kept: where the notes come, as JSON."""
        self._source, self._kept = str(source), kept
        self._found: defaultdict[str, set[str]] = defaultdict(set)
        self._files: defaultdict[str, list[str]] = defaultdict(list)
        self._now, self._imports = OUTSIDE, 0

    def pytest_sessionstart(self) -> None:
        """Note from here on, in every thread."""
        threading.setprofile(self._note)
        sys.setprofile(self._note)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """The tests of every file, in their order."""
        for item in session.items:
            if (name := _name(item)) not in self._files[str(item.path)]:
                self._files[str(item.path)].append(name)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """What is outside of the test itself is the file's."""
        self._now = str(item.path)
        return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, object, object]:
        """The test itself."""
        self._now = _name(item)
        try:
            return (yield)
        finally:
            self._now = str(item.path)

    def pytest_sessionfinish(self) -> None:
        """Keep the tests of every function that not all tests run."""
        sys.setprofile(None)
        threading.setprofile(None)  # type: ignore[arg-type]
        everything = [name for names in self._files.values() for name in names]
        found = {
            function: [name for name in everything if name in where or _file(name) in where]
            for function, where in self._found.items()
            if OUTSIDE not in where
        }
        self._kept.write_text(json.dumps(found), "utf-8")

    def _note(self, frame: FrameType, event: str, _: object) -> None:
        if frame.f_code.co_filename != self._source:
            return
        if frame.f_code.co_name == "<module>":
            self._imports += {"call": 1, "return": -1}.get(event, 0)
        elif event == "call" and (name := INNER.sub("", frame.f_code.co_qualname)):
            self._found[name].add(OUTSIDE if self._imports else self._now)


def _name(item: pytest.Item) -> str:
    """By which pytest finds it."""
    return f"{item.path}::{item.nodeid.split('::', 1)[1]}"


def _file(name: str) -> str:
    return name.split("::")[0]
