"""Reading definitions: all problems at once, each with its place."""

from pathlib import Path

import pytest

from core.errors import DefinitionError, UnknownName
from kpis.catalogue import FOLDER, find, load
from kpis.definition import read
from kpis.expression import parse

MODEL = (FOLDER / "note_time_enc.toml").read_text("utf-8")


def problems(text: str) -> list[str]:
    kpi, issues = read(text, "own.toml")
    assert kpi is None
    return [issue.render("en") for issue in issues]


def changed(*changes: tuple[str, str]) -> str:
    text = MODEL
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


def test_the_model_reads_without_a_remark() -> None:
    kpi, issues = read(MODEL, "note_time_enc.toml")
    assert kpi is not None
    assert kpi.plausible == (0.05, 180.0)
    assert issues == ()


def test_all_problems_at_once_with_their_lines() -> None:
    found = problems(
        changed(('"lower"', '"down"'), ("digits = 1", 'digits = "x"\ncolour = 1'), ('"missing"', '"missin"'))
    )
    assert [line.split(":")[0] for line in found] == [
        "own.toml line 12",
        "own.toml line 4",
        "own.toml line 44",
        "own.toml line 11",
    ]
    assert "Known: id, version" in found[0]
    assert "'lower', 'higher', 'neutral'" in found[1]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('table = "NoteSession"\nvalue', 'table = "Notes"\nvalue', "There is no table 'Notes'"),
        ("active_seconds + tool", "active_seconds * tool", "is not a value"),
        ("active_seconds + tool", "active_second + tool", "has no column 'active_second'"),
        ("active_seconds + tool_seconds", "template", "is of type text"),
        ("active_seconds + tool_seconds", "started_at..template", "is of type text"),
        ('operator = "missing"', 'operator = "missing"\nvalue = 3', "does not go with operator 'missing'"),
        ('operator = "missing"', 'operator = "<"\nvalue = 3', "on a time"),
        ('operator = "missing"', 'operator = "in"\nvalue = 3', "does not go with operator 'in'"),
        ('reason = "unsigned"', 'reason = "implausible"', "is used twice"),
        ('statistic = "duration"', 'statistic = "proportion"', "numerator of a proportion does not fit"),
        ('[denominator]\ntable = "NoteSession"', '[denominator]\ntable = "Encounter"', "from one table"),
        ("plausible = [0.05, 180]", "plausible = [180, 0.05]", "from a lower to a higher"),
        ("plausible = [0.05, 180]", "plausible = [180]", "plausible"),
        ("smallest_change = 0.05", "smallest_change = 0", "more than 0"),
        ('en = "Note time per visit"', "", "no text in language 'en'"),
        ('owner = "CMIO"', "", "'owner' is missing"),
        ("version = 1", "version = 1 = 2", "not TOML"),
    ],
)
def test_each_rule(old: str, new: str, said: str) -> None:
    found = problems(changed((old, new)))
    assert any(said in line for line in found), found
    assert all(line.startswith("own.toml") for line in found)


@pytest.mark.parametrize(
    ("value", "kind", "terms"),
    [
        ("", "rows", ()),
        ("a", "columns", ((1, "a"),)),
        ("a + b - c", "columns", ((1, "a"), (1, "b"), (-1, "c"))),
        ("a-b", "columns", ((1, "a"), (-1, "b"))),
        ("a..b", "minutes", ((-1, "a"), (1, "b"))),
    ],
)
def test_values(value: str, kind: str, terms: tuple[tuple[int, str], ...]) -> None:
    parsed = parse(value)
    assert parsed is not None
    assert (parsed.kind, parsed.terms) == (kind, terms)


@pytest.mark.parametrize(
    "value", ["a b", "a +", "+", "a..", "a..b..c", "A", "a; drop", "1 + a", "sum(a)", "a.b"]
)
def test_nothing_else_is_a_value(value: str) -> None:
    assert parse(value) is None


def test_a_hospitals_own_file_replaces_ours_and_adds(tmp_path: Path) -> None:
    own = tmp_path / "note_time_enc.toml"
    own.write_text(
        changed(("version = 1", "version = 7"), ("digits = 1", "digits = 1\ntarget = 4.5")), "utf-8"
    )
    (tmp_path / "second.toml").write_text(changed(('id = "note_time_enc"', 'id = "second"')), "utf-8")
    found = load(tmp_path)
    assert (found["note_time_enc"].version, found["note_time_enc"].target) == (7, 4.5)
    assert list(found) == sorted({*load(), "second"})


def test_problems_of_several_files_come_together(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("id = 3", "utf-8")
    (tmp_path / "b.toml").write_text(MODEL, "utf-8")
    (tmp_path / "c.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(DefinitionError) as caught:
        load(tmp_path)
    said = caught.value.render("en")
    assert "a.toml line" in said
    assert "The file is called 'b.toml' but its KPI is 'note_time_enc'" in said
    assert "c.toml: This file is not UTF-8" in said


def test_an_unknown_kpi_is_named_with_its_neighbours() -> None:
    with pytest.raises(UnknownName, match="note_time_enc"):
        find(load(), "note_time")
