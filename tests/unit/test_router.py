"""Which designs a panel allows: every one is there, each with an effect or with its reasons."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from experiments.estimate import Estimate, NotEstimable
from experiments.estimating import ESTIMATORS, estimate
from experiments.options import Options
from experiments.panel import NEVER, Panel
from experiments.router import routes
from tests.simulated_panels import simulated
from workflows.cli import main

ONE_START = simulated(12, 60, [30, 30, 30])
STAGGERED = simulated(12, 60, [26, 30, 34])
ALL_TREATED = simulated(3, 60, [30, 30, 30])


@pytest.mark.parametrize("panel", [ONE_START, STAGGERED, ALL_TREATED], ids=["one", "staggered", "alone"])
def test_every_design_is_there_once_and_those_that_apply_come_first(panel: Panel) -> None:
    found = routes(panel, Options())
    assert sorted(route.design for route in found) == sorted(ESTIMATORS)
    refused = [isinstance(route.result, NotEstimable) for route in found]
    assert refused == sorted(refused)
    assert [route.first for route in found].count(True) == 1
    assert found[0].first


@pytest.mark.parametrize(
    ("panel", "chosen"),
    [(ONE_START, "difference-in-differences"), (STAGGERED, "staggered"), (ALL_TREATED, "before-after")],
)
def test_the_first_is_what_auto_gives(panel: Panel, chosen: str) -> None:
    first = routes(panel, Options())[0]
    made = estimate(panel, Options())
    assert isinstance(made, Estimate)
    assert isinstance(first.result, Estimate)
    assert (first.design, first.result.effect) == (chosen, made.effect)


def test_a_design_that_does_not_apply_says_why() -> None:
    found = {route.design: route.result for route in routes(ALL_TREATED, Options())}
    did = found["difference-in-differences"]
    assert isinstance(did, NotEstimable)
    assert [reason.code for reason in did.reasons] == ["never_treated_missing"]


def test_the_command_adds_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = ["unit,time,y,first"]
    for unit, first, series in zip(ONE_START.units, ONE_START.first_treated, ONE_START.outcome, strict=True):
        start = "" if first == NEVER else ONE_START.periods[int(first)]
        lines += [
            f"{unit},{period},{value},{start}"
            for period, value in zip(ONE_START.periods, np.round(series, 6), strict=True)
        ]
    file = tmp_path / "panel.csv"
    file.write_text("\n".join(lines), "utf-8")
    words = ["estimate", str(file), "--outcome", "y", "--unit", "unit", "--time", "time"]
    words += ["--first-treated", "first", "--routes"]
    assert main([*words, "--json"]) == 0
    designs = json.loads(capsys.readouterr().out)["designs"]
    assert {one["design"] for one in designs} == set(ESTIMATORS)
    assert all(("effect" in one) == one["applies"] for one in designs)
    assert main([*words, "--lang", "nl"]) == 0
    assert "die Meetlat kiest vooraan" in capsys.readouterr().out


def test_a_design_that_knows_no_groups_of_departments_refuses_them() -> None:
    grouped = replace(ONE_START, clusters=tuple("aabbccddeeff"))
    found = {route.design: route.result for route in routes(grouped, Options())}
    for design in ("event-study", "synthetic-did", "before-after"):
        refused = found[design]
        assert isinstance(refused, NotEstimable)
        assert [reason.code for reason in refused.reasons] == ["setting_not_available"]
    assert isinstance(found["difference-in-differences"], Estimate)
