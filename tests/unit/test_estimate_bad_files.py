"""Files with faults, for every design on the command line: exit 2 or 3 with a sentence, never a traceback."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from experiments.estimating import ESTIMATORS
from experiments.panel import Panel
from tests.design_panels import PERIODS, START, panel_of
from workflows.cli import main

DESIGNS = sorted(ESTIMATORS)
Row = dict[str, object]
COLUMNS = ("--outcome", "value", "--unit", "unit", "--time", "week", "--treated", "on", "--weights", "n")


def rows(panel: Panel) -> list[Row]:
    found = []
    for unit, period in np.ndindex(panel.outcome.shape):
        row: Row = {
            "unit": panel.units[unit],
            "week": panel.periods[period],
            "value": float(panel.outcome[unit, period]),
            "n": int(panel.weights[unit, period]),
            "on": int(period >= panel.first_treated[unit]),
        }
        for name, values in (("exposure", panel.exposure), ("dose", panel.dose)):
            if values is not None:
                row[name] = float(values[unit, period])
        found.append(row | ({"cluster": panel.clusters[unit]} if panel.clusters else {}))
    return found


def written(found: list[Row], path: Path) -> Path:
    lines = [",".join(found[0]), *(",".join(map(str, row.values())) for row in found)]
    path.write_text("\n".join(lines), "utf-8")
    return path


def command(path: Path, design: str) -> list[str]:
    panel = panel_of(design)
    named = {
        "exposure": panel.exposure is not None,
        "dose": panel.dose is not None,
        "cluster": bool(panel.clusters),
    }
    beside = [word for name, given in named.items() if given for word in (f"--{name}", name)]
    return ["estimate", str(path), *COLUMNS, *beside, "--design", design, "--json"]


def run(capsys: pytest.CaptureFixture[str], path: Path, design: str) -> tuple[int, dict, str]:
    code = main(command(path, design))
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    return code, json.loads(out) if out else {}, err


def changed(found: list[Row], name: str, value: object) -> list[Row]:
    return [*found[:5], found[5] | {name: value}, *found[6:]]


UNREADABLE: dict[str, tuple[Callable[[list[Row]], list[Row]], str]] = {
    "a row twice": (lambda found: [*found, found[7]], "already stand on line 9"),
    "an infinite outcome": (lambda found: changed(found, "value", "inf"), "must hold numbers, found 'inf'"),
    "an infinite weight": (lambda found: changed(found, "n", "-inf"), "must hold numbers, found '-inf'"),
    "words for a number": (lambda found: changed(found, "value", "many"), "must hold numbers, found 'many'"),
    "a weight below zero": (lambda found: changed(found, "n", -1), "weight below zero"),
    "use that is no 0 or 1": (lambda found: changed(found, "on", 0.5), "must hold 0 or 1"),
    "use that switches off": (lambda found: changed(found, "on", 1), "goes back to 0"),
    "nobody with the tool": (lambda found: [row | {"on": 0} for row in found], "never switches on"),
    "a row without a unit": (lambda found: changed(found, "unit", ""), "is empty"),
    "a period that is none": (lambda found: changed(found, "week", "spring"), "not a period"),
    "no rows": (lambda found: found[:0], "no rows"),
}


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("fault", UNREADABLE)
def test_a_file_that_cannot_be_read_is_one_line_and_exit_2(capsys, tmp_path, design, fault):
    spoil, sentence = UNREADABLE[fault]
    whole = rows(panel_of(design))
    path = written(spoil(whole) or whole[:1], tmp_path / "panel.csv")
    if fault == "no rows":
        path.write_text(path.read_text("utf-8").splitlines()[0], "utf-8")
    code, found, err = run(capsys, path, design)
    assert (code, found) == (2, {})
    assert sentence in err
    assert len(err.strip().splitlines()) <= 2


def only(keep: Callable[[Row], bool]) -> Callable[[list[Row]], list[Row]]:
    return lambda found: [row for row in found if keep(row)]


USELESS: dict[str, Callable[[list[Row]], list[Row]]] = {
    "no outcome": lambda found: [row | {"value": ""} for row in found],
    "one outcome": lambda found: [row | {"value": 3} for row in found],
    "always with the tool": only(lambda row: bool(row["on"])),
    "one period": only(lambda row: row["week"] == panel_of("before-after").periods[PERIODS - 1]),
}


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("fault", USELESS)
def test_a_panel_that_carries_nothing_is_exit_3_without_a_number(capsys, tmp_path, design, fault):
    path = written(USELESS[fault](rows(panel_of(design))), tmp_path / "panel.csv")
    code, found, err = run(capsys, path, design)
    assert (code, found["status"], err) == (3, "not_estimable", "")
    assert not {"effect", "interval", "p_value", "standard_error"} & set(found)
    assert all(reason["code"] and reason["message"] and reason["remedy"] for reason in found["reasons"])


@pytest.mark.parametrize("design", DESIGNS)
def test_a_sound_file_is_estimated(capsys, tmp_path, design):
    """With every column the design needs: what is named on the command line reaches it."""
    code, found, err = run(capsys, written(rows(panel_of(design)), tmp_path / "panel.csv"), design)
    assert (code, found["status"], err) == (0, "estimated", "")
    assert found["design"] == design


@pytest.mark.parametrize("spoiled", [False, True])
def test_the_program_itself_ends_with_the_same_codes(tmp_path, spoiled):
    panel = panel_of("difference-in-differences")
    outcome = np.full_like(panel.outcome, 3.0)
    first = np.where(np.isfinite(panel.first_treated), float(START), np.inf)
    found = rows(replace(panel, outcome=outcome, first_treated=first))
    path = written([*found, found[0]] if spoiled else found, tmp_path / "panel.csv")
    ended = subprocess.run(
        [sys.executable, "-m", "workflows.cli", *command(path, "difference-in-differences")],
        capture_output=True,
        text=True,
        cwd=Path(__file__).resolve().parents[2],
        check=False,
    )
    assert ended.returncode == (2 if spoiled else 3)
    assert "Traceback" not in ended.stdout + ended.stderr
