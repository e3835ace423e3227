"""A server that does its job badly, in ways that are named."""

import gzip
import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

PAGE = {"resourceType": "Bundle", "type": "searchset", "entry": []}
GOOD = {
    "resourceType": "Encounter",
    "id": "1",
    "status": "finished",
    "class": {"code": "AMB"},
    "meta": {"lastUpdated": "2026-01-01T00:00:00Z"},
    "period": {"start": "2026-01-01T10:00:00+01:00"},
}


def bundle(*resources: object, **more: object) -> bytes:
    return json.dumps(PAGE | {"entry": [{"resource": found} for found in resources]} | more).encode()


def head(body: bytes, *, status: str = "200 OK", media: str = "application/fhir+json", **more: str) -> bytes:
    lines = {"Content-Type": media, "Content-Length": str(len(body)), "Connection": "close"}
    lines |= {name.replace("_", "-"): value for name, value in more.items()}
    told = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"HTTP/1.1 {status}\r\n{told}\r\n".encode()


Send = Callable[[bytes], None]
Mode = Callable[[Send, Event, str], None]
WHOLE = bundle(GOOD)


def stall_before_headers(send: Send, over: Event, base: str) -> None:
    over.wait()


def stall_in_headers(send: Send, over: Event, base: str) -> None:
    send(b"HTTP/1.1 200 OK\r\nContent-Ty")
    over.wait()


def stall_in_body(send: Send, over: Event, base: str) -> None:
    send(head(WHOLE) + WHOLE[:20])
    over.wait()


def drip(send: Send, over: Event, data: bytes) -> None:
    for i in range(len(data)):
        if over.wait(0.1):
            return
        send(data[i : i + 1])


def drip_headers(send: Send, over: Event, base: str) -> None:
    drip(send, over, b"HTTP/1.1 200 OK\r\nX-Filler: " + b"x" * 100_000)


def drip_body(send: Send, over: Event, base: str) -> None:
    send(head(WHOLE))
    drip(send, over, WHOLE)


def endless_headers(send: Send, over: Event, base: str) -> None:
    send(b"HTTP/1.1 200 OK\r\n")
    while not over.is_set():
        send(b"X-Filler: " + b"x" * 8000 + b"\r\n")


def endless_body(send: Send, over: Event, base: str) -> None:
    send(b"HTTP/1.1 200 OK\r\nContent-Type: application/fhir+json\r\nTransfer-Encoding: chunked\r\n\r\n")
    while not over.is_set():
        send(b"10000\r\n" + b" " * 65_536 + b"\r\n")


def cut_off(send: Send, over: Event, base: str) -> None:
    send(head(WHOLE) + WHOLE[:-10])


def content_length_too_small(send: Send, over: Event, base: str) -> None:
    send(head(WHOLE[:-5]) + WHOLE)


def content_length_too_large(send: Send, over: Event, base: str) -> None:
    send(head(WHOLE + b" " * 50) + WHOLE)


def gzip_cut_off(send: Send, over: Event, base: str) -> None:
    packed = gzip.compress(WHOLE)[:-12]
    send(head(packed, Content_Encoding="gzip") + packed)


def gzip_bomb(send: Send, over: Event, base: str) -> None:
    packed = gzip.compress(b" " * 40_000_000, compresslevel=1)
    send(head(packed, Content_Encoding="gzip") + packed)


def login_page(send: Send, over: Event, base: str) -> None:
    body = b"<!DOCTYPE html><title>Log in</title>"
    send(head(body, media="text/html; charset=utf-8") + body)


def login_page_called_json(send: Send, over: Event, base: str) -> None:
    body = b"<!DOCTYPE html><title>Log in</title>"
    send(head(body) + body)


def looping_pages(send: Send, over: Event, base: str) -> None:
    body = bundle(GOOD, link=[{"relation": "next", "url": f"{base}/Encounter?again=1"}])
    send(head(body) + body)


