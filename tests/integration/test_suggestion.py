"""The mapping assistant: what the file settles is proposed, what it does not settle is asked."""

import json
from contextlib import suppress
from pathlib import Path
from random import Random
from zipfile import ZipFile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from openpyxl import Workbook

from core.errors import InputError, UserError
from data_connectors.connector import Refused
from data_connectors.mapping_file import read
from data_connectors.suggestion import Suggestion
from data_connectors.value_notation import notation, time_formats
from governance.access import LOCAL_OPERATOR
from tests.faults.file_fuzz import ROWS as ROWS_TO_DAMAGE
from tests.faults.file_fuzz import damaged
from tests.file_writers import WRITERS
from tests.taken_files import HEADER as DAMAGED_HEADER
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


def test_a_file_without_accents_does_not_settle_the_encoding_of_the_next_one(tmp_path: Path) -> None:
    names = {}
    for encoding in ("utf-8", "cp1252"):
        names[encoding] = suggestion(tmp_path, HEADER, *ROWS, encoding=encoding).file["encoding"]
    plain = [line.replace("ë", "e") for line in (HEADER, *ROWS)]
    assert suggestion(tmp_path, *plain).file["encoding"] == "auto"
    assert names == {"utf-8": "utf-8", "cp1252": "cp1252"}


def test_a_column_that_says_whether_the_tool_was_used_is_found_by_its_answers(tmp_path: Path) -> None:
    asked = "Which column says whether the tool was used"
    answers = [
        row.replace(";q", f";{word}") for row, word in zip(ROWS, ["Ja", "Nee", "J", "0"] * 7, strict=True)
    ]
    found = suggestion(tmp_path, HEADER.replace("Iets", "AI"), *answers)
    assert 'exposed = "AI"' in found.toml("en")
    assert asked not in found.toml("en")
    named = suggestion(tmp_path, HEADER.replace("Iets", "AI"), *ROWS)
    assert "exposed = " not in named.toml("en")
    assert asked in named.toml("en")


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
    assert "Which column holds note (Number of the note)? NoteSession needs it." in asked


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


def test_a_mapping_that_somebody_worked_on_is_not_written_over(tmp_path: Path) -> None:
    path, mapping = tmp_path / "x.csv", tmp_path / "m.toml"
    path.write_text("\n".join((HEADER, *ROWS)), "utf-8")
    mapping.write_text("# mine", "utf-8")
    options = ["--workspace", str(tmp_path / "w"), "-o", str(mapping)]
    with pytest.raises(InputError, match="already"):
        CliRunner().invoke(COMMAND, ["suggest", str(path), *options], catch_exceptions=False)
    assert mapping.read_text("utf-8") == "# mine"


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


@pytest.mark.parametrize(
    "above", [["Export uit HiX;;;;;;;", ""], ["Datum: 1 april;;;;;;;", "Door: X;;;;;;;"]]
)
def test_a_title_that_a_spreadsheet_padded_is_no_header(tmp_path: Path, above: list[str]) -> None:
    found = suggestion(tmp_path, *above, HEADER, *ROWS)
    assert (found.file["skip_lines"], found.complete) == (2, True)


@pytest.mark.parametrize("ending", ["jsonl", "parquet", "xlsx"])
def test_a_file_with_types_and_an_empty_cell(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"notes.{ending}"
    begun = [f"2026-04-{day:02} 10:00" for day in range(1, 11)]
    rows = [{"notitie": i, "afdeling": "CHI", "begintijd": at, "arts": None} for i, at in enumerate(begun)]
    if ending == "jsonl":
        path.write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    elif ending == "parquet":
        pq.write_table(pa.Table.from_pylist(rows), path)
    else:
        book = Workbook()
        for line in (list(rows[0]), *(list(row.values()) for row in rows)):
            book.active.append(line)
        book.save(path)
    found, preview = propose(LOCAL_OPERATOR, open_workspace(tmp_path / "w"), path, "NoteSession", "en")
    assert found.complete
    assert preview.account is not None
    assert preview.account.rows_loaded == 10


def test_days_that_do_not_exist_are_set_aside_and_do_not_hide_the_format(tmp_path: Path) -> None:
    rows = [*ROWS, ROW.format(29, 31, 30), ROWS[3].replace("04-04-2026 10:00", "2026-04-04 10:00")]
    found = suggestion(tmp_path, HEADER, *rows)
    started = next(column for column in found.columns if column.name == "started_at")
    assert (started.formats, started.question) == (("%d-%m-%Y %H:%M", "%Y-%m-%d %H:%M"), None)


def test_days_that_only_the_other_order_reads_are_asked() -> None:
    values = ["03-04-2026"] * 30 + ["25-04-2026", "26-04-2026", "04-25-2026"]
    formats, question = time_formats(values, "date")
    assert formats == ("%d-%m-%Y",)
    assert question is not None


def test_the_preview_has_names_zeros_and_lines(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    wrong = ROWS[27].replace("10:20", "09:20")
    path.write_text("\n".join((HEADER, *(row.replace("4,5", "0,0") for row in ROWS[:27]), wrong)), "utf-8")
    options = ["--workspace", str(tmp_path / "w")]
    result = CliRunner().invoke(COMMAND, ["suggest", str(path), *options], catch_exceptions=False)
    told = result.stderr.splitlines()
    assert told[0].startswith("department | day | segment")
    assert " | 0.0 | " in told[1]
    assert "line 29, ended_at: a negative duration (negative_duration)" in told


def test_an_archive_with_one_file_is_looked_into_and_of_several_one_is_asked(tmp_path: Path) -> None:
    path = tmp_path / "export.zip"
    with ZipFile(path, "w") as archive:
        archive.writestr("notities.csv", "\n".join([HEADER, *ROWS]))
    workspace = open_workspace(tmp_path / "w")
    found, preview = propose(LOCAL_OPERATOR, workspace, path, None, "nl")
    assert found.complete
    assert len(preview.rows) > 5
    with ZipFile(path, "a") as archive:
        archive.writestr("meer.csv", "a;b")
    with pytest.raises(
        InputError, match=r"holds 2 files, and a mapping is for one: notities\.csv, meer\.csv"
    ):
        propose(LOCAL_OPERATOR, workspace, path, None, "nl")
    path.write_bytes(b"PK\x03\x04 broken")
    with pytest.raises(Refused):
        propose(LOCAL_OPERATOR, workspace, path, None, "nl")
    assert not list((workspace.root / "working").iterdir())


@pytest.mark.parametrize("writer", WRITERS)
def test_a_damaged_file_is_refused_in_a_sentence(tmp_path: Path, writer: str) -> None:
    suffix, write = WRITERS[writer]
    path, workspace = tmp_path / f"x{suffix}", open_workspace(tmp_path / "w")
    write(path, DAMAGED_HEADER, ROWS_TO_DAMAGE)
    whole = path.read_bytes()
    for seed in range(20):
        path.write_bytes(damaged(whole, Random(seed)))
        with suppress(UserError):
            propose(LOCAL_OPERATOR, workspace, path, None, "nl")
