"""`meetlat ingest`: bad input is one sentence, earlier data stay; good files of every kind come in."""

import json
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data_connectors import filling
from kpis.tables import TABLES
from storage import facts
from storage.duck import connect
from storage.workspace import Workspace
from tests.intake_files import GOOD, HEADER, NOTES
from workflows.cli import main

FLAGS = """
[file]
delimiter = ";"
time_format = "%d-%m-%Y %H:%M"
[[table]]
name = "NoteSession"
department = "dep"
exposed = "used"
[table.columns]
note = "note"
started_at = "begun"
"""


class Desk:
    """Somebody at the command line, in a folder with one good file taken in."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.root, self._capsys = root, capsys
        self.write("notes.toml", NOTES)
        assert self.ingest(self.write("good.csv", f"{HEADER}\n{GOOD}\n"))[0] == 0

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.root / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def ingest(
        self, *files: Path | str, mapping: str = "", options: tuple[str, ...] = ()
    ) -> tuple[int, str, str]:
        words = [str(file) for file in files] + ["--mapping", mapping or str(self.root / "notes.toml")]
        return self.run("ingest", *words, *options)

    def run(self, *words: str) -> tuple[int, str, str]:
        code = main([*words, "--workspace", str(self.root / "workspace")])
        printed = self._capsys.readouterr()
        return code, printed.out, printed.err

    def rows(self, table: str = "NoteSession") -> int:
        workspace = Workspace.open(self.root / "workspace")
        with connect() as connection:
            return connection.sql(f"SELECT * FROM {facts.source_sql(workspace, table)}").shape[0]


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(tmp_path, capsys)


REFUSED: dict[str, tuple[str | bytes, str, str]] = {
    "empty": ("", "empty_file", "empty"),
    "blank": ("\n\n", "empty_file", "no rows"),
    "header only": (HEADER + "\n", "no_rows", "no rows"),
    "unknown column": (HEADER.replace("duur", "tijd") + f"\n{GOOD}\n", "missing_column", "'duur'"),
    "column twice": (f"{HEADER};duur\n{GOOD};4\n", "schema_drift", "more than once"),
    "cp1252": (
        f"{HEADER}\n{GOOD}\n".replace("E;", "É;").encode("cp1252"),
        "encoding_error",
        "Line 2 is not utf-8",
    ),
    "utf-16": (f"{HEADER}\n{GOOD}\n".encode("utf-16"), "encoding_error", "utf-16"),
    "spreadsheet": (b"PK\x03\x04 and so on", "content_type_mismatch", "no delimited text"),
    "binary": (b"\x00\x01\x02\n", "nul_byte", "no header"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_without_usable_content_is_refused(desk: Desk, name: str) -> None:
    content, reason, words = REFUSED[name]
    code, out, err = desk.ingest(desk.write("bad.csv", content), options=("--json",))
    (report,) = json.loads(out)["files"]
    assert (code, report["status"], report["reason"]) == (2, "refused", reason)
    assert words in err
    assert len(err.strip().splitlines()) == 1
    assert desk.rows() == 1


def test_a_missing_file_stops_before_anything_is_loaded(desk: Desk) -> None:
    other = desk.write("other.csv", f"{HEADER}\n{GOOD.replace('1;', '2;', 1)}\n")
    code, _, err = desk.ingest(other, desk.root / "absent.csv")
    assert code == 2
    assert "There is no file" in err
    assert desk.rows() == 1


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        ("another", "Known: ai_tool_log, castor_survey, fhir_r4,"),
        ("another", ", redcap_survey, and "),
        ("nhs_ae_attendence", "There is no mapping 'nhs_ae_attendence'. Known: nhs_ae_attendances"),
        ("nowhere.toml", "There is no file 'nowhere.toml'"),
    ],
)
def test_a_mapping_that_does_not_exist(desk: Desk, mapping: str, words: str) -> None:
    code, _, err = desk.ingest(desk.root / "good.csv", mapping=mapping)
    assert code == 2
    assert words in err


def test_a_wrong_mapping_lists_all_its_problems_with_their_lines(desk: Desk) -> None:
    wrong = NOTES.replace('unit = "minutes"', 'unit = "EUR"').replace('"Europe/Amsterdam"', '"Mars/Olympus"')
    code, _, err = desk.ingest(desk.root / "good.csv", mapping=str(desk.write("wrong.toml", wrong)))
    assert code == 2
    assert "wrong.toml line 7: There is no time zone 'Mars/Olympus'." in err
    assert "NoteSession.active_seconds is in seconds; 'EUR' cannot be converted" in err
    assert "Traceback" not in err


def test_a_cut_off_file_keeps_its_whole_rows(desk: Desk) -> None:
    whole = "\n".join((HEADER, *(GOOD.replace("1;", f"{key};", 1) for key in range(10, 20))))
    code, out, _ = desk.ingest(desk.write("cut.csv", whole[:-30]), options=("--json",))
    (report,) = json.loads(out)["files"]
    assert (code, report["rows_loaded"], report["quarantine"]) == (3, 9, {"too_few_fields": 1})
    assert desk.rows() == 10


def test_text_in_a_number_column_is_counted(desk: Desk) -> None:
    code, out, _ = desk.ingest(desk.write("text.csv", f"{HEADER}\n2;CHI;E;p;a;09-03-2025 10:00;;lang\n"))
    assert code == 3
    assert "1 set aside (unparseable 1)" in out


def test_the_first_rows_set_aside_are_named_by_their_line(desk: Desk) -> None:
    bad = GOOD.replace("4,5", "vier")
    path = desk.write("bad.csv", "\n".join((HEADER, GOOD, *(f"x{bad}" for _ in range(12)), "1;2")))
    _, told, said = desk.ingest(path, options=("--dry-run", "--lang", "en"))
    assert said == "This was a trial: nothing was kept.\n"
    *lines, read_as, flagged = told.splitlines()
    assert "read as utf-8: delimiter ';'" in read_as
    assert flagged == "  flagged: converted from another unit (converted_unit) 1"
    why = "active_seconds: cannot be read (unparseable)"
    assert lines[1:3] == [f"  line 3, {why}", f"  line 4, {why}"]
    assert len(lines) == 11
    _, told, _ = desk.ingest(path, options=("--json",))
    (found,) = json.loads(told)["files"]
    assert found["first_set_aside"][0] == {
        "line": 3, "reason": "unparseable", "column": "active_seconds", "place": ""
    }  # fmt: skip


def test_flags_and_names_that_are_alike_are_told(desk: Desk) -> None:
    rows = (GOOD, GOOD.replace("1;NA", "2;KNO", 1), GOOD.replace("1;NA", "3;kno", 1))
    _, told, _ = desk.ingest(desk.write("alike.csv", "\n".join((HEADER, *rows))), options=("--lang", "nl"))
    assert "  gemarkeerd: omgerekend uit een andere eenheid (converted_unit) 3" in told
    assert "'kno' lijkt op 'KNO'" in told or "'KNO' lijkt op 'kno'" in told


def test_a_refused_file_does_not_hold_up_the_next(desk: Desk) -> None:
    code, out, _ = desk.ingest(
        desk.write("a.csv", ""),
        desk.write("b.csv", f"{HEADER}\n{GOOD.replace('1;', '2;', 1)}\n"),
        options=("--json",),
    )
    assert code == 3
    assert [report["status"] for report in json.loads(out)["files"]] == ["refused", "loaded"]


def test_a_command_of_which_every_file_is_refused_was_in_vain(desk: Desk) -> None:
    empty = desk.write("a.csv", "")
    code, out, _ = desk.ingest(empty, desk.write("b.xlsx", "geen Excel"), options=("--json",))
    assert code == 2
    assert [report["status"] for report in json.loads(out)["files"]] == ["refused", "refused"]
    assert desk.ingest(empty, desk.root / "good.csv")[0] == 3


def test_the_account_of_a_file_is_dutch_on_request(desk: Desk) -> None:
    text = desk.write("text.csv", f"{HEADER}\n2;CHI;E;p;a;09-03-2025 10:00;;lang\n")
    _, out, _ = desk.ingest(text, options=("--lang", "nl"))
    assert out.splitlines()[0].endswith(
        "text.csv: geladen, 1 rijen gelezen, 0 geladen, 1 apart gezet (unparseable 1), 0 geen gegevens"
    )
    _, out, _ = desk.ingest(text, options=("--lang", "nl"))
    assert out.rstrip().endswith("text.csv: ongewijzigd; er is niets opnieuw geladen")


def test_messages_are_dutch_on_request(desk: Desk) -> None:
    _, _, err = desk.ingest(desk.write("leeg.csv", ""), options=("--lang", "nl"))
    assert err.strip() == "leeg.csv: Dit bestand is leeg. Exporteer het opnieuw, met de rijen."


def test_parquet_with_types_comes_in_as_it_is(desk: Desk) -> None:
    table = pa.table(
        {
            "department": ["NA", None],
            "segment": ["", ""],
            "exposed": pa.array([1, 0], pa.int8()),
            "audit": ["007", "8"],
            "patient": ["p", "q"],
            "clinician": ["a", None],
            "audited_on": pa.array([20_000, 20_001], pa.date32()),
            "correct": [True, False],
        }
    )
    path = desk.root / "CodeAudit.parquet"
    pq.write_table(table, path)
    code, out, _ = desk.ingest(path, mapping="standard_form", options=("--json",))
    (report,) = json.loads(out)["files"]
    assert (code, report["quarantine"], report["rows_loaded"]) == (3, {"missing_department": 1}, 1)
    assert desk.rows("CodeAudit") == 1
    cut = desk.write("CodeAudit.pq", path.read_bytes()[:-100])
    code, out, _ = desk.ingest(cut, mapping="standard_form", options=("--json",))
    assert (code, json.loads(out)["files"][0]["reason"]) == (2, "unreadable_file")


@pytest.mark.parametrize("ending", ["parquet", "xlsx", "jsonl"])
def test_flags_that_became_numbers_because_of_gaps(desk: Desk, ending: str) -> None:
    begun = [f"{day:02}-04-2026 10:00" for day in range(1, 4)]
    frame = pd.DataFrame(
        {"note": ["a", "b", "c"], "dep": "CHI", "begun": begun, "used": pd.Series([1.0, 0.0, None])}
    )
    path = desk.root / f"notes.{ending}"
    if ending == "parquet":
        frame.to_parquet(path)
    elif ending == "xlsx":
        frame.to_excel(path, index=False)
    else:
        frame.to_json(path, orient="records", lines=True)
    mapping = desk.write("flags.toml", FLAGS)
    shown = desk.ingest(path, mapping=str(mapping), options=("--dry-run",))[1]
    assert ("read as utf-8" in shown) == (ending == "jsonl")
    code, out, _ = desk.ingest(path, mapping=str(mapping), options=("--json",))
    (report,) = json.loads(out)["files"]
    assert (code, report["rows_loaded"], report["quarantine"]) == (3, 2, {"missing_value": 1})
    words = desk.write("flags.csv", "note;dep;begun;used\na;CHI;01-04-2026 10:00;1.0\n")
    assert "unparseable 1" in desk.ingest(words, mapping=str(mapping))[1]


@pytest.mark.parametrize("large", [0, filling.LARGE])
def test_a_mapping_may_require_a_column(desk: Desk, monkeypatch: pytest.MonkeyPatch, large: int) -> None:
    monkeypatch.setattr(filling, "LARGE", large)
    more = ('soort", required = true,', 'arts", required = true }', 'eind", required = true }')
    text = NOTES.replace('soort",', more[0]).replace('"arts"', '{ from = "' + more[1])
    mapping = desk.write("strict.toml", text.replace('"eind"', '{ from = "' + more[2]))
    lines = [GOOD, GOOD.replace(";E;", ";;"), GOOD.replace("a12", ""), GOOD.replace("09-03-2025 10:20", "-")]
    rows = [f"{number}{line[1:]}" for number, line in enumerate(lines, start=5)]
    out = desk.ingest(
        desk.write("x.csv", "\n".join((HEADER, *rows))), mapping=str(mapping), options=("--json",)
    )[1]
    (report,) = json.loads(out)["files"]
    told = [(row["line"], row["reason"], row["column"]) for row in report["first_set_aside"]]
    assert told == [
        (3, "missing_value", "segment"),
        (4, "missing_value", "clinician"),
        (5, "missing_value", "ended_at"),
    ]
    assert report["rows_loaded"] == 1


def test_the_standard_form_holds_every_column_of_every_table(desk: Desk) -> None:
    for name, table in TABLES.items():
        header = ["department", "segment", "exposed", *(column.name for column in table.columns)]
        code, out, _ = desk.ingest(
            desk.write(f"{name}.csv", ",".join(header) + "\n" + "," * len(header) + "\n,x\n"),
            mapping="standard_form",
            options=("--json",),
        )
        (report,) = json.loads(out)["files"]
        assert (code, report["columns_unmapped"], report["tables"]) == (3, [], {name: 0})


def test_lists(desk: Desk) -> None:
    code, out, _ = desk.run("tables", "list", "--json")
    assert code == 0
    assert {table["name"] for table in json.loads(out)["tables"]} == set(TABLES)
    code, out, _ = desk.run("sources", "list", "--json")
    assert code == 0
    found = json.loads(out)
    assert {"csv_file", "parquet_file"} <= {source["name"] for source in found["sources"]}
    assert {"nhs_ae_attendances", "standard_form"} <= {mapping["name"] for mapping in found["mappings"]}


def test_the_nhs_file_comes_in_whole(desk: Desk, shared: Path) -> None:
    file = shared / "data" / "nhs_ae_attendances.csv"
    code, out, _ = desk.ingest(file, mapping="nhs_ae_attendances", options=("--json",))
    (report,) = json.loads(out)["files"]
    assert (code, report["rows_read"], report["rows_loaded"], report["quarantine"]) == (0, 12_765, 12_765, {})
    workspace = Workspace.open(desk.root / "workspace")
    with connect() as connection:
        source = facts.source_sql(workspace, "AggregatedCount")
        query = f"SELECT sum(total), sum(failures), count(DISTINCT department), min(day)::TEXT FROM {source}"
        (found,) = connection.sql(query).fetchall()
    lines = [line.split(",") for line in file.read_text().splitlines()[1:]]
    assert found == (
        sum(float(fields[3]) for fields in lines),
        sum(float(fields[4]) for fields in lines),
        len({fields[1] for fields in lines}),
        min(fields[0] for fields in lines),
    )