def endless_new_pages_of_the_same(send: Send, over: Event, base: str) -> None:
    body = bundle(GOOD, link=[{"relation": "next", "url": f"{base}/Encounter?ticket={next(TICKETS)}"}])
    send(head(body) + body)


TICKETS = iter(range(10**9))


def too_many_requests(send: Send, over: Event, base: str) -> None:
    send(head(b"{}", status="429 Too Many Requests", Retry_After="3600") + b"{}")


def unavailable(send: Send, over: Event, base: str) -> None:
    send(head(b"{}", status="503 Service Unavailable") + b"{}")


def dropped(send: Send, over: Event, base: str) -> None:
    """Hangs up without a word."""


def not_http(send: Send, over: Event, base: str) -> None:
    send(b"SSH-2.0-OpenSSH_9.2\r\n" * 3)


def redirected_away(send: Send, over: Event, base: str) -> None:
    send(head(b"", status="302 Found", Location="http://169.254.169.254/latest/meta-data/"))


def redirected_in_circles(send: Send, over: Event, base: str) -> None:
    send(head(b"", status="307 Temporary Redirect", Location=f"{base}/Encounter"))


def operation_outcome(send: Send, over: Event, base: str) -> None:
    body = json.dumps({"resourceType": "OperationOutcome", "issue": [{"severity": "error"}]}).encode()
    send(head(body) + body)


def deep_json(send: Send, over: Event, base: str) -> None:
    body = b'{"resourceType":"Bundle","entry":' + b"[" * 200_000
    send(head(body) + body)


def not_a_number(send: Send, over: Event, base: str) -> None:
    body = WHOLE.replace(b'"entry"', b'"total": NaN, "entry"')
    send(head(body) + body)


def next_elsewhere(send: Send, over: Event, base: str) -> None:
    body = bundle(GOOD, link=[{"relation": "next", "url": "https://elsewhere.example/Encounter"}])
    send(head(body) + body)


def stall_at_connect(send: Send, over: Event, base: str) -> None:
    """Named here; `serving` does not even accept."""


MODES: dict[str, Mode] = {
    mode.__name__: mode
    for mode in (
        stall_at_connect,
        stall_before_headers,
        stall_in_headers,
        stall_in_body,
        drip_headers,
        drip_body,
        endless_headers,
        endless_body,
        cut_off,
        content_length_too_small,
        content_length_too_large,
        gzip_cut_off,
        gzip_bomb,
        login_page,
        login_page_called_json,
        looping_pages,
        endless_new_pages_of_the_same,
        too_many_requests,
        unavailable,
        dropped,
        not_http,
        redirected_away,
        redirected_in_circles,
        operation_outcome,
        deep_json,
        not_a_number,
        next_elsewhere,
    )
}


@contextmanager
def serving(mode: Mode, heard: list[str] | None = None) -> Iterator[str]:
    """The address of a server that treats every request in this way; heard: what was asked."""
    over = Event()
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        base = f"http://127.0.0.1:{listener.getsockname()[1]}"
        listener.listen(64)
        if mode is not stall_at_connect:
            Thread(target=_accept, args=(listener, mode, over, base, heard), daemon=True).start()
        try:
            yield base
        finally:
            over.set()


def _accept(listener: socket.socket, mode: Mode, over: Event, base: str, heard: list[str] | None) -> None:
    with suppress(OSError):
        while not over.is_set():
            line, _ = listener.accept()
            Thread(target=_answer, args=(line, mode, over, base, heard), daemon=True).start()


def _answer(line: socket.socket, mode: Mode, over: Event, base: str, heard: list[str] | None) -> None:
    with line, suppress(OSError):
        line.settimeout(10)
        asked = b""
        while b"\r\n\r\n" not in asked:
            asked += line.recv(65_536)
        if heard is not None:
            heard.append(asked.decode())
        mode(line.sendall, over, base)
