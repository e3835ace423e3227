# ruff: noqa: DTZ001 - a spreadsheet holds local times without a zone
"""Every template as written, filled in by another library, and read back without a mapping of one's own."""

import json
import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from core.language.catalogue import translate
from data_connectors.mapping_file import PRESETS, load
from data_connectors.parsing_query import standard_column
from data_connectors.template import TIME_STUDY, template
from data_connectors.template_words import CHOICES, VALUES
from kpis.tables import TABLES
from workflows.cli import main

LANGUAGES = ("nl", "en")


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    def words(*given: str) -> tuple[int, Any]:
        code = main([*given, "--json", "--workspace", str(tmp_path / "workspace")])
        printed = capsys.readouterr()
        return code, json.loads(printed.out) if printed.out else printed.err

    return words


def fill(path: Path, *rows: dict[str, Any]) -> None:
    """Below the example, in columns by their technical names, as a person would."""
    book = openpyxl.load_workbook(path)
    sheet = book["Data"]
    names = [cell.value for cell in sheet[4]]
    for number, row in enumerate(rows, start=6):
        for name, value in row.items():
            sheet.cell(number, names.index(name) + 1, value)
    book.save(path)


def example(name: str, language: str) -> dict[str, Any]:
    """The example of the template as a row of data."""
    return {field.name: field.example for field in template(name, language).fields if field.name != "remark"}


@pytest.mark.parametrize(
    ("name", "language"),
    [*((name, "nl") for name in (*TABLES, TIME_STUDY)), ("Encounter", "en"), (TIME_STUDY, "en")],
)
def test_an_example_is_never_read_and_a_row_like_it_is(
    run: Any, tmp_path: Path, name: str, language: str
) -> None:
    path = tmp_path / f"{name}.xlsx"
    code, made = run("sources", "template", name, "--lang", language, "-o", str(path))
    assert code == 0
    row = example(name, language)
    fill(path, row, {"remark": "niet af"})
    code, found = run("ingest", str(path), "--mapping", made["mapping"])
    (report,) = found["files"]
    assert (report["rows_read"], report["rows_not_data"], report["rows_loaded"]) == (3, 1, 1), report
    assert report["rows_quarantined"] == 1
    assert report["columns_unmapped"] in (["remark"], ["remark", "number"])
    assert run("ingest", str(path), "--mapping", made["mapping"])[1]["files"][0]["status"] == "unchanged"


@pytest.mark.parametrize("word", ["template", "suggest"])
def test_a_place_that_cannot_be_written_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], word: str
) -> None:
    source = tmp_path / "notes.csv"
    source.write_text("note;afdeling;begin;duur (min)\n1;CAR;03-04-2026 10:00;5\n", "utf-8")
    given = (word, str(source) if word == "suggest" else "Encounter")
    place = ("--workspace", str(tmp_path / "workspace"), "--lang", "nl")
    assert main(["sources", *given, "-o", str(tmp_path / "nowhere" / "x.xlsx"), *place]) == 2
    told = capsys.readouterr().err
    assert "x.xlsx: Dit bestand kan niet worden geschreven: dit bestand of deze map bestaat niet." in told
    assert len(told.splitlines()) == 1


