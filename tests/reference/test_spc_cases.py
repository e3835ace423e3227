"""Control charts against numbers printed by NHSRplotthedots and qicharts2, every case of the library.

One test a case; what a case holds and its test does not assert makes it fail.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from experiments.monitoring import rules, xmr
from experiments.monitoring.anhoej import runs
from experiments.monitoring.chart_result import ControlChart, Point
from experiments.monitoring.control_chart import SHORT, ChartOptions, control_chart
from experiments.monitoring.icons import assurance
from experiments.monitoring.limits import NEAR
from experiments.monitoring.series import Series

PLACE = Path(__file__).resolve().parents[3] / "shared" / "reference" / "spc_cases.json"
IDS = [case["id"] for case in json.loads(PLACE.read_text("utf-8"))["cases"]] if PLACE.exists() else ["cases"]
BETTER = {"increase": "higher", "decrease": "lower", "neutral": "neutral", None: "neutral"}
PRINTED = 1e-6
"""The library's own numbers are rounded to six decimals."""


@pytest.fixture(scope="module")
def library(shared: Path) -> dict[str, Any]:
    return json.loads((shared / "reference" / "spc_cases.json").read_text("utf-8"))


@pytest.fixture
def case(library, request) -> dict[str, Any]:
    return next(one for one in library["cases"] if one["id"] == request.param)


def series(values: list[float], denominators: np.ndarray | None = None) -> Series:
    order = tuple(str(at) for at in range(1, len(values) + 1))
    return Series(order=order, values=np.array(values, dtype=float), denominators=denominators)


def label(point: Point) -> str:
    high = point.side > 0
    words = {
        None: "Common Cause",
        "outside_limits": "Above UCL" if high else "Below LCL",
        "trend": f"7 Point Trend ({'Increasing' if high else 'Decreasing'})",
        "two_of_three": f"2 in 3 {'Above' if high else 'Below'} CL",
        "shift": f"7 Points {'Above' if high else 'Below'} CL",
    }
    return words[point.special_cause]


def kind(point: Point, better: str) -> str:
    if point.special_cause is None:
        return "common_cause"
    good = (point.side > 0) == (better == "higher")
    return f"special_cause_{'improvement' if good else 'concern'}"


def check_xmr(case: dict[str, Any]) -> set[str]:
    given, expected = case["input"], case["expected"]
    better = BETTER[given.get("improvement_direction")]
    options = ChartOptions(
        type="xmr",
        screen=given["screen_outliers"],
        baseline=given.get("fix_after_n_points"),
        target=given.get("target"),
        better=better,
    )
    chart = control_chart(series(given["y"]), options)
    assert isinstance(chart, ControlChart)
    basis = np.array(given["y"][: given.get("fix_after_n_points")], dtype=float)
    lines = xmr.individuals(basis, np.ones(len(basis), dtype=bool), screen=given["screen_outliers"])
    found = {
        "mean": chart.centre,
        "lpl": chart.last.lower,
        "upl": chart.last.upper,
        "nlpl": lines.near_lower[0],
        "nupl": lines.near_upper[0],
        "amr": xmr.mean_moving_range(basis, screen=given["screen_outliers"]),
    }
    held = {**expected, **case.get("own_limits", {})}
    tolerance = case.get("tolerance", PRINTED)
    for name in found.keys() & held.keys():
        assert found[name] == pytest.approx(held[name], abs=tolerance), name
    labels = expected.get("labels", case.get("own_labels"))
    if labels is not None:
        assert [label(point) for point in chart.points] == labels
    kinds = [kind(point, better) for point in chart.points]
    if "point_types" in expected:
        assert kinds == expected["point_types"]
    if "last_two_point_types" in expected:
        assert kinds[-2:] == expected["last_two_point_types"]
    if "variation_icon" in expected:
        assert kinds[-1] == expected["variation_icon"]
        word = expected["variation_icon"].removeprefix("special_cause_")
        assert chart.variation == (word if word == "common_cause" else f"{word}_low")
    if "assurance" in expected:
        assert chart.assurance == (expected["assurance"] or "none")
    return {
        *found,
        *("labels", "labels_source", "point_types", "last_two_point_types", "variation_icon", "assurance"),
    }


def check_runs(expected: list[dict[str, Any]], values: np.ndarray, centres: np.ndarray) -> None:
    """Points left out of the limits are left out of qicharts2's runs as well."""
    found = runs(values, centres)
    (held,) = expected
    assert held["n_useful"] == found.n_useful
    assert held["longest_run"] == found.longest_run
    assert held["longest_run_max"] == found.longest_run_max
    assert held["n_crossings"] == found.crossings
    assert held["n_crossings_min"] == found.crossings_min
    assert held["runs_signal"] == found.signal


def signals(points: list[bool]) -> list[int]:
    return [at for at, flag in enumerate(points, start=1) if flag]


