"""A server on this machine that answers as OSV does, from a clone of the Python Packaging Advisory Database.

The clone (pypa/advisory-database) holds a YAML file per advisory below vulns/, in the OSV schema. It is a git
repository, with or without a work tree, of which the newest commit counts, or a plain folder. Reading needs
PyYAML, which only the environment of the audit has.
"""

import io
import json
import subprocess
import tarfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from tests.servers.json_posts import answering

Advisory = dict[str, Any]
PATH = "/v1/query"
ECOSYSTEM = "PyPI"
LOWEST = Version("0.dev0")
"""No version of PEP 440 is before it; OSV writes 0 for it."""
BROKEN = (OSError, ValueError, LookupError, TypeError, AttributeError, tarfile.TarError)


class Unreadable(ValueError):
    """The folder holds no advisories that can be read; the message says why."""


class Database:
    """Advisories by the packages they are about."""

    def __init__(self, advisories: Iterable[Advisory]) -> None:
        self._about: defaultdict[str, list[Advisory]] = defaultdict(list)
        self._modified: list[date] = []
        for one in advisories:
            self._modified.append(datetime.fromisoformat(one["modified"]).astimezone(UTC).date())
            names = {canonicalize_name(each["package"]["name"]) for each in _of_pypi(one)}
            for name in () if "withdrawn" in one else names:
                self._about[name].append(one)

    def newest(self, today: date) -> date:
        """The day (UTC) of the last change to an advisory; days after today are mistakes and do not count."""
        found = max((day for day in self._modified if day <= today), default=None)
        if found is None:
            raise Unreadable("no advisory was changed before today")
        return found

    def answer(self, path: str, body: str) -> tuple[int, Any]:
        """Status and content for a question by name and version; what it cannot know it refuses to answer."""
        if path != PATH:
            return 404, {"code": 5, "message": "Not Found"}
        try:
            asked = json.loads(body)
            package, version = asked["package"], Version(asked["version"])
            name = canonicalize_name(package["name"])
        except (ValueError, KeyError, TypeError, AttributeError):
            return 400, {"code": 3, "message": "Invalid query."}
        if package.get("ecosystem") != ECOSYSTEM:
            return 400, {"code": 3, "message": "Invalid ecosystem."}
        found = [one for one in self._about.get(name, []) if _affects(one, name, version)]
        return 200, {"vulns": found} if found else {}


def _of_pypi(advisory: Advisory) -> list[dict[str, Any]]:
    affected = advisory.get("affected", [])
    return [one for one in affected if one.get("package", {}).get("ecosystem") == ECOSYSTEM]


def _affects(advisory: Advisory, name: str, version: Version) -> bool:
    about = [one for one in _of_pypi(advisory) if canonicalize_name(one["package"]["name"]) == name]
    listed = (_version(text) for one in about for text in one.get("versions", []))
    ranges = (each for one in about for each in one.get("ranges", []) if each["type"] == "ECOSYSTEM")
    return version in listed or any(_inside(version, each["events"]) for each in ranges)


def _inside(version: Version, events: list[dict[str, str]]) -> bool:
    """Whether a version is affected after all events up to it, in the order of versions."""
    weak = False
    for at, kind in sorted(_readable(events)):
        if kind == "introduced" and version >= at:
            weak = True
        elif (kind == "fixed" and version >= at) or (kind == "last_affected" and version > at):
            weak = False
    return weak


def _readable(events: list[dict[str, str]]) -> Iterator[tuple[Version, str]]:
    """Events with their versions; an unreadable start is the very first, an unreadable end ends nothing."""
    for kind, text in (pair for event in events for pair in event.items()):
        at = LOWEST if kind == "introduced" and text == "0" else _version(text)
        if at is not None or kind == "introduced":
            yield at or LOWEST, kind


def _version(text: str) -> Version | None:
    try:
        return Version(text)
    except InvalidVersion:
        return None


def read(folder: Path) -> Database:
    """All advisories of a clone; raises Unreadable where one is missing or broken."""
    yaml = import_module("yaml")
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # texts stay texts: 1.10 is no number
    is_git = (folder / ".git").exists() or (folder / "objects").is_dir()
    try:
        found = [yaml.load(text, loader) for text in (_committed(folder) if is_git else _files(folder))]
        database = Database(found)
    except (*BROKEN, yaml.YAMLError) as error:
        raise Unreadable(f"the advisories cannot be read: {type(error).__name__} {error}") from error
    if not found:
        raise Unreadable("there is no advisory below vulns/")
    return database


def _files(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in sorted((folder / "vulns").rglob("*.yaml"))]


def _committed(folder: Path) -> list[bytes]:
    """The advisories of the newest commit."""
    command = ["git", "-C", str(folder), "archive", "--format=tar", "HEAD", "vulns"]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode != 0:
        raise OSError(done.stderr.decode(errors="replace").strip())
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        files = [archive.extractfile(one) for one in archive if one.name.endswith(".yaml")]
    return [file.read() for file in files if file is not None]


@contextmanager
def serving(database: Database) -> Iterator[str]:
    """The address to ask."""
    with answering(database.answer) as address:
        yield address + PATH
