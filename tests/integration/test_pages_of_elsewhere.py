"""What a page of another site gets from the running app, what is served beside it, and how it is named."""

import http.client
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.screens.server import running

ELSEWHERE = "http://elsewhere.example"
PAGES = ("/", "/effect", "/healthz", "/nothing", "/_stcore/health", "/_stcore/host-config", "/media/x.csv")
TEXT = re.compile(r"text/|.*\+xml|application/(xml|javascript|json)")


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running(tmp_path_factory.mktemp("elsewhere")) as address:
        yield address


def asked(app: str, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and content of one request, its path sent as it is written."""
    connection = http.client.HTTPConnection(urlsplit(app).netloc, timeout=30)
    connection.request(method, path, headers={name.replace("_", "-"): one for name, one in headers.items()})
    answer = connection.getresponse()
    found = answer.status, {name.lower(): one for name, one in answer.getheaders()}, answer.read()
    connection.close()
    return found


def files(app: str) -> list[str]:
    """Everything that the first page asks for."""
    _, _, page = asked(app, "/")
    found = re.findall(r'(?:src|href)="\./([^"]+)"', page.decode())
    assert len(found) > 20
    return [f"/{path}" for path in found]


def test_a_page_of_elsewhere_may_read_nothing(app: str) -> None:
    for path in (*PAGES, *files(app)):
        _, headers, _ = asked(app, path, Origin=ELSEWHERE)
        assert [name for name in headers if name.startswith("access-control-")] == [], path
        assert headers["cross-origin-resource-policy"] == "same-origin"


def test_nor_write_whether_it_asks_first_or_not(app: str) -> None:
    for path in ("/_stcore/upload_file/a/b", "/", "/effect"):
        for method in ("PUT", "POST", "DELETE"):
            assert asked(app, path, method, Origin=ELSEWHERE)[0] == 421
            assert asked(app, path, method, Origin="null")[0] == 421
            assert asked(app, path, method, Origin=app)[0] != 421
        leave = asked(app, path, "OPTIONS", Origin=ELSEWHERE, Access_Control_Request_Method="PUT")
        assert [name for name in leave[1] if name.startswith("access-control-")] == []


def test_nor_open_the_socket(app: str) -> None:
    address = app.replace("http", "ws", 1) + "/_stcore/stream"
    for origin in (ELSEWHERE, "null", None):
        with pytest.raises(InvalidStatus), connect(address, subprotocols=["streamlit"], origin=origin):
            pass
    with connect(address, subprotocols=["streamlit"], origin=app):
        pass


def test_all_text_says_its_character_set(app: str) -> None:
    kinds = {asked(app, path)[1]["content-type"] for path in (*PAGES, *files(app))}
    assert {one.partition(";")[0] for one in kinds} > {"text/html", "text/css", "image/svg+xml"}
    assert [one for one in kinds if TEXT.match(one) and not one.endswith("; charset=utf-8")] == []


@pytest.mark.parametrize(
    "folder", ["", "/static", "/app/static", "/app/static/..", "/static/..%2f..", "/media"]
)
def test_nothing_of_the_source_is_served(app: str, folder: str) -> None:
    assert (Path(__file__).parents[2] / "pyproject.toml").exists()
    for path in (
        ".git/HEAD",
        ".git/config",
        ".gitignore",
        "app.py",
        "pyproject.toml",
        "meetlat.toml",
        "state.db",
    ):
        status, _, content = asked(app, f"{folder}/{path}")
        assert status in (400, 404), path
        assert len(content) < 100
