"""A questionnaire with one column per question becomes one row per answer, and nothing is lost."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_connectors import mapping_file
from data_connectors.connector import Refused
from tests.hypothesis_profiles import examples
from tests.intake_files import taken

SURVEY = """
[file]
null = ["NA"]

[[table]]
name = "SurveyResponse"
items = ["q*"]
department = "afd"

[table.columns]
response = ["id", "(item)"]
form = "id"
instrument = { value = "mbi" }
item = "(item)"
answered_on = "dag"
score = "(answer)"
scale = { from = "(item)", values = { q1 = "exhaustion", q2 = "cynicism" } }
"""
HEADER = "id,afd,dag,q1,q2,naam"


def test_every_answer_is_a_row(tmp_path: Path) -> None:
    account, rows, aside = taken(
        tmp_path,
        "1,CHI,2026-01-05,4,5,x",
        "2,CHI,2026-01-05,NA,x,y",
        "3,CHI,,1,2,z",
        "4,CHI",
        "",
        toml=SURVEY,
        header=HEADER,
    )
    assert [(row["item"], row["score"], row["scale"]) for row in rows] == [
        ("q1", 4.0, "exhaustion"),
        ("q2", 5.0, "cynicism"),
    ]
    assert len({row["response"] for row in rows}) == 2
    assert len({row["form"] for row in rows}) == 1
    assert sorted(aside) == [
        (3, "unparseable", "score"),
        (4, "missing_date", "answered_on"),
        (4, "missing_date", "answered_on"),
        (5, "too_few_fields", ""),
    ]
    assert (account.rows_read, account.rows_loaded, account.rows_not_data) == (8, 2, 2)


def test_the_last_of_two_forms_with_one_key_counts_answer_by_answer(tmp_path: Path) -> None:
    account, rows, aside = taken(
        tmp_path, "1,CHI,2026-01-05,4,5,x", "1,CHI,2026-01-05,3,,x", toml=SURVEY, header=HEADER
    )
    assert sorted((row["item"], row["score"]) for row in rows) == [("q1", 3.0), ("q2", 5.0)]
    assert aside == [(2, "duplicate", "")]
    assert (account.rows_read, account.rows_loaded, account.rows_not_data) == (4, 2, 1)


def test_questions_that_are_not_there_are_named(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"'q\*', which no column"):
        taken(tmp_path, "1,CHI,2026-01-05", toml=SURVEY, header="id,afd,dag")


@pytest.mark.parametrize("change", [('items = ["q*"]', ""), ('"(item)"', '"id"')])
def test_items_and_their_names_go_together(change: tuple[str, str]) -> None:
    text = SURVEY.replace(*change)
    if change[1]:
        text = text.replace('"(answer)"', '"q1"')
    found, issues = mapping_file.read(text, "test.toml")
    assert found is None
    assert any("one is not without the other" in issue.render("en") for issue in issues)


ANSWERS = st.lists(
    st.tuples(st.sampled_from(["", "NA", "1", "5", "x"]), st.sampled_from(["", "2", "-1", "nul"])),
    min_size=1,
    max_size=8,
)


@examples(20)
@given(answers=ANSWERS)
def test_rows_read_are_loaded_set_aside_or_no_data(tmp_path_factory: pytest.TempPathFactory, answers) -> None:  # type: ignore[no-untyped-def]
    lines = [f"{i},CHI,2026-01-05,{one},{two},n" for i, (one, two) in enumerate(answers)]
    account, rows, aside = taken(tmp_path_factory.mktemp("wide"), *lines, toml=SURVEY, header=HEADER)
    flat = [answer for pair in answers for answer in pair]
    sound = sorted(float(answer) for answer in flat if answer.lstrip("-").isdigit())
    assert account.rows_read == len(flat)
    assert account.rows_not_data == sum(answer in ("", "NA") for answer in flat)
    assert sorted(row["score"] for row in rows) == sound
    assert len(aside) == sum(answer in ("x", "nul") for answer in flat)
