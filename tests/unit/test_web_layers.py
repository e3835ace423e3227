"""The layers round the app, without a browser: names, origins, headers, sockets, odd paths."""

import asyncio
import re
from dataclasses import replace
from typing import Any

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from web.headers import Headers
from web.index_page import IndexPage, written
from web.origins import Origins
from web.sessions import LOCAL
from web.site import Site

HERE = Site(origin="", cookie="meetlat_session", language="nl")
HOSPITAL = Site(origin="https://meetlat.example.org", cookie="__Host-meetlat", language="nl")

HANDSHAKES: list[tuple[Site, list[str], list[str], bool]] = [
    (HERE, ["localhost:8501"], ["http://localhost:8501"], True),
    (HERE, ["127.0.0.1:8501"], ["http://127.0.0.1:8501"], True),
    (HERE, ["[::1]:8501"], ["http://[::1]:8501"], True),
    (HERE, ["localhost:8501"], [], False),
    (HERE, ["localhost:8501"], ["null"], False),
    (HERE, ["localhost:8501"], ["http://localhost:3000"], False),
    (HERE, ["localhost:8501"], ["http://127.0.0.1:8501"], False),
    (HERE, ["localhost:8501"], ["https://localhost:8501"], False),
    (HERE, ["evil.example:8501"], ["http://evil.example:8501"], False),
    (HERE, ["localhost:8501"], ["http://evil.example"], False),
    (HERE, ["localhost.evil.example:8501"], ["http://localhost.evil.example:8501"], False),
    (HERE, ["localhost:8501"], ["http://localhost:8501", "http://localhost:8501"], False),
    (HERE, [], ["http://localhost:8501"], False),
    (HERE, ["localhost:8501"], ["http://localhost:8501/path"], False),
    (HERE, ["localhost:8501"], ["http://user@localhost:8501"], False),
    (HOSPITAL, ["meetlat.example.org"], ["https://meetlat.example.org"], True),
    (HOSPITAL, ["meetlat.example.org:443"], ["https://meetlat.example.org"], True),
    (HOSPITAL, ["meetlat.example.org"], ["http://meetlat.example.org"], False),
    (HOSPITAL, ["127.0.0.1:8501"], ["http://127.0.0.1:8501"], False),
    (HOSPITAL, ["meetlat.example.org"], ["https://meetlat.example.org.evil.example"], False),
]


async def through(_scope: Scope, receive: Receive, send: Send) -> None:
    if _scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        return
    answer = PlainTextResponse("data", headers={"Cache-Control": "public, max-age=99"})
    answer.set_cookie("a", "b", path="/")
    await answer(_scope, receive, send)


async def broken(_scope: Scope, _receive: Receive, _send: Send) -> None:
    raise RuntimeError("a detail that is nobody's business")


def asked(app: Any, path: str = "/", type_: str = "http", method: str = "GET", **headers: Any) -> Any:
    """What an app says to one request: the first message, and the text."""
    pairs = [
        (name.replace("_", "-").encode(), value.encode())
        for name, values in headers.items()
        for value in ([values] if isinstance(values, str) else values)
    ]
    scope = {"type": type_, "path": path, "method": method, "query_string": b"", "headers": pairs}
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "websocket.connect" if type_ == "websocket" else "http.request", "body": b""}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    return sent[0], b"".join(message.get("body", b"") for message in sent).decode()


@pytest.mark.parametrize(("site", "hosts", "origins", "opened"), HANDSHAKES)
def test_a_socket_opens_for_our_own_page_under_our_own_name(
    site: Site, hosts: list[str], origins: list[str], opened: bool
) -> None:
    first, _ = asked(Origins(through, site), type_="websocket", host=hosts, origin=origins)
    assert first["type"] == ("websocket.accept" if opened else "websocket.close")


def test_there_are_twenty_handshakes() -> None:
    assert len(HANDSHAKES) == 20


def test_another_name_gets_nothing_but_health() -> None:
    app = Headers(Origins(through, HERE), HERE)
    first, text = asked(app, host="evil.example")
    assert (first["status"], "data" in text) == (421, False)
    assert asked(app, "/healthz", host="10.0.0.7:8501")[1] == "data"


