"""A PostgreSQL server of our own, in a temporary folder, for as long as the tests run."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests.conftest import absent

PLACES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin")
REMEDY = "Type: apt-get install postgresql"


def binaries() -> Path | None:
    """The folder with initdb and pg_ctl, or None."""
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    candidates = [path for pattern in PLACES for path in Path("/").glob(pattern.lstrip("/"))]
    return max((path for path in candidates if (path / "initdb").exists()), default=None)


def as_another_user() -> list[str]:
    """PostgreSQL refuses to run as root: the words that make it somebody else."""
    if os.geteuid() != 0:
        return []
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]


def start(place: Path) -> Iterator[str]:
    """Start a server in a folder, yield its SQLAlchemy URL, stop it."""
    tools = binaries()
    assert tools is not None
    data, user = place / "data", as_another_user()
    if user:
        shutil.chown(place, "postgres", "postgres")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    def call(*words: str) -> None:
        done = subprocess.run([*user, *words], cwd=place, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stdout + done.stderr

    call(str(tools / "initdb"), "-D", str(data), "-U", "meetlat", "-A", "trust", "-E", "UTF8", "--no-sync")
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
    log = str(place / "server.log")
    call(str(tools / "pg_ctl"), "-D", str(data), "-w", "-l", log, "-o", options, "start")
    try:
        yield f"postgresql+psycopg://meetlat@127.0.0.1:{port}/postgres"
    finally:
        call(str(tools / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop")


@pytest.fixture(scope="session")
def postgres_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of an empty server; without PostgreSQL the test is reported as not run."""
    if binaries() is None:
        absent(request, "postgres", REMEDY)
    # not tmp_path_factory: its folders are closed to the user that the server runs as
    place = Path(subprocess.run(["mktemp", "-d"], capture_output=True, text=True, check=True).stdout.strip())
    try:
        yield from start(place)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def emptied(url: str) -> None:
    """Leave nothing of an earlier test on the server."""
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
