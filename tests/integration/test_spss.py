# ruff: noqa: DTZ001 - SPSS holds local times without a zone
"""SPSS files that pyreadstat wrote: codes and words, missing by the questionnaire, dates."""

from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

from data_connectors.connector import Refused
from data_connectors.mapping import FileFormat
from data_connectors.sources import spss_file
from data_connectors.sources.spss_file import open_spss
from tests.taken_files import form, taken_file

ANSWERS = """
[[table]]
name = "SurveyResponse"
items = ["vraag_*"]
department = { value = "CAR" }

[table.columns]
response = ["nr", "(item)"]
form = "nr"
instrument = { value = "prem" }
item = "(item)"
answered_on = "dag"
score = "(answer)"
"""


def test_the_words_of_an_answer_are_no_answer_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "prem.sav"
    frame = pd.DataFrame({"nr": ["1", "2"], "dag": [date(2026, 4, 3)] * 2, "vraag_1": [1.0, 3.0]})
    labels = {"vraag_1": {1.0: "nooit", 3.0: "soms"}}
    pyreadstat.write_sav(frame, str(path), variable_value_labels=labels)
    found = taken_file(path, ANSWERS)
    assert sorted((row["item"], row["score"]) for row in found.rows) == [("vraag_1", 1.0), ("vraag_1", 3.0)]
    assert (found.account.rows_read, found.aside) == (2, [])
    words = ANSWERS.replace("vraag_*", "vraag_*.label")
    assert taken_file(path, words).account.set_aside == {"unparseable": 2}


@pytest.fixture
def survey(tmp_path: Path) -> Path:
    frame = pd.DataFrame(
        {
            "afdeling": [1.0, 2.0, 3.0, None],
            "notitie": ["1", "2", "3", "4"],
            "patnr": [7.0, 8.0, 9.0, 10.0],
            "begin": [datetime(2025, 3, 9, 10)] * 4,
            "duur": [4.5, 99.0, 0.0, 1.0],
            "dag": [date(2025, 3, 9)] * 4,
        }
    )
    path = tmp_path / "survey.sav"
    pyreadstat.write_sav(
        frame,
        str(path),
        variable_value_labels={"afdeling": {1.0: "NA", 2.0: "Heelkunde"}},
        missing_ranges={"duur": [99]},
    )
    return path


def test_codes_words_missing_values_and_dates(survey: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spss_file, "BLOCK", 3)
    found = taken_file(survey, form(afdeling="afdeling.label"))
    assert [row["department"] for row in sorted(found.rows, key=lambda row: row["department"])] == [
        "3", "Heelkunde", "NA"
    ]  # fmt: skip
    minutes = {row["department"]: row["active_seconds"] for row in found.rows}
    assert minutes == {"NA": 270.0, "Heelkunde": None, "3": 0.0}
    assert {row["started_at"] for row in found.rows} == {datetime(2025, 3, 9, 9)}
    assert found.aside == [(4, "missing_department", "department")]
    assert {row["department"] for row in taken_file(survey).rows} == {"1", "2", "3"}


@pytest.mark.parametrize("notation", ["TIME8", "DTIME12"])
def test_a_length_of_time_keeps_its_days(tmp_path: Path, notation: str) -> None:
    frame = pd.DataFrame({"afdeling": "CAR", "notitie": list("1234"), "patnr": 7.0})
    frame["begin"] = [datetime(2025, 3, 9, 10)] * 4
    frame["duur"] = [90.0, 90_000.0, -60.0, None]
    path = tmp_path / "survey.sav"
    pyreadstat.write_sav(frame, str(path), variable_format={"duur": notation})
    found = taken_file(path, form().replace('unit = "minutes"', 'unit = "minutes", format = "h:mm:ss"'))
    assert sorted(row["active_seconds"] or 0 for row in found.rows) == [0, 90]
    assert [reason for _, reason, _ in found.aside] == ["implausible", "unit_missing"]


def test_a_compressed_file_goes_by_its_own_ending(tmp_path: Path) -> None:
    path = tmp_path / "prem.zsav"
    frame = pd.DataFrame({"nr": ["1"], "dag": [date(2026, 4, 3)], "vraag_1": [3.0]})
    pyreadstat.write_sav(frame, str(path), compress=True)
    assert [row["score"] for row in taken_file(path, ANSWERS).rows] == [3.0]


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "empty_file"), (b"a;b\n1;2\n", "content_type_mismatch"), (b"$FL2 and no more", "unreadable_file")],
)
def test_what_is_no_spss_file(tmp_path: Path, content: bytes, code: str) -> None:
    (tmp_path / "x.sav").write_bytes(content)
    with pytest.raises(Refused) as refused:
        open_spss(tmp_path / "x.sav", FileFormat())
    assert refused.value.code == code


def test_every_cut_of_a_file_is_refused(survey: Path) -> None:
    whole = survey.read_bytes()
    for size in range(0, len(whole), 97):
        survey.write_bytes(whole[:size])
        with pytest.raises(Refused):
            taken_file(survey)


@pytest.mark.parametrize("place", ["AFDELING", "afdeling"])
def test_a_column_whose_name_is_lost(survey: Path, place: str) -> None:
    content = survey.read_bytes()
    survey.write_bytes(content.replace(place.encode(), b" " * len(place)))
    with pytest.raises(Refused) as refused:
        open_spss(survey, FileFormat())
    assert refused.value.code == "unreadable_file"
