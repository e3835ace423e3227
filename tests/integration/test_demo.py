"""The demo hospital on its whole way: files, intake, cube, plans, verdicts, truth."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select

from core.errors import ConfigurationError
from data_connectors.synthetic.departments import DEPARTMENTS
from data_connectors.synthetic.dirt import DIRT, dirty_rows
from data_connectors.synthetic.hospital import simulate
from data_connectors.synthetic.outcomes import Scale, outcome
from data_connectors.synthetic.parameters import Parameters
from data_connectors.synthetic.plans import PILOTS
from data_connectors.synthetic.truth import simulate_both, true_effects
from governance.access import LOCAL_OPERATOR
from governance.disclosure_control import policy
from kpis.catalogue import load
from storage import cube
from storage.schema import batches
from tests.demo_workspace import ROWS, SEED, small_demo
from workflows.cli import main
from workflows.demo import build_demo
from workflows.opening import Workspace, open_workspace
from workflows.overview import portfolio
from workflows.panel import weekly
from workflows.plan import show

FEW = 12_000
"""Rows of a demo of which only the steps matter."""


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    opened = open_workspace(small_demo(tmp_path_factory.mktemp("hospital") / "demo"))
    yield opened
    opened.engine.dispose()


def _reports(workspace: Workspace) -> list[dict[str, object]]:
    with workspace.engine.connect() as connection:
        return [json.loads(text) for text in connection.scalars(select(batches.c.report))]


def test_every_row_is_accounted_for_and_the_dirty_ones_are_set_aside(workspace: Workspace) -> None:
    rows = {name: len(columns["week"]) for name, columns in _tables().items() if name != "CostLine"}
    for report in _reports(workspace):
        name = Path(str(report["file"])).stem
        expected = {dirt.reason: dirty_rows(dirt, ROWS / 1_000_000) for dirt in DIRT if dirt.table == name}
        assert report["quarantine"] == expected, name
        assert report["rows_loaded"] == rows.get(name, report["rows_loaded"])


def _tables() -> dict[str, dict[str, np.ndarray]]:
    return simulate(Parameters(rows=ROWS), SEED).tables


@pytest.mark.parametrize(
    ("kpi", "scale"),
    [
        ("note_time_enc", "relative"),
        ("note_time_enc", "absolute"),
        ("message_write_time", "relative"),
        ("message_read_time", "relative"),
        ("letter_24h", "absolute"),
        ("icd_accuracy", "absolute"),
        ("pem", "absolute"),
        ("visits_per_session", "relative"),
        ("wow8", "absolute"),
    ],
)
def test_the_evaluation_sees_the_cells_that_the_truth_was_taken_from(
    workspace: Workspace, kpi: str, scale: Scale, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policy, "DOMINANT", 1.0)  # every cell is looked at, however few bring it in
    run, version = simulate(Parameters(rows=ROWS), SEED), cube.current(workspace)
    assert version is not None
    simulated = outcome(run, kpi, scale)
    mondays = run.world.calendar.mondays
    open_to_all = replace(
        workspace, settings=replace(workspace.settings, minimum_patients=1, minimum_staff=1)
    )
    compared = 0
    for pilot in PILOTS:
        plan = show(LOCAL_OPERATOR, workspace, pilot).pilot
        found = weekly(open_to_all, version, load()[kpi], plan)
        # The day of the last discharge may be too fresh to be judged: one week less for the letters.
        assert len(found.weeks) >= len(mondays) - 1
        for place, department in enumerate(DEPARTMENTS):
            if department.id not in (*plan.starts, *plan.comparison):
                continue
            for week in found.weeks:
                value, measured = found.value(department.id, week, scale), found.found[department.id, week]
                if "too_few_measured" in measured.incomplete_because:
                    assert np.isnan(value)
                    assert measured.measured_share is not None
                    assert measured.measured_share < 0.7
                    continue
                expected = simulated[place, mondays.index(week.start)]
                if scale == "relative":
                    expected = np.exp(expected)
                np.testing.assert_allclose(value, expected, rtol=1e-9)
                compared += 1
    assert compared > 3_000


def test_the_stored_truth_is_the_simulators(workspace: Workspace) -> None:
    effects = true_effects(simulate_both(Parameters(rows=ROWS), SEED))
    shown = {view.pilot.pilot.id: view.demo_truth for view in portfolio(LOCAL_OPERATOR, workspace)}
    assert shown == {
        pilot: {one.kpi: one.effect for one in effects if one.pilot == pilot} for pilot in PILOTS
    }


def test_every_pilot_has_a_verdict_and_the_workspace_says_it_is_a_demo(workspace: Workspace) -> None:
    views = portfolio(LOCAL_OPERATOR, workspace)
    assert {view.pilot.pilot.id for view in views} == set(PILOTS)
    assert all(view.decision.value is not None and view.is_demo for view in views)
    assert workspace.settings.hospital == "Ziekenhuis De Linde"


def test_a_finished_demo_is_recognised_and_left_alone(workspace: Workspace) -> None:
    before = sorted((path, path.stat().st_mtime_ns) for path in (workspace.root / "facts").rglob("*"))
    assert not build_demo(workspace.root, rows=99_000, seed=5).built
    assert sorted((path, path.stat().st_mtime_ns) for path in (workspace.root / "facts").rglob("*")) == before


def test_a_demo_that_was_broken_off_is_completed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken(Exception):
        pass

    def stop(_: object) -> None:
        raise Broken

    monkeypatch.setattr("workflows.demo.PILOTS", ("template",))  # one plan is enough, and quicker
    with monkeypatch.context() as during:
        during.setattr("workflows.demo.cube_build.build", stop)
        with pytest.raises(Broken):
            build_demo(tmp_path, rows=FEW, seed=SEED)
    with pytest.raises(ConfigurationError, match="begun here"):
        build_demo(tmp_path, rows=FEW + 1, seed=SEED)
    assert build_demo(tmp_path, rows=FEW, seed=SEED).built
    completed = open_workspace(tmp_path)
    assert len(_reports(completed)) == len(simulate(Parameters(rows=FEW), SEED).tables)
    assert [view.pilot.pilot.id for view in portfolio(LOCAL_OPERATOR, completed)] == ["template"]
    completed.engine.dispose()


def test_a_workspace_with_data_of_its_own_is_refused(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    source = workspace.root / "demo" / "source" / "CostLine.parquet"
    assert (
        main(["ingest", str(source), "--mapping", "standard_form", "--workspace", str(tmp_path / "own")]) == 0
    )
    with pytest.raises(ConfigurationError, match="data of its own"):
        build_demo(tmp_path / "own", rows=20_000)


def test_the_command_says_in_json_what_is_there(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["demo", "--json", "--workspace", str(workspace.root)]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "workspace": str(workspace.root),
        "rows": ROWS,
        "seed": SEED,
        "built": False,
    }
