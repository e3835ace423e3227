"""Two real providers of identities as processes: npm's oidc-provider and PyPI's oidc-provider-mock.

Each is installed once, at a fixed version, into a folder beside the test environment; nothing of them is kept
in the repository. A machine that reaches no registry skips, unless --require identity says otherwise.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

from tests.servers.ports import free_port, wait_for_port

HERE = Path(__file__).with_name("oidc_provider")
CACHE = Path(__file__).resolve().parents[2] / ".venv"
MOCK = "oidc-provider-mock==0.4.8"
MOCK_NEEDS = (3, 12)
CLIENT_SECRET = "a-client-secret-of-the-tests-0123456789"
INSTALL_SECONDS = 180

People = Mapping[str, Sequence[str]]
"""Who can sign in, and their groups."""


class CannotInstall(Exception):
    """No registry, no Node.js or no Python that is new enough."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A provider that runs. kind: which one, since their pages differ."""

    kind: str
    issuer: str
    prompt: str


@contextmanager
def oidc_provider(app: str, people: People) -> Iterator[Running]:
    """npm's oidc-provider; its client is an app at that address."""
    folder = _installed("oidc-provider-9.13.3", _npm)
    shutil.copy(HERE / "provider.mjs", folder)
    surroundings = {**os.environ, "APP": app, "PEOPLE": json.dumps(people), "CLIENT_SECRET": CLIENT_SECRET}
    process = subprocess.Popen(
        ["node", "provider.mjs"],
        cwd=folder,
        env=surroundings,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    try:
        port = int(process.stdout.readline())
        yield Running(kind="oidc-provider", issuer=f"http://127.0.0.1:{port}", prompt="login")
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@contextmanager
def provider_mock(people: People) -> Iterator[Running]:
    """PyPI's oidc-provider-mock, under a Python of its own."""
    python = _installed("oidc-provider-mock-0.4.8", _pip) / "bin" / "python"
    port = free_port()
    claims = [
        ("--user-claims", json.dumps({"sub": sub, "name": f"Name of {sub}", "groups": list(groups)}))
        for sub, groups in people.items()
    ]
    process = subprocess.Popen(
        [str(python), "-m", "oidc_provider_mock", "--require-nonce", "true", "--port", str(port)]
        + [word for pair in claims for word in pair],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for_port(port)
        yield Running(kind="oidc-provider-mock", issuer=f"http://127.0.0.1:{port}", prompt="select_account")
    finally:
        process.kill()
        process.wait()


def _installed(name: str, install: Callable[[Path], None]) -> Path:
    """The folder of what is installed; complete, since it gets its name when it is."""
    place = CACHE / name
    if not place.exists():
        CACHE.mkdir(exist_ok=True)
        made = Path(mkdtemp(prefix=f"{name}-", dir=CACHE))
        try:
            install(made)
            with suppress(OSError):  # another test run was first
                made.rename(place)
        finally:
            shutil.rmtree(made, ignore_errors=True)
    return place


def _npm(folder: Path) -> None:
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        raise CannotInstall("Install Node.js with npm.")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, folder)
    _run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], folder)


def _pip(folder: Path) -> None:
    _run([_new_python(), "-m", "venv", "--copies", str(folder)], folder)
    _run([str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", MOCK], folder)


def _new_python() -> str:
    """A Python that oidc-provider-mock runs under; ours may be older."""
    if sys.version_info >= MOCK_NEEDS:
        return sys.executable
    names = (shutil.which(f"python3.{minor}") for minor in (13, 12, 14))
    versions = sorted(Path.home().glob(".pyenv/versions/3.1[2-4].*/bin/python"))
    found = next((name for name in (*names, *map(str, versions)) if name and _starts(name)), None)
    if found is None:
        raise CannotInstall("Install Python 3.12 or newer beside this one.")
    return found


def _starts(python: str) -> bool:
    asked = subprocess.run([python, "-c", "import venv, ssl"], capture_output=True, check=False)
    return asked.returncode == 0


def _run(command: Sequence[str], folder: Path) -> None:
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise CannotInstall("The package registry did not answer.") from None
    if done.returncode != 0:
        raise CannotInstall(f"It could not be installed: {done.stderr.strip()[-300:]}")
