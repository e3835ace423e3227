"""A few texts of every kind through every filter and export; `python -m tests.faults.payloads` for all."""

from pathlib import Path

import pytest

from core.quoting import plain_cell
from tests.faults.command_places import places
from tests.faults.command_words import BESIDE, HERE, SAYS_NONE, TAKES_ANY
from tests.faults.payload_commands import asked_hospital, commands
from tests.faults.payload_exports import exported, printed
from tests.faults.payload_pages import every_page, fields_tried
from tests.faults.payload_records import audit_log_cells, dossiers
from tests.faults.payload_screens import Seen, shown_scripts
from tests.faults.payload_texts import FORMULAS, INJECTIONS, SCRIPTS
from tests.pilot_reports import views
from tests.screens.browser import open_browser


def test_there_are_as_many_as_promised() -> None:
    assert (len(set(INJECTIONS)), len(set(SCRIPTS)), len(set(FORMULAS))) == (300, 40, 60)


def test_every_command_that_takes_a_word_is_asked() -> None:
    found = {one.name for one in places()}
    assert {"audit export user", "governance sign name", "sessions revoke ids", "pool kpi"} <= found
    assert found >= TAKES_ANY | SAYS_NONE
    commands_ = {" ".join(one.words) for one in places()}
    assert {name for name in (*BESIDE, *HERE) if name not in found} <= commands_ | {"estimate unit"}


def test_no_parameter_of_a_command_runs_what_it_is_given(tmp_path: Path) -> None:
    with asked_hospital(tmp_path) as workspace:
        found = commands(workspace, (INJECTIONS[6],), places())
    assert found["tried"] == len(places())
    assert (found["answered_with_rows"], found["broke"], found["state_changed"]) == (0, 0, 0), found


def test_no_field_of_the_audit_log_runs_what_it_is_given() -> None:
    assert "audit-log" in every_page()
    found = fields_tried(("audit-log",), INJECTIONS[:2])
    assert (found["fields"], found["broke"], found["state_changed"]) == (3, 0, 0), found


@pytest.mark.browser
def test_no_page_runs_a_name() -> None:
    found = shown_scripts(SCRIPTS[:4])
    assert found["tried"] == len(every_page())
    assert "this-week=4 effect=4" in found["shown_as_text_by_page"]
    faults = ("dialogs", "scripts_ran", "elements_injected", "requests_elsewhere")
    assert [found[name] for name in faults] == [0, 0, 0, 0], found


@pytest.mark.browser
def test_a_script_that_ran_would_be_seen() -> None:
    with open_browser() as browser:
        page, seen = browser.contexts[0].new_page(), Seen()
        seen.watch(page)
        for text in SCRIPTS[:3]:
            page.goto("about:blank")
            page.set_content(f"<p>{text}</p><script>alert(1)</script>")
            seen.look(page, "blank", ())
        page.close()
    assert (len(seen.dialogs), len(seen.ran), len(seen.injected)) == (3, 3, 3)


def test_no_export_holds_a_formula_or_a_link() -> None:
    found = exported(FORMULAS[::13], tuple(views())[:1])
    assert (found["formulas"], found["links"]) == (0, 0)
    assert found["cells"] > 100


def test_the_audit_log_as_a_table_holds_no_formula() -> None:
    found = audit_log_cells(FORMULAS[::13])
    assert found["formulas"] == 0
    assert found["cells"] > 5 * 28


def test_no_file_holds_something_that_runs() -> None:
    assert printed(SCRIPTS[:1]) == {"payloads": 1, "active_parts": 0, "tags_made": 0}


def test_a_dossier_holds_nothing_that_runs_and_no_table() -> None:
    assert dossiers(SCRIPTS[:1]) == {
        "payloads": 1, "dossiers": 1, "active_parts": 0, "tables": 0, "names_outside": 0
    }  # fmt: skip


@pytest.mark.parametrize("text", FORMULAS)
def test_a_cell_is_text_and_a_negative_number_stays_a_number(text: str) -> None:
    assert plain_cell(text) == f"'{text}"
    assert plain_cell(-1.5) == -1.5
    assert plain_cell("north - south") == "north - south"
