"""REDCap: records come once, in batches, and become answers."""

import csv
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from core.errors import InputError, UserError
from data_connectors.mapping import ColumnMapping, TableMapping
from data_connectors.mapping_file import load
from data_connectors.pulling import Delivered, Pulling
from data_connectors.sources.redcap import RedcapOptions, check, pull
from governance.access import LOCAL_OPERATOR
from storage.duck import connect
from storage.facts import source_sql
from storage.workspace import Workspace
from tests.servers.redcap import TOKEN, Project, serving
from workflows.refresh import ingest
from workflows.sync import sync

FIELDS = ["record_id", "department", "clinician", "survey_timestamp", "question_1", "question_2", "notes"]


def project(count: int) -> Project:
    values = [
        (
            str(i),
            "Cardiologie",
            f"arts{i % 3}",
            "2026-01-05 23:30:00",
            str(i % 7),
            "" if i % 2 else "3",
            "vrije tekst",
        )
        for i in range(1, count + 1)
    ]
    return Project(fields=FIELDS, records=[dict(zip(FIELDS, row, strict=True)) for row in values])


def running(folder: Path, since: str = "", token: str = TOKEN) -> Pulling:
    folder.mkdir(exist_ok=True)
    return Pulling(
        tables=load("redcap_survey").table,
        since={"SurveyResponse": since} if since else {},
        folder=folder,
        deadline=time.monotonic() + 30,
        secrets=lambda _: token,
    )


def delivered(base: str, run: Pulling, **more: Any) -> list[Delivered]:
    return list(pull(RedcapOptions(url=base, token="REDCAP", internal=True, **more), run))


def pulled(base: str, run: Pulling, **more: Any) -> Delivered:
    (found,) = delivered(base, run, **more)
    return found


@pytest.mark.parametrize("count", [1, 9, 10, 11])
def test_every_record_comes_once(tmp_path: Path, count: int) -> None:
    source = project(count)
    with serving(source) as base:
        found = pulled(base, running(tmp_path / "out"), page_size=5)
    ids = pq.read_table(found.path)["record_id"].to_pylist()
    assert sorted(map(int, ids)) == list(range(1, count + 1))
    assert found.rows == count
    assert b"vrije tekst" not in found.path.read_bytes()
    assert not any("notes" in form.values() for form in source.asked)


def test_a_project_without_records_gives_nothing(tmp_path: Path) -> None:
    with serving(project(0)) as base:
        assert delivered(base, running(tmp_path / "out")) == []


def test_the_next_run_asks_what_changed_since_with_overlap_in_the_server_s_own_time(tmp_path: Path) -> None:
    source = project(4)
    source.changed = {"1": "2026-01-01 00:00:00", "2": "2026-06-01 13:00:00", "3": "2026-06-01 15:00:00"}
    with serving(source) as base:
        found = pulled(base, running(tmp_path / "out", since="2026-06-01T13:00:00+00:00"), overlap_hours=1)
        assert found.rows == 2
        assert {form["dateRangeBegin"] for form in source.asked if form["content"] == "record"} == {
            "2026-06-01 14:00:00"
        }
        again = pulled(base, running(tmp_path / "two", since=str(found.watermark)))
        assert again.rows == 1
        with pytest.raises(UserError, match="no moment"):
            pulled(base, running(tmp_path / "out", since="gisteren"))


def test_answers_of_the_api_and_of_a_csv_export_are_the_same_facts(tmp_path: Path) -> None:
    source = project(6)
    with serving(source) as base:
        found = pulled(base, running(tmp_path / "out"))
    export = tmp_path / "export.csv"
    with export.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, FIELDS)
        writer.writeheader()
        writer.writerows(source.records)
    reports = [
        ingest(LOCAL_OPERATOR, Workspace.open(tmp_path / name), [path], "redcap_survey")[0]
        for name, path in (("one", found.path), ("two", export))
    ]
    for report in reports:
        assert report.status == "loaded", report
        assert (report.rows_read, report.rows_loaded, report.rows_not_data) == (12, 9, 3)


def test_a_wrong_token_is_said(tmp_path: Path) -> None:
    with serving(project(1)) as base:
        with pytest.raises(UserError, match="does not let us in") as caught:
            pulled(base, running(tmp_path, token="F" * 32))
        options = RedcapOptions(url=base, token="REDCAP", internal=True)
        assert check(options, running(tmp_path))[0].state == "ok"
        assert check(options, running(tmp_path, token="F" * 32))[0].state == "failed"
    assert "FFFF" not in str(caught.value)


def test_a_field_that_is_not_there_is_named(tmp_path: Path) -> None:
    source = project(1)
    source.records = [{key: value for key, value in source.records[0].items() if key != "clinician"}]
    with serving(source) as base, pytest.raises(UserError, match="'clinician'"):
        pulled(base, running(tmp_path))


def test_a_check_names_a_field_that_the_project_no_longer_has(tmp_path: Path) -> None:
    source = project(1)
    source.fields = [name for name in FIELDS if name not in ("clinician", "survey_timestamp")]
    with serving(source) as base:
        (found,) = check(RedcapOptions(url=base, token="REDCAP", internal=True), running(tmp_path))
        assert (found.state, "'clinician'" in str(found.message)) == ("failed", True)
        source.fields.append("clinician")
        (found,) = check(RedcapOptions(url=base, token="REDCAP", internal=True), running(tmp_path))
    assert found.state == "ok", "the moment of a survey is in no data dictionary"


