"""A few texts of every kind through every filter and export; `python -m tests.faults.payloads` for all."""

from pathlib import Path

import pytest

from core.quoting import plain_cell
from tests.faults.payload_texts import FORMULAS, INJECTIONS, SCRIPTS
from tests.faults.payloads import FILTERS, commands, exported, printed
from tests.pilot_reports import views
from tests.small_hospital import small_hospital


def test_there_are_as_many_as_promised() -> None:
    assert (len(set(INJECTIONS)), len(set(SCRIPTS)), len(set(FORMULAS))) == (300, 40, 60)


def test_no_filter_of_a_command_runs_what_it_is_given(tmp_path: Path) -> None:
    found = commands(small_hospital(tmp_path), (INJECTIONS[0], INJECTIONS[6]))
    assert found["tried"] == 2 * len(FILTERS)
    assert (found["answered_with_rows"], found["broke"], found["state_changed"]) == (0, 0, False), found


def test_no_export_holds_a_formula_or_a_link() -> None:
    found = exported(FORMULAS[::13], tuple(views())[:1])
    assert (found["formulas"], found["links"]) == (0, 0)
    assert found["cells"] > 100


def test_no_file_holds_something_that_runs() -> None:
    assert printed(SCRIPTS[:1]) == {"payloads": 1, "active_parts": 0, "tags_made": 0}


@pytest.mark.parametrize("text", FORMULAS)
def test_a_cell_is_text_and_a_negative_number_stays_a_number(text: str) -> None:
    assert plain_cell(text) == f"'{text}"
    assert plain_cell(-1.5) == -1.5
    assert plain_cell("north - south") == "north - south"
