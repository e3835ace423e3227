"""Names of departments: what is safe becomes one name, what only looks alike is proposed."""

from pathlib import Path

import pytest

from data_connectors.department_names import compare, safe
from tests.intake_files import GOOD, NOTES, taken

KNOWN = NOTES.replace("[[table]]", 'departments = ["Chirurgie", "KNO"]\n\n[[table]]')


def rows(*names: str) -> list[str]:
    return [GOOD.replace("1;NA;", f"{i};{name};", 1) for i, name in enumerate(names)]


@pytest.mark.parametrize(
    "name", ["Chirurgie", "chirurgie", "CHIRURGIE", "Chirurgie\u200b", "\ufeffChirurgie", "\uff23hirurgie"]
)
def test_what_is_safe_is_joined_to_the_listed_spelling(tmp_path: Path, name: str) -> None:
    account, kept, _ = taken(tmp_path, *rows(name), toml=KNOWN)
    assert kept[0]["department"] == "Chirurgie"
    assert (account.flags, account.departments_alike) == ({"converted_unit": 1}, {})


def test_spaces_of_all_kinds(tmp_path: Path) -> None:
    _, kept, _ = taken(
        tmp_path, *rows("Interne  geneeskunde", "Interne\u00a0geneeskunde", "Interne geneeskunde")
    )
    assert {row["department"] for row in kept} == {"Interne geneeskunde"}


def test_case_alone_is_only_proposed_where_no_name_is_listed(tmp_path: Path) -> None:
    account, kept, _ = taken(tmp_path, *rows("kno", "KNO", "KNO"))
    assert {row["department"] for row in kept} == {"kno", "KNO"}
    assert account.departments_alike == {"kno": "KNO"}


def test_accents_are_proposed_and_not_merged(tmp_path: Path) -> None:
    account, kept, _ = taken(tmp_path, *rows("Orthopedie", "Orthopedie", "Orthopédie"))
    assert {row["department"] for row in kept} == {"Orthopedie", "Orthopédie"}
    assert account.departments_alike == {"Orthopédie": "Orthopedie"}
    assert "homoglyph_suspect" not in account.flags


def test_letters_of_another_alphabet_are_flagged(tmp_path: Path) -> None:
    account, kept, _ = taken(tmp_path, *rows("KN\u041e", "KN\u041e", "KN\u041e", "KNO"))
    assert len({row["department"] for row in kept}) == 2
    assert account.flags["homoglyph_suspect"] == 3
    assert account.departments_alike == {"KN\u041e": "KNO"}


def test_a_name_that_nobody_can_see_is_missing(tmp_path: Path) -> None:
    account, _, aside = taken(tmp_path, *rows("\u200b\u200d", "NA"))
    assert aside == [(2, "missing_department", "department")]
    assert account.rows_loaded == 1


def test_names_in_one_other_alphabet_are_no_suspects() -> None:
    assert compare({"Хирургия": 3, "KNO": 1}, ()).suspect == ()


def test_the_safe_form_is_stable() -> None:
    for name in ("A\u00adB", "ﬁ  x", "NA", " a "):
        assert safe(safe(name)) == safe(name)
