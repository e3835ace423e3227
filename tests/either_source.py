"""An empty database to be a source, on SQLite and on PostgreSQL in turn."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.source_databases import run


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Its address; needs the fixture postgres_url."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'source.db'}"
        return
    owner = request.getfixturevalue("postgres_url")
    run(owner, "CREATE DATABASE pushed")
    yield owner.replace("/postgres", "/pushed")
    run(owner, "DROP DATABASE pushed")
