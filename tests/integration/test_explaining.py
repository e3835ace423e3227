"""One number, explained: the same wherever it stands, through the gate, with its files and its definition."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import NotPermitted, UnknownName
from core.period import parse
from governance.access import ANONYMOUS, LOCAL_OPERATOR, Grant, fixed
from kpis.catalogue import FOLDER
from reports.explanation_json import as_values
from reports.words_explanation import answer, number_lines, origin_lines
from storage import cube_build
from storage.workspace import Workspace
from tests.small_hospital import load as take_in
from tests.small_hospital import minutes, notes, small_hospital
from workflows.cli import main
from workflows.department import department_view
from workflows.explain import explain
from workflows.explainable import explainable

MANAGER_OF_SOUTH = fixed("s", Grant(role="manager", objects=frozenset({"south"})))
WEEK = parse("2026-W04")
NUMBERS = ("value", "n", "numerator", "denominator", "excluded")


@pytest.fixture(scope="module")
def hospital(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    workspace = small_hospital(tmp_path_factory.mktemp("hospital"))
    cube_build.build(workspace)
    yield workspace
    workspace.engine.dispose()


def printed(capsys: pytest.CaptureFixture[str], workspace: Workspace, *words: str) -> dict:
    capsys.readouterr()
    assert main([*words, "--json", "--workspace", str(workspace.root)]) == 0
    return json.loads(capsys.readouterr().out)


def test_the_same_number_stands_everywhere(
    hospital: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """On the department's card, in `measure --json`, in the exported panel and in the explanation."""
    card = next(
        one
        for one in department_view(LOCAL_OPERATOR, hospital, "north").cards
        if one.kpi.id == "note_time_enc"
    )
    assert card.latest is not None
    shown = card.latest.value
    assert shown is not None
    # the hospital's last week is not over, so the card shows the one before it: week 10, counted from 0
    week = shown.period.label
    asked = ("--kpi", "note_time_enc", "--unit", "north")
    rows = printed(capsys, hospital, "measure", *asked)["rows"]
    measured = next(row for row in rows if row["period"] == week)
    panel = tmp_path / "panel.csv"
    assert main(["measure", *asked, "--out", str(panel), "--workspace", str(hospital.root)]) == 0
    with panel.open(encoding="utf-8", newline="") as lines:
        exported = next(row for row in csv.DictReader(lines) if row["period"] == week)
    told = printed(capsys, hospital, "kpis", "explain", "note_time_enc", "--unit", "north", "--period", week)
    # worked out by hand: 24 notes of 19 minutes, one less with the tool
    assert shown.value == pytest.approx(minutes("north", 10), rel=1e-14)
    assert {shown.value, measured["value"], float(exported["outcome"]), told["value"]} == {shown.value}
    assert {shown.n, measured["n"], int(exported["n"]), told["n"]} == {24}
    assert measured["numerator"] == float(exported["numerator"]) == told["numerator"] == shown.numerator
    assert told["excluded"] == measured["excluded"] == {"unsigned": None}
    assert told["kpi_version"] == measured["kpi_version"]


def test_an_explanation_tells_what_the_number_rests_on(hospital: Workspace) -> None:
    found = explain(LOCAL_OPERATOR, hospital, "note_time_enc", "north", WEEK)
    assert found.status == "value"
    assert answer(found, "nl") == (
        "Verslagtijd per consult, north, 2026-W04 (19-01-2026 tot en met 25-01-2026): 12,0 min per consult."
    )
    lines = dict(number_lines(found, "en"))
    assert (lines["Rows counted"], lines["Numerator"], lines["Denominator"]) == ("24", "288", "24")
    assert lines["Left out"] == "not signed < 10"
    # medians come from bins of 2 %
    assert lines["Median"] == "12.1 min per visit"
    assert "95% interval" in lines["How sure"]
    origin = dict(origin_lines(found, "en"))
    assert origin["Certified"] == "not certified"
    assert origin["Files of this period"].startswith("NoteSession.parquet (batch 1, ")
    assert origin["Version of the sums"] == found.cube_version
    assert "FROM" in found.statements["duckdb"][0]


def test_files_are_those_of_the_department_and_the_period(tmp_path: Path) -> None:
    workspace = small_hospital(tmp_path)
    later = [
        {**row, "note": f"more {row['note']}", "patient": f"more {row['patient']}"}
        for row in notes()
        if row["department"] == "west" and WEEK.start <= row["started_at"].date() <= WEEK.end
    ]
    folder = tmp_path / "later"
    folder.mkdir()
    take_in(workspace, "NoteSession", later, folder)
    batches = {
        unit: [one.batch for one in explain(LOCAL_OPERATOR, workspace, "note_time_enc", unit, WEEK).files]
        for unit in ("north", "west")
    }
    assert batches == {"north": [1], "west": [1, 2]}
    found = explain(LOCAL_OPERATOR, workspace, "note_time_enc", "north", WEEK)
    assert found.last_refresh is not None
    assert found.last_refresh.batch == 2
    workspace.engine.dispose()


