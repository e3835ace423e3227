"""Open a page as a person would, wait until it is finished, and remember what it asked for."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, expect

LOCAL = ("data:", "blob:")
LOOKS_FOR_ITS_ROOT = re.compile(r"/[a-z-]+/_stcore/(health|host-config)$")
"""On a deep link Streamlit's own script first looks for its server under the page's address."""
NOTHING_MOVES = """() => document.getAnimations().every(
    one => one.playState !== 'running' || one.effect.getComputedTiming().endTime === Infinity
)"""
"""What turns for ever, such as a spinner, moves nothing beside it."""


@dataclass(kw_only=True)
class Visit:
    """A page, the requests that left for elsewhere and the errors in the console."""

    page: Page
    elsewhere: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What stands on the page now."""
        return self.page.locator("[data-testid=stMain]").inner_text()

    @property
    def too_wide(self) -> int:
        """How many pixels the page is wider than the screen; 0 or less where it fits."""
        widths: list[int] = self.page.evaluate(
            """() => {
                const main = document.querySelector('[data-testid=stMain]')
                const page = document.documentElement
                return [page.scrollWidth - innerWidth, main.scrollWidth - main.clientWidth]
            }"""
        )
        return max(widths)

    def says(self, *sentences: str) -> None:
        """Wait until each sentence stands on the page; white space of any kind is alike."""
        main = self.page.locator("[data-testid=stMain]")
        for sentence in sentences:
            expect(main).to_contain_text(sentence, use_inner_text=True, timeout=60_000)

    def drawn(self) -> None:
        """Every chart that is not folded away has its lines, fonts are there."""
        for chart in self.page.locator(".stPlotlyChart >> visible=true").all():
            expect(chart.locator(".main-svg").first).to_be_visible(timeout=60_000)
        self.page.evaluate("document.fonts.ready")
        self.page.wait_for_timeout(600)

    def finished(self) -> None:
        """The script ended; nothing that it drew is stale, a placeholder or still on its way to its place.

        Parts come in any order, so before this the second button need not be the second; and what unfolds
        pushes a button from under a press that is faster than a person's.
        """
        app = self.page.locator("[data-testid=stApp]")
        expect(app).to_have_attribute("data-test-script-state", "notRunning", timeout=60_000)
        for unfinished in ("[data-stale=true]", "[data-testid=stSkeleton]"):
            expect(self.page.locator(unfinished)).to_have_count(0, timeout=60_000)
        self.page.wait_for_function(NOTHING_MOVES)

    def unfold(self, title: str) -> None:
        """Open what is folded up under this title, and wait until it lies open."""
        self.page.locator("summary", has_text=title).click()
        self.finished()


@contextmanager
def visit(
    browser: Browser, address: str, path: str = "", *, width: int = 1440, mode: str = "light"
) -> Iterator[Visit]:
    """A new visitor, without cookies or storage of another."""
    context = browser.contexts[0]
    context.clear_cookies()
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme="dark" if mode == "dark" else "light", reduced_motion="reduce")
    seen = Visit(page=page)
    host = urlsplit(address).netloc
    page.on(
        "request",
        lambda request: (
            None
            if request.url.startswith(LOCAL) or urlsplit(request.url).netloc == host
            else seen.elsewhere.append(request.url)
        ),
    )
    page.on(
        "console",
        lambda message: (
            seen.errors.append(f"{message.text} {message.location.get('url', '')}")
            if message.type == "error"
            and not LOOKS_FOR_ITS_ROOT.search(urlsplit(message.location.get("url", "")).path)
            else None
        ),
    )
    page.on("pageerror", lambda error: seen.errors.append(str(error)))
    try:
        page.goto(f"{address}/{path}")
        page.wait_for_selector("h1", timeout=60_000)
        seen.finished()
        yield seen
    finally:
        page.evaluate("localStorage.clear()")
        page.close()
