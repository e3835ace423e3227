"""`meetlat estimate` and `meetlat estimators list` as people and schedulers meet them."""

import json
from dataclasses import fields, replace
from hashlib import sha256
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from experiments.estimating import ESTIMATORS
from experiments.options import DesignName, Options
from experiments.panel import Panel
from tests.simulated_panels import simulated
from workflows.cli import main

COLUMNS = ("--outcome", "value", "--unit", "unit", "--time", "period", "--first-treated", "first_treated")


def save(panel: Panel, path: Path) -> Path:
    lines = ["unit,period,value,n,first_treated"]
    for u, unit in enumerate(panel.units):
        start = panel.first_treated[u]
        first = panel.periods[int(start)] if np.isfinite(start) else ""
        lines += [
            f"{unit},{period},{panel.outcome[u, t]!r},{panel.weights[u, t]:.0f},{first}"
            for t, period in enumerate(panel.periods)
        ]
    path.write_text("\n".join(lines).replace("np.float64(", "").replace(")", ""), "utf-8")
    return path


@pytest.fixture
def panel_csv(tmp_path: Path) -> Path:
    return save(simulated(12, 60, [30] * 3, effect=-2.0), tmp_path / "panel.csv")


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict, str]:
    code = main(list(arguments))
    out, err = capsys.readouterr()
    return code, json.loads(out) if out.startswith("{") else {"text": out}, err


def test_the_json_is_the_contract(capsys, panel_csv):
    code, found, _ = run(capsys, "estimate", str(panel_csv), *COLUMNS, "--json")
    assert code == 0
    assert found["status"] == "estimated"
    assert (found["estimand"], found["design"], found["inference"]) == (
        "ATT",
        "difference-in-differences",
        "scaled-ewc-t",
    )
    assert found["interval"][0] < found["effect"] < found["interval"][1] < 0
    assert (found["n_observations"], found["n_units"], found["n_treated_units"]) == (720, 12, 3)
    assert (found["first_period"], found["last_period"]) == ("2024-W01", "2025-W08")
    assert found["agreement"] is True
    assert found["evidence_grade"] == "B"
    assert [one["code"] for one in found["evidence_reasons"]] == ["design"]
    assert {"name", "passed", "statistic", "p_value", "message"} <= set(found["checks"][0])
    assert {"event_time", "effect", "standard_error", "interval"} <= set(found["details"]["event_study"][0])
    assert found["software"]["meetlat"]
    assert found["inputs_sha256"] == sha256(panel_csv.read_bytes()).hexdigest()
    assert found["assumptions"]
    assert found["why"]
    assert "own construction" in found["method_note"]
    assert (found["settings"]["seed"], found["settings"]["sensitivity"]) == (1, [])
    assert set(found["settings"]) == {field.name for field in fields(Options)} - {"violations"} | {
        "sensitivity"
    }


def test_the_settings_of_a_result_make_it_again(capsys, panel_csv):
    asked = [
        "--run-in",
        "4",
        "--scale",
        "relative",
        "--level",
        "0.9",
        "--sensitivity",
        "smoothness:0.01,0.02",
    ]
    _, found, _ = run(capsys, "estimate", str(panel_csv), *COLUMNS, *asked, "--json")
    again = []
    for name, value in found["settings"].items():
        for one in value if isinstance(value, list) else [value]:
            again += [f"--{name.replace('_', '-')}", str(one)]
    assert run(capsys, "estimate", str(panel_csv), *COLUMNS, *again, "--json")[1] == found


def test_what_cannot_be_estimated_exits_3_without_a_number(capsys, tmp_path):
    path = save(simulated(4, 60, [30]), tmp_path / "small.csv")
    code, found, _ = run(capsys, "estimate", str(path), *COLUMNS, "--json")
    assert code == 3
    assert found["status"] == "not_estimable"
    assert not {"effect", "interval", "p_value"} & set(found)
    assert found["reasons"][0]["code"] == "too_few_departments"
    assert found["reasons"][0]["remedy"]
    assert found["smallest_detectable"] > 0
    code, shown, _ = run(capsys, "estimate", str(path), *COLUMNS)
    assert code == 3
    assert "cannot be estimated" in shown["text"]


def test_people_get_sentences_in_their_language(capsys, panel_csv):
    code, english, _ = run(capsys, "estimate", str(panel_csv), *COLUMNS)
    assert code == 0
    assert english["text"].startswith("Effect: \N{MINUS SIGN}")
    _, dutch, _ = run(capsys, "estimate", str(panel_csv), *COLUMNS, "--lang", "nl", "--scale", "relative")
    assert "interval" in dutch["text"]
    assert "%" in dutch["text"]
    assert "departments" not in dutch["text"]


