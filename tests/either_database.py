"""An empty workspace whose state is in SQLite or in a real PostgreSQL: tests that ask for it run on each."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.workspace import Workspace
from tests.servers.postgresql import emptied

BOTH = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture(params=BOTH)
def workspace(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Workspace]:
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_url")
        emptied(url)
        monkeypatch.setenv("MEETLAT_DATABASE_URL", url)
    opened = Workspace.open(tmp_path)
    yield opened
    opened.engine.dispose()
