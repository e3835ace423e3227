"""The mapping assistant: what the file settles is proposed, what it does not settle is asked."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from core.errors import InputError
from data_connectors.mapping_file import read
from data_connectors.suggestion import Suggestion
from data_connectors.value_notation import notation, time_formats
from governance.access import LOCAL_OPERATOR
from workflows.commands.sources import COMMAND
from workflows.opening import open_workspace
from workflows.suggesting import propose

HEADER = "Afdeling;Notitie ID;Patiëntnummer;Arts;Begintijd;Eindtijd;Duur (min);Iets"
ROW = "CHI;{};77;a;{:02}-04-2026 10:00;{:02}-04-2026 10:20;4,5;q"
ROWS = [ROW.format(i, i, i) for i in range(1, 29)]


def suggestion(folder: Path, *lines: str, encoding: str = "utf-8", table: str | None = None) -> Suggestion:
    path = folder / "x.csv"
    path.write_bytes("\n".join(lines).encode(encoding))
    return propose(LOCAL_OPERATOR, open_workspace(folder / "w"), path, table, "en")[0]


def test_a_complete_suggestion_loads(tmp_path: Path) -> None:
    found = suggestion(tmp_path, "Rapport;X", "", HEADER, *ROWS, encoding="cp1252")
    mapping, issues = read(found.toml("nl"), "x.toml")
    assert (found.complete, issues) == (True, ())
    assert mapping is not None
    table = mapping.table[0]
    assert (mapping.file.encoding, mapping.file.delimiter, mapping.file.decimal) == ("cp1252", ";", ",")
    assert (mapping.file.skip_lines, table.name) == (2, "NoteSession")
    assert table.columns["active_seconds"].unit == "minutes"
    assert table.columns["started_at"].format == ("%d-%m-%Y %H:%M",)
    assert found.unused == ("Iets",)


def test_a_unit_that_is_not_stated_is_asked(tmp_path: Path) -> None:
    found = suggestion(tmp_path, HEADER.replace(" (min)", ""), *ROWS)
    assert "# active_seconds = " in found.toml("en")
    assert "in which unit?" in found.toml("en")
    assert read(found.toml("en"), "x.toml")[0] is not None


def test_days_and_months_that_could_be_swapped_are_asked(tmp_path: Path) -> None:
    found = suggestion(tmp_path, HEADER, *ROWS[:12])
    assert not found.complete
    assert "%m-%d-%Y %H:%M" in found.toml("en")


def test_what_is_missing_is_asked(tmp_path: Path) -> None:
    found = suggestion(tmp_path, "a;b", "1;2", "3;4", table="NoteSession")
    asked = [question.render("en") for question in found.questions]
    assert "Which column holds note? NoteSession needs it." in asked


def test_the_command_shows_rows_and_what_would_be_set_aside(tmp_path: Path) -> None:
    path, mapping = tmp_path / "x.csv", tmp_path / "m.toml"
    wrong = ROWS[27].replace("10:20", "09:20")
    path.write_text("\n".join((HEADER, *ROWS[:27], wrong)), "utf-8")
    options = ["--workspace", str(tmp_path / "w"), "--json", "-o", str(mapping)]
    result = CliRunner().invoke(COMMAND, ["suggest", str(path), *options], catch_exceptions=False)
    found = json.loads(result.stdout)
    assert (found["rows_loaded"], found["quarantine"]) == (27, {"negative_duration": 1})
    assert len(found["rows"]) == 10
    assert found["set_aside"] == [{"line": 29, "reason": "negative_duration", "column": "ended_at"}]
    assert read(mapping.read_text("utf-8"), "m.toml")[0] is not None
    assert not list((tmp_path / "w").rglob("*.parquet"))


@pytest.mark.parametrize(
    ("values", "decimal", "thousands", "asked"),
    [
        (["1,5", "2"], ",", "", False),
        (["1.234,5"], ",", ".", False),
        (["1,234.5"], ".", ",", False),
        (["1.234"], "", "", True),
        (["1,5", "1.5"], "", "", True),
        (["12", "a"], "", "", False),
    ],
)
def test_decimal_signs(values: list[str], decimal: str, thousands: str, asked: bool) -> None:
    found = notation(values)
    assert (found.decimal, found.thousands, found.question is not None) == (decimal, thousands, asked)


def test_months_in_words_and_iso() -> None:
    assert time_formats(["1 mei 2026", "3 maart 2026"], "date") == (("%d %B %Y",), None)
    assert time_formats(["2026-03-04T10:00"], "time") == ((), None)
    assert time_formats(["morgen"], "date")[1] is not None


def test_headings_that_say_nothing_are_asked_about(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("alpha;beta;type\n1;2;3\n", "utf-8")
    with pytest.raises(InputError, match="Choose one with --table"):
        propose(LOCAL_OPERATOR, open_workspace(tmp_path / "w"), path, None, "en")
