"""A report of two A4 pages: tagged, with text alternatives, the same bytes for the same numbers."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import typst

from reports.font_coverage import displayable
from reports.printed_report import printed
from reports.report import Format, PilotReport

TEMPLATES = Path(__file__).parents[1] / "templates"
FONTS = Path(__file__).parents[2] / "assets" / "fonts"
TEXT_FONT = FONTS / "Inter-Regular.ttf"


def write(view: PilotReport, lang: str) -> bytes:
    """The file's bytes. PDF/UA-1 refuses a drawing without words and a character that the font lacks."""
    content = _shown(asdict(printed(view, lang)))
    made = typst.compile(
        str(TEMPLATES / "report.typ"),
        root=str(TEMPLATES),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"data": json.dumps(content, ensure_ascii=False, allow_nan=False)},
        pdf_standards="ua-1",
    )
    return bytes(made)


def _shown(content: Any) -> Any:
    if isinstance(content, str):
        return displayable(content, TEXT_FONT)
    if isinstance(content, dict):
        return {key: _shown(value) for key, value in content.items()}
    return [_shown(value) for value in content] if isinstance(content, list | tuple) else content


FORMAT = Format(suffix="pdf", media_type="application/pdf", write=write)
