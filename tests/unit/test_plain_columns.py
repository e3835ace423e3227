"""Which texts of a column leave no doubt, and that those come to what the engine makes of them."""

from dataclasses import replace

import duckdb
import pytest

from data_connectors.plain_columns import plain_rows
from governance.pseudonymise import Key
from kpis.tables import TABLES
from tests.intake_files import mapping
from tests.plain_blocks import FIRST_LINE, KEY, Told, agreeing, reader, reading_of, told_apart

NOTES = """
[file]
SETTINGS

[[table]]
name = "NoteSession"
department = "afd"
segment = { from = "soort", values = { E = "first" } }

[table.columns]
note = NOTE
patient = PATIENT
started_at = BEGIN
ended_at = END
active_seconds = { from = "duur", unit = "minutes" }
"""
HEADER = ("id", "afd", "soort", "pat", "dag", "begin", "eind", "duur")
SOUND = {
    "id": "n1",
    "afd": "CHI",
    "soort": "E",
    "pat": "p1",
    "dag": "2026-07-01",
    "begin": "2026-07-01 09:00",
    "eind": "2026-07-01 09:30",
    "duur": "4",
}
PARTS = {"SETTINGS": "", "NOTE": '"id"', "PATIENT": '"pat"', "BEGIN": '"begin"', "END": '"eind"'}
DAY_AND_TIME = {"BEGIN": '["dag", "begin"]', "END": '{ from = "eind", format = "%Y-%m-%d %H:%M" }'}


def notes(**parts: str) -> str:
    text = NOTES
    for name, part in (PARTS | parts).items():
        text = text.replace(name, part)
    return text


def row(**cells: str) -> tuple[str, ...]:
    return tuple({**SOUND, **cells}[name] for name in HEADER)


def told(*rows: tuple[str, ...], **parts: str) -> Told:
    return told_apart(notes(**parts), HEADER, *rows)


def plain(*rows: tuple[str, ...], **parts: str) -> list[bool]:
    """By row whether it is plain."""
    found = told(*rows, **parts)
    return [FIRST_LINE + i in found.plain for i in range(len(rows))]


def is_read(**parts: str) -> bool:
    return reader(notes(**parts), HEADER) is not None


def test_a_sound_row_is_plain() -> None:
    found = told(row()).plain[FIRST_LINE]
    assert (found["segment"], found["active_seconds"], found["exposed"]) == ("first", 240.0, 0)
    assert found["note"] == KEY.pseudonym("note", "n1")
    assert (str(found["started_at"]), str(found["day"])) == ("2026-07-01 07:00:00", "2026-07-01")


@pytest.mark.parametrize("text", ["", " n1", "n1 ", "n\u00e9", "1E+9", "-"])
def test_an_identifier_with_something_odd_is_left_to_the_engine(text: str) -> None:
    assert plain(row(id=text), row(), SETTINGS='null = ["NULL", "-"]') == [False, True]


def test_of_an_identifier_that_may_be_missing_an_empty_text_is_none() -> None:
    found = told(row(pat=""), row(pat=" "), row(pat="-"), row(), SETTINGS='null = ["-", "NULL"]')
    assert found.others == [FIRST_LINE + 1, FIRST_LINE + 2]
    assert found.plain[FIRST_LINE]["patient"] is None


@pytest.mark.parametrize("empty", ["", "NULL", " 1", "1+"])
def test_of_a_joined_identifier_each_piece_must_be_there(empty: str) -> None:
    parts = {"NOTE": '["id", "pat"]', "PATIENT": '["pat", "afd"]', "SETTINGS": 'null = ["-", "NULL"]'}
    rows = (row(id=empty), row(pat=empty), row(id="a b", pat="c"))
    assert plain(*rows, **parts) == [False, False, True]
    found = told(*rows, **parts).plain[FIRST_LINE + 2]
    assert found["note"] == KEY.pseudonym("note", "a b\x1ec")


