"""`meetlat serve` as a process of its own: what it counts before anybody comes, and what ends with it."""

import os
import socket
import subprocess
import sys
from pathlib import Path

from sqlalchemy import update

from storage import cube_build
from storage.schema import cube_versions
from tests.servers.ports import free_port
from tests.small_hospital import small_hospital

ROOT = Path(__file__).resolve().parents[2]


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_numbers_are_counted_before_the_app_opens_and_no_app_is_left_behind(tmp_path: Path) -> None:
    workspace, port = small_hospital(tmp_path / "w"), free_port()
    with workspace.engine.begin() as connection:
        connection.execute(update(cube_versions).values(current=False))
    assert not cube_build.is_current(workspace)
    served = subprocess.Popen(
        [sys.executable, "-m", "workflows.cli", "serve", "--no-browser", "--workspace", str(workspace.root)],
        cwd=ROOT,
        env={**os.environ, "MEETLAT_PORT": str(port)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert served.stdout is not None
        assert f":{port}" in served.stdout.readline()
        assert cube_build.is_current(workspace)
        assert listens(port)
        served.terminate()
        assert served.wait(timeout=30) == 0
        assert not listens(port)
    finally:
        served.kill()
        _, said = served.communicate()
    assert said.splitlines() == ["Counting the KPIs ...", "Stop it with Ctrl+C."]
