"""What every test may ask for, and what is needed before it can run."""

import shutil
import sys
from collections.abc import Generator
from pathlib import Path

import pytest

import core  # noqa: F401 - sets the number of numpy's threads before any test imports numpy
from tests import hypothesis_profiles

hypothesis_profiles.register()

SERVERS = {
    "browser": "a Chromium",
    "postgres": "a PostgreSQL server",
    "node": "Node.js",
    "identity": "providers of identities",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--require",
        default="",
        metavar="NAMES",
        help="servers whose absence fails instead of skips, with commas: browser, postgres, node, identity",
    )


def pytest_configure(config: pytest.Config) -> None:
    unknown = required(config) - set(SERVERS)
    if unknown:
        raise pytest.UsageError(
            f"--require: unknown {', '.join(sorted(unknown))}; known: {', '.join(SERVERS)}"
        )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Generator[None, object, object]:
    """AppTest puts the script that it runs in place of the main module, from which processes start."""
    before = sys.modules["__main__"]
    try:
        return (yield)
    finally:
        sys.modules["__main__"] = before


def required(config: pytest.Config) -> set[str]:
    return set(filter(None, config.getoption("--require").split(",")))


def absent(request: pytest.FixtureRequest, server: str, remedy: str) -> None:
    """Fail when the server is required, else report the test by name as not run."""
    if server in required(request.config):
        pytest.fail(f"{SERVERS[server]} is required and not found. {remedy}", pytrace=False)
    pytest.skip(f"not run: needs {SERVERS[server]}. {remedy}")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The library of reference numbers and public data beside the checkout."""
    place = Path(__file__).resolve().parents[2] / "shared"
    if not place.is_dir():
        pytest.skip("not run: the reference library ../shared is not here")
    return place


@pytest.fixture(scope="session")
def node(request: pytest.FixtureRequest) -> str:
    found = shutil.which("node")
    if found is None:
        absent(request, "node", "Install Node.js.")
    assert found is not None
    return found
