"""A document as a tagged PDF (PDF/UA-1), the same bytes for the same content."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import typst

from core.language.text import Text
from reports.document import Document, Section
from reports.font_coverage import displayable

TEMPLATES = Path(__file__).parent / "templates"
FONTS = Path(__file__).parents[1] / "assets" / "fonts"


def pdf(document: Document, lang: str, day: date) -> bytes:
    """The file's bytes."""

    def say(text: Text) -> str:
        return displayable(text.render(lang), FONTS / "Inter-Regular.ttf")

    content = {
        "lang": lang,
        "day": [day.year, day.month, day.day],
        "title": say(document.title),
        "subtitle": say(document.subtitle),
        "statement": say(document.statement),
        "sections": [_section(section, say) for section in document.sections],
    }
    return bytes(
        typst.compile(
            str(TEMPLATES / "document.typ"),
            root=str(TEMPLATES),
            font_paths=[str(FONTS)],
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs={"data": json.dumps(content, ensure_ascii=False)},
            pdf_standards="ua-1",
        )
    )


def _section(section: Section, say: Any) -> dict[str, Any]:
    return {
        "title": say(section.title),
        "paragraphs": [say(text) for text in section.paragraphs],
        "points": [say(text) for text in section.points],
        "columns": [say(text) for text in section.columns],
        "rows": [[say(cell) for cell in row] for row in section.rows],
    }
