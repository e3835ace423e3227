"""Exports as Castor, LimeSurvey and suppliers of tools document them, through our presets."""

import csv
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from data_connectors.mapping_file import load, presets
from tests.intake_files import taken

FORMS: list[tuple[str, str]] = [
    ("Survey Instance Id", "F-{n}"),
    ("Castor Participant ID", "NL-{n}"),
    ("Survey creation date", "01-01-2026 09:00:00"),
    ("Survey sent date", "01-01-2026 09:00:00"),
    ("Survey Progress", "100"),
    ("Survey Completed On", "05-01-2026 10:20:30"),
    ("Survey Parent", "No parent"),
    ("Survey Package Name", "MBI"),
    ("Survey Package Id", "P1"),
    ("department", "CHI"),
    ("question_1", "4"),
    ("question_2", "{n}"),
    ("remark", "eigen woorden"),
]


def written(rows: list[dict[str, str]], **dialect: Any) -> tuple[str, list[str]]:
    text = StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n", **dialect)
    writer.writeheader()
    writer.writerows(rows)
    header, *lines = text.getvalue().splitlines()
    return header, lines


def through(
    folder: Path, preset: str, header: str, lines: list[str]
) -> tuple[Any, list[dict[str, Any]], Any]:
    return taken(folder, *lines, toml=presets()[preset].read_text("utf-8"), header=header)


def test_castor(tmp_path: Path) -> None:
    rows = [{name: value.format(n=n) for name, value in FORMS} for n in (1, 2)]
    sent = dict(rows[0]) | {"Survey Instance Id": "F-3", "Survey Progress": "0", "Survey Completed On": ""}
    header, lines = written([*rows, sent], delimiter=";", quoting=csv.QUOTE_ALL)
    account, found, aside = through(tmp_path, "castor_survey", header, lines)
    assert sorted((row["item"], row["score"]) for row in found) == [
        ("question_1", 4.0),
        ("question_1", 4.0),
        ("question_2", 1.0),
        ("question_2", 2.0),
    ]
    assert {str(row["answered_on"]) for row in found} == {"2026-01-05"}
    assert (account.rows_read, account.rows_not_data, aside) == (6, 2, [])


@pytest.mark.parametrize("code", [*(f"-{n}" for n in range(95, 100)), "##USER_MISSING_97##"])
def test_castor_s_codes_for_what_is_missing_are_no_scores(tmp_path: Path, code: str) -> None:
    row = {name: value.format(n=1) for name, value in FORMS} | {"question_2": code}
    header, lines = written([row], delimiter=";", quoting=csv.QUOTE_ALL)
    account, found, aside = through(tmp_path, "castor_survey", header, lines)
    assert [(row["item"], row["score"]) for row in found] == [("question_1", 4.0)]
    assert (account.rows_read, account.rows_not_data, aside) == (2, 1, [])


def test_limesurvey(tmp_path: Path) -> None:
    own = {
        "id": "7",
        "submitdate": "2026-01-05 10:20:30",
        "lastpage": "3",
        "startlanguage": "nl",
        "seed": "99",
    }
    asked = {
        "department": "CHI",
        "clinician": "a1",
        "MBI[SQ001]": "A3",
        "MBI[SQ002]": "",
        "MBIreden": "eigen woorden",
    }
    header, lines = written([own | asked, own | asked | {"id": "8", "submitdate": ""}], quoting=csv.QUOTE_ALL)
    account, found, aside = through(tmp_path, "limesurvey", header, lines)
    assert [(row["item"], row["score"]) for row in found] == [("MBI[SQ001]", 3.0)]
    assert aside == [(3, "missing_date", "answered_on")]
    assert (account.rows_read, account.rows_not_data) == (4, 2)


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [
        ("draft_created", "offered"),
        ("draft_opened", "opened"),
        ("edited", "edited"),
        ("inserted", "used"),
        ("signed", "signed"),
        ("recording_started", None),
        ("discarded", None),
        ("failed", None),
        ("consent_refused", None),
    ],
)
def test_the_usage_event_that_we_ask_for(tmp_path: Path, kind: str, outcome: str | None) -> None:
    event = {
        "event_id": "1",
        "ts": "2026-01-05T10:00:00+01:00",
        "tool": "letter_drafting",
        "tool_version": "2.1",
        "model_version": "m",
        "event_type": kind,
        "encounter_key": "e",
        "clinician_key": "c",
        "department": "CHI",
        "seconds": "3",
    }
    header, lines = written([event])
    account, found, _ = through(tmp_path, "tool_usage", header, lines)
    assert account.rows_read == 1
    if outcome is None:
        assert (account.rows_not_data, found) == (1, [])
    else:
        assert [(row["task"], row["outcome"], row["tool_version"]) for row in found] == [
            ("letter", outcome, "2.1")
        ]
        assert found[0]["clinician"] != "c"


@pytest.mark.parametrize(
    ("ts", "read"),
    [
        ("2026-01-05T10:00:00+01:00", "2026-01-05 09:00:00"),
        ("2026-01-05T10:00:00.250Z", "2026-01-05 10:00:00.250000"),
        ("2026-01-05 10:00+0100", "2026-01-05 09:00:00"),
        ("2026-01-05T10:00:00Z", "2026-01-05 10:00:00"),
        ("2026-01-05T10:00:00", None),
    ],
)
def test_the_time_of_use_has_an_offset(tmp_path: Path, ts: str, read: str | None) -> None:
    header = "event_id,ts,tool,tool_version,event_type,clinician_key,department"
    line = f"1,{ts},letter_drafting,2.1,signed,c,CHI"
    account, found, _ = through(tmp_path, "tool_usage", header, [line])
    assert [str(row["happened_at"]) for row in found] == ([read] if read else [])
    assert account.set_aside == ({} if read else {"invalid_time": 1})


def test_a_supplier_s_csv(tmp_path: Path) -> None:
    draft = {
        "Conceptnummer": "9",
        "Afdeling": "Cardiologie",
        "Gebruiker": "j.jansen",
        "Contactnummer": "123",
        "Soort": "Brief",
        "Concept gemaakt": "05-01-2026 10:00",
        "Geopend": "05-01-2026 10:05:10",
        "Geautoriseerd": "",
        "Bewerkingsafstand": "0,25",
        "Versie": "2.1",
    }
    total = dict.fromkeys(draft, "") | {"Afdeling": "Totaal", "Conceptnummer": "1"}
    header, lines = written([draft, total], delimiter=";")
    account, found, _ = through(tmp_path, "tool_drafts_example", header, lines)
    assert (account.rows_loaded, account.rows_not_data) == (1, 1)
    assert (found[0]["kind"], found[0]["edit_distance"], found[0]["exposed"]) == ("letter", 0.25, 1)
    assert "jansen" not in str(found)


@pytest.mark.parametrize("name", presets())
def test_every_preset_can_be_read(name: str) -> None:
    assert load(name).described("nl") != load(name).described("en")
