"""The figure of a control chart: nothing suppressed, marks by kind, steps at a new part, gaps stay gaps."""

import json
import math
from datetime import date, timedelta

import numpy as np
import pytest

from experiments.monitoring.chart_result import ControlChart
from experiments.monitoring.control_chart import ChartOptions, control_chart
from experiments.monitoring.series import Series
from governance.disclosure_control import Policy, release
from reports.figure_control_chart import control_chart_figure
from reports.figure_trend import Moment
from reports.palette import LIGHT
from tests.screens.sample_results import FEW, MANY, NOTE

BEFORE = [8.2, 8.0, 8.4, 8.1, 8.3, 7.9, 8.2, 8.5, 8.1, 8.0, 8.3, 8.2]
VALUES = [*BEFORE, math.nan, 7.1, 7.0, 7.2, 7.1, 9.9, 7.0, 7.1]
DAYS = [date(2026, 1, 5) + timedelta(weeks=week) for week in range(len(VALUES))]


def chart(**options) -> ControlChart:
    series = Series(order=tuple(day.isoformat() for day in DAYS), values=np.array(VALUES), every="week")
    found = control_chart(series, ChartOptions(**options))
    assert isinstance(found, ControlChart)
    return found


def drawn(found: ControlChart, language: str = "nl"):
    moments = [
        Moment(day=DAYS[12], word="start pilot", is_start=True),
        Moment(day=date(2030, 1, 1), word="later"),
    ]
    return control_chart_figure(release(found, MANY, Policy()), DAYS, NOTE, moments, "light", language)


def test_a_suppressed_chart_gives_no_figure() -> None:
    hidden = release(chart(), FEW, Policy())
    assert control_chart_figure(hidden, DAYS, NOTE, [], "light", "nl") is None


@pytest.mark.parametrize("language", ["nl", "en"])
def test_marks_lines_and_words_are_in_the_house_style(language: str) -> None:
    figure = drawn(chart(baseline=12, better="lower", target=7.5), language)
    json.dumps(figure, allow_nan=False)
    marks = {trace["name"]: trace["marker"] for trace in figure["data"] if trace["mode"] == "markers"}
    words = {
        "nl": ["Gewone schommeling", "Verbetering", "Verslechtering"],
        "en": ["Ordinary variation", "Improvement", "Deterioration"],
    }
    assert list(marks) == words[language]
    assert [marks[name]["symbol"] for name in words[language]] == ["circle", "diamond", "square"]
    assert [marks[name]["color"] for name in words[language]] == [LIGHT.comparison, LIGHT.green, LIGHT.orange]
    dashes = {
        trace["name"]: trace["line"]["dash"] for trace in figure["data"] if "dash" in trace.get("line", {})
    }
    assert dashes == {"lower": "dot", "upper": "dot", "centre": "solid"}
    texts = [note["text"] for note in figure["layout"]["annotations"]]
    assert "start pilot" in texts
    assert "later" not in texts
    assert ("norm 7,5" if language == "nl" else "target 7.5") in texts


def test_a_missing_week_is_a_gap_and_a_new_part_is_a_step() -> None:
    figure = drawn(chart(rebase=(13,)))
    values = next(trace for trace in figure["data"] if trace["name"] == "")
    assert values["y"][12] is None
    assert values["connectgaps"] is False
    centre = next(trace for trace in figure["data"] if trace["name"] == "centre")
    assert centre["y"][13] is None
    assert centre["x"][13] == centre["x"][14] == DAYS[13].isoformat()
    assert centre["y"][12] != centre["y"][14]


def test_every_point_needs_its_day() -> None:
    with pytest.raises(ValueError, match="1 days for 20 points"):
        control_chart_figure(release(chart(), MANY, Policy()), DAYS[:1], NOTE, [], "dark", "en")
