"""Renamed, merged and split departments: the numbers of the unit that is compared do not break."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from core.errors import ConfigurationError
from governance.access import LOCAL_OPERATOR
from storage.department_history import FILE, History, read
from storage.workspace import Workspace
from tests.small_hospital import FIRST, load, notes
from workflows.measure import measure

MIDDLE = FIRST + timedelta(weeks=6)


def measured(folder: Path, rename: Any = None, history: str = "") -> dict[tuple[str, str], Any]:
    """Value, n and what is shown, by department and week."""
    folder.mkdir()
    workspace = Workspace.open(folder / "workspace")
    rows = notes()
    for row in rows:
        row["department"] = rename(row) if rename else row["department"]
    load(workspace, "NoteSession", rows, folder)
    (workspace.root / FILE).write_text(history, "utf-8")
    found = measure(LOCAL_OPERATOR, workspace, ["note_time_enc"])
    return {(one.unit, one.period.label): (one.measurement.value, one.measurement.mark) for one in found}


def later(row: dict[str, Any]) -> bool:
    return row["started_at"].date() >= MIDDLE


@pytest.mark.parametrize(
    ("rename", "history"),
    [
        pytest.param(
            lambda row: "poli noord" if row["department"] == "north" and later(row) else row["department"],
            f'[[department]]\nname = "north"\nwas = [{{ name = "poli noord", from = {MIDDLE} }}]',
            id="renamed",
        ),
        pytest.param(
            lambda row: (
                f"north {int(row['note'][-1]) % 2}"
                if row["department"] == "north" and later(row)
                else row["department"]
            ),
            '[[department]]\nname = "north"\nwas = [{ name = "north 0" }, { name = "north 1" }]',
            id="split",
        ),
        pytest.param(
            lambda row: (
                f"unit {int(row['note'][-1]) % 3}"
                if row["department"] == "north" and not later(row)
                else row["department"]
            ),
            '[[department]]\nname = "north"\n'
            'was = [{ name = "unit 0" }, { name = "unit 1" }, { name = "unit 2" }]',
            id="merged",
        ),
    ],
)
def test_a_change_of_names_changes_no_number(tmp_path, rename, history):
    assert measured(tmp_path / "new", rename, history) == measured(tmp_path / "plain")


def test_a_name_may_mean_another_department_later(tmp_path):
    history = (
        f'[[department]]\nname = "a"\nwas = [{{ name = "north", until = {MIDDLE - timedelta(days=1)} }}]\n'
        f'[[department]]\nname = "b"\nwas = [{{ name = "north", from = {MIDDLE} }}]'
    )
    found = measured(tmp_path / "x", None, history)
    plain = measured(tmp_path / "plain")
    assert {unit for unit, _ in found} == {"a", "b", "south", "west"}
    for (unit, week), one in plain.items():
        if unit == "north":
            both = [found[half, week] for half in "ab" if (half, week) in found]
            own = next(one for one in both if one[0].n)
            assert (own[0].value, own[0].n) == (one[0].value, one[0].n)


def test_what_is_in_force_goes_by_the_day_in_the_hospital():
    former = [{"name": "old", "until": date(2026, 3, 1)}, {"name": "new"}]
    one = History.model_validate({"department": [{"name": "new", "was": former}]})
    other = [{"name": "old", "from": date(2026, 3, 2)}]
    both = History.model_validate({"department": [*one.department, {"name": "next", "was": other}]})
    assert both.in_force(["old"], date(2026, 3, 1)) == {"new"}
    assert both.in_force(["old"], date(2026, 3, 2)) == {"next"}
    assert one.in_force(["old", "never"], date(2026, 6, 1)) == {"new", "never"}


def test_a_new_history_is_counted_at_once(tmp_path):
    workspace = Workspace.open(tmp_path / "workspace")
    load(workspace, "NoteSession", notes(), tmp_path)
    before = {one.unit for one in measure(LOCAL_OPERATOR, workspace, ["note_time_enc"])}
    text = '[[department]]\nname = "together"\nwas = [{ name = "north" }, { name = "south" }]'
    (workspace.root / FILE).write_text(text, "utf-8")
    after = {one.unit for one in measure(LOCAL_OPERATOR, workspace, ["note_time_enc"])}
    assert (before, after) == ({"north", "south", "west"}, {"together", "west"})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[department]", "TOML"),
        ('[[department]]\nname = "a"', "department.0.was"),
        ('[[department]]\nname = "a"\nwas = [{ name = "b", from = "soon" }]', "from"),
        ('[[department]]\nname = "a"\nwas = [{ name = "b" }, { name = "b" }]', "on the same day"),
        (
            '[[department]]\nname = "a"\nwas = [{ name = "b", from = 2026-02-01, until = 2026-01-01 }]',
            "ends before",
        ),
    ],
)
def test_a_history_that_cannot_be_is_one_sentence(tmp_path, text, words):
    (tmp_path / FILE).write_text(text, "utf-8")
    with pytest.raises(ConfigurationError, match=words):
        read(tmp_path)
