"""Sign-in from end to end: a real browser, two real providers, our web server as its own process."""

import http.client
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, Response, expect
from sqlalchemy import update
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from governance.access import LOCAL_OPERATOR
from storage.people import Holder
from storage.schema import sessions
from storage.workspace import Workspace
from tests.audit_log import names
from tests.conftest import absent
from tests.screens.server import running
from tests.screens.visit import Visit
from tests.servers import identity
from tests.servers.ports import free_port
from workflows.people import grant, withdraw
from workflows.revoke import revoke_all

PEOPLE = {"anna": ["managers"], "lars": ["analysts"]}
COOKIE, COOKIE_SECRET = "meetlat_session", "only-for-tests-0123456789-abcdefghijklmnop"
HEADERS = (
    "content-security-policy",
    "x-content-type-options",
    "x-frame-options",
    "referrer-policy",
    "permissions-policy",
)


@dataclass(kw_only=True)
class Served:
    """An app that people have to sign in to."""

    address: str
    provider: identity.Running
    workspace: Workspace
    requests: list[str] = field(default_factory=list)

    def age(self, by: timedelta) -> None:
        """As if nobody had done anything for a while."""
        seen = (datetime.now(UTC) - by).isoformat()
        with self.workspace.engine.begin() as connection:
            connection.execute(update(sessions).values(seen_at=seen))

    def status(self, path: str, cookie: str = "", method: str = "GET") -> tuple[int, str, bytes]:
        """Status, where it leads and content of one request, its path sent as it is written."""
        connection = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=30)
        connection.request(method, path, headers={"Cookie": cookie} if cookie else {})
        answer = connection.getresponse()
        found = answer.status, answer.headers.get("Location", ""), answer.read()
        for name in HEADERS:
            assert answer.headers.get(name), f"{path} has no {name}"
        connection.close()
        return found

    def socket_opens(self, cookie: str = "") -> bool:
        """Whether the app's socket opens for a page of ours with this cookie."""
        url = self.address.replace("http", "ws", 1) + "/_stcore/stream"
        headers = {"Cookie": cookie} if cookie else {}
        try:
            with connect(url, subprotocols=["streamlit"], origin=self.address, additional_headers=headers):
                return True
        except InvalidStatus as refusal:
            return refusal.response.status_code != 403


@contextmanager
def served(kind: str, folder: Path) -> Iterator[Served]:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    started = identity.oidc_provider(address, PEOPLE) if kind == "npm" else identity.provider_mock(PEOPLE)
    with started as provider:
        settings = {
            "MEETLAT_AUTH": "required",
            "MEETLAT_PUBLIC_URL": address,
            "MEETLAT_PROVIDER_URL": provider.issuer,
            "MEETLAT_CLIENT_ID": "meetlat",
            "MEETLAT_PROMPT": provider.prompt,
            "MEETLAT_SECRET_CLIENT_SECRET": identity.CLIENT_SECRET,
            "MEETLAT_SECRET_COOKIE_SECRET": COOKIE_SECRET,
        }
        with running(folder, port=port, **settings):
            yield Served(address=address, provider=provider, workspace=Workspace.open(folder))


