"""The bytes of a column of text, to look at many values at once."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

DELETE = 127
"""The one control character that is not among the first of ASCII."""
Mask = npt.NDArray[np.bool_]


def ends_and_bytes(texts: pa.StringArray) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.uint8]]:
    """Where each value begins and the last one ends, (n + 1,), and the bytes of all with one more behind."""
    _, offsets, content = texts.buffers()
    at = np.frombuffer(offsets, np.int32)[texts.offset : texts.offset + len(texts) + 1]
    letters = np.frombuffer(content, np.uint8)
    return at, letters if len(letters) > at[-1] else np.append(letters, np.uint8(0))


def may_be_blank(texts: pa.StringArray) -> Mask:
    """Whether a text is empty or begins with something else than a visible ASCII character."""
    at, letters = ends_and_bytes(texts)
    empty: Mask = at[:-1] == at[1:]
    return empty | ~_is_visible(letters[at[:-1]])


def has_visible_ends(texts: pa.StringArray) -> Mask:
    """Whether a text begins and ends with a visible ASCII character, so that nothing can be trimmed off."""
    at, letters = ends_and_bytes(texts)
    return ~may_be_blank(texts) & _is_visible(letters[at[1:] - 1])


def has(texts: pa.StringArray, character: str) -> Mask:
    """Whether a text holds an ASCII character; nearly always none does."""
    at, letters = ends_and_bytes(texts)
    if not np.any(letters[at[0] : at[-1]] == ord(character)):
        return np.zeros(len(texts), bool)
    return np.asarray(pc.match_substring(texts, character), bool)


def has_control(texts: pa.StringArray) -> Mask:
    """Whether a text holds a control character; nearly always none does."""
    at, letters = ends_and_bytes(texts)
    own = letters[at[0] : at[-1]]
    if not np.any((own < ord(" ")) | (own == DELETE)):
        return np.zeros(len(texts), bool)
    return np.asarray(pc.match_substring_regex(texts, r"[\x00-\x1f\x7f]"), bool)


def _is_visible(letters: npt.NDArray[np.uint8]) -> Mask:
    seen: Mask = (letters >= ord("!")) & (letters <= ord("~"))
    return seen


def is_true(told: pa.BooleanArray) -> Mask:
    """Where it says so; not where it says nothing."""
    return np.asarray(told.fill_null(False), bool)
