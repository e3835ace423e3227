"""Pictures of the pages: `python -m tests.screens.shots --workspace W --out DIR`.

All pages, light and dark, Dutch and English, at 1440 and 390 pixels. --sample adds the states that a
demo does not show: cannot be estimated, suppressed, empty. --readme makes those of the README instead.
"""

import argparse
import tempfile
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser

from tests.screens.browser import open_browser
from tests.screens.server import running, running_sample
from tests.screens.visit import visit

PAGES = ("portfolio", "checklist", "this-week", "effect", "data-quality", "kpis?kpi=letter_24h", "audit-log")
README = {
    "portfolio-nl-light": "portfolio",
    "portfolio-en-dark": "portfolio",
    "department-nl-light": "this-week?department=interne-geneeskunde",
    "effect-nl-light": "effect?pilot=ambient-a",
}
STATES = {
    "cannot-estimate": "effect?pilot=summary",
    "suppressed": "effect?pilot=small",
    "sample": "portfolio",
    "sample-department": "this-week",
    "sample-quality": "data-quality",
}
TALLEST, README_TALLEST = 6000, 1900


def main() -> None:
    """Read the arguments and make the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workspace", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--pages", nargs="*", default=PAGES, help="with their query, such as effect?pilot=ID")
    parser.add_argument("--widths", nargs="*", type=int, default=(1440, 390))
    parser.add_argument("--modes", nargs="*", default=("light", "dark"))
    parser.add_argument("--languages", nargs="*", default=("nl", "en"))
    parser.add_argument("--sample", action="store_true", help="the states of the sample as well")
    parser.add_argument("--readme", action="store_true", help="the pictures of the README, under their names")
    chosen = parser.parse_args()
    chosen.out.mkdir(parents=True, exist_ok=True)
    with open_browser() as browser:
        with running(chosen.workspace.resolve(), warm=True) as address:
            if chosen.readme:
                _readme(browser, address, chosen.out)
                return
            for page, *how in product(chosen.pages, chosen.widths, chosen.modes, chosen.languages):
                width, mode, language = how
                file = chosen.out / f"{page.split('?')[0]}-{language}-{mode}-{width}.png"
                shoot(browser, address, page, file, width=width, mode=mode, language=language)
        if chosen.sample:
            _states(browser, chosen.out)


def shoot(
    browser: Browser,
    address: str,
    page: str,
    file: Path,
    *,
    width: int = 1440,
    mode: str = "light",
    language: str = "nl",
    tallest: int = TALLEST,
) -> None:
    """One picture of the whole page, or of its top."""
    path = f"{page}{'&' if '?' in page else '?'}lang={language}"
    with visit(browser, address, path, width=width, mode=mode) as seen:
        main = seen.page.locator("[data-testid=stMain]")
        height = min(tallest, int(main.evaluate("element => element.scrollHeight")))
        seen.page.set_viewport_size({"width": width, "height": max(900, height)})
        seen.drawn()
        seen.page.screenshot(path=file)
        print(file)


def _readme(browser: Browser, address: str, out: Path) -> None:
    for name, page in README.items():
        _, language, mode = name.split("-")
        file = out / f"{name}.png"
        shoot(browser, address, page, file, mode=mode, language=language, tallest=README_TALLEST)


def _states(browser: Browser, out: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        with running_sample(Path(folder) / "all", "all") as address:
            for name, page in STATES.items():
                shoot(browser, address, page, out / f"{name}.png")
        with running_sample(Path(folder) / "nothing", "nothing") as address:
            for name in ("portfolio", "this-week"):
                shoot(browser, address, name, out / f"empty-{name}.png")


if __name__ == "__main__":
    main()
