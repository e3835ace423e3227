"""Names and texts as a table that wraps."""

import re
from collections.abc import Iterable

import streamlit as st

from reports.words_definition import Lines

_MARKS = re.compile(r"([$*_\[\]~!|\\])")


def lines_table(lines: Lines, *, alt: str) -> None:
    """A line each: the name in bold, the text beside it."""
    rows = [{"name": f"**{plain(name)}**", "text": plain(text)} for name, text in lines]
    st.table(rows, border="horizontal", hide_header=True, hide_index=True, alt=alt)


def plain(text: str) -> str:
    """Text of a file or a definition as it stands: its marks are no markdown, except code in backticks."""
    return "".join(_escaped(text.split("`")))


def _escaped(parts: Iterable[str]) -> Iterable[str]:
    for at, part in enumerate(parts):
        yield f"`{part}`" if at % 2 else _MARKS.sub(r"\\\1", part)
