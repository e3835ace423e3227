"""A workspace in which nothing was done yet, made once for all tests of a file; every test has a copy."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.workspace import Workspace


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("empty") / "w"
    Workspace.open(place).engine.dispose()
    return place


@pytest.fixture
def workspace(tmp_path: Path, empty: Path) -> Iterator[Workspace]:
    opened = Workspace.open(shutil.copytree(empty, tmp_path / "w"))
    yield opened
    opened.engine.dispose()
