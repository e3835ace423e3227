"""Suggestions for exports as Dutch hospitals send them: no column is taken for what it does not say."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from data_connectors.mapping import FileFormat
from data_connectors.mapping_file import read
from data_connectors.suggestion import Suggestion
from data_connectors.value_notation import notation
from governance.access import LOCAL_OPERATOR
from workflows.opening import open_workspace
from workflows.suggesting import propose

DAYS = range(1, 29)
FIRST = datetime(2026, 4, 1, 10)  # noqa: DTZ001 - what a file says has no zone


def suggested(folder: Path, heading: str, row: str, table: str | None = None) -> Suggestion:
    """What is suggested for 28 rows: {n} is a number, {d} a day in April, {a} ja or nee, {w} a word."""
    lines = [
        row.format(n=n, d=f"{n:02}-04-2026", a=("Ja", "Nee")[n % 2], w=("Ontslagbrief", "Polibrief")[n % 2])
        for n in DAYS
    ]
    path = folder / "export.csv"
    path.write_text("\n".join((heading, *lines)), "utf-8")
    return propose(LOCAL_OPERATOR, open_workspace(folder / "w"), path, table, "en")[0]


def sources(found: Suggestion) -> dict[str, str | list[str]]:
    """What is taken unasked."""
    return {column.name: column.read_from for column in found.columns if column.question is None}


def asked(found: Suggestion) -> dict[str, str]:
    return {column.name: column.question.render("en") for column in found.columns if column.question}


def test_that_the_tool_could_be_used_is_not_that_it_was(tmp_path: Path) -> None:
    heading = "Contact ID;Afdeling;Begin;Afgesloten;AI mogelijk;AI gebruikt"
    found = suggested(tmp_path, heading, "{n};CHI;{d} 10:00;Ja;Ja;{a}", "Encounter")
    assert (sources(found)["exposed"], sources(found)["eligible"]) == ("AI gebruikt", "AI mogelijk")
    without = suggested(tmp_path, heading.replace("AI gebruikt", "AI toestemming"), "{n};CHI;{d};Ja;Ja;{a}")
    assert "exposed" not in {column.name for column in without.columns}


@pytest.mark.parametrize(
    "name", ["AI", "Met AI", "Hulpmiddel gebruikt", "AI-hulpmiddel gebruikt", "AI (J/N)"]
)
def test_that_it_was_used_is_found(tmp_path: Path, name: str) -> None:
    found = suggested(tmp_path, f"Contact ID;Afdeling;Begin;{name}", "{n};CHI;{d} 10:00;{a}", "Encounter")
    assert sources(found)["exposed"] == name


def test_the_date_of_something_else_is_no_clock_unasked(tmp_path: Path) -> None:
    heading = "Brief-ID;Afdeling;Type brief;Datum concept;Datum definitief"
    found = suggested(tmp_path, heading, "{n};CHI;{w};{d} 10:00;{d} 11:00", "Letter")
    assert sources(found)["final_at"] == "Datum definitief"
    assert "is this the moment that is meant?" in asked(found)["due_from"]
    assert not found.complete
    due = suggested(
        tmp_path, heading + ";Ontslagdatum", "{n};CHI;{w};{d} 10:00;{d} 11:00;{d} 09:00", "Letter"
    )
    assert sources(due)["due_from"] == "Ontslagdatum"


def test_the_moment_itself_goes_before_the_date_of_the_request(tmp_path: Path) -> None:
    heading = "Afspraaknr;Afdeling;Datum aanvraag;Afspraakdatum/tijd"
    found = suggested(tmp_path, heading, "{n};CHI;{d};{d} 10:00")
    assert sources(found)["starts_at"] == "Afspraakdatum/tijd"
    assert "is midnight right?" in asked(found)["requested_at"]


def test_words_that_no_form_knows_are_asked_by_name(tmp_path: Path) -> None:
    found = suggested(
        tmp_path, "Brief-ID;Afdeling;Type brief;Ontslagdatum", "{n};CHI;{w}van ons;{d} 10:00", "Letter"
    )
    assert asked(found)["kind"].startswith(
        'which of its words ("Polibriefvan ons", "Ontslagbriefvan ons") mean'
    )


def test_a_day_and_a_time_of_day_become_one_moment(tmp_path: Path) -> None:
    heading = "Contact ID;Afdeling;Begindatum;Begintijd;Eindtijd;Afgerond;AI mogelijk"
    found = suggested(tmp_path, heading, "{n};CHI;{d};10:00;10:20;Ja;Ja", "Encounter")
    assert sources(found)["started_at"] == ["Begindatum", "Begintijd"]
    assert asked(found)["ended_at"] == "always on that day?"
    mapping, issues = read(found.toml("nl"), "x.toml")
    assert (mapping is not None, issues) == (True, ())
    plain = suggested(tmp_path, "Afspraaknr;Afdeling;Tijd;Datum afspraak", "{n};CHI;10:00;{d}")
    assert sources(plain)["starts_at"] == ["Datum afspraak", "Tijd"]


def test_a_day_and_a_time_of_the_same_go_together(tmp_path: Path) -> None:
    heading = "Opname ID;Afdeling;Opnamedatum;Opnametijd;Ontslagdatum;Ontslagtijd"
    found = suggested(tmp_path, heading, "{n};CHI;{d};10:00;{d};11:00")
    assert found.table == "Stay"
    assert sources(found)["admitted_at"] == ["Opnamedatum", "Opnametijd"]
    assert sources(found)["discharged_at"] == ["Ontslagdatum", "Ontslagtijd"]
    heading = "Message ID;Afdeling;Ontvangen datum;Ontvangen tijd;Beantwoord datum;Beantwoord tijd"
    messages = suggested(tmp_path, heading, "{n};CHI;{d};10:00;{d};11:00")
    assert sources(messages)["received_at"] == ["Ontvangen datum", "Ontvangen tijd"]
    assert sources(messages)["replied_at"] == ["Beantwoord datum", "Beantwoord tijd"]


def test_a_table_is_known_by_its_key_rather_than_by_minutes(tmp_path: Path) -> None:
    found = suggested(tmp_path, "Consult;Afdeling;Arts;Begin;Minuten", "{n};CHI;A;{d} 10:00;7")
    assert found.table == "Encounter"


@pytest.mark.parametrize(
    ("value", "line"),
    [
        ("0:{n:02}", 'unit = "minutes", format = ["h:mm"] }  # or format = ["m:ss"]?'),
        ("0:{n:02}:30", 'unit = "minutes", format = ["h:mm:ss"] }'),
        ("{n} min", 'unit = "stated" }'),
    ],
)
def test_durations_as_a_clock_writes_them(tmp_path: Path, value: str, line: str) -> None:
    found = suggested(tmp_path, "Notitie;Afdeling;Begintijd;Duur", "{n};CHI;{d} 10:00;" + value)
    assert line in found.toml("en")


def test_time_in_the_tool_is_no_time_at_the_note(tmp_path: Path) -> None:
    found = suggested(tmp_path, "Notitie;Afdeling;Begintijd;Duur AI (min)", "{n};CHI;{d} 10:00;3")
    assert sources(found)["tool_seconds"] == "Duur AI (min)"
    assert "active_seconds" not in {column.name for column in found.columns}


@pytest.mark.parametrize(
    ("values", "decimal"), [(["1,5 uur", "7 min"], ","), (["0.25 h"], "."), (["1,5 stuks", "2"], "")]
)
def test_decimals_of_values_with_their_unit(values: Sequence[str], decimal: str) -> None:
    assert notation(values).decimal == decimal


def test_morning_and_afternoon(tmp_path: Path) -> None:
    path = tmp_path / "inbox.csv"
    moments = [FIRST + timedelta(days=n, hours=n % 12) for n in DAYS]
    rows = [f"{n},CHI,{moment:%m/%d/%Y %I:%M %p}" for n, moment in zip(DAYS, moments, strict=True)]
    path.write_text("\n".join(("Message ID,Department,Received", *rows)), "utf-8")
    found, seen = propose(LOCAL_OPERATOR, open_workspace(tmp_path / "w"), path, None, "en")
    assert found.complete
    assert seen.account is not None
    assert seen.account.rows_loaded == len(moments)
    hours = [row["received_at"] + timedelta(hours=2) for row in seen.rows]
    assert sorted(hours) == sorted(moments)[: len(hours)]


def test_a_survey_is_not_taken_for_another_table_by_its_date_alone(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="which standard table"):
        suggested(tmp_path, "Respondent;Afdeling;Datum ingevuld;Werkdruk", "{n};CHI;{d};3")


def test_money_in_its_sign(tmp_path: Path) -> None:
    found = suggested(tmp_path, "Boekingsnr;Boekdatum;Afdeling;Bedrag (€)", "{n};{d};CHI;12,50", "CostLine")
    assert 'amount = { from = "Bedrag (€)", unit = "EUR" }' in found.toml("en")
    assert FileFormat.model_validate(found.file).decimal == ","


def test_a_department_above_its_rows_is_told(tmp_path: Path) -> None:
    heading, row = "Afspraaknr;Datum afspraak;Status", "{n};{d} 10:00;x"
    rows = [row.format(n=n, d=f"{n:02}-04-2026") for n in DAYS]
    path = tmp_path / "lijst.csv"
    path.write_text("\n".join((heading, "Afdeling: KNO;;", *rows)), "utf-8")
    found = propose(LOCAL_OPERATOR, open_workspace(tmp_path / "w"), path, "Appointment", "en")[0]
    assert any('line such as "Afdeling: KNO"' in one.render("en") for one in found.questions)
    plain = suggested(tmp_path, heading, row, "Appointment")
    assert not any("line such as" in one.render("en") for one in plain.questions)


def test_a_column_per_question_is_told(tmp_path: Path) -> None:
    found = suggested(tmp_path, "Respondent;Afdeling;Datum ingevuld;V1", "{n};CHI;{d};3", "SurveyResponse")
    assert any("under items" in one.render("en") for one in found.questions)