def test_a_time_that_may_be_missing_can_be_empty() -> None:
    assert plain(row(begin=""), row(eind=""), row()) == [False, True, True]


def test_the_second_of_two_times_may_not_come_before_the_first() -> None:
    rows = (row(eind="2026-07-01 08:59"), row(eind="2026-07-01 09:00"), row(eind=""))
    assert plain(*rows) == [False, True, True]


@pytest.mark.parametrize("mark", ["2000-01-01 00:00", "2026-07-01T09:00"])
def test_a_time_that_stands_for_none_is_left_to_the_engine(mark: str) -> None:
    """Such as the first day that a source knows."""
    settings = f'null = ["NULL", "{mark}"]'
    first = row(begin=mark.replace("09", "08"), eind="")
    assert plain(first, row(begin=mark, eind=""), SETTINGS=settings) == [mark[10] == "T", False]
    assert plain(row(eind=mark), row(), SETTINGS=settings) == [False, mark[10] == " "]


def test_times_of_iso_8601_can_have_a_t() -> None:
    assert plain(row(begin="2026-07-01T09:00"), row(begin="2026-07-01T09:01")) == [True, True]


def test_a_day_and_a_time_of_day_make_a_time() -> None:
    rows = (
        *(row(begin="09:00"), row(begin=""), row(dag=""), row(dag="", begin=""), row(begin="09:00 ")),
        *(row(dag="2026-07-01T09:00", begin="00:00"), row(dag="2026-07-01", begin="2026-07-01 09:00")),
    )
    assert plain(*rows, **DAY_AND_TIME) == [True, *[False] * 6]


def test_a_day_and_a_time_of_day_can_both_be_missing() -> None:
    parts = {"END": '["dag", "eind"]', "BEGIN": '{ from = "begin", format = "%Y-%m-%d %H:%M" }'}
    rows = (row(dag="", eind=""), row(eind="09:30"), row(dag="", eind="09:30"), row(eind=""))
    assert plain(*rows, **parts) == [True, True, False, False]


@pytest.mark.parametrize("settings", ['null = ["NULL", "00:00"]', 'null = ["2026-07-02", "NULL"]'])
def test_a_piece_of_a_time_that_stands_for_none_is_left_to_the_engine(settings: str) -> None:
    rows = (row(dag="2026-07-02", begin="00:00", eind=""), row(begin="09:00"))
    assert plain(*rows, SETTINGS=settings, **DAY_AND_TIME) == [False, True]


@pytest.mark.parametrize("form", ["%d-%m %Y %H:%M", "%Y-%m-%d om %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d T%H:%M"])
def test_a_day_and_a_time_of_day_have_but_one_space(form: str) -> None:
    begin = f'{{ from = ["dag", "begin"], format = "{form}" }}'
    assert not is_read(BEGIN=begin)
    assert is_read(BEGIN=begin.replace('["dag", "begin"]', '"begin"'))


def test_the_format_of_a_column_goes_before_that_of_the_file() -> None:
    dutch = '{ from = "begin", format = "%d-%m-%Y %H:%M" }'
    rows = (row(begin="01-07-2026 09:00", eind=""), row(eind=""))
    assert plain(*rows, BEGIN=dutch) == [True, False]
    assert plain(*rows, BEGIN=dutch, SETTINGS='time_format = "%Y-%m-%d %H:%M"') == [True, False]
    assert plain(*rows, SETTINGS='time_format = "%d-%m-%Y %H:%M"') == [True, False]


def test_only_the_first_format_is_read_in_blocks() -> None:
    settings = 'time_format = ["%d-%m-%Y %H:%M", "%Y-%m-%d %H:%M"]'
    assert plain(row(begin="01-07-2026 09:00", eind=""), row(), SETTINGS=settings) == [True, False]
    assert plain(row(), SETTINGS=settings) == [False]


