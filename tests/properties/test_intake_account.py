"""The account always adds up: random ragged text, and random tables whose true content is known."""

import csv
import io
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from data_connectors.csv_records import SEPARATOR, records
from tests.hypothesis_profiles import examples
from tests.intake_files import HEADER, taken

RAGGED = st.text(alphabet='ab1";,\n\r\t \0é', max_size=120)


def strict_count(text: str) -> int:
    """Records by Python's csv module; a record that it refuses costs its first line."""
    lines = io.StringIO(text, newline="").readlines()
    count = place = 0
    while place < len(lines):
        reader = csv.reader(lines[place:], delimiter=";", strict=True)
        try:
            next(reader)
            place += reader.line_num
        except csv.Error:
            place += 1
        count += 1
    return count


@examples(15)
@given(body=RAGGED)
def test_random_text_is_accounted_for(body: str) -> None:
    with TemporaryDirectory() as folder:
        account, rows, aside = taken(Path(folder), body)
    assert account.rows_read == strict_count(body + "\n")
    assert account.rows_read == account.rows_loaded + len(aside) + account.rows_not_data
    assert account.rows_loaded == len(rows)
    assert sum(account.set_aside.values()) == len(aside)
    assert len({line for line, _, _ in aside}) == len(aside)


FIELD = st.text(alphabet='ab1";,\n\r é', max_size=6)
TABLE = st.lists(st.lists(FIELD, min_size=2, max_size=3), max_size=8)


@given(table=TABLE)
def test_what_was_written_is_what_is_read(table: list[list[str]]) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerows(table)
    lines = io.StringIO(text.getvalue(), newline="")
    found = list(records(lines, ";", '"'))
    assert [fields.split(SEPARATOR) for _, _, fields in found] == table
    assert all(problem is None for _, problem, _ in found)


DURATION = st.one_of(st.just("4,5"), st.sampled_from(["x", "-1", "", "999", "nan"]))
ROWS = st.lists(st.tuples(st.integers(1, 6), st.sampled_from(["A", "", "NA"]), DURATION), max_size=12)


@examples(15)
@given(rows=ROWS)
def test_rows_are_kept_by_the_rules_in_plain_python(rows: list[tuple[int, str, str]]) -> None:
    """An independent account: good rows by key, the last one wins; the rest is set aside."""
    lines = [f"{key};{dept};E;p;a;09-03-2025 10:00;;{duration}" for key, dept, duration in rows]
    with TemporaryDirectory() as folder:
        account, kept, _ = taken(Path(folder), *lines, header=HEADER)
    good = [(key, dept) for key, dept, duration in rows if dept and duration in ("4,5", "")]
    assert account.rows_read == len(rows)
    assert sorted(row["department"] for row in kept) == sorted(dict(good).values())
    assert account.set_aside.get("duplicate", 0) == len(good) - len(dict(good))
    assert account.set_aside.get("missing_department", 0) == sum(not dept for _, dept, _ in rows)
