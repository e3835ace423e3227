"""The mistakes that hospitals make in definitions of their own, each with its sentence, all at once."""

from pathlib import Path

import pytest

from core.errors import DefinitionError
from kpis.catalogue import FOLDER, check, load
from kpis.definition import read

MODEL = (FOLDER / "note_time_enc.toml").read_text("utf-8")
RATIO = (
    MODEL.replace('statistic = "duration"', 'statistic = "ratio"')
    .replace(
        '[denominator]\ntable = "NoteSession"', '[denominator]\ntable = "Session"\nvalue = "ehr_minutes"'
    )
    .replace('column = "signed_at"', 'column = "ehr_minutes"')
)
CAP = '\n[cap]\nat = 30\ncomputed_from = "post"\nsource = "our own weeks after the start"\n'
ONE_OF_STAFF = """
[[denominator.where]]
column = "clinician"
operator = "not in"
value = ["0d7c2761ce1642686f26cae4"]
"""
MISTAKES = {
    "everybody but one": (MODEL + ONE_OF_STAFF, "picks nobody out: 'clinician' holds persons"),
    "a divisor that may be missing": (RATIO, "divides by 'ehr_minutes' of Session, which may be missing"),
    "an unknown column": (
        MODEL.replace("active_seconds + tool", "active_second + tool"),
        "Table NoteSession has no column 'active_second'",
    ),
    "no direction": (MODEL.replace('direction = "lower"\n', ""), "'direction' is missing. Add it."),
    "a cap from the period that is judged": (MODEL + CAP, "moves with the effect and can hide it"),
}


def problems(text: str) -> list[str]:
    kpi, issues = read(text, "own.toml")
    assert kpi is None
    return [issue.render("en") for issue in issues]


@pytest.mark.parametrize("mistake", MISTAKES)
def test_each_mistake_has_its_line_and_its_sentence(mistake: str) -> None:
    text, said = MISTAKES[mistake]
    assert text != MODEL
    found = problems(text)
    assert len(found) == 1
    assert said in found[0]
    assert found[0].startswith("own.toml line ")


def test_a_missing_key_does_not_hide_the_rules_that_other_keys_break() -> None:
    text = (
        RATIO.replace('direction = "lower"\n', "").replace("active_seconds + tool", "active_second + tool")
        + CAP.replace('"post"', '"ours"')
        + CAP.replace("[cap]", "[caps]")
    )
    found = "\n".join(problems(text))
    for said in (
        "no key 'caps'",
        "'direction' is missing",
        "no column 'active_second'",
        "divides by 'ehr_minutes'",
        "'cap' does not go with a ratio",
    ):
        assert said in found


def test_what_rests_on_a_mistyped_statistic_is_not_held_against_the_rest() -> None:
    found = problems(MODEL.replace('"duration"', '"median"').replace("digits = 1", "digits = 9"))
    assert len(found) == 2
    assert "'statistic' cannot be 'median'" in found[0]
    assert "'digits' must be from 0 to 6" in found[1]


def test_a_numerator_that_cannot_be_read_leaves_the_other_rules() -> None:
    found = problems(MODEL.replace("scale = 0.016666666666666666", 'scale = "a"').replace("0.05\n", "0\n"))
    assert ["scale" in found[0], "smallest_change" in found[1], len(found)] == [True, True, 2]


def test_two_files_with_one_id_are_refused_by_both_names(tmp_path: Path) -> None:
    for name in ("note_time_enc.toml", "second.toml"):
        (tmp_path / name).write_text(MODEL, "utf-8")
    with pytest.raises(DefinitionError) as caught:
        load(tmp_path)
    said = caught.value.render("en")
    assert "'note_time_enc.toml' and 'second.toml' both define KPI 'note_time_enc'" in said
    assert [issue.where for issue in check(tmp_path)] == ["second.toml"]


def test_two_files_with_one_id_are_found_where_neither_can_be_read(tmp_path: Path) -> None:
    for name in ("a.toml", "b.toml"):
        (tmp_path / name).write_text('id = "mine"\n', "utf-8")
    assert "'a.toml' and 'b.toml' both define KPI 'mine'" in check(tmp_path)[-1].render("en")


def test_a_word_where_settings_belong_is_told_how_they_are_written() -> None:
    assert any("Write [cap] on a line of its own" in line for line in problems('cap = "p99"\n' + MODEL))
