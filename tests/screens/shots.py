"""Pictures of every page: `python -m tests.screens.shots --workspace W --out DIR`.

Three pages, light and dark, Dutch and English, at 1440 and 390 pixels; with --sample also the states that a
demo does not show: cannot be estimated, suppressed, empty.
"""

import argparse
import tempfile
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser

from tests.screens.browser import open_browser
from tests.screens.server import running, running_sample
from tests.screens.visit import visit

PAGES = ("portfolio", "this-week", "effect")
STATES = {
    "cannot-estimate": "effect?pilot=summary",
    "suppressed": "effect?pilot=small",
    "sample": "portfolio",
}
TALLEST = 6000


def main() -> None:
    """Read the arguments and make the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workspace", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--pages", nargs="*", default=PAGES, help="with their query, such as effect?pilot=ID")
    parser.add_argument("--widths", nargs="*", type=int, default=(1440, 390))
    parser.add_argument("--modes", nargs="*", default=("light", "dark"))
    parser.add_argument("--languages", nargs="*", default=("nl", "en"))
    parser.add_argument("--height", type=int, default=TALLEST, help="of the tallest picture")
    parser.add_argument("--sample", action="store_true", help="the states of the sample as well")
    chosen = parser.parse_args()
    chosen.out.mkdir(parents=True, exist_ok=True)
    with open_browser() as browser:
        with running(chosen.workspace.resolve(), warm=True) as address:
            for page, *how in product(chosen.pages, chosen.widths, chosen.modes, chosen.languages):
                shoot(browser, address, page, page.split("?")[0], chosen.out, *how, chosen.height)
        if chosen.sample:
            _states(browser, chosen.out)


def shoot(
    browser: Browser,
    address: str,
    page: str,
    name: str,
    out: Path,
    width: int,
    mode: str,
    language: str,
    tallest: int = TALLEST,
) -> None:
    """One picture of the whole page."""
    path = f"{page}{'&' if '?' in page else '?'}lang={language}"
    with visit(browser, address, path, width=width, mode=mode) as seen:
        main = seen.page.locator("[data-testid=stMain]")
        height = min(tallest, int(main.evaluate("element => element.scrollHeight")))
        seen.page.set_viewport_size({"width": width, "height": max(min(900, tallest), height)})
        seen.drawn()
        file = out / f"{name}-{language}-{mode}-{width}.png"
        seen.page.screenshot(path=file)
        print(file)


def _states(browser: Browser, out: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        with running_sample(Path(folder) / "all", "all") as address:
            for name, page in STATES.items():
                shoot(browser, address, page, name, out, 1440, "light", "nl")
        with running_sample(Path(folder) / "nothing", "nothing") as address:
            for name in ("portfolio", "this-week"):
                shoot(browser, address, name, f"empty-{name}", out, 1440, "light", "nl")


if __name__ == "__main__":
    main()
