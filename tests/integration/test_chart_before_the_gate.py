"""A pilot whose start is not signed is not measured by a chart either."""

from pathlib import Path

from governance.access import LOCAL_OPERATOR
from reports.before_after import before_after_rows
from storage.workspace import Workspace
from tests.evaluated_hospital import build, plan
from tests.governed_pilot import SIGNED
from workflows.department import department_view
from workflows.governance.sign import change_item
from workflows.kpi_chart import ChartedKpi, KpiChartRequest, chart_kpi
from workflows.plan import add_text

KPI, UNIT = "note_time_enc", "c5"


def charts(workspace: Workspace) -> tuple[ChartedKpi, ...]:
    """That of the page of a department, and that of the command."""
    cards = department_view(LOCAL_OPERATOR, workspace, UNIT).cards
    alone = chart_kpi(LOCAL_OPERATOR, workspace, KPI, UNIT, KpiChartRequest())
    return next(one.charted for one in cards if one.kpi.id == KPI), alone


def test_no_chart_tells_before_from_after_until_the_start_is_signed(tmp_path: Path) -> None:
    workspace = build(tmp_path)
    words = plan("other", (UNIT,)).replace(f', "{UNIT}"', "")
    opened = words.replace('g07 = { state = "signed"', 'g07 = { state = "open"')
    try:
        add_text(LOCAL_OPERATOR, workspace, opened, "other.toml")
        for one in charts(workspace):
            assert (one.pilot, one.chart.go_live) == (None, None)
            assert before_after_rows(one, "nl") == []
        change_item(LOCAL_OPERATOR, workspace, "other", "g07", SIGNED)
        for one in charts(workspace):
            assert one.pilot is not None
            assert before_after_rows(one, "nl")
    finally:
        workspace.engine.dispose()
