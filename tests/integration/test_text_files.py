"""Delimited text as hospitals send it: encodings, delimiters, preambles, page lines, odd characters."""

import codecs
from pathlib import Path

import pytest

from data_connectors.connector import Refused
from data_connectors.intake import Account, take_in
from data_connectors.sources.csv_file import open_csv
from governance.pseudonymise import Key
from storage.duck import connect
from tests.intake_files import GOOD, HEADER, NOTES, TODAY, mapping
from tests.taken_files import form, taken_file

AUTO = NOTES.replace('delimiter = ";"', 'delimiter = "auto"\nencoding = "auto"\nskip_lines = "auto"')
DOCTOR = "café"


def row(number: int, department: str = "CHI") -> str:
    return GOOD.replace("1;NA;", f"{number};{department};", 1)


def load(folder: Path, content: bytes, toml: str = AUTO) -> tuple[Account, list[tuple[str, ...]], str]:
    """Account, (department) of what loads, and the encoding that was found."""
    path = folder / "file.csv"
    path.write_bytes(content)
    chosen = mapping(toml)
    table = chosen.table[0]
    with connect() as connection:
        source = open_csv(path, chosen.file.sought(table.wanted))
        account = take_in(connection, source, table, chosen.file, Key(b"k" * 32), ("Europe/Amsterdam", TODAY))
        departments = connection.sql("SELECT department FROM accepted ORDER BY ALL").fetchall()
        aside = connection.sql("SELECT line, reason FROM set_aside ORDER BY ALL").fetchall()
    return account, [*departments, *aside], source.encoding


