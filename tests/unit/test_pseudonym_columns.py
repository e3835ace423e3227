"""The pseudonyms of a column, and how many of its values are hashed for them."""

from collections.abc import Sequence
from unittest.mock import patch

import pyarrow as pa
import pytest

from governance import pseudonym_columns
from governance.pseudonym_columns import is_possible, pseudonyms
from governance.pseudonymise import Key

KEYS = (Key(b"k" * 32), Key(b"k" * 100, (b"another secret of thirty-two bytes",)))


@pytest.mark.parametrize("key", KEYS, ids=["one secret", "two secrets"])
@pytest.mark.parametrize("texts", [("a", "b\u00e9", ""), ("a", "b", "a", "a", "a"), ()])
def test_every_value_has_its_own_pseudonym(key: Key, texts: tuple[str, ...]) -> None:
    found = pseudonyms(key, "patient", pa.array(texts, pa.string()))
    assert found.type == pa.string()
    assert found.to_pylist() == [key.pseudonym("patient", text) for text in texts]


@pytest.mark.parametrize(
    ("texts", "sample", "hashed"),
    [
        ("aabc", 2, 3),
        ("abab", 2, 4),
        ("abcdefgaaa", 10, 7),
        ("abcdefghaa", 10, 10),
        ("aaaaaaaaaa", 4, 1),
    ],
)
def test_a_column_whose_first_values_come_again_has_each_hashed_once(
    texts: Sequence[str], sample: int, hashed: int
) -> None:
    with (
        patch.object(pseudonym_columns, "SAMPLE", sample),
        patch.object(pseudonym_columns, "_hashed", wraps=pseudonym_columns._hashed) as noted,
    ):
        found = pseudonyms(KEYS[0], "patient", pa.array([*texts]))
    assert found.to_pylist() == [KEYS[0].pseudonym("patient", text) for text in texts]
    ((_, _, values),) = (call.args for call in noted.call_args_list)
    assert len(values) == hashed


def test_every_secret_must_be_text() -> None:
    assert is_possible(Key(b"k" * 32))
    assert is_possible(KEYS[1])
    assert not is_possible(Key(b"k" * 32, (b"\xff" * 32,)))
    assert not is_possible(Key(b"\xff" * 32, (b"k" * 32,)))
