"""Panels from files: what is read, and one clear sentence for everything that cannot be."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.errors import InputError
from experiments.panel import NEVER
from experiments.panel_file import Columns, read_panel

BY_UNIT = Columns(outcome="y", unit="ward", time="week", first_treated="start")
BY_ROW = Columns(outcome="y", unit="ward", time="week", treated="on")


def write(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return write(
        tmp_path / "panel.csv",
        "ward,week,y,n,start,on,site\n"
        "a,2024-W51,1.5,10,2025-W01,0,x\n"
        "a,2025-W01,2.5,11,2025-W01,1,x\n"
        "b,2024-W51,3.5,12,,0,y\n"
        "b,2024-W52,,0,,0,y\n"
        "b,2025-W01,4.5,13,,0,y\n",
    )


def test_a_panel_is_unit_by_contiguous_periods_and_missing_is_not_zero(good):
    panel = read_panel(
        good, Columns(outcome="y", unit="ward", time="week", first_treated="start", weights="n")
    )
    assert panel.units == ("a", "b")
    assert panel.periods == ("2024-W51", "2024-W52", "2025-W01")
    np.testing.assert_array_equal(panel.outcome, [[1.5, np.nan, 2.5], [3.5, np.nan, 4.5]])
    np.testing.assert_array_equal(panel.weights, [[10, 0, 11], [12, 0, 13]])
    np.testing.assert_array_equal(panel.first_treated, [2, NEVER])


def test_treated_rows_say_the_same_as_the_first_treated_period(good):
    by_row = read_panel(good, Columns(outcome="y", unit="ward", time="week", treated="on", cluster="site"))
    np.testing.assert_array_equal(by_row.first_treated, [2, NEVER])
    assert by_row.clusters == ("x", "y")


def test_parquet_reads_like_csv(good, tmp_path):
    frame = pd.read_csv(good)
    frame.to_parquet(tmp_path / "panel.parquet")
    one, other = read_panel(good, BY_UNIT), read_panel(tmp_path / "panel.parquet", BY_UNIT)
    np.testing.assert_array_equal(one.outcome, other.outcome)
    assert (one.units, one.periods) == (other.units, other.periods)


@pytest.mark.parametrize(
    ("labels", "periods"),
    [
        (["2003", "2005", "2004"], ("2003", "2004", "2005")),
        (["2003.0", "2004.0"], ("2003", "2004")),
        (["2024-12", "2025-02"], ("2024-12", "2025-02")),
        (["2024-11", "2024-12", "2025-02"], ("2024-11", "2024-12", "2025-01", "2025-02")),
        (["2024-12-31", "2025-01-02", "2025-01-01"], ("2024-12-31", "2025-01-01", "2025-01-02")),
        (["2026-W53", "2027-W01"], ("2026-W53", "2027-W01")),
        (["2010-Q4", "2011-Q2", "2011Q1"], ("2010-10", "2011-01", "2011-04")),
    ],
)
def test_years_quarters_months_days_and_weeks(tmp_path, labels, periods):
    rows = "".join(
        f"{ward},{label},1,{labels[-1] if ward == 'a' else 0}\n" for ward in "ab" for label in labels
    )
    panel = read_panel(write(tmp_path / "p.csv", "ward,week,y,start\n" + rows), BY_UNIT)
    assert panel.periods == periods
    assert panel.first_treated[1] == NEVER


def test_semicolons_and_a_byte_order_mark(tmp_path):
    text = "\ufeffward;week;y;start\na;1;2;2\na;2;3;2\nb;1;2;\nb;2;3;\n"
    assert read_panel(write(tmp_path / "p.csv", text), BY_UNIT).outcome.shape == (2, 2)


def test_a_start_outside_the_data_keeps_its_distance(tmp_path):
    text = "ward,week,y,start\na,5,1,2\na,6,1,2\nb,5,1,9\nb,6,1,9\nc,5,1,6\nc,6,1,6\n"
    panel = read_panel(write(tmp_path / "p.csv", text), BY_UNIT)
    np.testing.assert_array_equal(panel.first_treated, [-3, 4, 1])


HEAD = "ward,week,y,start,on\n"


@pytest.mark.parametrize(
    ("text", "columns", "said"),
    [
        ("", BY_UNIT, ["p.csv", "empty"]),
        (HEAD, BY_UNIT, ["no rows"]),
        (HEAD + "a,1,abc,2,0\n", BY_UNIT, ["line 2", "'y'", "abc"]),
        (HEAD + "a,1,inf,2,0\n", BY_UNIT, ["line 2", "'y'", "inf"]),
        (HEAD + "a,1,1,2,0\nb,1,1,,0\na,1,2,2,0\n", BY_UNIT, ["line 4", "line 2"]),
        (HEAD + "a,1,1,,0\na,2,1,,0\n", BY_UNIT, ["'start'", "never switches on"]),
        (HEAD + "a,1,1,9,0\na,2,1,9,0\n", BY_ROW, ["'on'", "never switches on"]),
        (HEAD + "a,1,1,2,2\n", BY_ROW, ["line 2", "0 or 1"]),
        (HEAD + "a,1,1,1,1\na,2,1,1,0\n", BY_ROW, ["line 3", "goes back"]),
        (HEAD + "a,1,1,2,0\na,2,1,3,0\n", BY_UNIT, ["line 3", "'start'", "changes within"]),
        (HEAD + ",1,1,2,0\n", BY_UNIT, ["line 2", "'ward'", "empty"]),
        (HEAD + "a,soon,1,2,0\n", BY_UNIT, ["'week'", "soon"]),
        (HEAD + "a,1,1,2,0\na,2025-W02,1,2,0\n", BY_UNIT, ["different kinds"]),
        (HEAD + "a,1,1,2025-W02,0\n", BY_UNIT, ["2025-W02", "'start'"]),
        (HEAD + "a,1,1,1,0\n", Columns(outcome="Y", unit="ward", time="week", treated="on"), ["'Y'", "y"]),
        (HEAD + "a,1,1,1,0\n", Columns(outcome="y", unit="ward", time="week"), ["--first-treated"]),
    ],
)
def test_what_cannot_be_read_is_one_sentence(tmp_path, text, columns, said):
    with pytest.raises(InputError) as error:
        read_panel(write(tmp_path / "p.csv", text), columns)
    sentence = error.value.render("en")
    assert "\n" not in sentence
    for part in said:
        assert part in sentence


def test_no_file_and_no_table(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        read_panel(tmp_path / "none.csv", BY_UNIT)
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 not really")
    with pytest.raises(InputError, match="cannot be read as a table"):
        read_panel(tmp_path / "broken.parquet", BY_UNIT)
    (tmp_path / "binary.csv").write_bytes(b"ward,week,y,start\n\xff\xfe\x00,1,1,1\n")
    with pytest.raises(InputError, match="not UTF-8 text"):
        read_panel(tmp_path / "binary.csv", BY_UNIT)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ward,week,y,start\na,2024-W51,1,0,\n", "panel.csv line 2: This row has 5 fields and the header 4."),
        ("ward,week,y,start\na,2024-W51,1,0\nb,2024-W\n", "line 3: This row has 2 fields"),
        ("ward,week,y,start,y\na,2024-W51,1,0,2\n", "Column 'y' stands in the header more than once."),
    ],
)
def test_a_row_that_would_shift_its_columns_is_refused(tmp_path, text, words):
    with pytest.raises(InputError, match=re.escape(words)):
        read_panel(write(tmp_path / "panel.csv", text), BY_UNIT)


def test_a_panel_in_another_encoding_is_named(tmp_path):
    (tmp_path / "panel.csv").write_bytes("ward,week,y,start\nné,2024-W51,1,0\n".encode("latin-1"))
    with pytest.raises(InputError, match="not UTF-8 text"):
        read_panel(tmp_path / "panel.csv", BY_UNIT)
