"""Charts of KPIs from files to the command line: the panel says the same, shocks are caught, rebases kept."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import InputError, NotPermitted, UnknownName
from experiments.monitoring.chart_result import ControlChart
from experiments.monitoring.control_chart import ChartOptions
from experiments.monitoring.series_file import SeriesColumns
from governance.access import ANONYMOUS, LOCAL_OPERATOR, Grant, fixed
from reports.words_chart_trust import gap_sentence
from reports.words_kpi_chart import chart_sentence
from storage.workspace import Workspace
from tests.audited_hospital import CHANGE, SHOCK, WEEKS, audited_hospital, monday, right
from tests.demo_workspace import small_demo
from workflows.chart import ChartRequest, chart_file
from workflows.cli import main
from workflows.department import department_view
from workflows.kpi_chart import ChartedKpi, KpiChartRequest, chart_kpi
from workflows.measure import measure
from workflows.opening import data_version
from workflows.panel_export import write_panel
from workflows.rebase import listed, rebase, withdraw

KPI = "icd_accuracy"
REASON = "Since week 40 a coder checks every code, decided by the coding department."
MANAGER = fixed("m", Grant(role="manager", objects=frozenset({"worse"})))
ANALYST = fixed("Analyst", Grant(role="analyst", objects=frozenset({"CodeAudit"})))
OF_LETTERS = fixed("o", Grant(role="analyst", objects=frozenset({"Letter"})))


@pytest.fixture(scope="module")
def hospital(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    workspace = audited_hospital(tmp_path_factory.mktemp("audited"))
    yield workspace
    workspace.engine.dispose()


def chart_of(hospital: Workspace, unit: str, **asked: object) -> ChartedKpi:
    return chart_kpi(LOCAL_OPERATOR, hospital, KPI, unit, KpiChartRequest(**asked))  # type: ignore[arg-type]


def drawn(found: ChartedKpi) -> ControlChart:
    assert isinstance(found.chart.charted, ControlChart)
    return found.chart.charted


def test_the_chart_of_a_kpi_is_that_of_its_panel_file(hospital: Workspace, tmp_path: Path) -> None:
    panel = tmp_path / "panel.csv"
    write_panel(panel, measure(LOCAL_OPERATOR, hospital, [KPI], "lasting"), None)
    columns = SeriesColumns(value="numerator", denominator="denominator", order="period")
    options = ChartOptions(type="p", baseline=26, target=0.75, better="higher")
    of_file = chart_file(LOCAL_OPERATOR, panel, columns, ChartRequest(options=options)).charted
    found = drawn(chart_of(hospital, "lasting", baseline=26))
    assert isinstance(of_file, ControlChart)
    assert found.points == of_file.points
    assert (found.centre, found.variation) == (of_file.centre, of_file.variation)
    assert found.points[5].value == right("lasting", 5) / 40
    assert drawn(chart_of(hospital, "lasting")).points == of_file.points


def test_a_template_that_cost_44_points_is_caught_and_so_is_its_end(hospital: Workspace) -> None:
    found = drawn(chart_of(hospital, "template"))
    shocked = [found.points[week] for week in SHOCK]
    assert {(point.special_cause, point.side) for point in shocked} == {("outside_limits", -1)}
    others = [point for week, point in enumerate(found.points) if week not in SHOCK]
    assert not any(point.special_cause == "outside_limits" for point in others)
    assert found.variation == "common_cause"
    during = chart_of(hospital, "template", last=monday(SHOCK[-1]))
    assert drawn(during).variation == "concern_low"
    assert chart_sentence(during, "nl") == (
        "Alle laatste 6 weken liggen onder de ondergrens van de eerste weken: verslechtering."
    )
    assert chart_sentence(chart_of(hospital, "template"), "en") == (
        "Ordinary variation: the last week lies within the limits of the first weeks. "
        "The last signal before: deterioration, 6 weeks until 2025-W52."
    )


def test_what_may_not_be_shown_is_a_gap_with_its_reason(hospital: Workspace) -> None:
    found = chart_of(hospital, "small")
    assert found.drawn is None
    assert {gap.code for gap in found.gaps} == {"suppressed", "not_over"} or len(found.gaps) == WEEKS
    assert gap_sentence(found, "nl").startswith("Gaten (weken): te weinig personen om te tonen: ")
    assert all(item.value is None for item in found.series)


@pytest.mark.parametrize(
    ("unit", "week", "reason", "message"),
    [
        ("lasting", CHANGE, "  because   ", "needs a reason"),
        ("lasting", CHANGE, "x" * 501, "longer than 500"),
        ("lasting", CHANGE, f"{REASON}, asked by 123456782", "may be that of a patient"),
        ("lasting", WEEKS - 5, REASON, "new limits need 12"),
        ("lasting", WEEKS + 5, REASON, "no value"),
        ("lasting", 0, REASON, "no older limits"),
        ("template", SHOCK[0], REASON, "did not hold"),
        ("small", CHANGE, REASON, "no value"),
    ],
)
def test_a_rebase_is_refused(hospital: Workspace, unit: str, week: int, reason: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        rebase(LOCAL_OPERATOR, hospital, KPI, unit, monday(week), reason)
    assert listed(LOCAL_OPERATOR, hospital) == ()


def test_only_who_may_decides_and_only_at_home(hospital: Workspace) -> None:
    for viewer in (ANONYMOUS, MANAGER):
        with pytest.raises(NotPermitted):
            rebase(viewer, hospital, KPI, "worse", monday(CHANGE), REASON)
    with pytest.raises(InputError, match="There is no value"):
        rebase(OF_LETTERS, hospital, KPI, "lasting", monday(CHANGE), REASON)
    with pytest.raises(UnknownName):
        rebase(LOCAL_OPERATOR, hospital, "icd", "lasting", monday(CHANGE), REASON)
    with pytest.raises(NotPermitted):
        chart_kpi(ANONYMOUS, hospital, KPI, "worse", KpiChartRequest())


def test_a_rebase_is_kept_with_who_when_and_why_and_can_be_withdrawn(hospital: Workspace) -> None:
    before = data_version(hospital)
    kept = rebase(LOCAL_OPERATOR, hospital, KPI, "lasting", monday(CHANGE), f"  {REASON}\n")
    assert (kept.reason, kept.decided_by, kept.hides_signal) == (REASON, "local operator", False)
    assert data_version(hospital) != before
    found = chart_of(hospital, "lasting")
    assert [point.part for point in drawn(found).points[CHANGE - 1 : CHANGE + 1]] == [1, 2]
    assert drawn(found).variation == "common_cause"
    assert found.rebases == (kept,)
    card = next(one for one in department_view(LOCAL_OPERATOR, hospital, "lasting").cards)
    assert card.charted.rebases == (kept,)
    assert listed(MANAGER, hospital) == ()
    with pytest.raises(UnknownName):
        withdraw(OF_LETTERS, hospital, kept.id)
    gone = withdraw(LOCAL_OPERATOR, hospital, kept.id)
    assert (gone.withdrawn_by, bool(gone.withdrawn_at)) == ("local operator", True)
    assert listed(LOCAL_OPERATOR, hospital) == (gone,)
    assert drawn(chart_of(hospital, "lasting")).variation == "improvement_high"


def test_a_rebase_after_a_change_for_the_worse_says_so_for_ever(hospital: Workspace) -> None:
    kept = rebase(ANALYST, hospital, KPI, "worse", monday(CHANGE), REASON)
    assert kept.hides_signal
    found = next(one for one in listed(MANAGER, hospital) if one.id == kept.id)
    assert (found.hides_signal, found.decided_by) == (True, "Analyst")
    withdraw(ANALYST, hospital, kept.id)


def words(hospital: Workspace, *more: str) -> list[str]:
    return ["chart", "--workspace", str(hospital.root), *more]


def test_the_command_draws_a_kpi(hospital: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    asked = words(hospital, "--kpi", KPI, "--unit", "lasting")
    assert main([*asked, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["type"], found["variation"], found["unit"]) == ("p", "improvement_high", "lasting")
    assert found["choice"]["code"] == "share_small"
    assert found["baseline"]["code"] == "first_points"
    assert len(found["points"]) == WEEKS
    assert main([*asked, "--lang", "nl"]) == 0
    said = capsys.readouterr().out
    assert "boven het gemiddelde van de eerste weken: verbetering" in said or "bovengrens" in said
    assert "p-kaart gekozen voor een aandeel" in said
    assert main([*asked, "--every", "month", "--residual", "--json"]) in (0, 3)
    months = json.loads(capsys.readouterr().out)
    assert (months["every"], months["type"]) == ("month", "xmr")
    assert main([*asked, "--type", "run", "--rules", "anhoej", "--exclude", "2025-W03", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["rules"] == "anhoej"
    assert main([*words(hospital, "--kpi", KPI, "--unit", "small"), "--json"]) == 3
    assert json.loads(capsys.readouterr().out)["status"] == "not_computable"


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (["--kpi", KPI], "Add --unit with one of: lasting, small, template, worse."),
        (["--kpi", KPI, "--unit", "lasting", "--value", "x"], "--value has no meaning"),
        (["--unit", "lasting"], "--unit belongs to a chart of a KPI"),
        (["--kpi", KPI, "--unit", "nowhere"], "There is no department 'nowhere'"),
        (["--kpi", KPI, "--unit", "lasting", "--rebase", "2031-W01"], "There is no point '2031-W01'"),
        (["--kpi", KPI, "--unit", "lasting", "--from", "2026-02-02", "--to", "2025-02-02"], "comes after"),
    ],
)
def test_the_command_refuses_in_one_sentence(
    hospital: Workspace, asked: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words(hospital, *asked)) == 2
    said = capsys.readouterr().err
    assert message in said
    assert len(said.splitlines()) == 1


def test_rebases_from_the_command_line(hospital: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    at = ["--workspace", str(hospital.root)]
    added = ["--kpi", KPI, "--unit", "lasting", "--day", monday(CHANGE).isoformat()]
    assert main(["rebase", "add", *at, *added, "--reason", "short"]) == 2
    assert "needs a reason" in capsys.readouterr().err
    assert main(["rebase", "add", *at, *added, "--reason", REASON, "--json"]) == 0
    kept = json.loads(capsys.readouterr().out)["rebases"][0]
    assert (kept["unit"], kept["reason"]) == ("lasting", REASON)
    assert main(["rebase", "withdraw", *at, str(kept["id"])]) == 0
    capsys.readouterr()
    assert main(["rebase", "list", *at]) == 0
    assert "withdrawn" in capsys.readouterr().out


@pytest.mark.parametrize("unit", ["keel-neus-oorheelkunde", "plastische-chirurgie"])
def test_the_template_of_the_demo_is_caught(tmp_path: Path, unit: str) -> None:
    demo = Workspace.open(small_demo(tmp_path / "demo"))
    found = chart_kpi(LOCAL_OPERATOR, demo, KPI, unit, KpiChartRequest(every="month"))
    demo.engine.dispose()
    assert found.chart.go_live is not None
    signals = [
        (period.start > found.chart.go_live.start, point.side)
        for period, point in zip(found.chart.periods, drawn(found).points, strict=True)
        if point.special_cause is not None
    ]
    assert signals.count((True, -1)) >= 2
    assert (True, 1) not in signals
