"""Parameters and fields of every page with payloads, sent by a program that speaks the app's protocol."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from app import AUDIENCES
from governance.access import LOCAL_OPERATOR
from pages.everyone import what_we_measure
from pages.widgets.page import pages_for
from tests.faults.payload_commands import asked_hospital, installed
from tests.screens.server import answered, everything_sent, running, socket_of

Found = dict[str, Any]
Fields = dict[str, str]
PARAMETERS = ("department", "pilot", "kpi", "period", "lang")
HOLDS = {"selectbox": "string_value", "text_input": "string_value", "text_area": "string_value"}
"""The fields that a page can have, and under what name the protocol takes a text for them."""
MISTAKES = (b"made a mistake", b"een fout gemaakt", b"Traceback")


def every_page() -> tuple[str, ...]:
    """The addresses of all pages of the app."""
    return tuple(page.url_path for page in pages_for(LOCAL_OPERATOR, AUDIENCES, what_we_measure.PAGE))


def parameters_tried(pages: Sequence[str], payloads: Sequence[str]) -> Found:
    """Every page with a payload in each parameter of its address at once."""
    with _app(pages) as (address, changed):
        broke = list(_broken(address, pages, payloads, lambda page, _, text: _opened(page, text)))
        return _counted(pages, payloads, broke, changed()) | {"parameters": len(PARAMETERS)}


def fields_tried(pages: Sequence[str], payloads: Sequence[str]) -> Found:
    """Every page with a payload in each of its fields at once, also where a field offers a choice."""
    filled = set[str]()

    def asked(page: str, fields: Fields, text: str) -> BackMsg:
        filled.update(fields)
        return _filled(page, fields, text)

    with _app(pages) as (address, changed):
        broke = list(_broken(address, pages, payloads, asked))
        return _counted(pages, payloads, broke, changed()) | {"fields": len(filled)}


@contextmanager
def _app(pages: Sequence[str]) -> Iterator[tuple[str, Callable[[], bool]]]:
    """An app whose pages were each seen once, so that what a first look keeps is kept."""
    with (
        TemporaryDirectory() as folder,
        asked_hospital(Path(folder)) as workspace,
        running(workspace.root, warm=True) as address,
    ):
        for page in pages:
            everything_sent(address, page)
        before = installed(workspace)
        yield address, lambda: installed(workspace) != before


def _broken(
    address: str,
    pages: Sequence[str],
    payloads: Sequence[str],
    asked: Callable[[str, Fields, str], BackMsg],
) -> Iterator[str]:
    for page in pages:
        with socket_of(address) as socket_:
            fields = _fields(answered(socket_, _opened(page)))
            for payload in payloads:
                sent = b"".join(answered(socket_, asked(page, fields, payload)))
                if any(mark in sent for mark in MISTAKES):
                    yield f"{page} with {payload!r}"


def _counted(pages: Sequence[str], payloads: Sequence[str], broke: Sequence[str], changed: bool) -> Found:
    return {"pages": len(pages), "payloads": len(payloads), "tried": len(pages) * len(payloads),
            "broke": len(broke), "state_changed": int(changed), "examples": list(broke[:5])}  # fmt: skip


def _opened(page: str, text: str = "") -> BackMsg:
    asked = BackMsg()
    asked.rerun_script.page_name = page
    asked.rerun_script.query_string = urlencode(dict.fromkeys(PARAMETERS, text)) if text else ""
    return asked


def _filled(page: str, fields: Fields, text: str) -> BackMsg:
    asked = _opened(page)
    for id_, name in fields.items():
        setattr(asked.rerun_script.widget_states.widgets.add(id=id_), name, text)
    return asked


def _fields(messages: Sequence[bytes]) -> Fields:
    """The fields on a page by the id under which it knows them."""
    found = Fields()
    for content in messages:
        message = ForwardMsg()
        message.ParseFromString(content)
        element = message.delta.new_element
        kind = element.WhichOneof("type") or ""
        if kind in HOLDS:
            found[getattr(element, kind).id] = HOLDS[kind]
    return found
