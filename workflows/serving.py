"""Start the app as its own process and say where it listens."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import webbrowser
from contextlib import suppress
from pathlib import Path
from types import FrameType

from core.errors import ConfigurationError, UserError
from core.issue import raise_errors
from core.language.text import N_
from core.settings import Settings
from storage import cube_build
from storage.workspace import Workspace
from workflows.options import say
from workflows.provider import provider_of
from workflows.server_options import configured, option_files, unsafe_options

ROOT = Path(__file__).resolve().parents[1]
HEALTHY_WITHIN = 120.0
NEXT_PORTS = 20


def serve(workspace: Workspace, *, open_browser: bool, any_port: bool = False) -> int:
    """Run the app on a workspace until it is stopped; returns its exit code.

    any_port: take the next free port when the wanted one is taken, else that is a ConfigurationError.
    Unsafe settings raise DefinitionError, with a sentence for each.
    """
    settings = workspace.settings
    check_start(workspace)
    _count(workspace)
    port = _free_port(settings, any_port=any_port)
    here = f"http://{_reachable(settings.address)}:{port}"
    process = subprocess.Popen(
        [sys.executable, "-m", "web"],
        cwd=ROOT,
        env={**os.environ, "MEETLAT_WORKSPACE": str(workspace.root), "MEETLAT_PORT": str(port)},
        stdout=subprocess.DEVNULL,
    )
    signal.signal(signal.SIGTERM, _stop)
    try:
        if not _healthy(here, process):
            return process.wait() or 1
        address = settings.public_url or here
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


def check_start(workspace: Workspace) -> None:
    """Raise DefinitionError where something is unsafe, with a sentence for each; ConfigurationError for one.

    The web server asks the same of what it really uses.
    """
    if workspace.settings.auth == "required":
        provider_of(workspace)
    raise_errors(unsafe_options(configured(option_files())), N_("The web server"))


def _count(workspace: Workspace) -> None:
    """Count what is not counted yet, as after an upgrade, so that no visitor waits; pages say what fails."""
    with suppress(UserError):
        if not cube_build.is_current(workspace):
            say("Counting the KPIs ...")
            cube_build.build(workspace)


def _reachable(address: str) -> str:
    """Under which name a server that listens there is reached from this machine."""
    return {"0.0.0.0": "127.0.0.1", "::": "[::1]", "::1": "[::1]"}.get(address, address)  # noqa: S104


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


def _healthy(address: str, process: subprocess.Popen[bytes]) -> bool:
    until = time.monotonic() + HEALTHY_WITHIN
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=2) as answer:  # noqa: S310
                return bool(answer.status == 200)
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            time.sleep(0.2)
    return False
