"""`meetlat pool`: results in files become one average, or one clear sentence."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from experiments.inference.random_effects import random_effects
from workflows.cli import main

PILOTS = {"north": (-0.10, 0.03), "south": (-0.04, 0.05), "east": (-0.18, 0.06)}


def write(folder: Path, name: str, **changes: Any) -> str:
    effect, error = PILOTS.get(name, (-0.1, 0.05))
    content = {
        "status": "estimated",
        "estimand": "ATT",
        "scale": "relative",
        "effect": effect,
        "standard_error": error,
    }
    path = folder / f"{name}.json"
    path.write_text(json.dumps(content | changes), "utf-8")
    return str(path)


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(["pool", *words])
    out, err = capsys.readouterr()
    return code, out, err


def test_relative_results_are_pooled_on_logarithms(capsys, tmp_path) -> None:
    code, out, _ = run(capsys, *(write(tmp_path, name) for name in PILOTS), "--json")
    found = json.loads(out)
    effects, errors = np.array(list(PILOTS.values())).T
    own = random_effects(np.log1p(effects), errors**2, 0.95)
    assert code == 0
    assert np.log1p([found["effect"], *found["interval"]]) == pytest.approx(
        [own.average.effect, *own.average.interval]
    )
    assert np.log1p(found["prediction"]) == pytest.approx(own.prediction)
    assert [one["pilot"] for one in found["pilots"]] == list(PILOTS)
    assert found["warnings"]


def test_an_evaluation_gives_the_kpi_that_is_named(capsys, tmp_path) -> None:
    one = json.loads(Path(write(tmp_path, "north")).read_text("utf-8"))
    both = {"estimates": [one | {"kpi": "letters"}, one | {"kpi": "minutes", "effect": -0.2}]}
    (tmp_path / "all.json").write_text(json.dumps(both), "utf-8")
    files = (str(tmp_path / "all.json"), write(tmp_path, "south"))
    code, _, err = run(capsys, *files)
    assert (code, "2 results" in err) == (2, True)
    (tmp_path / "south.json").write_text(json.dumps(one | {"kpi": "minutes"}), "utf-8")
    code, out, _ = run(capsys, *files, "--kpi", "minutes")
    assert code == 0
    assert "Average over 2 pilots" in out


def test_results_of_different_scales_or_things_are_not_pooled(capsys, tmp_path) -> None:
    files = (write(tmp_path, "north"), write(tmp_path, "south", scale="absolute"))
    code, out, _ = run(capsys, *files, "--json")
    assert (code, json.loads(out)["reasons"][0]["code"]) == (3, "different_scales")
    files = (write(tmp_path, "north"), write(tmp_path, "south", estimand="ATE"))
    code, out, _ = run(capsys, *files, "--json")
    assert (code, json.loads(out)["reasons"][0]["code"]) == (3, "different_estimands")
    files = (write(tmp_path, "north", kpi="letters"), write(tmp_path, "south", kpi="minutes"))
    code, out, _ = run(capsys, *files, "--json")
    assert (code, json.loads(out)["reasons"][0]["code"]) == (3, "different_kpis")
    code, out, _ = run(capsys, write(tmp_path, "north"), "--json")
    assert (code, json.loads(out)["reasons"][0]["code"]) == (3, "too_few_studies")


def test_other_spreads_and_no_floor_stand_beside_it(capsys, tmp_path) -> None:
    files = [write(tmp_path, name) for name in PILOTS]
    _, out, _ = run(capsys, *files, "--json")
    found = json.loads(out)
    assert (found["tau_method"], found["least_factor"]) == ("REML", 1.0)
    assert [one["inference"] for one in found["also"]] == [
        "hartung-knapp, paule-mandel",
        "hartung-knapp without floor",
    ]
    for one in found["also"]:
        low, high = one["interval"]
        assert low < one["effect"] < high
        assert (low <= 0 <= high) == (one["p_value"] >= 0.05)
    _, out, _ = run(capsys, *files)
    assert "Paule and Mandel" in out


def test_equal_effects_have_no_error_of_their_own_without_a_floor(capsys, tmp_path) -> None:
    code, out, _ = run(capsys, write(tmp_path, "one"), write(tmp_path, "other"), "--json")
    found = json.loads(out)
    assert (code, len(found["also"])) == (0, 1)
    assert found["interval"][0] < found["effect"] < found["interval"][1]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "no JSON"),
        ("[1]", "not the JSON of a result"),
        ('{"status": "not_estimable"}', "0 results"),
        ('{"status": "estimated", "effect": null, "standard_error": 1}', "'effect' is not a number"),
        ('{"status": "estimated", "effect": 1, "standard_error": 0}', "cannot be pooled"),
    ],
)
def test_what_is_no_result_is_one_sentence(capsys, tmp_path, text: str, said: str) -> None:
    (tmp_path / "odd.json").write_text(text, "utf-8")
    code, out, err = run(capsys, write(tmp_path, "north"), str(tmp_path / "odd.json"))
    assert (code, out) == (2, "")
    assert said in err
    assert "odd.json" in err
    code, _, err = run(capsys, str(tmp_path / "absent.json"))
    assert (code, "no such file" in err) == (2, True)
