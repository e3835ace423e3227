"""The real app as its own process, and what comes out of it without a browser."""

import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from tests.servers.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
HEALTHY_WITHIN = 120.0
SCRIPT_WITHIN = 60.0
AGAIN = (ForwardMsg.FINISHED_EARLY_FOR_RERUN,)


@contextmanager
def running(
    workspace: Path, *, script: Path | None = None, warm: bool = False, port: int = 0, **environment: str
) -> Iterator[str]:
    """A fresh server process, on a free port if none is named; gives its address once it is healthy.

    script: run that with Streamlit alone, without our web server. warm: wait until it has run the app once,
    as `meetlat serve` does; else the next visitor is the first.
    """
    port = port or free_port()
    alone = ["streamlit", "run", str(script), f"--server.port={port}"]
    process = subprocess.Popen(
        [sys.executable, "-m", *(["web"] if script is None else alone)],
        cwd=ROOT,
        env={
            **os.environ,
            "MEETLAT_WORKSPACE": str(workspace),
            "MEETLAT_PORT": str(port),
            "PYTHONPATH": str(ROOT),
            **environment,
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        address = f"http://127.0.0.1:{port}"
        if script is None:
            _wait(f"{address}/healthz", process, enough=(200,) if warm else (200, 503))
        else:
            _wait(f"{address}/_stcore/health", process)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=15)


@contextmanager
def running_sample(folder: Path, sample: str, **environment: str) -> Iterator[str]:
    """The app on what sample.py made; it stands in a folder of its own beside our static files."""
    folder.mkdir(parents=True, exist_ok=True)
    script = folder / "app.py"
    shutil.copy(ROOT / "tests" / "screens" / "sample_app.py", script)
    shutil.copytree(ROOT / "static", folder / "static", dirs_exist_ok=True)
    with running(folder / "workspace", script=script, MEETLAT_SAMPLE=sample, **environment) as address:
        everything_sent(address, "")  # the first visitor is told that deep links do not exist
        yield address


def everything_sent(address: str, page: str, query: str = "") -> bytes:
    """Every message that a first visit to a page gets, as bytes; texts in them are plain UTF-8.

    query: what stands behind the question mark of the address.
    """
    asked = BackMsg()
    asked.rerun_script.query_string = query
    asked.rerun_script.page_name = page
    with socket_of(address) as socket_:
        return b"".join(answered(socket_, asked))


def socket_of(address: str, cookie: str = "") -> ClientConnection:
    """The app's own socket, as a page of ours opens it; raises InvalidStatus where nobody may come in."""
    url = address.replace("http://", "ws://") + "/_stcore/stream"
    headers = {"Cookie": cookie} if cookie else {}
    return connect(
        url,
        subprotocols=[Subprotocol("streamlit")],
        max_size=None,
        origin=Origin(address),
        additional_headers=headers,
    )


def answered(socket_: ClientConnection, asked: BackMsg) -> list[bytes]:
    """Every message until what was asked for has run to its end."""
    socket_.send(asked.SerializeToString())
    received, until = list[bytes](), time.monotonic() + SCRIPT_WITHIN
    while time.monotonic() < until:
        content = socket_.recv(timeout=SCRIPT_WITHIN)
        assert isinstance(content, bytes)
        received.append(content)
        message = ForwardMsg()
        message.ParseFromString(content)
        if message.WhichOneof("type") == "script_finished" and message.script_finished not in AGAIN:
            return received
    raise TimeoutError(f"{asked.rerun_script.page_name!r} did not finish")


def _wait(url: str, process: subprocess.Popen[bytes], enough: tuple[int, ...] = (200,)) -> None:
    until = time.monotonic() + HEALTHY_WITHIN
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"the app stopped at once with exit code {process.returncode}")
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                found = answer.status
        except urllib.error.HTTPError as answer:
            found = answer.code
            answer.close()
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            found = 0
        if found in enough:
            return
        time.sleep(0.1)
    raise TimeoutError(f"{url} did not answer as it should within {HEALTHY_WITHIN:.0f} s")
