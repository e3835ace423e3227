"""Texts that try to become SQL, script or a formula, through every filter, page and export.

    python -m tests.faults.payloads

Small versions run with the tests (test_payloads.py). A command or page that is asked for a name that is not
there must say so: it may not answer with rows, break, or change what is stored.
"""

import argparse
import csv
import io
import json
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import openpyxl
from pypdf import PdfReader
from sqlalchemy import func, select

from core.discovery import discover
from core.settings import Settings
from experiments.pilot import Pilot
from governance.access import LOCAL_OPERATOR
from governance.disclosure_control import Persons, Policy, release
from reports import formats
from reports.document import Document, markdown
from reports.report import Format
from storage.schema import metadata
from storage.workspace import Workspace
from tests.faults.payload_texts import FORMULAS, INJECTIONS, SCRIPTS
from tests.pilot_reports import KPIS, View, views
from tests.screens.server import everything_sent, running
from tests.simulation.evidence import FOLDER, stamp
from tests.small_hospital import small_hospital
from workflows.cli import main as meetlat
from workflows.measure import Measured
from workflows.panel_export import write_panel
from workflows.privacy.record import measured_document

FILTERS: tuple[tuple[str, ...], ...] = (
    ("measure", "--kpi", "{}"),
    ("measure", "--kpi", "note_time_enc", "--unit", "{}"),
    ("measure", "--kpi", "note_time_enc", "--from", "{}"),
    ("measure", "--kpi", "note_time_enc", "--by", "{}"),
    ("measure", "--kpi", "note_time_enc", "--pilot", "{}", "--out", "FOLDER/panel.csv"),
    ("chart", "--kpi", "{}"),
    ("chart", "--kpi", "note_time_enc", "--unit", "{}"),
    ("kpis", "show", "{}"),
    ("kpis", "versions", "{}"),
    ("kpis", "explain", "{}", "--unit", "north", "--period", "2026-W03"),
    ("kpis", "explain", "note_time_enc", "--unit", "{}", "--period", "2026-W03"),
    ("kpis", "explain", "note_time_enc", "--unit", "north", "--period", "{}"),
    ("quality", "completeness", "--kpi", "{}"),
    ("quality", "completeness", "--unit", "{}"),
    ("quality", "drift", "--unit", "{}"),
    ("pilots", "show", "{}"),
    ("evaluate", "{}"),
    ("decide", "{}"),
    ("report", "{}", "--format", "json"),
    ("rebase", "add", "--kpi", "note_time_enc", "--unit", "{}", "--day", "2026-02-02", "--reason", "x"),
    ("rebase", "add", "--kpi", "{}", "--unit", "north", "--day", "2026-02-02", "--reason", "x"),
    ("sync", "{}"),
    ("sources", "check", "{}"),
)
"""Every option of a command that takes a name or a day. None of them may find anything by a payload."""
PAGES = ("portfolio", "checklist", "this-week", "effect", "data-quality", "kpis", "what-we-measure")
PARAMETERS = ("department", "pilot", "kpi", "period", "lang")
MISTAKES = (b"made a mistake", b"een fout gemaakt", b"Traceback")
WRITES_ITSELF = {"audit_log", "audit_head", "kpi_definitions", "cube_versions", "sync_runs"}
Found = dict[str, Any]


def commands(workspace: Workspace, payloads: Sequence[str]) -> Found:
    """Every filter of the commands with every payload."""
    before, seen = _state(workspace), Counter[str]()
    examples: list[str] = []
    for words in FILTERS:
        for payload in payloads:
            folder = str(workspace.root)
            asked = [word.replace("FOLDER", folder) if word != "{}" else payload for word in words]
            fault = _fault(_run([*asked, "--workspace", folder]))
            seen["tried"] += 1
            if fault:
                seen[fault] += 1
                examples.append(f"{fault}: {' '.join(words)} with {payload!r}")
    changed = _state(workspace) != before or Path("/tmp/meetlat-injected.csv").exists()
    return {"filters": len(FILTERS), "payloads": len(payloads), "tried": seen["tried"],
            "answered_with_rows": seen["rows"], "broke": seen["broke"], "state_changed": changed,
            "examples": examples[:5]}  # fmt: skip


