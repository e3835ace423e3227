"""Records of delimited text: what is one record, and what one stray quote may not do."""

import csv
import io

import pytest

from data_connectors.csv_records import SEPARATOR, records


def read(text: str) -> list[tuple[int, str | None, list[str]]]:
    lines = io.StringIO(text, newline="")
    return [(n, problem, fields.split(SEPARATOR)) for n, problem, fields in records(lines, ";", '"')]


@pytest.mark.parametrize(
    "text",
    [
        "a;b\n1;2\n",
        "a;b\r\n1;2\r\n\r\n3;4",
        'a;"b;c"\n"";""\n',
        'a;"two\nlines"\nb;"a ""quoted"" word"\n',
        'a;in the "middle"\n',
        "a;b;c;d\n\ne\n",
        "a\rb\r",
    ],
)
def test_well_formed_text_is_read_as_the_csv_module_reads_it(text: str) -> None:
    expected = [row or [""] for row in csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True)]
    assert [fields for _, problem, fields in read(text) if problem is None] == expected
    assert all(problem is None for _, problem, _ in read(text))


@pytest.mark.parametrize("bad", ['2;"never closed', '2;"closed"too early', '2;a"\x1f"b'])
def test_a_bad_record_costs_its_own_line_only(bad: str) -> None:
    found = read(f"1;a\n{bad}\n3;c\n4;d\n")
    assert found == [
        (1, None, ["1", "a"]),
        (2, "unparseable", [""]),
        (3, None, ["3", "c"]),
        (4, None, ["4", "d"]),
    ]


def test_line_numbers_are_those_of_the_file_after_a_record_of_several_lines() -> None:
    assert [number for number, _, _ in read('1;"x\ny\nz"\n2;b\n"3;c\n4;d\n')] == [1, 4, 5, 6]


def test_very_many_stray_quotes_do_not_exhaust_the_stack() -> None:
    found = read('1;"x\n' * 3001)
    assert len(found) in (3001, 1501)
    assert sum(problem == "unparseable" for _, problem, _ in found) >= 1
