"""Typeset a document from a template: tagged, the same bytes for the same content."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typst

from reports.font_coverage import displayable

TEMPLATES = Path(__file__).with_name("templates")
FONTS = Path(__file__).parents[1] / "assets" / "fonts"
TEXT_FONT = FONTS / "Inter-Regular.ttf"


def typeset(template: str, content: Mapping[str, Any]) -> bytes:
    """The PDF. PDF/UA-1 refuses a drawing without words and a character that the font lacks."""
    made = typst.compile(
        str(TEMPLATES / template),
        root=str(TEMPLATES),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"data": json.dumps(_shown(dict(content)), ensure_ascii=False, allow_nan=False)},
        pdf_standards="ua-1",
    )
    return bytes(made)


def _shown(content: Any) -> Any:
    if isinstance(content, str):
        return displayable(content, TEXT_FONT)
    if isinstance(content, dict):
        return {key: _shown(value) for key, value in content.items()}
    return [_shown(value) for value in content] if isinstance(content, list | tuple) else content