@pytest.mark.parametrize(
    ("encoding", "found"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("utf-16", "utf-16"), ("cp1252", "cp1252")],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_encoding_is_found(tmp_path: Path, encoding: str, found: str, end: str) -> None:
    text = end.join((HEADER, row(1, DOCTOR), row(2, "€ – é"))) + end
    account, rows, name = load(tmp_path, text.encode(encoding))
    assert (account.rows_loaded, name) == (2, found)
    assert rows == [(DOCTOR,), ("€ – é",)]


def test_utf_16_that_begins_with_the_other_end(tmp_path: Path) -> None:
    content = codecs.BOM_UTF16_BE + f"{HEADER}\n{row(1, DOCTOR)}\n".encode("utf-16-be")
    assert load(tmp_path, content)[1] == [(DOCTOR,)]


def test_lines_of_two_encodings_are_decoded_one_by_one(tmp_path: Path) -> None:
    content = b"\n".join(
        (HEADER.encode(), row(1, DOCTOR).encode("utf-8"), row(2, DOCTOR).encode("cp1252"), row(3).encode())
    )
    account, rows, name = load(tmp_path, content)
    assert (account.rows_loaded, name) == (3, "mixed")
    assert rows == [("CHI",), (DOCTOR,), (DOCTOR,)]


def test_a_line_that_is_both_is_set_aside(tmp_path: Path) -> None:
    both = row(1, "X").replace("X", "é|").encode("cp1252") + "é".encode()
    account, rows, _ = load(tmp_path, b"\n".join((HEADER.encode(), both, row(2).encode())))
    assert account.rows_loaded == 1
    assert rows == [("CHI",), (2, "unparseable")]


def test_half_a_line_that_no_encoding_has_is_set_aside(tmp_path: Path) -> None:
    """The line as a whole is of both encodings; its part after a lone carriage return is of neither."""
    odd = row(2).encode().replace(b"CHI", "é".encode() + b"\r\x8f\xe2")
    account, found, encoding = load(tmp_path, b"\n".join([HEADER.encode(), row(1).encode(), odd, b""]))
    assert encoding == "mixed"
    assert account.rows_read == account.rows_loaded + sum(account.set_aside.values()) + account.rows_not_data
    assert found[0] == ("CHI",)
    assert {reason for _, reason in found[1:]} == {"too_few_fields", "unparseable"}


def test_a_character_that_no_encoding_has(tmp_path: Path) -> None:
    content = b"\n".join((HEADER.encode(), row(1).encode(), row(2, "X").encode().replace(b"X", b"\x81")))
    with pytest.raises(Refused, match="Line 3 holds a character") as refused:
        load(tmp_path, content)
    assert refused.value.code == "encoding_error"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    lines = (HEADER, row(1).replace("4,5", "4"), row(2).replace("4,5", '"4,5"'))
    text = "\n".join(line.replace(";", delimiter) for line in lines)
    assert load(tmp_path, text.encode())[0].rows_loaded == 2


def test_two_delimiters_that_fit_equally_well(tmp_path: Path) -> None:
    toml = AUTO.replace('skip_lines = "auto"\n', "")
    content = b"a,b;c,d\n1,2;3,4\n5,6;7,8\n"
    with pytest.raises(Refused, match="fit this file equally well"):
        open_csv(_written(tmp_path, content), mapping(toml.replace(",", ",")).file.sought(("x",)))


def _written(folder: Path, content: bytes) -> Path:
    path = folder / "x.csv"
    path.write_bytes(content)
    return path


def test_what_stands_above_the_header_is_no_part_of_it(tmp_path: Path) -> None:
    above = 'Ziekenhuis X;Rapport "notities\nGemaakt op;12-03-2025;\n\n'
    account, rows, _ = load(
        tmp_path, (above + HEADER + "\n" + row(1) + "\n" + row(1).replace("1;", "x;", 1) + ";y\n").encode()
    )
    assert account.rows_read == 2
    assert rows == [("CHI",), (6, "too_many_fields")]


def test_a_header_that_misses_a_column_is_named(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="needs column 'duur'"):
        load(tmp_path, f"Titel\n{HEADER.replace('duur', 'tijd')}\n{row(1)}\n".encode())


def test_page_lines_totals_and_repeated_headers_are_no_data_where_declared(tmp_path: Path) -> None:
    rules = (
        'not_data = [{ matches = "^Pagina [0-9]+ van [0-9]+" }, '
        '{ column = "notitie", matches = "^(Sub)?[Tt]otaal" }, { matches = "^Aantal records: [0-9]+$" }]'
    )
    toml = AUTO.replace("[[table]]", rules + "\n\n[[table]]")
    lines = (HEADER, row(1), "Pagina 1 van 2", HEADER, row(2), "Subtotaal;;;;;;;9", "Totaal;;;;;;;18")
    content = "\n".join((*lines, "Aantal records: 2", "Aantal records: veel")).encode()
    account, rows, _ = load(tmp_path, content, toml)
    assert (account.rows_read, account.rows_not_data) == (8, 5)
    assert rows == [("CHI",), ("CHI",), (9, "too_few_fields")]
    undeclared, _, _ = load(tmp_path, content)
    assert undeclared.rows_not_data == 1


def test_three_hundred_columns_blank_and_double_headers(tmp_path: Path) -> None:
    more = ";".join(["", "x", "x", *(f"c{i}" for i in range(300))])
    values = ";".join(["v"] * 303)
    content = f"{HEADER};{more}\n{row(1)};{values}\n{row(2)};{values};w\n".encode()
    account, rows, _ = load(tmp_path, content)
    assert rows == [("CHI",), (3, "too_many_fields")]
    assert account.rows_loaded == 1


def test_quoted_line_breaks_and_separators_of_other_alphabets_do_not_split(tmp_path: Path) -> None:
    odd, two = "a\u2028b\x0b\x0c\x85c", "two\nlines"
    content = "\n".join((HEADER, row(1, f'"{two}"'), row(2, odd), row(3) + ";")).encode()
    _, rows, _ = load(tmp_path, content)
    # one row each; within a name of a department every kind of white space is a space
    assert rows == [("a b c",), ("two lines",), (5, "too_many_fields")]


def test_a_nul_byte_costs_its_own_row(tmp_path: Path) -> None:
    _, rows, _ = load(tmp_path, f"{HEADER}\n{row(1, 'a' + chr(0))}\n{row(2)}\n".encode())
    assert rows == [("CHI",), (2, "nul_byte")]


def test_a_line_without_end_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="a line of over 8 MB"):
        load(tmp_path, b"x" * 18_000_000)


def test_a_first_row_that_stands_for_the_header_is_not_told(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("CHI;1;111222333;jan@example.test;4,5\n", "utf-8")
    with pytest.raises(Refused) as refused:
        taken_file(path, form('delimiter = ";"'))
    said = refused.value.render("en")
    assert "CHI" in said
    assert "111222333" not in said
    assert "example" not in said
