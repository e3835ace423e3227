"""How firm an effect is: the computed parts, their figures, sentences and rows."""

import json
import re
from dataclasses import replace
from math import log1p

import numpy as np
import pytest

from experiments.details import Breakdown, Sensitivity
from experiments.estimate import Estimate
from experiments.estimating import estimate
from experiments.evaluation import KpiResult
from experiments.options import Options
from experiments.robustness import TRIED, Robustness, robustness
from experiments.trend_violations import sensitivity
from governance.disclosure_control import Disclosed, Policy, release
from reports.figure_sensitivity import WIDEST, departures, sensitivity_figure
from reports.figure_specifications import choices_made, ordered, specifications_figure
from reports.robustness_json import robustness_json
from reports.words_robustness import (
    sensitivity_note,
    sensitivity_rows,
    sensitivity_sentence,
    specification_rows,
    specifications_sentence,
)
from tests.screens import sample, sample_results
from tests.simulated_panels import simulated

KPI = sample_results.NOTE
BASE = sample.pilots()[0].evaluation.primary.result.value
assert BASE is not None
PANEL = simulated(11, 104, (52, 52, 52), effect=-1.5, noise=0.4, seed=3)
OPTIONS = Options(run_in=6)


def evaluated(panel=PANEL, **more) -> Disclosed[KpiResult]:
    found = estimate(panel, OPTIONS)
    assert isinstance(found, Estimate), found
    firm = robustness(panel, OPTIONS, found.design)
    assert BASE is not None
    return release(replace(BASE, result=found, robustness=firm, **more), BASE.persons, Policy())


FOUND = evaluated()
FIRM = FOUND.value.robustness if FOUND.value else None
assert FIRM is not None


def with_robustness(firm: Robustness | None) -> Disclosed[KpiResult]:
    assert FOUND.value is not None
    return release(replace(FOUND.value, robustness=firm), FOUND.value.persons, Policy())


def with_breakdown(m: float | None) -> Disclosed[KpiResult]:
    assert FIRM is not None
    assert FIRM.sensitivity is not None
    kinds = ("relative-magnitudes", "smoothness")
    changed = replace(
        FIRM.sensitivity, breakdowns=tuple(Breakdown(kind=kind, about="average", m=m) for kind in kinds)
    )
    return with_robustness(replace(FIRM, sensitivity=changed))


def test_the_departures_are_those_of_the_command_line() -> None:
    """The same numbers as `meetlat estimate --sensitivity` gives for the same sizes."""
    alone, _ = sensitivity(PANEL, replace(OPTIONS, violations=TRIED), "difference-in-differences")
    assert FIRM is not None
    assert FIRM.sensitivity == alone
    assert {one.m for one in departures(FOUND)} == set(TRIED[0].sizes)


def test_asked_departures_go_before_those_usually_tried() -> None:
    asked = replace(OPTIONS, violations=(replace(TRIED[0], sizes=(0.25,)),))
    found = robustness(PANEL, asked, "difference-in-differences").sensitivity
    assert found is not None
    assert {one.m for one in found.intervals} == {0.25}


def test_a_design_without_parallel_trends_has_neither() -> None:
    assert robustness(PANEL, OPTIONS, "before-after") == Robustness(
        sensitivity=None, notes=(), specifications=()
    )
    assert robustness(PANEL, OPTIONS, "synthetic-control").specifications == ()


def test_too_few_departments_say_so() -> None:
    few = simulated(2, 60, (30,), seed=2)
    found = robustness(few, OPTIONS, "difference-in-differences")
    assert found.sensitivity is None
    assert [note.render("nl") != note.render("en") for note in found.notes] == [True]


def test_the_fan_opens_and_its_mark_stands_where_it_meets_no_effect() -> None:
    rows = departures(FOUND)
    widths = [one.interval[1] - one.interval[0] for one in rows]
    assert widths == sorted(widths)
    figure = sensitivity_figure(FOUND, KPI, "light", "nl")
    assert figure is not None
    json.dumps(figure, allow_nan=False)
    assert max(figure["data"][0]["x"]) <= WIDEST
    marked = sensitivity_figure(with_breakdown(0.2), KPI, "light", "nl")
    assert marked is not None
    assert [shape["x0"] for shape in marked["layout"]["shapes"] if shape.get("x0") == 0.2] == [0.2]
    beyond = sensitivity_figure(with_breakdown(4.0), KPI, "light", "nl")
    assert beyond is not None
    assert not any("houdt stand" in note["text"] for note in beyond["layout"]["annotations"])


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("m", [None, 0.11, 2.5])
def test_sensitivity_in_words(m: float | None, language: str) -> None:
    found = with_breakdown(m)
    sentence = sensitivity_sentence(found, language)
    assert ("0,11" in sentence or "0.11" in sentence) is (m == 0.11)
    assert "{" not in sentence + sensitivity_note(found, KPI, language)
    rows = sensitivity_rows(found, KPI, language)
    assert len(rows) == len(TRIED[0].sizes) + 1
    assert all("{" not in cell for row in rows for cell in row.values())


