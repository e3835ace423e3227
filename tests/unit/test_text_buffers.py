"""What the bytes of a column tell of its texts, also where it is a part of a longer one."""

import pyarrow as pa
import pytest

from data_connectors.text_buffers import (
    ends_and_bytes,
    has,
    has_control,
    has_visible_ends,
    is_true,
    may_be_blank,
)

TEXTS = ("", "a", "", "b", " a", "a ", "\u00e9", "a\u00e9", "!", "~", "\x7f", "\t", "!a!", "~a~", "a\u00a0")


def column(*texts: str) -> pa.StringArray:
    return pa.array(texts, pa.string())


def part(*texts: str) -> pa.StringArray:
    """The same between other texts."""
    return pa.array([" ", *texts, "\u00e9"], pa.string()).slice(1, len(texts))


def test_each_text_ends_where_the_next_one_begins() -> None:
    at, letters = ends_and_bytes(column("a", "", "bc"))
    assert (at.tolist(), letters.tobytes()) == ([0, 1, 1, 3], b"abc\0")
    at, letters = ends_and_bytes(part("a", "bc"))
    assert (at.tolist(), letters[:4].tobytes()) == ([1, 2, 4], b" abc")


@pytest.mark.parametrize("texts", [(), ("", "")])
def test_behind_no_text_there_is_one_byte(texts: tuple[str, ...]) -> None:
    at, letters = ends_and_bytes(column(*texts))
    assert (at.tolist(), letters.tobytes()) == ([0] * (len(texts) + 1), b"\0")


@pytest.mark.parametrize("made", [column, part])
def test_a_text_that_begins_with_a_visible_character_is_not_blank(made: type) -> None:
    blank = {"", " a", "\u00e9", "\x7f", "\t"}
    assert may_be_blank(made(*TEXTS)).tolist() == [text in blank for text in TEXTS]
    assert [may_be_blank(made(text)).item() for text in TEXTS] == [text in blank for text in TEXTS]


@pytest.mark.parametrize("made", [column, part])
def test_nothing_can_be_trimmed_off_a_text_with_visible_ends(made: type) -> None:
    visible = {"a", "b", "!", "~", "!a!", "~a~"}
    assert has_visible_ends(made(*TEXTS)).tolist() == [text in visible for text in TEXTS]
    assert [has_visible_ends(made(text)).item() for text in TEXTS] == [text in visible for text in TEXTS]


@pytest.mark.parametrize("made", [column, part])
@pytest.mark.parametrize(
    "texts", [("+", "a"), ("a", "+"), ("a", "b+c", "d"), ("+", "++"), ("a", "b"), ("", "+"), ("+", ""), ()]
)
def test_the_texts_that_hold_a_character_are_found(made: type, texts: tuple[str, ...]) -> None:
    found = has(made(*texts), "+")
    assert found.dtype == bool
    assert found.tolist() == ["+" in text for text in texts]


def test_nothing_is_said_of_a_row_without_an_answer() -> None:
    found = is_true(pa.array([True, None, False]))
    assert found.dtype == bool
    assert found.tolist() == [True, False, False]


def test_control_characters_are_seen_wherever_they_stand() -> None:
    texts = ("", "a", "\x7f", "a\x01", "\x1fa", "a\x7fb", "a\tb", "\0", "~", " ", "\u00e9")
    expected = [any(one < " " or one == "\x7f" for one in text) for text in texts]
    for made in (column(*texts), part(*texts)):
        assert has_control(made).tolist() == expected
    for made in (column, part):
        assert [has_control(made(text)).item() for text in texts] == expected
    assert not has_control(part("a", "b")).any()
