"""Weeks in which all answers are the same: not shown, but counted by charts and estimates."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from experiments.monitoring.chart_result import ControlChart
from experiments.monitoring.charted_kpi import ChartedKpi
from governance.access import LOCAL_OPERATOR
from governance.disclosure_control import Policy
from kpis.catalogue import FOLDER
from kpis.catalogue import load as catalogue
from kpis.kpi import Kpi
from kpis.roll_up import Slice
from reports.words_chart_trust import gap_sentence
from storage import cube, cube_build
from storage.workspace import Workspace
from tests.evaluated_hospital import plan
from tests.small_hospital import load
from workflows.kpi_chart import Around, KpiChartRequest, chart_measured
from workflows.measure import Measured, measure, released
from workflows.own_kpis import save
from workflows.panel import weekly
from workflows.plan import add_text
from workflows.series import behind, group_series

FIRST, WEEKS, CODES = date(2025, 1, 6), 60, 20
ALIKE = [week for week in range(WEEKS) if week % 3]
"""In two of three weeks every code is right; in the third one of twenty is wrong."""


@pytest.fixture(scope="module")
def kpi() -> Kpi:
    return replace(catalogue()["icd_accuracy"], sensitive=True)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    folder = tmp_path_factory.mktemp("careful")
    workspace = Workspace.open(folder / "workspace")
    rows = [
        {
            "department": department,
            "audit": f"{department}-{week}-{number}",
            "patient": f"{department} patient {number}",
            "clinician": f"{department} clinician {number % 10}",
            "audited_on": FIRST + timedelta(weeks=week, days=number % 5),
            "exposed": 0,
            "correct": int(number > 0 or week in ALIKE or department == "perfect"),
        }
        for department in ("careful", "perfect")
        for week in range(WEEKS)
        for number in range(CODES)
    ]
    load(workspace, "CodeAudit", rows, folder)
    cube_build.build(workspace)
    yield workspace
    workspace.engine.dispose()


def measured(workspace: Workspace, kpi: Kpi, department: str = "careful") -> tuple[Measured, ...]:
    published = cube.current(workspace)
    assert published is not None
    return released(workspace, published, {kpi.id: kpi}, [department], Slice(every="week"))


def charted(found: tuple[Measured, ...], **asked: object) -> ChartedKpi:
    known = Around(pilots=(), rebases=(), first=FIRST, policy=Policy())
    return chart_measured(found, known, KpiChartRequest(**asked))  # type: ignore[arg-type]


def test_such_weeks_are_not_shown(workspace: Workspace, kpi: Kpi) -> None:
    found = measured(workspace, kpi)
    assert [place for place, one in enumerate(found) if one.measurement.suppressed] == ALIKE
    assert {one.measurement.mark for one in found} == {"", "< 10"}
    assert [place for place, one in enumerate(found) if one.one_answer is not None] == ALIKE


@pytest.mark.parametrize("type_", ["p", "xmr", "run"])
def test_a_chart_counts_them_and_does_not_draw_them(workspace: Workspace, kpi: Kpi, type_: str) -> None:
    found = measured(workspace, kpi)
    ours = charted(found, type=type_)
    everything = charted(measured(workspace, replace(kpi, sensitive=False)), type=type_).chart.charted
    shown = ours.chart.charted
    assert isinstance(shown, ControlChart)
    assert isinstance(everything, ControlChart)
    assert [place for place, point in enumerate(shown.points) if point.value is None] == ALIKE
    assert shown.centre == everything.centre
    assert [(one.lower, one.upper) for one in shown.points] == [
        (one.lower, one.upper) for one in everything.points
    ]
    assert {gap.code for gap in ours.gaps} == {"all_alike"}
    assert f": {len(ALIKE)}" in gap_sentence(ours, "en")
    assert ours.drawn is not None
    assert ours.drawn.value == shown


def test_the_mean_of_a_chart_is_that_of_all_weeks(workspace: Workspace, kpi: Kpi) -> None:
    chart = charted(measured(workspace, kpi), type="p", baseline=WEEKS - 1).chart.charted
    assert isinstance(chart, ControlChart)
    over = WEEKS - 1  # the last week is not over in the data
    wrong = sum(week not in ALIKE for week in range(over))
    assert chart.centre == pytest.approx(1 - wrong / (over * CODES), rel=1e-12)


def test_cases_between_events_count_the_weeks_without_any(workspace: Workspace, kpi: Kpi) -> None:
    ours = charted(measured(workspace, kpi), type="g").chart.charted
    everything = charted(measured(workspace, replace(kpi, sensitive=False)), type="g").chart.charted
    assert isinstance(ours, ControlChart)
    assert isinstance(everything, ControlChart)
    assert (ours.points, ours.centre) == (everything.points, everything.centre)


def test_nothing_is_drawn_where_all_weeks_are_such(workspace: Workspace, kpi: Kpi) -> None:
    ours = charted(measured(workspace, kpi, "perfect"), type="p")
    assert not isinstance(ours.chart.charted, ControlChart)
    assert ours.drawn is None


def test_an_estimate_reads_them(workspace: Workspace, kpi: Kpi) -> None:
    text = plan("good", ("careful",)).replace('"c1", "c2", "c3", "c4", "c5"', '"perfect"')
    pilot = add_text(LOCAL_OPERATOR, workspace, text, "good.toml")[0].pilot.pilot
    found = weekly(workspace, cube.current(workspace), kpi, pilot)
    values = [found.value("careful", week, "absolute") for week in found.weeks]
    assert len(values) >= WEEKS - 1
    assert [place for place, value in enumerate(values) if value == 1.0] == [
        week for week in ALIKE if week < len(values)
    ]
    series = group_series(found, pilot, behind(workspace, [found], pilot)[kpi.id])
    assert [place for place, alike in enumerate(series.alike_treated) if alike] == [
        week for week in ALIKE if week < len(values)
    ]
    assert all(series.alike_comparison)


def test_answers_of_a_survey_are_sensitive_whatever_a_definition_says(tmp_path: Path) -> None:
    opened = Workspace.open(tmp_path / "workspace")
    theirs = (FOLDER / "pem.toml").read_text("utf-8").replace("sensitive = true", "sensitive = false")
    assert "sensitive = false" in theirs
    save(LOCAL_OPERATOR, opened, theirs.replace('id = "pem"', 'id = "pem_ours"'), "pem_ours.toml")
    answers = [
        {"department": name, "segment": "", "exposed": 0, "response": f"{name}{number}", "instrument": "PEM"}
        | {"patient": f"{name}{number}", "answered_on": FIRST, "score": 8.0 - (name == "other") * number % 2}
        for name in ("alike", "other")
        for number in range(20)
    ]
    load(opened, "SurveyResponse", answers, tmp_path)
    alike, other = measure(LOCAL_OPERATOR, opened, kpis=["pem_ours"], every="week")
    assert (alike.unit, alike.measurement.suppressed, alike.one_answer is not None) == ("alike", True, True)
    assert other.measurement.value is not None
    opened.engine.dispose()