def test_the_curve_holds_every_way_in_order_and_its_choices() -> None:
    ways = ordered(FOUND)
    assert [one.effect for one in ways] == sorted(one.effect for one in ways)
    figure = specifications_figure(FOUND, KPI, "dark", "en")
    assert figure is not None
    json.dumps(figure, allow_nan=False)
    curve, *marks = figure["data"]
    assert curve["y"] == pytest.approx([one.effect for one in ways])
    assert len(marks) == len(choices_made(ways))
    for (name, made), row in zip(reversed(choices_made(ways)), marks, strict=True):
        dark = [colour == marks_colour(row) for colour in row["marker"]["color"]]
        assert dark == [made(one) for one in ways], name


def marks_colour(row: dict) -> str:
    """The colour of choices that were made: that of the dots of the curve."""
    from reports.palette import palette

    return palette("dark").comparison


def test_the_sentence_says_from_where_to_where() -> None:
    ways = ordered(FOUND)
    sentence = specifications_sentence(FOUND, KPI, "en")
    assert str(len(ways)) in sentence
    assert [float(part.replace("−", "-")) for part in re.findall(r"[−+]\d+\.\d", sentence)] == pytest.approx(
        [ways[0].effect, ways[-1].effect], abs=0.051
    )
    assert "always the same sign" in sentence
    assert len(specification_rows(FOUND, KPI, "nl")) == len(ways)


def test_ways_that_differ_in_sign_are_counted() -> None:
    assert FIRM is not None
    first, *others = FIRM.specifications
    found = with_robustness(replace(FIRM, specifications=(replace(first, effect=0.2), *others)))
    assert f"{len(others)} have the same sign" in specifications_sentence(found, KPI, "en")


def test_a_suppressed_result_and_one_without_say_nothing() -> None:
    hidden = sample.pilots()[-1].evaluation.primary.result
    for found in (hidden, with_robustness(None)):
        assert sensitivity_figure(found, KPI, "light", "nl") is None
        assert specifications_figure(found, KPI, "light", "nl") is None
        assert sensitivity_sentence(found, "nl") == sensitivity_note(found, KPI, "nl") == ""
        assert specifications_sentence(found, KPI, "nl") == ""
    assert sensitivity_rows(hidden, KPI, "nl") == specification_rows(hidden, KPI, "nl") == []


def test_it_is_plain_json_with_every_way_named() -> None:
    found = robustness_json(FIRM, "nl")
    json.dumps(found, allow_nan=False)
    assert FIRM is not None
    assert len(found["specifications"]) == len(FIRM.specifications)
    assert {"effect", "run_in", "scale", "later_half", "by_cases", "all_periods"} == set(
        found["specifications"][0]
    )
    assert found["breakdown"][0]["kind"] == "relative-magnitudes"
    assert robustness_json(None, "nl") == {}


def test_relative_effects_are_shown_in_percent() -> None:
    panel = replace(PANEL, outcome=np.exp(PANEL.outcome / 10))
    found = estimate(panel, replace(OPTIONS, scale="relative"))
    assert isinstance(found, Estimate)
    firm = robustness(panel, replace(OPTIONS, scale="relative"), found.design)
    assert BASE is not None
    shown = release(
        replace(BASE, result=found, robustness=firm, scale="relative", threshold=0.05),
        BASE.persons,
        Policy(),
    )
    figure = specifications_figure(shown, KPI, "light", "nl")
    assert figure is not None
    assert figure["data"][0]["y"] == pytest.approx([100 * one.effect for one in ordered(shown)])
    assert log1p(ordered(shown)[0].effect) < 0
    assert "%" in sensitivity_note(shown, KPI, "nl")


def test_the_default_is_a_sensitivity() -> None:
    assert isinstance(FIRM.sensitivity if FIRM else None, Sensitivity)
