"""What is wrong with a file of settings is told in the reader's language."""

import tomllib

import pytest

from core.toml_fault import toml_fault


@pytest.mark.parametrize(
    ("text", "dutch"),
    [
        ("a = 2026-02-30", "een dag of tijd die niet bestaat (regel 1, teken 5)"),
        (
            "a = b",
            "een waarde die niet te lezen is; woorden staan tussen aanhalingstekens (regel 1",
        ),
        ("a = [\n1, 2", "een lijst die niet eindigt, of waarin een waarde niet te lezen is (aan het eind)"),
        ('a = "b\nc = 1', "een tekst zonder aanhalingsteken aan het eind (regel 1, teken 7)"),
        ("a = 'b", "een tekst zonder aanhalingsteken aan het eind (aan het eind)"),
        ("a = 1\na = 2\n", "een sleutel of tabel die er twee keer staat (regel 2, teken 6)"),
        ("[a]\n[a]", "een sleutel of tabel die er twee keer staat (regel 2, teken 3)"),
        ("a b", "geen sleutel met een waarde (regel 1, teken 3)"),
        ("[a", "een kop zonder haakje aan het eind (aan het eind)"),
        ("a = 1 b", "iets achter een waarde dat er niet bij hoort (regel 1, teken 7)"),
        ('a = "\\d"', "een backslash in een tekst; schrijf er twee, of gebruik enkele aanhalingstekens"),
    ],
)
def test_each_fault_in_dutch(text: str, dutch: str) -> None:
    with pytest.raises(tomllib.TOMLDecodeError) as raised:
        tomllib.loads(text)
    assert toml_fault(raised.value).render("nl").startswith(dutch)


def test_another_fault_is_told_too() -> None:
    assert toml_fault(ValueError("x")).render("en") == "something that cannot be read"
