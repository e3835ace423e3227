"""One browser, one small demo hospital and two running apps for all screen tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.demo_workspace import small_demo
from tests.screens.browser import open_browser
from tests.screens.server import running, running_sample


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=60_000)
    with open_browser() as found:
        yield found


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_demo(tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="session")
def demo_app(demo: Path) -> Iterator[str]:
    with running(demo, warm=True) as address:
        yield address


@pytest.fixture(scope="session")
def sample_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_sample(tmp_path_factory.mktemp("sample"), "all") as address:
        yield address


@pytest.fixture(scope="session")
def empty_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_sample(tmp_path_factory.mktemp("empty"), "nothing") as address:
        yield address
