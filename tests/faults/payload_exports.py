"""Files that leave the app, with payloads as names: cells that run, links, active parts, markup."""

import csv
import io
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
from pypdf import PdfReader

from core.discovery import discover
from core.period import containing
from core.settings import Settings
from experiments.pilot import Pilot
from governance.access import LOCAL_OPERATOR
from governance.disclosure_control import Persons, Policy, release
from reports import formats
from reports.document import Document, markdown
from reports.report import Format
from tests.pilot_reports import FIRST, KPIS, View, views
from workflows.measure import Measured
from workflows.panel_export import write_panel
from workflows.privacy.record import measured_document

Found = dict[str, Any]


def renamed(view: View, text: str) -> View:
    """A report in which every name that a hospital chooses is a payload."""
    old: Pilot = view.pilot.pilot
    names = {name: f"{text}{number}" for number, name in enumerate(old.starts)}
    plan = replace(old, name_nl=text, name_en=text, vendor=text,
                   starts={names[name]: day for name, day in old.starts.items()})  # fmt: skip
    word = {"nl": text, "en": text}
    kpis = {id_: replace(kpi, label=word, question=word, unit=word, owner=text) for id_, kpi in KPIS.items()}
    return replace(view, pilot=replace(view.pilot, pilot=plan), kpis=kpis)


def exported(payloads: Sequence[str], kinds: Sequence[str]) -> Found:
    """Every export with every payload as its names; cells as a spreadsheet takes them, and active PDFs."""
    known, count = discover(formats, "FORMAT", Format), Counter[str]()
    reports = [views()[kind] for kind in kinds]
    for text in payloads:
        for view in reports:
            for language in ("nl", "en"):
                for name, kind in known.items():
                    if name == "pdf" and text != payloads[0]:
                        continue  # slow, and a PDF has no formulas; scripts go through it below
                    count.update(looked_at(kind.suffix, kind.write(renamed(view, text), language)))
        count.update(_panel(text))
    return counted(payloads, count)


def counted(payloads: Sequence[str], count: Counter[str]) -> Found:
    """The figures of what was looked at."""
    return {"payloads": len(payloads), "exports": count["exports"], "cells": count["cells"],
            "formulas": count["formula"], "links": count["link"],
            "negative_numbers": count["negative_numbers"]}  # fmt: skip


def printed(payloads: Sequence[str]) -> Found:
    """PDF, Markdown and HTML with scripts as names: nothing that a reader runs."""
    known, active, tags = discover(formats, "FORMAT", Format), 0, 0
    view = views()["scale"] if "scale" in views() else next(iter(views().values()))
    for text in payloads:
        for name in {"pdf", "html"} & set(known):
            content = known[name].write(renamed(view, text), "en")
            if name == "pdf":
                active += active_parts(content)
            else:
                tags += text.encode() in content and "<" in text
        written: Document = measured_document(LOCAL_OPERATOR, Settings(hospital=text))
        tags += "<" in markdown(
            replace(written, subtitle=replace(written.subtitle, template=text)), "en"
        ).replace("\\<", "")
    return {"payloads": len(payloads), "active_parts": active, "tags_made": tags}


def active_parts(content: bytes) -> int:
    """What a PDF holds that a reader runs or opens."""
    found = sum(one in content for one in (b"/JavaScript", b"/JS", b"/Launch", b"/OpenAction"))
    return found + sum("/Annots" in page for page in PdfReader(io.BytesIO(content)).pages)


def _panel(text: str) -> Counter[str]:
    hidden = release(None, Persons(patients=1, staff=1), Policy())
    one = Measured(kpi=next(iter(KPIS.values())), unit=text, period=containing(FIRST, "week"), complete=True,
                   measurement=hidden)  # type: ignore[arg-type] # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "panel.csv"
        write_panel(path, [one], None)
        return looked_at("csv", path.read_bytes())


def looked_at(suffix: str, content: bytes) -> Counter[str]:
    """Cells that a spreadsheet would run or link, of a CSV (as openpyxl takes its cells) or a workbook."""
    found = Counter(exports=1)
    if suffix == "csv":
        text = content.decode("utf-8-sig")
        comma = ";" if text.splitlines()[0].count(";") > text.splitlines()[0].count(",") else ","
        book = openpyxl.Workbook()
        for row in csv.reader(io.StringIO(text), delimiter=comma):
            for cell in row:
                found["cells"] += 1
                number = cell.replace(",", ".").removeprefix("-").replace(".", "", 1).isdigit()
                found["negative_numbers"] += number and cell.startswith("-")
                if not number:
                    found["formula"] += _runs(book.active, cell)
    elif suffix == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(content))
        for sheet in book.worksheets:
            found["formula"] += _starts(sheet.title)
            for cell in (one for row in sheet.iter_rows() for one in row if one.value is not None):
                found["cells"] += 1
                found["formula"] += cell.data_type == "f"
                found["link"] += cell.hyperlink is not None
                found["negative_numbers"] += isinstance(cell.value, int | float) and cell.value < 0
    return found


def _runs(sheet: Any, text: str) -> bool:
    clean = "".join(sign for sign in text if sign >= " ")
    return _starts(text) or sheet.cell(1, 1, clean).data_type == "f"


def _starts(text: str) -> bool:
    return text.startswith(("=", "+", "-", "@", "\t", "\r", "\N{FULLWIDTH EQUALS SIGN}"))
