"""An Excel file whose XML asks for something of elsewhere, or swells: neither is followed."""

import re
import time
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from core.errors import UserError
from data_connectors.mapping import FileFormat
from data_connectors.sources.excel_file import open_excel
from tests.file_writers import WRITERS

SECRET = "a-secret-of-this-machine"
PARTS = ("xl/sharedStrings.xml", "xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml")
SWELLING = '<!ENTITY e0 "ha">' + "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 20}">' for i in range(1, 9))


@pytest.fixture
def asked() -> Iterator[tuple[str, list[str]]]:
    """The address of a server that should not be asked, and what it was asked for."""
    paths: list[str] = []

    class Listening(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *words: Any) -> None:
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Listening) as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}", paths
        server.shutdown()


def poison(path: Path, part: str, document_type: str, entity: str) -> None:
    """Give a part of the file a document type, and an entity in place of a name."""
    with zipfile.ZipFile(path) as before:
        contents = {name: before.read(name) for name in before.namelist()}
    text = contents[part].decode()
    declared = re.sub(r"^(<\?xml.*?\?>)?\s*", rf"\g<1>{document_type}", text, count=1)
    named = declared.replace("NAAM", entity)
    with zipfile.ZipFile(path, "w") as after:
        for name, content in (contents | {part: named.encode()}).items():
            after.writestr(name, content)


@pytest.mark.parametrize(
    ("writer", "part"),
    [("xlsxwriter", part) for part in PARTS]
    + [("openpyxl", part) for part in PARTS if "Strings" not in part],
)
@pytest.mark.parametrize("kind", ["file", "address", "parameter", "swelling"])
def test_entities_are_not_followed(
    tmp_path: Path, asked: tuple[str, list[str]], writer: str, part: str, kind: str
) -> None:
    secret, path = tmp_path / "secret.txt", tmp_path / "f.xlsx"
    secret.write_text(SECRET)
    WRITERS[writer][1](path, ("afdeling", "NAAM"), [("KNO", "NAAM")])
    declared = {
        "file": f'<!DOCTYPE x [<!ENTITY e8 SYSTEM "{secret.as_uri()}">]>',
        "address": f'<!DOCTYPE x [<!ENTITY e8 SYSTEM "{asked[0]}/entity">]>',
        "parameter": f'<!DOCTYPE x SYSTEM "{asked[0]}/x.dtd" [<!ENTITY % p SYSTEM "{asked[0]}/p">%p;]>',
        "swelling": f"<!DOCTYPE x [{SWELLING}]>",
    }[kind]
    poison(path, part, declared, "&e8;" if kind != "parameter" else "NAAM")
    begin, said = time.monotonic(), ""
    try:
        source = open_excel(path, FileFormat())
        said = str(source.header) + str([row.cells for row in source.read(source.header)])
    except UserError as refused:
        said = str(refused)
    assert SECRET not in said
    assert len(said) < 10_000
    assert asked[1] == []
    assert time.monotonic() - begin < 10
