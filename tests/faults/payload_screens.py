"""Every page in a real browser with scripts as every name that a visitor meets.

The app is run without our web server, so without the Content Security Policy that would stop most of it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import ConsoleMessage, Dialog, Page

from tests.faults.payload_pages import every_page
from tests.faults.payload_sample import AT_ONCE, kept
from tests.screens.browser import open_browser
from tests.screens.server import running_sample
from tests.screens.visit import Visit, visit

Found = dict[str, Any]
RAN = "the hook of a payload ran"
HOOKED = f"window.meetlatHook = () => console.log('{RAN}')"
ONE_EACH = {"checklist": "pilot", "effect": "pilot", "kpis": "kpi", "this-week": "department"}
"""Pages that show one thing at a time, and what of; all others show every name at once."""
INJECTED = """() => {
    const mark = 'meetlatHook', name = element => element.tagName.toLowerCase()
    const follows = /^(href|xlink:href|src|action|formaction|data|background|content|poster)$/
    const runs = attribute => attribute.value.includes(mark) && (
        attribute.name.startsWith('on') || attribute.name === 'srcdoc' ||
        follows.test(attribute.name) && /^(javascript|data):/i.test(attribute.value.trim()))
    const ours = element => ['script', 'style'].includes(name(element)) && element.textContent.includes(mark)
    const foreign = 'iframe[srcdoc], object, embed, base, marquee, video, audio, meta[http-equiv=refresh], ' +
        'img[src="x"], [autofocus][onfocus], form[action^="javascript"], link[href="x"]'
    return [...document.querySelectorAll('*')].filter(element =>
        [...element.attributes].some(runs) || ours(element) || element.matches(foreign)
    ).map(element => element.outerHTML.slice(0, 200))
}"""
"""Elements that only a payload can have made, each as it is written."""
UNFOLD = "() => document.querySelectorAll('details:not([open]) > summary').forEach(one => one.click())"


@dataclass(kw_only=True)
class Seen:
    """What happened over all visits."""

    dialogs: list[str] = field(default_factory=list)
    ran: list[str] = field(default_factory=list)
    injected: list[str] = field(default_factory=list)
    shown: set[tuple[str, str]] = field(default_factory=set)
    visits: int = 0

    def watch(self, page: Page) -> None:
        """Note every dialog, and every call of what the payloads call."""
        page.add_init_script(HOOKED)
        page.on("dialog", self._dialog)
        page.on("console", self._console)

    def look(self, page: Page, at: str, texts: Sequence[str]) -> None:
        """Note what was injected, and which texts can be read."""
        self.injected += [f"{at}: {one}" for one in page.evaluate(INJECTED)]
        read = " ".join(str(page.evaluate("document.body.innerText")).split()).casefold()
        self.shown |= {(at, text) for text in texts if " ".join(text.split()).casefold() in read}

    def _dialog(self, dialog: Dialog) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def _console(self, message: ConsoleMessage) -> None:
        if message.text == RAN:
            self.ran.append(message.text)


def shown_scripts(texts: Sequence[str]) -> Found:
    """Every page with these texts, which are the first of their list."""
    with TemporaryDirectory() as folder, open_browser() as browser:
        kept(Path(folder) / "workspace", texts)
        known = running_sample(Path(folder), "scripts", MEETLAT_SCRIPTS=str(len(texts)))
        with known as address, visit(browser, address) as visited:
            seen = Seen()
            seen.watch(visited.page)
            for page in every_page():
                _visited(visited, seen, address, page, texts)
            return _counted(seen, visited, texts)


def _visited(visited: Visit, seen: Seen, address: str, page: str, texts: Sequence[str]) -> None:
    for at, query in enumerate(_queries(page, texts)):
        visited.page.goto(f"{address}/{page}?{query}")
        visited.page.wait_for_selector("h1", timeout=60_000)
        visited.finished()
        visited.page.evaluate(UNFOLD)
        visited.finished()
        seen.look(visited.page, page, texts)
        seen.visits += 1
        if at == 0:
            _choices(visited, seen, page, texts)


def _queries(page: str, texts: Sequence[str]) -> Iterator[str]:
    about = ONE_EACH.get(page)
    names = {"pilot": "p{}", "kpi": "own_{}"}
    for at in range(0, len(texts) if about else 1, AT_ONCE):
        one = {about: names[about].format(at) if about in names else texts[at]} if about else {}
        yield urlencode(one | {"lang": "en"})


def _choices(visited: Visit, seen: Seen, page: str, texts: Sequence[str]) -> None:
    """Every list of a page to choose from, opened."""
    for field_ in visited.page.locator("[data-testid=stSelectbox] input >> visible=true").all():
        field_.click()
        visited.page.wait_for_timeout(200)
        seen.look(visited.page, page, texts)
        visited.page.keyboard.press("Escape")


def _counted(seen: Seen, visited: Visit, texts: Sequence[str]) -> Found:
    shown = {page: sum(at == page for at, _ in seen.shown) for page in every_page()}
    return {"pages": len(every_page()), "payloads": len(texts), "tried": seen.visits,
            "shown_as_text_by_page": " ".join(f"{page}={count}" for page, count in shown.items()),
            "dialogs": len(seen.dialogs), "scripts_ran": len(seen.ran),
            "elements_injected": len(seen.injected), "requests_elsewhere": len(visited.elsewhere),
            "examples": (seen.injected + visited.elsewhere)[:5]}  # fmt: skip