@pytest.fixture(scope="module", params=["npm"])
def app(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    try:
        with served(request.param, tmp_path_factory.mktemp(request.param) / "w") as found:
            yield found
    except identity.CannotInstall as why:
        absent(request, "identity", str(why))


@pytest.fixture
def context(browser: Browser, app: Served) -> Iterator[BrowserContext]:
    """A visitor without cookies; what it asks for is remembered, and every answer of ours is looked at."""
    made = browser.new_context(locale="en-GB", reduced_motion="reduce")
    app.requests = []
    made.on("request", lambda request: _remembered(request, app))
    made.on("response", lambda answer: _complete(answer, app.address))
    try:
        yield made
    finally:
        made.close()


def _remembered(request: Request, app: Served) -> None:
    """Keep what our pages ask for; what a page of the provider loads is the provider's own affair."""
    if not request.headers.get("referer", "").startswith(app.provider.issuer):
        app.requests.append(request.url)


def _complete(answer: Response, address: str) -> None:
    if answer.url.startswith(address):
        missing = [name for name in HEADERS if name not in answer.headers]
        assert not missing, f"{answer.url} has no {missing}"


def enter(context: BrowserContext, app: Served, person: str, path: str = "/") -> Page:
    """Go to a page, be sent to sign in, do so at the provider, and come back."""
    page = context.new_page()
    page.goto(app.address + path)
    expect(page).to_have_title("Sign in to Meetlat")
    page.get_by_role("link", name="Sign in with your hospital account").click()
    if app.provider.kind == "oidc-provider":
        page.locator("input[name=login]").fill(person)
        page.locator("input[name=password]").fill("anything")
        page.locator("button[type=submit]").click()
        page.get_by_role("button", name="Continue").click()
    else:
        page.get_by_role("button", name=person).click()
    expect(page.locator("[data-testid=stSidebar]")).to_contain_text(f"Signed in as Name of {person}")
    Visit(page=page).finished()
    return page


def held(context: BrowserContext) -> str:
    """The cookie of a visitor, as a copy would be sent."""
    (found,) = [cookie for cookie in context.cookies() if cookie["name"] == COOKIE]
    assert (found["httpOnly"], found["sameSite"], found["path"]) == (True, "Lax", "/")
    return f"{COOKIE}={found['value']}"


def test_a_session_that_is_ended_ends_on_an_open_page(app: Served, context: BrowserContext) -> None:
    page = enter(context, app, "lars")
    cookie = held(context)
    assert revoke_all(LOCAL_OPERATOR, app.workspace) >= 1
    page.locator("[data-testid=stSidebar]").get_by_text("NL", exact=True).click()
    expect(page.locator("[data-testid=stMain]")).to_contain_text("U bent niet aangemeld")
    expect(page.locator("[data-testid=stSidebar]")).not_to_contain_text("lars")
    assert app.status("/media/x.csv", cookie)[0] == 401
    again = page.get_by_role("button", name="Opnieuw aanmelden")
    expect(again).to_be_visible()
    again.click()
    page.wait_for_url(f"{app.provider.issuer}/**")


def test_roles_choose_the_pages_and_a_role_that_is_withdrawn_is_gone_at_the_next_click(
    app: Served, context: BrowserContext
) -> None:
    group = Holder(kind="group", name="analysts")
    grant(LOCAL_OPERATOR, app.workspace, group, "privacy")
    page = enter(context, app, "lars")
    menu = page.locator("[data-testid=stSidebarNav]")
    expect(menu).to_contain_text("Data quality")
    withdraw(LOCAL_OPERATOR, app.workspace, group)
    page.locator("[data-testid=stSidebar]").get_by_text("NL", exact=True).click()
    expect(page.locator("[data-testid=stMain]")).to_contain_text("u heeft nog geen rol in Meetlat")
    expect(page.locator("[data-testid=stSidebar]")).not_to_contain_text("Datakwaliteit")


def test_the_address_of_a_page_that_is_not_theirs_is_logged_once_and_looks_like_no_address(
    app: Served, context: BrowserContext
) -> None:
    grant(LOCAL_OPERATOR, app.workspace, Holder(kind="person", name="anna"), "auditor")
    page = enter(context, app, "anna")
    before = names(app.workspace)["denied"]
    for address in ("effect", "nothing-here"):
        page.goto(f"{app.address}/{address}?lang=en")
        expect(page.locator("h1")).to_have_text("Audit log")
        expect(page).to_have_url(re.compile("/audit-log"))
    assert names(app.workspace)["denied"] == before + 1


def test_resting_ends_a_session(app: Served, context: BrowserContext) -> None:
    page = enter(context, app, "lars")
    app.age(timedelta(minutes=31))
    page.goto(f"{app.address}/portfolio")
    expect(page.locator("body")).to_contain_text("Your session has ended.")


def test_without_sign_in_no_address_gives_anything(app: Served) -> None:
    allowed = ("/sign-in", "/healthz")
    odd = (
        "//",
        "//effect",
        "/effect/",
        "/Effect",
        "/EFFECT",
        "/%2e%2e/",
        "/effect%2f..",
        "/.",
        "/a/../effect",
    )
    closed = ("/", "/effect", "/portfolio", "/no-such-page", "/static/js/index.js", "/_stcore/health")
    doors = (
        "/_stcore/host-config",
        "/_stcore/metrics",
        "/_stcore/agent/openapi.json",
        "/media/x.csv",
        "/component/x",
        "/sign-in/provider",
    )
    for path in (*odd, *closed, *doors):
        status, leads, content = app.status(path)
        assert status in (303, 400, 401), path
        assert leads.startswith("/sign-in") or not leads, path
        assert b"streamlit" not in content.lower(), path
    assert app.status("/_stcore/upload_file/a/b", method="PUT")[0] == 401
    assert not app.socket_opens()
    assert [app.status(path)[0] for path in allowed] == [200, 200]


def test_what_looks_like_a_session_opens_nothing(app: Served) -> None:
    claims = json.dumps({"sub": "anna", "is_logged_in": True, "origin": app.address, "provider": "default"})
    signed = create_signed_value(COOKIE_SECRET, "_streamlit_user", claims).decode()
    for cookie in (
        f"_streamlit_user={signed}",
        f"{COOKIE}={signed}",
        f"{COOKIE}={'x' * 43}",
        f"{COOKIE}=",
        f"__Host-meetlat={'x' * 43}",
        f"session={'x' * 43}",
    ):
        assert app.status("/effect", cookie)[0] == 303, cookie
        assert app.status("/_stcore/health", cookie)[0] == 401, cookie
        assert not app.socket_opens(cookie), cookie


def test_an_answer_that_no_provider_gave_lets_nobody_in(app: Served) -> None:
    for query in ("", "?code=x&state=y", "?error=access_denied&state=y"):
        status, leads, _ = app.status(f"/oauth2callback{query}")
        assert (status, leads) == (303, "/sign-in?why=failed")


def test_with_the_other_provider_and_a_cookie_that_was_copied_before_signing_out(
    request: pytest.FixtureRequest, browser: Browser, tmp_path: Path
) -> None:
    try:
        with served("mock", tmp_path / "w") as app, browser.new_context(locale="en-GB") as visitor:
            page = enter(visitor, app, "lars")
            copied = held(visitor)
            assert app.status("/media/x.csv", copied)[0] == 404
            assert app.socket_opens(copied)
            page.evaluate("localStorage.setItem('kept', 'x')")
            page.locator("[data-testid=stSidebar]").get_by_role("button", name="Sign out").click()
            expect(page).to_have_title("Sign in to Meetlat")
            assert page.evaluate("localStorage.length") == 0
            assert app.status("/portfolio", copied)[0] == 303
            assert app.status("/media/x.csv", copied)[0] == 401
            assert not app.socket_opens(copied)
    except identity.CannotInstall as why:
        absent(request, "identity", str(why))