def test_formats_of_one_order_are_all_read_in_blocks() -> None:
    settings = 'time_format = ["%d-%m-%Y %H:%M", "%d/%m/%Y %H:%M:%S.%f"]'
    rows = (row(begin="01-07-2026 09:00", eind=""), row(begin="01/07/2026 09:00:00.5", eind=""), row())
    assert plain(*rows, SETTINGS=settings) == [True, True, False]
    assert plain(*rows, SETTINGS=settings.replace("%d-%m", "%m-%d")) == [True, False, False]


@pytest.mark.parametrize(
    "parts",
    [
        {"SETTINGS": 'null = ["-"]\ntime_format = ["%d-%m-%Y %H:%M", "%d-%m-%y %H:%M"]'},
        {"SETTINGS": 'time_format = "%d %B %Y %H:%M"'},
        {"SETTINGS": 'not_data = [{ column = "afd", values = ["x"] }, { matches = "^Totaal" }]'},
        {"PATIENT": '{ value = "p" }'},
        {"PATIENT": '{ from = "pat", default = "p" }'},
        {"PATIENT": '{ from = "pat", filled = "p" }'},
        {"PATIENT": '{ from = "pat", values = { a = "p" } }'},
        {"END": '{ value = "2026-07-01 09:30" }'},
        {"END": '{ from = "eind", default = "2026-07-01 09:30" }'},
        {"END": '{ from = "eind", values = { a = "2026-07-01 09:30" } }'},
        {"END": '"eind"\ntemplate = ["afd", "soort"]'},
    ],
)
def test_a_mapping_whose_texts_do_not_speak_for_themselves_is_left_to_the_engine(
    parts: dict[str, str],
) -> None:
    assert not is_read(**parts)


def test_a_key_that_the_library_cannot_have_is_left_to_the_engine() -> None:
    assert reader(notes(), HEADER, Key(b"\xff" * 32)) is None


def test_a_constant_and_a_text_that_may_be_missing_are_known() -> None:
    found = told(row(soort=""), row(), END='"eind"\ntemplate = { value = "t" }')
    assert [one["segment"] for one in found.plain.values()] == ["", "first"]
    assert [one["template"] for one in found.plain.values()] == ["t", "t"]


def test_a_text_that_a_check_refuses_is_left_to_the_engine() -> None:
    assert plain(row(duur="x"), row(duur=""), row(afd=""), row(soort="E" * 301)) == [
        False,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    "rule", ['values = ["Totaal", "Som"]', 'matches = "^(Totaal|Som)$"', 'values = ["Som", "Totaal"]']
)
def test_a_row_that_may_be_no_data_is_left_to_the_engine(rule: str) -> None:
    settings = f'not_data = [{{ column = "soort", {rule} }}, {{ column = "dag", values = ["x"] }}]'
    rows = (row(soort="Totaal"), row(soort="Som"), row(soort=" Totaal"), row(soort=""), row(dag="x"), row())
    assert plain(*rows, SETTINGS=settings) == [False, False, False, True, False, True]


DELETED = notes(END='"eind"').replace("[table.columns]", 'deleted = "duur"\n[table.columns]')


def test_a_row_that_is_gone_is_left_to_the_engine() -> None:
    toml = DELETED.replace('active_seconds = { from = "duur", unit = "minutes" }\n', "")
    found = told_apart(toml, HEADER, row(duur="ja"), row(duur="nee"), row(duur=""), row(duur="?"))
    assert sorted(found.plain) == [FIRST_LINE + 1, FIRST_LINE + 2]
    assert "deleted" not in found.plain[FIRST_LINE + 1]


COUNTS = """
[[table]]
name = "AggregatedCount"
department = "afd"

[table.columns]
measure = "id"
period_start = "dag"
total = "eind"
failures = "duur"
"""
REVIEWS = """
[[table]]
name = "TextReview"
department = "afd"
exposed = "soort"

[table.columns]
review = "id"
document = "pat"
clinician = "begin"
reviewed_on = "dag"
author = { value = "ai" }
sentences = "eind"
unsupported = "duur"
items_in_reference = { value = "0" }
"""