def test_another_site_cannot_write() -> None:
    app = Origins(through, HERE)
    good = asked(app, method="PUT", host="localhost:1", origin="http://localhost:1")
    bad = asked(app, method="PUT", host="localhost:1", origin="http://localhost:2")
    assert (good[0]["status"], bad[0]["status"]) == (200, 421)


@pytest.mark.parametrize("path", ["/", "/media/a.csv", "/static/x.js", "/sign-in", "/nothing/here"])
@pytest.mark.parametrize("site", [HERE, HOSPITAL])
def test_every_answer_carries_the_headers(path: str, site: Site) -> None:
    found = dict(asked(Headers(through, site), path, host="meetlat.example.org")[0]["headers"])
    assert found[b"x-content-type-options"] == b"nosniff"
    assert found[b"x-frame-options"] == b"DENY"
    assert found[b"referrer-policy"] == b"same-origin"
    assert b"camera=()" in found[b"permissions-policy"]
    policy = found[b"content-security-policy"].decode()
    assert "frame-ancestors 'none'" in policy
    assert "default-src 'none'" in policy
    assert "unsafe-eval" not in policy
    assert "'unsafe-inline'" not in policy.split("style-src")[0]
    kept = path.startswith("/static/")
    assert found[b"cache-control"] == (b"public, max-age=99" if kept else b"no-store")
    assert (b"strict-transport-security" in found) == site.secure
    assert found[b"set-cookie"].decode().endswith("; Secure") == site.secure


def test_a_mistake_of_ours_carries_them_too_and_tells_nothing() -> None:
    first, text = asked(Headers(broken, HERE), host="localhost:1")
    assert first["status"] == 500
    assert b"nosniff" in dict(first["headers"]).values()
    assert "business" not in text


@pytest.mark.parametrize(
    "path",
    [
        "//effect",
        "/effect/",
        "/Effect",
        "/effect/..",
        "/effect%2f",
        "/.streamlit/secrets.toml",
        "/pages/analyst/effect.py",
        "/state.db",
        "/_stcore/metrics",
        "/_stcore/agent/openapi.json",
        "/_stcore/script-health-check",
        "/_stcore/health/x",
        "/component/x",
        "/effect/_stcore/health",
        "/sign-in/provider",
    ],
)
def test_odd_paths_are_not_found(path: str) -> None:
    assert asked(IndexPage(through, HERE), path)[0]["status"] == 404


@pytest.mark.parametrize("path", ["/", "/effect", "/no-such-page"])
def test_an_address_of_a_page_gives_the_one_page(path: str) -> None:
    first, text = asked(IndexPage(through, HERE), path)
    assert (first["status"], '<html lang="nl">' in text) == (200, True)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_page_is_ours(language: str) -> None:
    text = re.sub(r"<!--.*?-->", "", written(language), flags=re.DOTALL).strip()
    assert f'<html lang="{language}">' in text
    assert "<title>Meetlat</title>" in text
    assert "<script>" not in text
    for word in ("agent", "favicon.png", "SourceSans", "http:", "https:"):
        assert word not in text
    assert text.startswith("<!DOCTYPE html>")


@pytest.mark.parametrize(
    ("wanted", "goes"),
    [
        ("/effect?pilot=ambient-a&lang=nl", True),
        ("/", True),
        ("//evil.example", False),
        ("/\\evil.example", False),
        ("https://evil.example", False),
        ("/effect?pilot=a\r\nSet-Cookie: x=y", False),
        ("/effect/../x", False),
        ("javascript:alert(1)", False),
        ("/effect\n", False),
    ],
)
def test_after_signing_in_one_goes_to_a_page_of_ours(wanted: str, goes: bool) -> None:
    assert (LOCAL.fullmatch(wanted) is not None) == goes


def test_a_site_is_what_the_settings_say() -> None:
    from core.settings import Settings

    found = Site.of(Settings(auth="required", public_url="https://meetlat.example.org/"))
    assert found == replace(HOSPITAL, hospital="")
    assert found.hosts == ("meetlat.example.org",)
    assert Site.of(Settings()).hosts == ("127.0.0.1", "::1", "localhost")
