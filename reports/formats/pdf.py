"""A report of two A4 pages: tagged, with text alternatives, the same bytes for the same numbers."""

import json
from dataclasses import asdict
from pathlib import Path

import typst

from reports.printed_report import printed
from reports.report import Format, PilotReport

TEMPLATES = Path(__file__).parents[1] / "templates"
FONTS = Path(__file__).parents[2] / "assets" / "fonts"


def write(view: PilotReport, lang: str) -> bytes:
    """The file's bytes. Compilation fails where a drawing has no text alternative (PDF/UA-1)."""
    content = json.dumps(asdict(printed(view, lang)), ensure_ascii=False, allow_nan=False)
    made = typst.compile(
        str(TEMPLATES / "report.typ"),
        root=str(TEMPLATES),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"data": content},
        pdf_standards="ua-1",
    )
    return bytes(made)


FORMAT = Format(suffix="pdf", media_type="application/pdf", write=write)
