"""Find a browser that Playwright can drive: the environment, the path, Edge or Chrome, else Debian's own."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Error, Playwright, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
CHANNELS = ("chrome", "msedge")
QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-first-run",
    "--metrics-recording-only",
    "--disable-gpu",
    "--disable-features=Translate,OptimizationHints,MediaRouter",
)
HELP = (
    "No browser found. Type `sudo apt-get install -y chromium` (Debian, Ubuntu), or install Chrome or "
    "Edge, or set MEETLAT_BROWSER to the path of one."
)


@contextmanager
def open_browser() -> Iterator[Browser]:
    """A running browser; raises RuntimeError with the command to type when there is none.

    Its first context has a folder of its own: scripts are fetched and compiled once, not for every visit.
    """
    with sync_playwright() as playwright, TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        context = _launched(playwright, profile)
        try:
            assert context.browser is not None
            yield context.browser
        finally:
            context.close()


def found_executable() -> str | None:
    """MEETLAT_BROWSER, else the first known name on the path."""
    named = os.environ.get("MEETLAT_BROWSER")
    if named:
        return named
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def _launched(playwright: Playwright, profile: str) -> BrowserContext:
    start = partial(playwright.chromium.launch_persistent_context, profile, **_options())
    path = found_executable()
    if path is not None:
        return start(executable_path=path)
    for channel in CHANNELS:
        try:
            return start(channel=channel)
        except Error:
            continue
    return start(executable_path=_installed())


def _installed() -> str:
    if shutil.which("apt-get") and _is_root():
        for words in (("update", "-qq"), ("install", "-y", "-qq", "chromium")):
            subprocess.run(["apt-get", *words], check=False, capture_output=True)
    path = found_executable()
    if path is None:
        raise RuntimeError(HELP)
    return path


def _options() -> dict[str, Any]:
    sandbox = ("--no-sandbox",) if _is_root() else ()
    return {"headless": True, "args": [*QUIET, *sandbox]}


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0
