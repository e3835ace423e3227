"""The pseudonyms of a column are those of its values one by one."""

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from governance.pseudonym_columns import is_possible, pseudonyms
from governance.pseudonymise import Key
from tests.hypothesis_profiles import examples

SECRETS = st.lists(st.binary(min_size=32, max_size=100).filter(bytes.isascii), min_size=1, max_size=3)
TEXTS = st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=80), min_size=1, max_size=6)


@examples(50)
@given(secrets=SECRETS, texts=TEXTS, often=st.integers(1, 3))
def test_a_column_gets_the_pseudonyms_of_its_values(
    secrets: list[bytes], texts: list[str], often: int
) -> None:
    key = Key(secrets[0], tuple(secrets[1:]))
    found = pseudonyms(key, "patient", pa.array(texts * often))
    assert found.type == pa.string()
    assert found.to_pylist() == [key.pseudonym("patient", text) for text in texts * often]


def test_a_secret_that_is_no_text_is_left_to_the_engine() -> None:
    assert not is_possible(Key(b"k" * 32, (b"\xff" * 32,)))
    assert is_possible(Key(b"k" * 32))
