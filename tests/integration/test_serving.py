"""`meetlat serve` as a process of its own: what it starts ends with it."""

import os
import socket
import subprocess
import sys
from pathlib import Path

from tests.servers.ports import free_port

ROOT = Path(__file__).resolve().parents[2]


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_a_server_that_is_told_to_end_leaves_no_app_behind(tmp_path: Path) -> None:
    port = free_port()
    served = subprocess.Popen(
        [sys.executable, "-m", "workflows.cli", "serve", "--no-browser", "--workspace", str(tmp_path / "w")],
        cwd=ROOT,
        env={**os.environ, "MEETLAT_PORT": str(port)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert served.stdout is not None
        assert f":{port}" in served.stdout.readline()
        assert listens(port)
        served.terminate()
        assert served.wait(timeout=30) == 0
        assert not listens(port)
    finally:
        served.kill()
        served.communicate()
