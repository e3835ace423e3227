"""A FHIR R4 server of our own (Node.js), with whatever habits a test asks for."""

import json
import subprocess
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

SCRIPT = Path(__file__).with_name("fhir_server.mjs")
Start = Callable[..., str]


@contextmanager
def running(node: str) -> Iterator[str]:
    """The base address of a server without contents."""
    process = subprocess.Popen([node, str(SCRIPT)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield f"http://127.0.0.1:{int(process.stdout.readline())}/r4"
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.fixture(scope="module")
def fhir_base(node: str) -> Iterator[str]:
    """One server for all tests of a file."""
    with running(node) as base:
        yield base


@pytest.fixture
def fhir_server(fhir_base: str) -> Start:
    """Empties the server and gives it habits: token, links, totals, offset, most."""

    def start(**habits: str) -> str:
        _send(fhir_base.removesuffix("/r4") + "/habits", habits, {})
        return fhir_base

    return start


def _send(url: str, content: Any, headers: dict[str, str]) -> None:
    with urlopen(Request(url, data=json.dumps(content).encode(), headers=headers), timeout=60) as answer:
        assert answer.status == 200


def delete(base: str, place: str) -> None:
    """Take a resource ("Encounter/e1") out of the server."""
    with urlopen(Request(f"{base}/{place}", method="DELETE"), timeout=60) as answer:
        assert answer.status == 200


def load(base: str, resources: Iterable[Any], token: str = "") -> None:
    """Put resources into the server."""
    entries = [{"resource": one} for one in resources]
    bundle = {"resourceType": "Bundle", "type": "batch", "entry": entries}
    _send(base, bundle, {"Content-Type": "application/fhir+json", "Authorization": f"Bearer {token}"})


def encounters(count: int, **more: Any) -> list[dict[str, Any]]:
    """Sound encounters with ids e0, e1, ..."""
    return [
        {
            "resourceType": "Encounter",
            "id": f"e{i}",
            "status": "finished",
            "class": {"code": "AMB"},
            "subject": {"reference": f"Patient/p{i % 7}"},
            "serviceProvider": {"reference": f"Organization/o{i % 3}"},
            "period": {"start": "2026-01-05T10:00:00+01:00", "end": "2026-01-05T10:20:00+01:00"},
        }
        | more
        for i in range(count)
    ]


def organisations() -> list[dict[str, Any]]:
    """Three departments."""
    names = ("Cardiologie", "Chirurgie", "Interne")
    return [{"resourceType": "Organization", "id": f"o{i}", "name": name} for i, name in enumerate(names)]
