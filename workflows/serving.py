"""Start the app as its own process and say where it listens."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import webbrowser
from pathlib import Path
from types import FrameType

from core.errors import ConfigurationError
from core.settings import Settings
from workflows.options import say

APP = Path(__file__).resolve().parents[1] / "app.py"
HEALTHY_WITHIN = 60.0
WARM = "/_stcore/script-health-check"
NEXT_PORTS = 20


def serve(workspace: Path, settings: Settings, *, open_browser: bool, any_port: bool = False) -> int:
    """Run the app on a workspace until it is stopped; returns its exit code.

    any_port: take the next free port when the wanted one is taken, else that is a ConfigurationError.
    """
    port = _free_port(settings, any_port=any_port)
    address = f"http://{settings.address}:{port}"
    process = subprocess.Popen(  # noqa: S603 - our own app with our own arguments
        [
            sys.executable,
            "-m",
            "streamlit",
            "run",
            str(APP),
            f"--server.port={port}",
            f"--server.address={settings.address}",
            "--server.headless=true",
        ],
        cwd=APP.parent,
        env={**os.environ, "MEETLAT_WORKSPACE": str(workspace.resolve())},
        stdout=subprocess.DEVNULL,
    )
    signal.signal(signal.SIGTERM, _stop)
    try:
        if not _healthy(address, process):
            return process.wait() or 1
        _warm(address)
        print(f"Meetlat: {address}", flush=True)
        say("Stop it with Ctrl+C.")
        if open_browser:
            webbrowser.open(address)
        return process.wait()
    except KeyboardInterrupt:
        return 0
    finally:
        process.terminate()
        process.wait(timeout=10)


def _stop(_signal: int, _frame: FrameType | None) -> None:
    """Asked to end (by systemd, a script or kill): leave through `finally`, so that the app ends too."""
    sys.exit(0)


def _free_port(settings: Settings, *, any_port: bool) -> int:
    for port in range(settings.port, settings.port + (NEXT_PORTS if any_port else 1)):
        with socket.socket(socket.AF_INET6 if ":" in settings.address else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((settings.address, port))
            except OSError:
                continue
            return port
    raise ConfigurationError(
        "Port {port} is taken.", remedy="Set MEETLAT_PORT to a free port.", port=str(settings.port)
    )


def _warm(address: str) -> None:
    """Let the app run once, so that nobody is the first on a cold process; it serves without this as well."""
    with contextlib.suppress(urllib.error.URLError, TimeoutError, ConnectionError):
        urllib.request.urlopen(f"{address}{WARM}", timeout=HEALTHY_WITHIN).close()  # noqa: S310


def _healthy(address: str, process: subprocess.Popen[bytes]) -> bool:
    until = time.monotonic() + HEALTHY_WITHIN
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2) as answer:  # noqa: S310
                return bool(answer.status == 200)
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            time.sleep(0.2)
    return False