def test_what_a_template_looks_like(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "Encounter.xlsx"
    run("sources", "template", "Encounter", "--lang", "nl", "-o", str(path))
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Data", "Uitleg"]
    sheet = book["Data"]
    assert sheet["A1"].value == "Patiëntcontacten"
    assert [cell.value for cell in sheet[3]][:4] == [
        "Opmerking",
        "Afdeling *",
        "Groep",
        "AI-hulpmiddel gebruikt",
    ]
    assert [cell.value for cell in sheet[4]][:3] == ["remark", "department", "segment"]
    assert sheet.freeze_panes == "B6"
    assert sheet.protection.sheet
    lists = {rule.formula1 for rule in sheet.data_validations.dataValidation if rule.type == "list"}
    assert '"Ja,Nee"' in lists
    assert '"Bezoek,Telefoon,Beeldbellen,E-mail"' in lists
    minutes = [field.heading for field in template("Session", "nl").fields]
    assert "Geplande tijd (minuten)" in minutes


def test_bad_values_in_a_template_meet_the_same_checks(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "form.xlsx"
    run("sources", "template", TIME_STUDY, "--lang", "nl", "-o", str(path))
    good = example(TIME_STUDY, "nl")
    fill(path, good, good | {"number": "2", "minutes": 500}, good | {"number": 3, "minutes": "6,5"},
         good | {"number": "4", "started_at": "31-02-2025 10:00"}, good | {"number": "5", "exposed": "soms"},
         good | {"number": "6", "started_at": datetime(2025, 3, 30, 2, 30)})  # fmt: skip
    code, found = run("ingest", str(path), "--mapping", "time_study")
    (report,) = found["files"]
    assert code == 3
    assert report["quarantine"] == {
        "implausible": 1, "invalid_time": 1, "nonexistent_local_time": 1, "unparseable": 1
    }  # fmt: skip
    assert report["rows_loaded"] == 2


def test_a_time_study_holds_what_its_form_stars(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "form.xlsx"
    run("sources", "template", TIME_STUDY, "--lang", "nl", "-o", str(path))
    good = example(TIME_STUDY, "nl")
    starred = [field.name for field in template(TIME_STUDY, "nl").fields if field.required]
    fill(path, good, *(good | {"number": str(i), name: None} for i, name in enumerate(starred, start=2)))
    code, found = run("ingest", str(path), "--mapping", "time_study")
    (report,) = found["files"]
    assert (code, report["rows_loaded"]) == (3, 1)
    told = [(row["reason"], row["column"]) for row in report["first_set_aside"]]
    assert dict(zip(starred, told, strict=True)) == {
        "number": ("missing_value", "note"),
        "department": ("missing_department", "department"),
        "clinician": ("missing_value", "note"),
        "started_at": ("missing_value", "note"),
        "activity": ("missing_value", "segment"),
        "minutes": ("missing_value", "active_seconds"),
        "exposed": ("missing_value", "exposed"),
    }


@pytest.mark.parametrize("name", [*TABLES, TIME_STUDY])
def test_what_a_form_stars_its_preset_requires(name: str) -> None:
    form = template(name, "en")
    mapping = next(
        table
        for table in load(form.preset).table
        if table.name == {TIME_STUDY: "NoteSession"}.get(name, name)
    )
    required = {
        source
        for part, made in mapping.parts.items()
        for source in made.source
        if (column := standard_column(part, mapping, TABLES[mapping.name])) and column.required
        if made.default is None
    }
    assert {field.name for field in form.fields if field.required} <= required


def test_a_form_that_was_not_filled_in_is_no_export(
    run: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "form.xlsx"
    run("sources", "template", TIME_STUDY, "--lang", "nl", "-o", str(path))
    words = ("ingest", str(path), "--mapping", "time_study", "--workspace", str(tmp_path / "workspace"))
    assert main([*words, "--lang", "nl"]) == 2
    told = "form.xlsx: Dit formulier is niet ingevuld. Vul rijen in onder het voorbeeld."
    assert capsys.readouterr().err.strip() == told


def test_a_word_that_is_not_in_the_list_is_set_aside(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "form.xlsx"
    run("sources", "template", TIME_STUDY, "--lang", "nl", "-o", str(path))
    good = example(TIME_STUDY, "nl")
    fill(path, good, good | {"number": "2", "activity": "Lunch"})
    (report,) = run("ingest", str(path), "--mapping", "time_study")[1]["files"]
    assert (report["rows_loaded"], report["quarantine"]) == (1, {"unparseable": 1})
    path = tmp_path / "Encounter.xlsx"
    run("sources", "template", "Encounter", "--lang", "en", "-o", str(path))
    good = example("Encounter", "en")
    wrong = ({"segment": "Introduction"}, {"kind": "Fax"}, {"segment": None, "kind": None})
    fill(path, good, *(good | {"encounter": str(i)} | one for i, one in enumerate(wrong)))
    (report,) = run("ingest", str(path), "--mapping", "template")[1]["files"]
    assert (report["rows_loaded"], report["quarantine"]) == (2, {"unparseable": 2})


def test_a_file_is_never_written_over_and_a_wrong_name_is_told(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "Encounter.xlsx"
    path.write_text("filled in")
    code, said = run("sources", "template", "Encounter", "-o", str(path))
    assert (code, path.read_text()) == (2, "filled in")
    assert "already" in said
    code, said = run("sources", "template", "Encounter", "-o", str(tmp_path / "x.csv"))
    assert (code, (tmp_path / "x.csv").exists()) == (2, False)
    assert "does not end in .xlsx" in said
    code, said = run("sources", "template", "Encouter", "-o", str(tmp_path / "x.xlsx"))
    assert code == 2
    assert "Encounter" in said


def test_the_preset_knows_every_column_and_every_word_of_the_templates() -> None:
    tables = {table.name: table for table in load("template").table}
    assert set(tables) == set(TABLES)
    for name, table in TABLES.items():
        assert set(tables[name].columns) == {column.name for column in table.columns}
    for place, keys in CHOICES.items():
        name, column = place.split(".")
        values = tables[name].parts[column].values
        assert {values[translate(VALUES[key], language)] for key in keys for language in LANGUAGES} == set(
            keys
        )
    study = tomllib.loads((PRESETS / "time_study.toml").read_text("utf-8"))["table"][0]["segment"]["values"]
    for language in LANGUAGES:
        choices = {field.name: field.choices for field in template(TIME_STUDY, language).fields}["activity"]
        assert [study[choice] for choice in choices] == ["first", "follow_up", "other"]


def _text_of(path: Path, rows: int = 0) -> str:
    """The sheet as Excel saves it where Dutch is spoken."""
    sheet = openpyxl.load_workbook(path)["Data"]
    written = [
        ";".join(f"{one:%d-%m-%Y %H:%M:%S}" if isinstance(one, datetime) else str(one or "") for one in row)
        for row in sheet.iter_rows(values_only=True)
    ]
    return "\r\n".join([*["Ingevuld door de poli\u00ebn"] * rows, *written])


@pytest.mark.parametrize("above", [0, 2])
def test_a_form_that_excel_saved_as_text_is_read(run: Any, tmp_path: Path, above: int) -> None:
    form = tmp_path / "Encounter.xlsx"
    assert run("sources", "template", "Encounter", "--lang", "nl", "-o", str(form))[0] == 0
    fill(form, example("Encounter", "nl") | {"remark": "pati\u00ebnt was laat"})
    saved = tmp_path / "Encounter.csv"
    saved.write_bytes(_text_of(form, above).encode("cp1252"))
    code, found = run("ingest", str(saved), "--mapping", "template")
    assert (code, found["files"][0]["rows_loaded"], found["files"][0]["rows_not_data"]) == (0, 1, 1)


def test_rows_above_a_form_are_passed_over(run: Any, tmp_path: Path) -> None:
    form = tmp_path / "Encounter.xlsx"
    assert run("sources", "template", "Encounter", "--lang", "nl", "-o", str(form))[0] == 0
    fill(form, example("Encounter", "nl") | {"remark": None})
    book = openpyxl.load_workbook(form)
    book["Data"].insert_rows(1, 2)
    book["Data"]["A1"] = "Ingevuld door"
    book.save(form)
    code, found = run("ingest", str(form), "--mapping", "template")
    assert (code, found["files"][0]["rows_loaded"]) == (0, 1)


def test_a_form_with_a_changed_name_is_told_its_columns(run: Any, tmp_path: Path) -> None:
    form = tmp_path / "Encounter.xlsx"
    assert run("sources", "template", "Encounter", "--lang", "nl", "-o", str(form))[0] == 0
    fill(form, example("Encounter", "nl") | {"remark": None})
    book = openpyxl.load_workbook(form)
    book["Data"].cell(4, 2, "afdeling")
    book.save(form)
    code, found = run("ingest", str(form), "--mapping", "template")
    assert code == 2
    assert "'department'" in found["files"][0]["message"]
    assert "segment" in found["files"][0]["message"]