def test_a_suppressed_number_keeps_its_definition_and_carries_no_number(hospital: Workspace) -> None:
    found = explain(LOCAL_OPERATOR, hospital, "note_time_enc", "south", WEEK)
    assert found.status == "suppressed"
    values = as_values(found, "en")
    assert {name: values[name] for name in NUMBERS} == dict.fromkeys(NUMBERS)
    assert values["show"] == "< 10"
    assert not {"interval", "standard_error", "companions", "measured_share"} & set(values)
    assert number_lines(found, "en") == ()
    assert values["definition"]["key"] == "note_time_enc@1"
    assert "too few persons stand behind it (< 10)" in answer(found, "en")


def test_a_week_without_rows_and_one_that_is_not_over_say_so(hospital: Workspace) -> None:
    # South writes nothing in week 6; the last week lacks days
    empty = explain(LOCAL_OPERATOR, hospital, "note_time_enc", "south", parse("2026-W08"))
    assert (empty.status, as_values(empty, "en")["value"]) == ("no_data", None)
    assert "no value, because no row says anything about it" in answer(empty, "en")
    open_ = explain(LOCAL_OPERATOR, hospital, "note_time_enc", "north", parse("2026-W13"))
    assert open_.status == "incomplete"
    assert "the period is not over in the data" in dict(number_lines(open_, "en"))["Complete"]
    never = explain(LOCAL_OPERATOR, hospital, "note_time_enc", "north", parse("2031-W01"))
    assert (never.status, never.files) == ("no_data", ())


def test_the_periods_to_choose_from_begin_with_one_that_has_a_value(hospital: Workspace) -> None:
    north = explainable(LOCAL_OPERATOR, hospital, "note_time_enc", "north")
    assert north.periods[0] == parse("2026-W13")
    assert north.usual == parse("2026-W12")
    assert parse("2026-02") in north.periods
    south = explainable(LOCAL_OPERATOR, hospital, "note_time_enc", "south")
    assert parse("2026-W08") not in south.periods
    assert south.usual == south.periods[0]
    assert explainable(LOCAL_OPERATOR, hospital, "letter_24h", "north").periods == ()


def test_rights_and_names(hospital: Workspace) -> None:
    for ask in (explainable, lambda *words: explain(*words, WEEK)):
        with pytest.raises(NotPermitted):
            ask(ANONYMOUS, hospital, "note_time_enc", "south")
        with pytest.raises(UnknownName, match="note_time_enc"):
            ask(LOCAL_OPERATOR, hospital, "note_time", "north")
    for name in ("north", "nowhere"):
        assert explainable(MANAGER_OF_SOUTH, hospital, "note_time_enc", name).periods == ()
        with pytest.raises(UnknownName, match=rf"no department '{name}'\. Known: south\."):
            explain(MANAGER_OF_SOUTH, hospital, "note_time_enc", name, WEEK)
    with pytest.raises(UnknownName, match=r"no version '7'\. Known: 1"):
        explain(LOCAL_OPERATOR, hospital, "note_time_enc@7", "north", WEEK)


def test_an_older_number_is_explained_by_its_own_definition(tmp_path: Path) -> None:
    workspace = small_hospital(tmp_path)
    before = explain(LOCAL_OPERATOR, workspace, "note_time_enc", "north", WEEK)
    text = (FOLDER / "note_time_enc.toml").read_text("utf-8")
    text = text.replace("version = 1", "version = 2").replace("active_seconds + tool_seconds", "tool_seconds")
    (workspace.root / "kpis" / "note_time_enc.toml").write_text(text, "utf-8")
    older = explain(LOCAL_OPERATOR, workspace, "note_time_enc@1", "north", WEEK)
    newer = explain(LOCAL_OPERATOR, workspace, "note_time_enc", "north", WEEK)
    assert before.shown is not None
    assert older.shown is not None
    assert newer.shown is not None
    assert (older.kpi.key, newer.kpi.key) == ("note_time_enc@1", "note_time_enc@2")
    assert older.shown.value == before.shown.value == 12.0
    # half a minute of every note is the tool's
    assert newer.shown.value == pytest.approx(0.5, rel=1e-14)
    assert older.statements == before.statements != newer.statements
    workspace.engine.dispose()