def _run(words: list[str]) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = meetlat(words)
    return code, out.getvalue(), err.getvalue()


def _fault(answer: tuple[int, str, str]) -> str:
    code, out, err = answer
    if code not in (0, 2, 3) or "Traceback" in out + err:
        return "broke"
    return "rows" if code == 0 and out.strip() else ""


def _state(workspace: Workspace) -> dict[str, int]:
    with workspace.engine.connect() as connection:
        return {
            table.name: connection.scalar(select(func.count()).select_from(table)) or 0
            for table in metadata.sorted_tables
            if table.name not in WRITES_ITSELF
        }


def addresses(address: str, pages: Iterable[str], payloads: Sequence[str]) -> Found:
    """Every page with a payload in each of its parameters at once."""
    tried, broke = 0, []
    for page in pages:
        for payload in payloads:
            sent = everything_sent(address, page, urlencode(dict.fromkeys(PARAMETERS, payload)))
            tried += 1
            if any(mark in sent for mark in MISTAKES):
                broke.append(f"{page} with {payload!r}")
    return {"pages": len(tuple(pages)), "parameters": len(PARAMETERS), "payloads": len(payloads),
            "tried": tried, "broke": len(broke), "examples": broke[:5]}  # fmt: skip


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
                    count.update(_looked_at(kind.suffix, kind.write(renamed(view, text), language)))
        count.update(_panel(text))
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
                active += sum(one in content for one in (b"/JavaScript", b"/JS", b"/Launch", b"/OpenAction"))
                active += sum("/Annots" in page for page in PdfReader(io.BytesIO(content)).pages)
            else:
                tags += text.encode() in content and "<" in text
        written: Document = measured_document(LOCAL_OPERATOR, Settings(hospital=text))
        tags += "<" in markdown(
            replace(written, subtitle=replace(written.subtitle, template=text)), "en"
        ).replace("\\<", "")
    return {"payloads": len(payloads), "active_parts": active, "tags_made": tags}


def _panel(text: str) -> Counter[str]:
    from core.period import containing
    from tests.pilot_reports import FIRST

    hidden = release(None, Persons(patients=1, staff=1), Policy())
    one = Measured(kpi=next(iter(KPIS.values())), unit=text, period=containing(FIRST, "week"), complete=True,
                   measurement=hidden)  # type: ignore[arg-type] # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "panel.csv"
        write_panel(path, [one], None)
        return _looked_at("csv", path.read_bytes())


def _looked_at(suffix: str, content: bytes) -> Counter[str]:
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


def injection_commands() -> Found:
    """Filters of commands."""
    with tempfile.TemporaryDirectory() as folder:
        return commands(small_hospital(Path(folder)), INJECTIONS)


def injection_pages() -> Found:
    """Parameters of pages."""
    with tempfile.TemporaryDirectory() as folder:
        small = small_hospital(Path(folder))
        with running(small.root, warm=True) as address:
            return addresses(address, PAGES, INJECTIONS)


TRIALS: dict[str, Callable[[], Found]] = {
    "injection_commands": injection_commands,
    "injection_pages": injection_pages,
    "scripts_files": lambda: printed(SCRIPTS),
    "formulas": lambda: exported(FORMULAS, tuple(views())),
}


def main() -> None:
    """Run all trials or some, print and keep the counts; trials that were not asked for keep theirs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("trials", nargs="*", choices=[*TRIALS, []])
    asked = parser.parse_args().trials or list(TRIALS)
    about = "texts that try to become SQL, script or a formula, through every filter, page and export"
    path = FOLDER / "payloads.json"
    for name in asked:
        found = TRIALS[name]()
        kept = json.loads(path.read_text("utf-8"))["trials"] if path.exists() else []
        trials = {one["trial"]: one for one in kept} | {name: {"trial": name, **found}}
        ordered = [trials[one] for one in TRIALS if one in trials]
        content = stamp("python -m tests.faults.payloads", about) | {"trials": ordered}
        path.write_text(json.dumps(content, indent=1) + "\n", "utf-8")
        print(json.dumps(trials[name], indent=1), flush=True)


if __name__ == "__main__":
    main()
