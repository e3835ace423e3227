"""What a file or a definition says is text on a page, never markdown; code in backticks stays code."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from pages.widgets.kpi_lines import plain

INLINE = MarkdownIt().enable("strikethrough")


def kinds(text: str) -> set[str]:
    """The kinds of marks that a Markdown reader finds in a line."""
    (line,) = [token for token in INLINE.parse(text) if token.type == "inline"]
    return {child.type for child in line.children or []}


@pytest.mark.parametrize(
    "text",
    ["a *b* c", "__init__.csv", "![x](y)", "[x](y)", "~~gone~~", r"back\slash", "a * b_c $5 and $6 | d"],
)
def test_marks_are_shown_as_they_stand(text: str) -> None:
    assert kinds(plain(text)) == {"text"}
    assert INLINE.renderInline(plain(text)) == text


def test_code_stays_code() -> None:
    assert plain("sum of `active_seconds * 2` of *x*") == r"sum of `active_seconds * 2` of \*x\*"
    assert kinds(plain("`a_b` = _c_")) == {"code_inline", "text"}


@given(st.text("ab _*[]()!~$|\\", min_size=1).map(str.strip).filter(bool))
def test_no_text_becomes_a_mark(text: str) -> None:
    assert INLINE.renderInline(plain(text)) == text
