"""Figures: nothing suppressed gets in, gaps stay gaps, and the words beside them agree with the numbers."""

import json
import math
import tomllib
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from governance.disclosure_control import Policy, release
from reports.figure_event_study import event_study_figure
from reports.figure_groups import groups_figure
from reports.figure_inferences import inferences_figure
from reports.figure_tables import event_rows, group_rows, inference_table
from reports.figure_trend import Moment, trend_figure
from reports.figure_words import event_sentence, groups_sentence, inferences_sentence
from reports.figures import tick_suffix
from reports.palette import DARK, LIGHT
from tests.screens import sample, sample_results

ROOT = Path(__file__).resolve().parents[2]
VIEW = sample.pilots()[0]
FOUND = VIEW.evaluation.primary.result
HIDDEN = sample.pilots()[-1].evaluation.primary.result
PLAN = VIEW.pilot.pilot


def figures(found: Any, language: str = "nl") -> list[dict[str, Any] | None]:
    return [
        groups_figure(found, sample_results.NOTE, PLAN, "light", language),
        event_study_figure(found, sample_results.NOTE, "light", language),
        inferences_figure(found, sample_results.NOTE, "light", language),
    ]


def test_a_suppressed_result_gives_no_figure_no_rows_and_no_sentence() -> None:
    assert figures(HIDDEN) == [None, None, None]
    assert group_rows(HIDDEN, sample_results.NOTE, "nl") == []
    assert event_rows(HIDDEN, sample_results.NOTE, "nl") == []
    assert inference_table(HIDDEN, sample_results.NOTE, "nl") == []
    assert groups_sentence(HIDDEN, sample_results.NOTE, PLAN, "nl") == ""


@pytest.mark.parametrize("language", ["nl", "en"])
def test_figures_are_plain_json_without_nan(language: str) -> None:
    for figure in figures(FOUND, language):
        assert figure is not None
        json.dumps(figure, allow_nan=False)


def test_a_missing_week_is_a_gap_in_the_chart_and_a_mark_in_the_table() -> None:
    figure, rows = figures(FOUND)[0], group_rows(FOUND, sample_results.NOTE, "nl")
    assert figure is not None
    pilot = next(trace for trace in figure["data"] if trace["name"] == "pilot")
    assert pilot["y"][30] is None
    assert pilot["connectgaps"] is False
    assert rows[30]["Week"] == "2025-W51"
    assert rows[30]["pilot"] == "< 10"
    assert rows[31]["pilot"].endswith("min per consult")


def test_the_groups_sentence_is_the_mean_of_the_weeks_that_are_drawn() -> None:
    assert FOUND.value is not None
    values = [value for value in FOUND.value.series.treated[:52] if not math.isnan(value)]
    mean = f"{sum(values) / len(values):.1f}".replace(".", ",")
    assert f"van {mean} naar" in groups_sentence(FOUND, sample_results.NOTE, PLAN, "nl")


def test_the_event_study_counts_bands_on_the_better_side() -> None:
    assert FOUND.value is not None
    assert FOUND.value.result is not None
    bands = [one.band for one in FOUND.value.result.event_study if one.event_time >= 0]
    better = sum(band is not None and max(band) < 0 for band in bands)
    assert f"{better} of {len(bands)} lie wholly" in event_sentence(FOUND, sample_results.NOTE, "en")
    higher_is_better = replace(sample_results.NOTE, direction="higher")
    assert f"0 of {len(bands)} lie wholly" in event_sentence(FOUND, higher_is_better, "en")


def test_the_words_beside_the_dashed_line_stand_above_the_plot_where_no_bar_can_be() -> None:
    figure = event_study_figure(FOUND, sample_results.NOTE, "light", "nl")
    assert figure is not None
    key = next(one for one in figure["layout"]["annotations"] if "telt vanaf" in one["text"])
    assert (key["yref"], key["y"], key["xanchor"]) == ("paper", 1, "right")
    assert key["yshift"] > 0


@pytest.mark.parametrize(("language", "suffix"), [("nl", "\N{NARROW NO-BREAK SPACE}%"), ("en", "%")])
def test_an_axis_writes_its_unit_as_the_language_does(language: str, suffix: str) -> None:
    assert (tick_suffix("relative", language), tick_suffix("absolute", language)) == (suffix, "")
    figure = inferences_figure(FOUND, sample_results.NOTE, "light", language)
    assert figure is not None
    assert "min per" in figure["layout"]["xaxis"]["title"]["text"]


def test_calculations_that_exclude_no_effect_are_counted() -> None:
    assert inferences_sentence(FOUND, "en").startswith("4 of 4")
    undecided = sample.pilots()[1].evaluation.primary.result
    assert inferences_sentence(undecided, "en").startswith("0 of 4")


def test_months_are_written_in_the_language_of_the_reader() -> None:
    shown = {
        language: figures(FOUND, language)[0]["layout"]["xaxis"]["ticktext"]  # type: ignore[index]
        for language in ("nl", "en")
    }
    assert any("okt" in text for text in shown["nl"])
    assert any("Oct" in text for text in shown["en"])
    assert any("2026" in text for text in shown["nl"])


def test_a_trend_leaves_out_what_is_suppressed_or_not_complete() -> None:
    course = list(sample.measurements(sample_results.NOTE, 8.4, 0.3)[-26:])
    assert course[-1].value is not None
    course[-1] = release(replace(course[-1].value, complete=False), sample.MANY, Policy())
    days = [week.start for week in sample_results.WEEKS[-26:]]
    moment = Moment(day=days[4], word="start pilot", is_start=True)
    figure = trend_figure(course, days, sample_results.NOTE, [moment], "dark", "nl")
    json.dumps(figure, allow_nan=False)
    drawn = figure["data"][0]["y"]
    assert [at for at, value in enumerate(drawn) if value is None] == [9, 25]
    assert "start pilot" in [note["text"] for note in figure["layout"]["annotations"]]


@pytest.mark.parametrize(("mode", "colours"), [("light", LIGHT), ("dark", DARK)])
def test_figures_and_app_have_the_same_colours(mode: str, colours: Any) -> None:
    theme = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))["theme"][mode]
    ours = asdict(colours)
    for name in ("blue", "green", "orange", "red", "gray"):
        assert ours[name] == theme[f"{name}Color"]
    assert (ours["page"], ours["text"], ours["border"], ours["muted"], ours["green_tint"]) == (
        theme["backgroundColor"],
        theme["textColor"],
        theme["borderColor"],
        theme["grayTextColor"],
        theme["greenBackgroundColor"],
    )
    # With fewer than ten, charts fall back to colours of their own.
    assert len(theme["chartCategoricalColors"]) == 10
    assert (ours["pilot"], ours["comparison"]) == (
        theme["chartCategoricalColors"][0],
        theme["chartCategoricalColors"][2],
    )