def test_a_record_that_is_removed_counts_no_more_once_everything_is_asked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEETLAT_SECRET_REDCAP", TOKEN)
    workspace, made = Workspace.open(tmp_path), project(6)
    (tmp_path / "sources").mkdir(exist_ok=True)
    with serving(made) as base:
        (tmp_path / "sources" / "survey.toml").write_text(
            'kind = "redcap"\nmapping = "redcap_survey"\n[options]\n'
            f'url = "{base}"\ninternal = true\ntoken = "REDCAP"\n',
            "utf-8",
        )
        (first,) = sync(LOCAL_OPERATOR, workspace)
        assert first.files[0].rows_gone == 0
        made.records = [one for one in made.records if one["record_id"] != "2"]
        (ordinary,) = sync(LOCAL_OPERATOR, workspace)
        assert [file.rows_gone for file in ordinary.files] == [None]
        (whole,) = sync(LOCAL_OPERATOR, workspace, whole=True)
    assert (whole.state, whole.gone) == ("done", 2)


def table_with(**changes: Any) -> TableMapping:
    return load("redcap_survey").table[0].model_copy(update=changes)


def test_a_data_access_group_may_be_the_department(tmp_path: Path) -> None:
    source = project(2)
    for one in source.records:
        one["redcap_data_access_group"] = "cardiologie"
    group = ColumnMapping(source=("redcap_data_access_group",))
    with serving(source) as base:
        run = replace(running(tmp_path / "out"), tables=(table_with(department=group),))
        found = pq.read_table(pulled(base, run).path)
    assert set(found["redcap_data_access_group"].to_pylist()) == {"cardiologie"}


def in_events(source: Project) -> Project:
    again = [one | {"redcap_event_name": "t1"} for one in source.records]
    source.records = [one | {"redcap_event_name": "t0"} for one in source.records] + again
    return source


def test_answers_of_several_events_need_a_key_that_tells_them_apart(tmp_path: Path) -> None:
    with serving(in_events(project(3))) as base:
        with pytest.raises(InputError, match="several answers to 'question_1' of one record"):
            pulled(base, running(tmp_path / "out"))
        table = table_with()
        key = ColumnMapping(source=("record_id", "redcap_event_name", "(item)"))
        table = table.model_copy(update={"columns": table.columns | {"response": key}})
        run = replace(running(tmp_path / "out"), tables=(table,))
        assert pulled(base, run).rows == 6
    repeated = in_events(project(3))
    repeated.records += [one | {"redcap_repeat_instance": "2"} for one in repeated.records]
    with serving(repeated) as base, pytest.raises(InputError, match="by event or by repeat"):
        pulled(base, run)


def test_records_in_disguise_are_not_taken_for_none(tmp_path: Path) -> None:
    source = project(3)
    source.disguised = True
    with serving(source) as base, pytest.raises(UserError, match="names 3 records and gives none"):
        pulled(base, running(tmp_path / "out"))


def test_a_record_that_is_named_and_not_given_is_set_aside(tmp_path: Path) -> None:
    source = project(3)
    source.records[1]["record_id"] = "O'Brien"
    with serving(source) as base:
        found = pulled(base, running(tmp_path / "out"))
    assert (found.rows, found.rejected, found.gone_at_most) == (2, {"missing_value": 1}, None)


def test_a_survey_that_was_not_completed_is_no_data(tmp_path: Path) -> None:
    source = project(2)
    source.records[0]["survey_timestamp"] = "[not completed]"
    with serving(source) as base:
        found = pulled(base, running(tmp_path / "out"))
    (report,) = ingest(LOCAL_OPERATOR, Workspace.open(tmp_path), [found.path], "redcap_survey")
    assert (report.rows_loaded, report.quarantine) == (2, {})


def test_an_answer_that_was_taken_out_counts_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEETLAT_SECRET_REDCAP", TOKEN)
    workspace, made = Workspace.open(tmp_path), project(3)
    (tmp_path / "sources").mkdir(exist_ok=True)

    def scores() -> list[tuple[float]]:
        assert [report.state for report in sync(LOCAL_OPERATOR, workspace)] == ["done"]
        with connect() as connection:
            found = source_sql(workspace, "SurveyResponse")
            return connection.sql(f"SELECT score FROM {found} ORDER BY score").fetchall()

    with serving(made) as base:
        (tmp_path / "sources" / "survey.toml").write_text(
            'kind = "redcap"\nmapping = "redcap_survey"\n[options]\n'
            f'url = "{base}"\ninternal = true\ntoken = "REDCAP"\n',
            "utf-8",
        )
        assert scores() == [(1,), (2,), (3,), (3,)]
        made.records[0]["question_1"] = ""
        assert scores() == [(2,), (3,), (3,)]
        made.records = [one | {"question_1": "", "question_2": ""} for one in made.records]
        assert scores() == []