def test_weights_are_used_where_a_regression_is_asked_for(capsys, panel_csv):
    asked = ("estimate", str(panel_csv), *COLUMNS, "--inference", "cr2", "--json")
    _, plain, _ = run(capsys, *asked)
    _, weighted, _ = run(capsys, *asked, "--weights", "n")
    _, departments, _ = run(capsys, *asked, "--weights", "n", "--weighting", "departments")
    assert weighted["effect"] != plain["effect"]
    assert departments["effect"] == plain["effect"]
    _, default, _ = run(capsys, "estimate", str(panel_csv), *COLUMNS, "--weights", "n", "--json")
    beside = [line["effect"] for line in default["also"] if line["warning"]]
    assert beside == [pytest.approx(weighted["effect"], rel=1e-12)]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("--season", "autumn"), "fourier:K"),
        (("--sensitivity", "relative-magnitudes:a"), "not a list of numbers"),
        (("--sensitivity", "magic:1"), "relative-magnitudes or smoothness"),
        (("--sensitivity", "smoothness:-1"), "zero or more"),
        (("--covariates", "sta"), "'sta'"),
        (("--outcome", "valeu"), "'valeu'"),
        (("--first-treated", "n"), "'n'"),
        (("--treated", "n"), "not both"),
        (("--design", "magic"), "magic"),
    ],
)
def test_a_users_mistake_is_one_line_and_exit_2(capsys, panel_csv, change, said):
    code, found, err = run(capsys, "estimate", str(panel_csv), *COLUMNS, *change, "--json")
    assert code == 2
    assert found == {"text": ""}
    assert said in err
    assert "Traceback" not in err


def test_one_unit_is_a_mistake_unless_before_after_is_asked_for(capsys, tmp_path):
    path = save(simulated(1, 60, [30]), tmp_path / "one.csv")
    code, _, err = run(capsys, "estimate", str(path), *COLUMNS)
    assert code == 2
    assert "one unit only" in err
    assert len(err.strip().splitlines()) == 1
    for design in ("before-after", "interrupted-time-series"):
        code, found, _ = run(capsys, "estimate", str(path), *COLUMNS, "--design", design, "--json")
        assert code == 0
        assert found["design"] == design


def test_the_same_file_and_seed_give_the_same_bytes(capsys, panel_csv):
    first = run(capsys, "estimate", str(panel_csv), *COLUMNS, "--json")
    assert run(capsys, "estimate", str(panel_csv), *COLUMNS, "--json") == first


def test_estimators_are_listed(capsys):
    code, found, _ = run(capsys, "estimators", "list", "--json", "--lang", "nl")
    assert code == 0
    names = [estimator["name"] for estimator in found["estimators"]]
    assert names == sorted(ESTIMATORS)
    assert set(names) <= set(get_args(DesignName))
    told = ("inferences", "assumptions", "applies", "refuses", "reference", "estimand")
    assert all(estimator[word] for estimator in found["estimators"] for word in told)


@pytest.mark.parametrize("level", ["2", "95", "nan"])
def test_a_level_that_is_no_share_is_refused_in_one_line(capsys, panel_csv, level):
    code, _, err = run(capsys, "estimate", str(panel_csv), *COLUMNS, "--level", level)
    assert code == 2
    assert "--level" in err
    assert len(err.strip().splitlines()) == 1


def test_use_and_subgroups_come_from_columns(capsys, tmp_path):
    panel = simulated(12, 60, [30] * 4)
    path = save(panel, tmp_path / "panel.csv")
    lines = path.read_text("utf-8").splitlines()
    head = lines[0].split(",")
    unit, time = head.index("unit"), head.index("period")
    units, periods = (list(dict.fromkeys(line.split(",")[at] for line in lines[1:])) for at in (unit, time))
    rows = [lines[0] + ",used,kind"]
    for line in lines[1:]:
        place, period = units.index(line.split(",")[unit]), periods.index(line.split(",")[time])
        share = 0.5 + 0.1 * place if place < 4 and period >= 30 else 0
        rows.append(f"{line},{share},{'ab'[place % 2]}")
    path.write_text("\n".join(rows), "utf-8")
    code, found, _ = run(
        capsys, "estimate", str(path), *COLUMNS, "--dose", "used", "--design", "dose-response", "--json"
    )
    assert (code, found["inference"]) == (0, "scaled-ewc-t")
    assert found["details"]["first_stage"]["effect"] == pytest.approx(0.65)
    code, found, _ = run(capsys, "estimate", str(path), *COLUMNS, "--subgroup", "kind", "--json")
    assert code == 0
    assert [one["subgroup"] for one in found["details"]["subgroups"]] == ["a", "b"]


def test_years_stay_whole_numbers_and_weeks_words(capsys, tmp_path):
    panel = replace(simulated(12, 12, [5, 5, 7, 7]), periods=tuple(map(str, range(2010, 2022))))
    asked = ("--design", "callaway-santanna", "--json")
    _, found, _ = run(capsys, "estimate", str(save(panel, tmp_path / "years.csv")), *COLUMNS, *asked)
    cells = found["details"]["group_time"]
    assert {one["cohort"] for one in cells} == {2015, 2017}
    assert {one["period"] for one in cells} == set(range(2010, 2022))
    _, found, _ = run(
        capsys, "estimate", str(save(simulated(12, 12, [5, 5, 7, 7]), tmp_path / "w.csv")), *COLUMNS, *asked
    )
    assert {one["cohort"] for one in found["details"]["group_time"]} == {"2024-W06", "2024-W08"}
