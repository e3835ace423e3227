"""Encryption: the certificate must be that of the host by name, though we connect to an address."""

import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from core.errors import UserError
from data_connectors.pulling import Unreachable
from data_connectors.safe_http.client import Client, Limits, Request
from data_connectors.safe_http.places import allowed

NAME = "fhir.example"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate that the hospital signed itself, with its key in the same file."""
    tool = shutil.which("openssl")
    if tool is None:
        pytest.skip("not run: needs openssl")
    place = tmp_path_factory.mktemp("tls") / "both.pem"
    words = f"req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN={NAME} -addext subjectAltName=DNS:{NAME}"
    done = subprocess.run(
        [tool, *words.split(), "-keyout", str(place), "-out", f"{place}.crt"], capture_output=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    place.write_text(place.read_text() + Path(f"{place}.crt").read_text())
    return place


class Hello(BaseHTTPRequestHandler):
    """Answers with the Host that it was asked for."""

    def do_GET(self) -> None:
        body = f'"{self.headers["Host"]}"'.encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words: Any) -> None:
        """Quiet."""


@pytest.fixture
def served(certificate: Path) -> Iterator[tuple[int, list[str | None]]]:
    """The port of an encrypted server, and the names that it was called by (SNI)."""
    names: list[str | None] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.sni_callback = lambda _line, name, _context: names.append(name)
    with listening(context) as port:
        yield port, names


@contextmanager
def listening(context: ssl.SSLContext) -> Iterator[int]:
    """A server behind that encryption; its port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hello)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()
    thread.join()


def asked(host: str, port: int, trusted: Path | None) -> bytes:
    url = f"https://{host}:{port}/"
    client = Client(
        allowed=allowed([url], internal=True),
        limits=Limits(deadline=time.monotonic() + 5, tries=2),
        resolver=lambda *_: ("127.0.0.1",),
        trust=ssl.create_default_context(cafile=str(trusted) if trusted else None),
        sleep=lambda _seconds: None,
    )
    return client.fetch(Request(url=url, accept=("application/json",)))


def test_name_in_the_certificate_in_the_greeting_and_in_the_host_header(
    served: tuple[int, list[str | None]], certificate: Path
) -> None:
    port, names = served
    assert asked(NAME, port, Path(f"{certificate}.crt")) == f'"{NAME}:{port}"'.encode()
    assert names == [NAME]


def test_a_certificate_of_another_host_is_refused_at_once(
    served: tuple[int, list[str | None]], certificate: Path
) -> None:
    port, names = served
    with pytest.raises(UserError, match="certificate of this server is not valid") as caught:
        asked("other.example", port, Path(f"{certificate}.crt"))
    assert not isinstance(caught.value, Unreachable)
    assert len(names) == 1


def test_a_certificate_that_nobody_knows_is_refused(served: tuple[int, list[str | None]]) -> None:
    with pytest.raises(UserError, match="ca_file"):
        asked(NAME, served[0], None)


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_a_server_with_an_old_protocol_is_refused(certificate: Path) -> None:
    for newest, spoken in ((ssl.TLSVersion.TLSv1_1, False), (ssl.TLSVersion.TLSv1_2, True)):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, newest
        with listening(context) as port:
            old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            old.set_ciphers("ALL:@SECLEVEL=0")
            old.minimum_version = ssl.TLSVersion.TLSv1
            old.load_verify_locations(f"{certificate}.crt")
            with (
                socket.create_connection(("127.0.0.1", port), timeout=5) as line,
                old.wrap_socket(line, server_hostname=NAME) as ours,
            ):
                assert ours.version() == newest.name.replace("_", ".")  # the server does speak it
            if spoken:
                assert asked(NAME, port, Path(f"{certificate}.crt"))
            else:
                with pytest.raises(UserError):
                    asked(NAME, port, Path(f"{certificate}.crt"))
