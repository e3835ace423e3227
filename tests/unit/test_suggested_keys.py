"""The mapping assistant knows the headings of our own forms, and takes no kind or moment for a key."""

import pytest

from data_connectors.mapping_file import read
from data_connectors.suggestion import Suggestion, suggest
from data_connectors.template import REMARK, Field, template
from kpis.tables import TABLES

CASES = [(table, language) for table in TABLES for language in ("en", "nl")]


def suggestion(header: list[str], rows: list[list[str]], table: str | None = None) -> Suggestion:
    return suggest(header, [dict(zip(header, row, strict=True)) for row in rows], {}, table)


def sources(found: Suggestion) -> dict[str, str]:
    return {column.name: column.source for column in found.columns if column.question is None}


def plausible(field: Field, row: int) -> str:
    """A cell of a form that somebody filled in."""
    if field.choices:
        return field.choices[row % len(field.choices)]
    if field.type == "time":
        return f"{14 + row}-04-2026 09:30"
    if field.type == "date":
        return f"{14 + row}-04-2026"
    if field.type in ("integer", "number"):
        return str(1 + row % 2)
    return f"{field.name[:2]}{row}1"


@pytest.mark.parametrize(("table", "language"), CASES)
def test_the_headings_of_our_own_forms_are_known(table: str, language: str) -> None:
    fields = template(table, language).fields
    header = [field.heading + (" *" if field.required else "") for field in fields]
    rows = [[plausible(field, row) for field in fields] for row in range(8)]
    found = suggestion(header, rows)
    assert found.table == table
    assert sources(found) == {
        field.name: heading for field, heading in zip(fields, header, strict=True) if field.name != REMARK
    }
    assert found.complete
    assert not any("fit as well" in question.render("en") for question in found.questions)
    mapping, issues = read(found.toml(language), "x.toml")
    assert (issues, mapping is not None) == ((), True)


def test_words_of_a_form_are_translated() -> None:
    header = ["Afdeling", "Groep", "Nummer van de brief", "Soort", "Verschuldigd vanaf"]
    rows = [["KNO", "Korte opname", f"{i}7", "Ontslagbrief", f"{14 + i}-04-2026 10:00"] for i in range(5)]
    text = suggestion(header, rows, "Letter").toml("nl")
    assert 'segment = { from = "Groep", values = { "Korte opname" = "short_stay" } }' in text
    assert 'kind = { from = "Soort", values = { "Ontslagbrief" = "discharge" } }' in text


def test_groups_that_are_not_those_of_the_table_are_asked_about() -> None:
    header = ["Afdeling", "Groep", "Nummer van de brief"]
    text = suggestion(header, [["KNO", "A", "17"], ["KNO", "B", "18"]], "Letter").toml("en")
    assert '# segment = "Groep"  # which of its words ("A", "B") mean short_stay, long_stay?' in text


def test_a_moment_is_no_key() -> None:
    header = (
        "Afdeling;Nummer van het contact;Patiëntnummer;Personeelsnummer;Begin;Afgerond;Einde;"
        "Verslag ondertekend"
    )
    moments = ["{}-04-2026 10:00", "Ja", "{}-04-2026 10:20", "{}-04-2026 11:00"]
    rows = [["KNO", f"{i}1", "77", "a1", *(text.format(14 + i) for text in moments)] for i in range(5)]
    found = suggestion(header.split(";"), rows)
    assert (found.table, sources(found)["encounter"]) == ("Encounter", "Nummer van het contact")
    assert sources(found)["note_signed_at"] == "Verslag ondertekend"
    as_notes = suggestion(header.split(";"), rows, "NoteSession")
    assert "note" not in {column.name for column in as_notes.columns}


@pytest.mark.parametrize(
    "value",
    [
        "{}-04-2026 10:00",
        "2026-04-{}",
        "{} april 2026",
        "10:{}",
        "{}/04/26 9:05",
        "4/{}/2026 9:05 AM",
        "202604{} 10:00",
    ],
)
@pytest.mark.parametrize("heading", ["Notitie", "Patiënt", "Arts", "Contact"])
def test_days_and_times_identify_nothing(heading: str, value: str) -> None:
    rows = [["KNO", value.format(14 + i)] for i in range(5)]
    found = suggestion(["Afdeling", heading], rows, "NoteSession")
    assert sources(found) == {"department": "Afdeling"}


@pytest.mark.parametrize(
    ("table", "header", "key", "source"),
    [
        ("Letter", "Briefnummer;Type brief;Afdeling;Vervaldatum", "letter", "Briefnummer"),
        ("NoteSession", "Notitienummer;Soort consult;Afdeling;Begin", "note", "Notitienummer"),
        ("Encounter", "Contactnummer;Soort contact;Afdeling;Begin", "encounter", "Contactnummer"),
        ("Message", "BERICHT_NR;Soort bericht;Afdeling;Ontvangen", "message", "BERICHT_NR"),
        ("Stay", "Nummer opname;Type opname;Afdeling;Opgenomen", "stay", "Nummer opname"),
    ],
)
def test_a_kind_is_no_key(table: str, header: str, key: str, source: str) -> None:
    rows = [[f"{i}1", ("eerste", "vervolg")[i % 2], "KNO", f"{14 + i}-04-2026"] for i in range(8)]
    found = suggestion(header.split(";"), rows, table)
    assert sources(found)[key] == source
    kinds = {column.name for column in found.columns if column.source == header.split(";")[1]}
    assert kinds <= {"kind"}


def test_a_key_that_repeats_is_asked_about() -> None:
    rows = [["KNO", str(i % 2), f"{14 + i}-04-2026"] for i in range(8)]
    found = suggestion(["Afdeling", "Notitie", "Begin"], rows, "NoteSession")
    assert not found.complete
    assert '# note = "Notitie"  # is this the key?' in found.toml("en")


def test_raters_of_one_text_share_its_review() -> None:
    fields = template("TextReview", "en").fields
    rows = [["r1" if one.name == "review" else plausible(one, row) for one in fields] for row in range(8)]
    found = suggestion([one.heading for one in fields], rows)
    assert sources(found)["review"] == "Number of the review"


def test_words_that_come_again_and_again_name_no_person() -> None:
    rows = [["KNO", f"{i}1", ("specialist", "aios")[i % 2], f"j{i % 3}"] for i in range(8)]
    found = suggestion(["Afdeling", "Notitie", "Soort arts", "Patiënt"], rows, "NoteSession")
    assert sources(found) == {"department": "Afdeling", "note": "Notitie", "patient": "Patiënt"}
    assert '# clinician = "Soort arts"  # does this say who it is?' in found.toml("en")
    named = suggestion(["Afdeling", "Notitie", "Arts", "Patiënt"], rows, "NoteSession")
    assert '# clinician = "Arts"  # does this tell one from another?' in named.toml("en")