def test_a_day_is_the_day_of_its_row_and_a_count_stays_below_its_bound() -> None:
    rows = (row(eind="5", duur=duur, dag=dag) for duur, dag in (("6", "2026-07-01"), ("5", "2026-07-02")))
    found = told_apart(COUNTS, HEADER, *rows, row(eind="5", dag="2026-13-01"))
    assert [str(one["day"]) for one in found.plain.values()] == ["2026-07-02"]
    assert found.plain[FIRST_LINE + 1]["measure"] == "n1"


def test_whole_numbers_and_answers_are_known() -> None:
    rows = (row(eind="5", duur=duur, soort="ja") for duur in ("6", "5", "1.5", ""))
    found = told_apart(REVIEWS, HEADER, *rows)
    assert sorted(found.plain) == [FIRST_LINE + 1, FIRST_LINE + 3]
    assert found.plain[FIRST_LINE + 1]["exposed"] == 1


def test_a_part_that_the_table_does_not_have_is_left_out() -> None:
    (chosen,) = mapping(notes()).table
    more = chosen.model_copy(update={"columns": {"other": chosen.columns["note"], **chosen.columns}})
    found = plain_rows(more, TABLES["NoteSession"], reading_of(mapping(notes()).file), KEY, HEADER)
    assert found is not None
    assert "other" not in found.reads


IDENTIFIERS = [row(id="1E+9"), row(pat=""), row(id="n "), row(soort=""), row(duur="x"), row(afd="")]
TIMES = [
    *(row(begin="2000-01-01 00:00", eind=""), row(eind="2000-01-01 00:00"), row(begin="2026-07-01T09:00")),
    *(row(eind="2026-07-01 08:59"), row(begin="2026-03-29 02:30"), row(begin="2026-07-24 00:30")),
]
PIECES = [
    *(row(dag="2026-07-02", begin="00:00", eind=""), row(begin="09:00"), row(begin="")),
    *(row(dag="", begin=""), row(begin="09:00", id="")),
    *(row(dag="2026-07-01T09:00", begin="00:00"), row(dag="01-07 2026", begin="x")),
]
AGREEING = {
    "identifiers": (IDENTIFIERS, {"SETTINGS": 'null = ["NULL", "-"]'}),
    "joined": (IDENTIFIERS, {"NOTE": '["id", "pat"]'}),
    "times": (TIMES, {"SETTINGS": 'null = ["2000-01-01 00:00", "2026-07-01T09:00"]'}),
    "pieces": (PIECES, {"SETTINGS": 'null = ["00:00"]', **DAY_AND_TIME}),
}


@pytest.mark.parametrize("name", AGREEING)
def test_what_is_plain_is_what_the_engine_makes_of_it(name: str) -> None:
    rows, parts = AGREEING[name]
    found = agreeing(notes(**parts), HEADER, row(begin="09:00") if name == "pieces" else row(), *rows)
    assert found.plain
    assert found.others


@pytest.mark.parametrize("form", ["%Yx%m-%d %H:%M", "%Y-%m-%d %Hx%M"])
def test_other_marks_than_spaces_stay_within_a_day_or_a_time_of_day(form: str) -> None:
    assert is_read(BEGIN=f'{{ from = ["dag", "begin"], format = "{form}" }}')


def test_the_day_of_a_row_is_that_of_the_hospital() -> None:
    found = told(row(begin="2026-07-01 00:30", eind="")).plain[FIRST_LINE]
    assert (str(found["started_at"]), str(found["day"])) == ("2026-06-30 22:30:00", "2026-07-01")


def test_a_zone_that_the_engine_does_not_know_is_told_before_a_row_is_read() -> None:
    chosen = mapping(notes())
    nowhere = replace(reading_of(chosen.file), zone="Nowhere/Else")
    with pytest.raises(duckdb.Error, match="Nowhere/Else"):
        plain_rows(chosen.table[0], TABLES["NoteSession"], nowhere, KEY, HEADER)
