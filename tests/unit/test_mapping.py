"""A mapping says how a file is read; every mistake in it is found at once, on its line."""

import re
from pathlib import Path

import pytest

from core.errors import DefinitionError
from core.issue import raise_errors
from core.language import catalogue
from data_connectors.mapping_file import load, presets, read
from data_connectors.units import convertible, factor
from tests.intake_files import NOTES


def problems(text: str) -> list[str]:
    mapping, issues = read(text, "x.toml")
    assert (mapping is None) == bool(issues)
    return [issue.render("en") for issue in issues]


def test_the_presets_are_right() -> None:
    for name in presets():
        assert load(name).table


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ('decimal = ","', 'decimal = ";"', 4, "'file.decimal' cannot be ';'"),
        ('decimal = ","', 'decimals = ","', 4, "There is no key 'file.decimals'"),
        ('thousands = "."', 'thousands = ","', 5, "decimal sign are the same"),
        ("%H:%M", "%Q", 6, "%Q is unknown"),
        ('delimiter = ";"', 'encoding = "utf-9"', 3, "no encoding 'utf-9'"),
        ('name = "NoteSession"', 'name = "Notes"', 11, "no standard table 'Notes'"),
        ('started_at = "begin"', "", 10, "NoteSession needs column 'started_at'"),
        ('eind"', 'eind"\nended = "eind"', 21, "NoteSession has no column 'ended'"),
        ('unit = "minutes"', 'unit = "EUR"', 21, "'EUR' cannot be converted"),
        (
            ', unit = "minutes"',
            "",
            21,
            "column 'active_seconds' has no unit; NoteSession.active_seconds needs one.",
        ),
        ('department = "afdeling"', "department = {}", 12, "needs a source column or a constant"),
        ('eind"', 'eind"\ntemplate = "patnr"', 21, "'patnr' is an identifier"),
        ('department = "afdeling"', 'department = "arts"', 12, "'arts' is an identifier"),
        ('unit = "minutes"', 'unit = "minutes", filled = "1"', 21, "'filled' goes with text"),
        ('unit = "minutes"', 'unit = "minutes", only = true', 21, "'only' goes with text"),
    ],
)
def test_a_mistake_is_named_with_its_line(old: str, new: str, line: int, words: str) -> None:
    assert old in NOTES
    (problem,) = problems(NOTES.replace(old, new, 1))
    assert problem.startswith(f"x.toml line {line}: ")
    assert words in problem


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            'decimal = ","',
            "skip_lines = -1",
            "x.toml line 4: 'file.skip_lines' cannot be '-1': it must be one of 'auto', "
            "or it must be at least 0.",
        ),
        (
            'delimiter = ";"',
            'delimiter = ";;"',
            "x.toml line 3: 'file.delimiter' cannot be ';;': it must be one of 'auto', "
            "or its length must be at most 1.",
        ),
        (
            'department = "afdeling"',
            "department = 7",
            "x.toml line 12: 'table.0.department' cannot be '7': it must be a table.",
        ),
    ],
)
def test_what_may_be_one_of_two_kinds_is_one_mistake(old: str, new: str, told: str) -> None:
    assert problems(NOTES.replace(old, new, 1)) == [told]


def test_the_line_of_a_mistake_is_dutch_on_request() -> None:
    one = NOTES.replace('decimal = ","', "skip_lines = -1")
    _, issues = read(one, "m1.toml")
    (told,) = (issue.render("nl") for issue in issues)
    assert told.startswith("m1.toml regel 4: 'file.skip_lines' kan niet '-1' zijn: ")
    assert "of " in told
    with pytest.raises(DefinitionError) as raised:
        raise_errors(issues, "m1.toml")
    assert raised.value.render("nl") == told
    _, issues = read(one.replace('thousands = "."', "hidden = 3"), "m1.toml")
    with pytest.raises(DefinitionError) as raised:
        raise_errors(issues, "m1.toml")
    assert raised.value.render("nl").count("m1.toml regel") == 2


def test_a_mapping_goes_by_one_name() -> None:
    assert "vertaaltabel" not in Path(catalogue.__file__).with_name("nl.po").read_text("utf-8").lower()


def test_identifiers_may_be_named_though_nothing_is_made_of_them() -> None:
    listed = NOTES.replace("[table.columns]", 'identifiers = ["bsn"]\n[table.columns]')
    assert problems(listed) == []
    (problem,) = problems(listed + 'template = "bsn"\n')
    assert "'bsn' is an identifier" in problem


def test_all_mistakes_come_at_once() -> None:
    text = NOTES.replace('decimal = ","', "").replace('"minutes"', '"EUR"').replace("Europe/", "Mars/")
    assert len(problems(text.replace('thousands = "."', 'thousands = "x"'))) == 1
    assert len(problems(text)) == 3


def test_what_is_no_toml() -> None:
    (problem,) = problems("[file")
    assert "This is not TOML" in problem


def test_units() -> None:
    assert factor("minutes", "seconds") == 60
    assert factor("milliseconds", "seconds") == pytest.approx(0.001)
    assert factor("EUR", "seconds") is None
    assert convertible("EUR") == ("cents", "EUR")
    assert convertible("") == ("",)


def test_the_example_of_the_reference_is_right() -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference" / "mapping.md").read_text("utf-8")
    (example,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    assert problems(example) == []