def check_i(case: dict[str, Any]) -> set[str]:
    values, used = np.array(case["input"]["y_sum"]), np.array(case["input"]["baseline"])
    expected = case["expected"]
    lines = xmr.individuals(values, used, screen=False, multiplier=xmr.EXACT)
    assert lines.centre[0] == pytest.approx(expected["cl"], abs=PRINTED)
    assert lines.lower[0] == pytest.approx(expected["lcl"], abs=PRINTED)
    assert lines.upper[0] == pytest.approx(expected["ucl"], abs=PRINTED)
    outside = rules.outside(values, lines.lower, lines.upper) != 0
    assert signals(list(outside)) == expected["sigma_signal_1based"]
    check_runs(expected["runs"], values, lines.centre)
    return {"cl", "lcl", "ucl", "sigma_signal_1based", "runs"}


def check_attribute(case: dict[str, Any]) -> set[str]:
    given, expected = case["input"], case["expected"]
    length = len(given["y_sum"])
    sizes = np.broadcast_to(np.array(given["n"], dtype=float), length).copy()
    parts = given.get("part", [1] * length)
    included = given.get("include", [True] * length)
    options = ChartOptions(
        type=case["chart"],
        screen=False,
        rebase=tuple(at for at in range(1, length) if parts[at] != parts[at - 1]),
        excluded=tuple(at for at in range(length) if not included[at]),
    )
    chart = control_chart(series(given["y_sum"], sizes), options)
    assert isinstance(chart, ControlChart)
    lines = {
        "cl": [point.centre for point in chart.points],
        "lcl": [point.lower for point in chart.points],
        "ucl": [point.upper for point in chart.points],
    }
    for name, found in lines.items():
        held = np.broadcast_to(np.array(expected[name]), length) / case["scale"]
        assert found == pytest.approx(held.tolist(), abs=PRINTED / case["scale"]), name
    outside = [point.special_cause == "outside_limits" for point in chart.points]
    assert signals(outside) == expected["sigma_signal_1based"]
    values = np.array([point.value for point in chart.points])
    centres = np.array(lines["cl"])
    for held in expected["runs"]:
        inside = (np.array(parts) == held["part"]) & np.array(included)
        check_runs([held], values[inside], centres[inside])
    return {*lines, "sigma_signal_1based", "runs"}


def rule_output(vector: dict[str, Any]) -> np.ndarray:
    name = vector["rule"].split(" ")[0]
    given = {key: np.array(vector[key]) for key in vector.keys() - {"rule", "out"}}
    side = given["relative_to_mean"].astype(np.int8) if "relative_to_mean" in given else None
    if name == "shift7_end_flags":
        return np.abs(rules.run_ends(side))
    if name == "expand7":
        return rules.whole_runs(given["end_flags"].astype(np.int8))
    if name == "trend7_end_flags":
        return rules.trend_ends(given["y"].astype(float))
    close = given["close"].astype(bool)
    by_name = {"two_in_three_window": rules.two_of_three_members, "two_in_three_flagged": rules.two_of_three}
    return by_name[name](close, side)


def check_rules(case: dict[str, Any]) -> set[str]:
    if case["id"] == "label_priority":
        words = {
            "outside limits": "outside_limits",
            "7 point trend": "trend",
            "2 in 3": "two_of_three",
            "7 points one side": "shift",
        }
        assert [words[name] for name in case["expected"][:-1]] == list(rules.PRIORITY)
        assert case["expected"][-1] == "common cause"
        return set()
    for vector in case["expected"]:
        assert rule_output(vector).tolist() == vector["out"], vector["rule"]
    return set()


def check_icons(case: dict[str, Any]) -> set[str]:
    for one in case["expected"]:
        if "note" in one:
            continue
        found = [assurance(*limits, one["target"], BETTER[one["direction"]]) for limits in one["limits"]]
        assert found == [icon or "none" for icon in one["out"]]
    return set()


CHECKS: dict[str, Callable[[dict[str, Any]], set[str]]] = {
    "xmr": check_xmr,
    "i": check_i,
    "p": check_attribute,
    "u": check_attribute,
    "rules": check_rules,
    "icons": check_icons,
}


@pytest.mark.parametrize("case", IDS, indirect=True)
def test_case(case):
    asserted = CHECKS[case["chart"]](case)
    if isinstance(case["expected"], dict):
        assert case["expected"].keys() <= asserted


def test_only_the_last_limits_count_for_assurance():
    """The note of the case `assurance`: 1 to 3 fails a target of 4, and after the rebase 5 to 7 meets it."""
    values = [1.9, 2.1] * 7 + [5.9, 6.1] * 7
    options = ChartOptions(type="xmr", rebase=(14,), target=4.0, better="higher")
    chart = control_chart(series(values), options)
    before = control_chart(series(values[:14]), ChartOptions(type="xmr", target=4.0, better="higher"))
    assert (before.assurance, chart.assurance) == ("consistent_fail", "consistent_pass")


def test_constants(library):
    held = library["constants"]
    assert held["xmr_limit"] == xmr.XMR
    assert held["close_to_limit"] == pytest.approx(xmr.XMR * NEAR, rel=1e-12)
    assert held["mr_screen"] == xmr.SCREEN
    assert held["d2"] == xmr.D2
    assert (held["shift"], held["trend"]) == (rules.SHIFT, rules.TREND)
    assert held["short_group_warning_lt"] == SHORT
