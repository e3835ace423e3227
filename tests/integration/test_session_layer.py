"""The layer that lets in who has an open session: what each visit gets, is told and leaves in the log."""

import asyncio
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from starlette.responses import PlainTextResponse, Response
from starlette.types import Message, Receive, Scope, Send

from storage import audit_log, schema
from storage.database import writing
from storage.sessions import key_of
from storage.workspace import Workspace
from tests.audit_log import events
from tests.provider_cookies import ANNA, CLIENT, SECRET, set_cookies, token
from web.sessions import Sessions, remember
from web.site import Site
from workflows.provider import Provider
from workflows.sign_in import open_session, person_of, sign_in

HERE = Site(origin="", cookie="meetlat_session", language="nl")
HOSPITAL = Site(origin="https://meetlat.example.org", cookie="__Host-meetlat", language="nl")
PROVIDER = Provider(
    metadata_url="https://login.example.org",
    redirect_uri="https://meetlat.example.org/oauth2callback",
    client_id=CLIENT,
    prompt="login",
    client_secret="",
    cookie_secret=SECRET,
)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("empty") / "w"
    Workspace.open(place).engine.dispose()
    return place


class Inner:
    """In the place of Streamlit: says "data", and to who comes back from the provider what it is given."""

    def __init__(self) -> None:
        self.back: Response = PlainTextResponse("back")
        self.visits: list[str] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.visits.append(scope["type"])
        if scope["type"] == "http":
            answer = self.back if scope["path"] == "/oauth2callback" else PlainTextResponse("data")
            await answer(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.accept"})


class Visited:
    """The layer, the app in it, and visits with some cookies."""

    def __init__(self, workspace: Workspace, site: Site = HERE) -> None:
        self.workspace, self.site, self.inner = workspace, site, Inner()
        self.layer = Sessions(self.inner, site, workspace, PROVIDER, frozenset({"/app/static/mark.svg"}))

    def signed_in(self, name: str = "anna") -> str:
        return sign_in(self.workspace, {"sub": name, "name": name})

    def messages(self, scope: Scope) -> tuple[list[Any], list[str]]:
        """What is sent, and the types of what was taken in first."""
        sent: list[Any] = []
        taken: list[str] = []

        async def receive() -> Message:
            taken.append("websocket.connect" if scope["type"] == "websocket" else "http.request")
            return {"type": taken[-1], "body": b""}

        async def send(message: Message) -> None:
            sent.append(message)

        asyncio.run(self.layer(scope, receive, send))
        return sent, taken

    def opens(self, session: str = "") -> list[Any]:
        """What a socket is told."""
        scope = self._scope("websocket", "/_stcore/stream", session, {})
        sent, taken = self.messages(scope)
        assert taken == ["websocket.connect"]
        return sent

    def get(
        self, path: str, session: str = "", query: str = "", method: str = "GET", **headers: str
    ) -> "Answer":
        scope = {**self._scope("http", path, session, headers), "method": method}
        scope["query_string"] = query.encode("latin-1")
        return Answer(self.messages(scope)[0])

    def comes_back(self, claims: Any, session: str = "", wanted: str = "") -> "Answer":
        """From the provider, of whom Streamlit keeps these claims."""
        answer = PlainTextResponse("back", headers={"x-from": "streamlit"})
        for cookie in set_cookies(claims, {"id_token": token()}) if claims else ():
            answer.headers.append("set-cookie", cookie)
        answer.headers.append("set-cookie", "_streamlit_session=state; Path=/")
        self.inner.back = answer
        return self.get("/oauth2callback", session, cookie_next=wanted)

    def _scope(self, type_: str, path: str, session: str, headers: Mapping[str, str]) -> dict[str, Any]:
        named = {self.site.cookie: session, "meetlat_next": headers.get("cookie_next", "")}
        cookies = "; ".join(f"{name}={value}" for name, value in named.items() if value)
        others = [
            (name.replace("_", "-").encode(), value.encode())
            for name, value in headers.items()
            if name != "cookie_next"
        ]
        kept = [(b"cookie", cookies.encode())] if cookies else []
        client = ("10.1.2.3", 50123)
        return {"type": type_, "path": path, "query_string": b"", "headers": kept + others, "client": client}

    def log(self) -> list[tuple[str, str]]:
        """What is in the audit log: the event and where its visitor came from."""
        return [(one.event.event_id, one.event.network_access_point_id) for one in events(self.workspace)]

    def names(self) -> list[str]:
        return [name for name, _ in self.log()]


class Answer:
    """What one visit gets."""

    def __init__(self, messages: list[Any]) -> None:
        self.status = messages[0]["status"]
        self.text = b"".join(message.get("body", b"") for message in messages).decode()
        found = [(name.decode(), value.decode()) for name, value in messages[0]["headers"]]
        self.headers = dict(found)
        self.cookies = [value for name, value in found if name == "set-cookie"]

    @property
    def goes(self) -> tuple[int, str]:
        return self.status, self.headers["location"]


@pytest.fixture
def site(tmp_path: Path, empty: Path) -> Visited:
    return Visited(Workspace.open(shutil.copytree(empty, tmp_path / "w")))


def aged(site: Visited, session: str, by: timedelta) -> None:
    """As if nobody had been active in a session for some time."""
    seen = (datetime.now(UTC) - by).isoformat()
    table = schema.sessions
    with writing(site.workspace.engine) as connection:
        connection.execute(table.update().where(table.c.key == key_of(session)).values(seen_at=seen))


def forgets(answer: Answer, cookie: str = "meetlat_session", more: str = "") -> bool:
    """Whether the browser is told to forget a cookie, as it was kept."""
    kept = [one.split("; ") for one in answer.cookies if one.startswith(f'{cookie}=""')]
    rules = {"HttpOnly", "Max-Age=0", "Path=/", "SameSite=lax", *filter(None, [more])}
    return [{part for part in one[1:] if not part.startswith("expires")} for one in kept] == [rules]


@pytest.mark.parametrize("path", ["/", "/portfolio", "/media/a.csv", "/_stcore/health", "/nothing/there"])
def test_with_an_open_session_everything_is_passed_on(site: Visited, path: str) -> None:
    found = site.get(path, site.signed_in())
    assert (found.status, found.text) == (200, "data")


@pytest.mark.parametrize(
    "path", ["/sign-in", "/sign-in/start", "/auth/login", "/healthz", "/app/static/mark.svg"]
)
def test_before_signing_in_there_is_what_signing_in_needs(site: Visited, path: str) -> None:
    assert site.get(path).text == "data"
    assert site.names() == []


def test_what_is_open_to_a_visitor_is_not_open_to_a_socket(site: Visited) -> None:
    scope = {"type": "websocket", "path": "/sign-in", "query_string": b"", "headers": []}
    assert site.messages(scope)[0] == [{"type": "websocket.close", "code": 1008}]
    scope["path"] = "/oauth2callback"
    assert site.messages(scope)[0] == [{"type": "websocket.close", "code": 1008}]
    scope["path"] = "/auth/logout"
    assert site.messages(scope)[0] == [{"type": "websocket.close", "code": 1008}]
    assert site.inner.visits == []


def test_what_begins_and_ends_with_the_server_is_passed_on(site: Visited) -> None:
    site.messages({"type": "lifespan"})
    assert site.inner.visits == ["lifespan"]


@pytest.mark.parametrize(
    ("path", "query", "goes"),
    [
        ("/", "", "/sign-in"),
        ("/portfolio", "", "/sign-in?next=%2Fportfolio"),
        ("/effect", "pilot=ambient-a&lang=en", "/sign-in?next=%2Feffect%3Fpilot%3Dambient-a%26lang%3Den"),
        ("/effect", "pilot=xx", "/sign-in?next=%2Feffect%3Fpilot%3Dxx"),
        ("/effect", "pilot=a b", "/sign-in"),
        ("/effect", "pilot=\xe9", "/sign-in"),
        ("/", "lang=en", "/sign-in?next=%2F%3Flang%3Den"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_page_sends_who_is_not_known_to_sign_in_and_then_back(
    site: Visited, method: str, path: str, query: str, goes: str
) -> None:
    found = site.get(path, query=query, method=method)
    assert found.goes == (303, goes)
    assert forgets(found)
    assert (site.names(), site.inner.visits) == ([], [])


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("/media/a.csv", "GET"),
        ("/_stcore/upload_file/x", "PUT"),
        ("/portfolio", "POST"),
        ("/auth/other", "GET"),
    ],
)
def test_anything_else_is_refused_plainly(site: Visited, path: str, method: str) -> None:
    for session in ("", "x" * 43):
        found = site.get(path, session, method=method)
        assert (found.status, found.text) == (401, "Sign in first.")
    assert (site.names(), site.inner.visits) == ([], [])


def test_an_ended_session_gets_no_page_and_no_file_and_the_log_says_so_once(site: Visited) -> None:
    session = site.signed_in()
    assert site.opens(session) == [{"type": "websocket.accept"}]
    aged(site, session, timedelta(hours=9))
    assert site.get("/media/a.csv", session).status == 401
    assert site.names() == ["signed_in"]
    assert site.get("/portfolio", session).goes == (303, "/sign-in?why=ended&next=%2Fportfolio")
    assert site.names() == ["signed_in", "session_ended"]
    assert site.opens(session) == [{"type": "websocket.close", "code": 1008}]
    assert site.opens() == [{"type": "websocket.close", "code": 1008}]
    assert site.log() == [
        ("signed_in", events(site.workspace)[0].event.network_access_point_id),
        ("session_ended", "10.1.2.3"),
        ("denied", "10.1.2.3"),
    ]


def test_a_visitor_without_an_address_is_written_down_as_this_machine(site: Visited) -> None:
    session = site.signed_in()
    scope = {"type": "http", "path": "/auth/logout", "query_string": b"", "method": "GET", "client": None}
    site.messages({**scope, "headers": [(b"cookie", f"meetlat_session={session}".encode())]})
    first, second = site.log()
    assert second == ("signed_out", first[1])


def test_signing_out_ends_the_session_and_tells_the_browser_to_forget_it(site: Visited) -> None:
    session = site.signed_in()
    found = site.get("/auth/logout", session)
    assert found.goes == (303, "/sign-in?why=out")
    assert forgets(found)
    assert open_session(site.workspace, session) is None
    assert site.names() == ["signed_in", "signed_out"]


@pytest.mark.parametrize(
    ("came_from", "ends"), [("cross-site", False), ("same-origin", True), ("none", True)]
)
def test_another_website_signs_nobody_out(site: Visited, came_from: str, ends: bool) -> None:
    session = site.signed_in()
    found = site.get("/auth/logout", session, sec_fetch_site=came_from)
    assert (open_session(site.workspace, session) is None) == ends
    if not ends:
        assert (found.status, found.text) == (403, "Not from another website.")


def test_who_comes_back_known_gets_a_session_and_no_claim(site: Visited) -> None:
    found = site.comes_back(ANNA)
    assert (found.goes, found.text) == ((303, "/"), "")
    session, _, other = found.cookies
    name, _, rest = session.partition("=")
    value, *rules = rest.split("; ")
    assert (name, rules) == ("meetlat_session", ["HttpOnly", "Path=/", "SameSite=lax"])
    assert forgets(found, "meetlat_next")
    assert other == "_streamlit_session=state; Path=/"
    who = person_of(site.workspace, value)
    assert who is not None
    assert (who.subject, who.name) == ("anna", "Anna")
    assert site.log() == [("signed_in", "10.1.2.3")]
    assert "x-from" not in found.headers


def test_over_tls_cookies_travel_over_tls_alone(tmp_path: Path, empty: Path) -> None:
    site = Visited(Workspace.open(shutil.copytree(empty, tmp_path / "w")), HOSPITAL)
    found = site.comes_back(ANNA)
    assert found.cookies[0].startswith("__Host-meetlat=")
    assert found.cookies[0].split("; ")[1:] == ["HttpOnly", "Path=/", "SameSite=lax", "Secure"]
    assert forgets(found, "meetlat_next", "Secure")
    assert forgets(site.get("/portfolio"), "__Host-meetlat", "Secure")


@pytest.mark.parametrize(
    ("wanted", "goes"),
    [("/effect?pilot=a", "/effect?pilot=a"), ("//evil.example", "/"), ("https://evil.example", "/")],
)
def test_after_signing_in_people_are_where_they_wanted_to_be(site: Visited, wanted: str, goes: str) -> None:
    assert site.comes_back(ANNA, wanted=f'"{wanted}"').goes == (303, goes)


def test_who_signs_in_again_has_one_session(site: Visited) -> None:
    former = site.signed_in()
    assert site.comes_back(ANNA, former).goes == (303, "/")
    assert open_session(site.workspace, former) is None


def test_who_comes_back_without_claims_is_told_and_written_down(site: Visited) -> None:
    for session in ("", "x" * 43):
        found = site.comes_back(None, session)
        assert found.goes == (303, "/sign-in?why=failed")
        assert forgets(found)
        assert found.cookies[-1] == "_streamlit_session=state; Path=/"
    assert site.log() == [("sign_in_failed", "10.1.2.3")] * 2


def test_who_goes_back_in_the_browser_s_history_stays_signed_in(site: Visited) -> None:
    session = site.signed_in()
    found = site.comes_back(None, session)
    assert found.goes == (303, "/")
    assert not forgets(found)
    assert open_session(site.workspace, session) is not None
    assert site.names() == ["signed_in"]


def test_an_account_that_does_not_say_who_it_is_is_refused(site: Visited) -> None:
    found = site.comes_back({**ANNA, "sub": ""})
    assert found.goes == (303, "/sign-in?why=refused")
    assert forgets(found)
    assert site.names() == ["sign_in_failed"]


def test_while_the_log_is_away_nobody_signs_in_and_is_told_so_in_their_language(
    site: Visited, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_connection: object) -> None:
        raise OperationalError("append", {}, Exception("the log is away"))

    monkeypatch.setattr(audit_log, "_locked", away)
    found = site.comes_back(ANNA)
    assert found.status == 503
    assert "logboek" in found.text
    assert not any(cookie.startswith(("meetlat_session", "_streamlit_user")) for cookie in found.cookies)


@pytest.mark.parametrize(
    ("wanted", "kept"),
    [
        (
            "/effect?pilot=a%20b&lang=en",
            r'meetlat_next="/effect?pilot=a%20b&lang=en"; HttpOnly; Max-Age=900; Path=/; SameSite=lax',
        ),
        ("//evil.example", None),
        ("", None),
    ],
)
def test_the_browser_keeps_which_page_was_asked_for_a_quarter_of_an_hour(
    wanted: str, kept: str | None
) -> None:
    answer = Response()
    remember(answer, wanted, HERE)
    assert answer.headers.get("set-cookie") == kept
