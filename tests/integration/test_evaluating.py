"""From rows in files to results and verdicts, on a small hospital made for this test."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import func, select

from core.errors import NotPermitted, UnknownName
from experiments.estimate import Estimate
from governance.access import ANONYMOUS, LOCAL_OPERATOR, Grant, Viewer, fixed
from governance.disclosure_control.rounding import rounded
from storage import repository
from storage.schema import pilots, results
from storage.workspace import Workspace
from tests.evaluated_hospital import (
    COMPARISON,
    EFFECT,
    FIRST,
    NOTES_A_WEEK,
    PILOT,
    START,
    START_WEEK,
    TINY,
    WEEKS,
    build,
    notes,
    plan,
)
from workflows import evaluate as evaluating
from workflows.cli import main
from workflows.decide import decide
from workflows.evaluate import evaluate, evaluation_of, from_json, to_json
from workflows.measure import measure
from workflows.overview import pilot_view, portfolio
from workflows.plan import add_text, listed, show

RUN_IN = 4
OURS = {"good", "seven"}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    opened = build(tmp_path_factory.mktemp("small"))
    yield opened
    opened.engine.dispose()


def manager(*departments: str) -> Viewer:
    return fixed("m", Grant(role="manager", objects=frozenset(departments)))


def test_the_effect_is_the_difference_in_mean_logarithms(workspace: Workspace) -> None:
    """By pandas from the rows, outside everything of ours; equal to rounding."""
    rows = notes()
    week = (rows["started_at"] - np.datetime64(FIRST)).dt.days // 7
    cells = np.log(rows["active_seconds"]).groupby([rows["department"], week]).mean().unstack()
    change = cells.loc[:, START_WEEK + RUN_IN :].mean(axis=1) - cells.loc[:, : START_WEEK - 1].mean(axis=1)
    expected = np.expm1(change[list(PILOT)].mean() - change[list(COMPARISON)].mean())
    found = evaluate(LOCAL_OPERATOR, workspace, "good").primary.result.value
    assert found is not None
    assert isinstance(found.result, Estimate)
    assert found.result.effect == pytest.approx(expected, rel=1e-9)
    assert found.result.interval[0] < EFFECT - 1 < found.result.interval[1]
    assert found.encounter_average == pytest.approx(found.result.effect, abs=0.01)  # equal volumes


def test_a_result_stands_on_counted_rows_weeks_and_people(workspace: Workspace) -> None:
    rows = notes()
    ours = rows[rows["department"].isin((*PILOT, *COMPARISON))]
    found = evaluate(LOCAL_OPERATOR, workspace, "good").primary.result.value
    assert found is not None
    assert found.n == len(ours)
    assert (found.patients, found.staff) == tuple(
        map(rounded, (ours["patient"].nunique(), ours["clinician"].nunique()))
    )
    assert (found.completeness, found.excluded) == (1.0, {})
    assert len(found.series.periods) == WEEKS
    pilot_rows = rows[rows["department"].isin(PILOT)]
    first_week = pilot_rows[pilot_rows["started_at"] < np.datetime64(FIRST + timedelta(weeks=1))]
    assert found.series.patients_treated[0] == rounded(first_week["patient"].nunique())
    assert found.series.n_treated[0] == NOTES_A_WEEK * len(PILOT)
    by_department = first_week.groupby("department")["active_seconds"].mean() / 60
    assert found.series.treated[0] == pytest.approx(by_department.mean(), rel=1e-9)


def test_use_is_the_department_average_after_the_run_in(workspace: Workspace) -> None:
    found = evaluate(LOCAL_OPERATOR, workspace, "good").by_role("use")[0].result.value
    assert found is not None
    assert (found.use_value, found.result) == (1.0, None)


def test_the_good_pilot_is_scaled_and_a_kpi_without_data_is_said_so(workspace: Workspace) -> None:
    made = decide(LOCAL_OPERATOR, workspace, "good").value
    assert made is not None
    assert (made.verdict, made.reasons) == ("scale", ("worthwhile_effect",))
    secondary = evaluate(LOCAL_OPERATOR, workspace, "good").by_role("secondary")[0].result.value
    assert secondary is not None
    assert not isinstance(secondary.result, Estimate)


def test_a_signature_that_expired_since_the_data_end_holds_scaling_back(tmp_path: Path) -> None:
    workspace = build(tmp_path)
    expired = plan("good", PILOT).replace("g21 = { ", "g21 = { expires_on = 2026-06-01, ")
    add_text(LOCAL_OPERATOR, workspace, expired, "good.toml")
    made = decide(LOCAL_OPERATOR, workspace, "good").value
    assert made is not None
    assert (made.verdict, made.reasons) == ("extend", ("gate_open",))
    assert pilot_view(LOCAL_OPERATOR, workspace, "good").safety.gates.scale == ("g21",)
    then = decide(LOCAL_OPERATOR, workspace, "good", as_of=date(2026, 5, 1)).value
    assert then is not None
    assert then.verdict == "scale"


def test_weeks_after_a_day_are_not_looked_at(workspace: Workspace) -> None:
    earlier = START + timedelta(weeks=16, days=2)
    found = evaluate(LOCAL_OPERATOR, workspace, "good", as_of=earlier)
    result = found.primary.result.value
    assert found.as_of == earlier
    assert result is not None
    assert len(result.series.periods) == START_WEEK + 16
    assert isinstance(result.result, Estimate)
    assert result.result.coverage.periods_after == 16 - RUN_IN


def test_a_stored_evaluation_comes_back_whole(workspace: Workspace) -> None:
    for pilot in ("good", "seven"):
        made = evaluation_of(workspace, show(LOCAL_OPERATOR, workspace, pilot))
        assert repr(from_json(to_json(made))) == repr(made)
        fresh = evaluating.computed(
            workspace, show(LOCAL_OPERATOR, workspace, pilot), evaluating.cube.current(workspace), None
        )
        assert repr(from_json(to_json(fresh))) == repr(fresh)


def test_screens_only_read_what_was_computed(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    before = portfolio(LOCAL_OPERATOR, workspace)

    def refuse(*_: object) -> None:
        raise AssertionError("computed again")

    monkeypatch.setattr(evaluating, "kpi_result", refuse)
    assert [view.pilot for view in portfolio(LOCAL_OPERATOR, workspace)] == [view.pilot for view in before]


def test_what_asks_for_a_decision_comes_first(workspace: Workspace) -> None:
    views = [view for view in portfolio(LOCAL_OPERATOR, workspace) if view.pilot.pilot.id in OURS]
    assert [view.pilot.pilot.id for view in views] == ["good", "seven"]
    assert views[0].data_until == max(notes()["started_at"]).date()
    assert (views[0].demo_truth, views[0].is_demo) == (None, False)
    assert set(views[0].kpis) == {"note_time_enc", "icd_accuracy", "visits_per_session", "utilisation"}


def test_a_manager_sees_pilots_of_own_departments_only(workspace: Workspace) -> None:
    ours, others = manager("p2"), manager("c1")
    seen = {view.pilot.pilot.id for view in portfolio(ours, workspace)}
    assert seen & OURS == {"good"}
    assert pilot_view(ours, workspace, "good").decision.value is not None
    assert portfolio(others, workspace) == ()
    for entry in (evaluate, decide, pilot_view, show):
        for name in ("good", "nowhere"):
            with pytest.raises(UnknownName, match=rf"no pilot '{name}'\. There are none yet"):
                entry(others, workspace, name)
        with pytest.raises(UnknownName, match=r"no pilot 'seven'\. Known: good"):
            entry(ours, workspace, "seven")
    with pytest.raises(NotPermitted):
        add_text(ours, workspace, plan("good", PILOT), "x.toml")


def test_nobody_in_particular_gets_nothing(workspace: Workspace) -> None:
    for entry in (evaluate, decide, pilot_view, show):
        with pytest.raises(NotPermitted):
            entry(ANONYMOUS, workspace, "good")
        with pytest.raises(NotPermitted):
            entry(ANONYMOUS, workspace, "no-such-pilot")
    for listing in (portfolio, listed):
        with pytest.raises(NotPermitted):
            listing(ANONYMOUS, workspace)


def test_an_unknown_pilot_is_offered_the_nearest(workspace: Workspace) -> None:
    with pytest.raises(UnknownName, match="Known: good"):
        evaluate(LOCAL_OPERATOR, workspace, "goud")


def as_json(capsys: pytest.CaptureFixture[str], workspace: Workspace, *words: str) -> tuple[int, Any]:
    code = main([*words, "--json", "--workspace", str(workspace.root)])
    printed = capsys.readouterr().out
    return code, json.loads(printed, parse_constant=lambda name: pytest.fail(f"{name} in JSON"))


ESTIMATE = {
    "status", "estimand", "design", "inference", "scale", "effect", "standard_error", "interval", "level",
    "p_value", "degrees_of_freedom", "n_observations", "n_units", "n_treated_units", "n_clusters",
    "first_period", "last_period", "also", "agreement", "evidence_grade", "evidence_reasons", "checks",
    "details", "assumptions", "software", "inputs_sha256",
}  # fmt: skip


def test_evaluate_prints_the_contract(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    code, found = as_json(capsys, workspace, "evaluate", "good")
    assert code == 3, "visits_per_session has no data"
    assert {"pilot", "as_of", "plan_sha256", "estimates"} <= found.keys()
    assert found["plan_sha256"] == show(LOCAL_OPERATOR, workspace, "good").plan_sha256
    roles = {one["kpi"]: one["role"] for one in found["estimates"]}
    assert roles == {
        "note_time_enc": "primary",
        "icd_accuracy": "guardrail",
        "visits_per_session": "secondary",
        "utilisation": "use",
    }
    by_kpi = {one["kpi"]: one for one in found["estimates"]}
    assert by_kpi["note_time_enc"].keys() >= ESTIMATE
    assert by_kpi["note_time_enc"]["status"] == "estimated"
    refused = by_kpi["visits_per_session"]
    assert refused["status"] == "not_estimable"
    assert not {"effect", "interval", "p_value"} & refused.keys()
    assert {"code", "message", "remedy"} <= refused["reasons"][0].keys()
    assert (by_kpi["utilisation"]["status"], by_kpi["utilisation"]["value"]) == ("measured", 1.0)


def test_decide_prints_the_contract(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    code, found = as_json(capsys, workspace, "decide", "good")
    assert code == 3
    assert {
        "pilot", "verdict", "criteria", "reasons", "would_change_it", "estimate", "plan_sha256", "as_of",
    } <= found.keys()  # fmt: skip
    assert found["verdict"] == "scale"
    for criterion in found["criteria"]:
        assert {"code", "state", "value", "interval", "threshold"} <= criterion.keys()
        assert criterion["state"] in ("met", "not_met", "undecided", "not_assessed")
    for change in found["would_change_it"]:
        assert {"code", "value"} <= change.keys()
    assert found["estimate"].keys() >= ESTIMATE
    assert date.fromisoformat(found["as_of"])


@pytest.mark.parametrize("kpi", ["note_time_enc", "icd_accuracy"])
def test_an_exported_panel_gives_the_numbers_of_evaluate(
    workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str], kpi: str
) -> None:
    """Also where weeks have too few clinicians to be shown by themselves, which are taken together."""
    cells = measure(LOCAL_OPERATOR, workspace, [kpi])
    few = {one.unit for one in cells if one.measurement.suppressed and one.unit in (*PILOT, *COMPARISON)}
    assert few
    panel = tmp_path / "panel.csv"
    asked = ["measure", "--kpi", kpi, "--pilot", "good", "--out", str(panel)]
    assert main([*asked, "--workspace", str(workspace.root)]) == 0
    _, evaluated = as_json(capsys, workspace, "evaluate", "good")
    ours = next(one for one in evaluated["estimates"] if one["kpi"] == kpi)
    relative = kpi == "note_time_enc"
    columns = ["--unit", "unit", "--time", "period", "--first-treated", "first_treated", "--run-in", "4"]
    columns += ["--outcome", "geometric_mean" if relative else "outcome", "--scale", ours["scale"]]
    _, found = as_json(capsys, workspace, "estimate", str(panel), *columns)
    for name in ("effect", "interval", "p_value", "standard_error"):
        assert found[name] == pytest.approx(ours[name], rel=1e-9, abs=1e-12), name


def numbers(content: Any) -> Iterator[float]:
    if isinstance(content, dict):
        for value in content.values():
            yield from numbers(value)
    elif isinstance(content, list):
        for value in content:
            yield from numbers(value)
    elif isinstance(content, int | float) and not isinstance(content, bool):
        yield content


def test_seven_patients_are_suppressed_everywhere(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    """The only numbers that may be left: the plan's thresholds, zero, and counts of checklist items."""
    allowed = {0.0, 0.05, -0.05, 0.25, -0.25, 0.4, 0.9, 1.0}
    code, evaluated = as_json(capsys, workspace, "evaluate", "seven")
    assert code == 3
    assert {one["status"] for one in evaluated["estimates"] if one["role"] != "secondary"} == {"suppressed"}
    assert {one.get("shown_as") for one in evaluated["estimates"] if one["role"] != "secondary"} == {"< 10"}
    shown = [one for one in evaluated["estimates"] if one["role"] != "secondary"]
    assert set(numbers(shown)) <= allowed
    code, decided = as_json(capsys, workspace, "decide", "seven")
    assert code == 3
    assert (decided["verdict"], decided["reasons"]) == ("cannot_tell", ["primary_suppressed"])
    assert set(numbers(decided)) <= allowed
    assert main(["evaluate", "seven", "--workspace", str(workspace.root)]) == 3
    assert "< 10" in capsys.readouterr().out


def test_a_group_week_of_few_people_is_taken_out_of_the_series(workspace: Workspace) -> None:
    strict = replace(workspace, settings=replace(workspace.settings, minimum_patients=33))
    found = evaluate(LOCAL_OPERATOR, strict, "good").primary.result.value
    whole = evaluate(LOCAL_OPERATOR, workspace, "good").primary.result.value
    assert found is not None
    assert whole is not None
    assert 0 < len(found.series.suppressed) < WEEKS
    for index, label in enumerate(found.series.periods):
        small = (whole.series.patients_treated[index] or 0) < 35  # in fives: 33 and 34 are 35
        assert small == (found.series.patients_treated[index] is None)
        if small:
            assert label in found.series.suppressed
            assert np.isnan(found.series.treated[index])


def test_the_same_plan_changes_nothing_and_another_is_a_new_version(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path)
    text = plan("good", PILOT)
    first, _ = add_text(LOCAL_OPERATOR, workspace, text, "good.toml")
    again, _ = add_text(LOCAL_OPERATOR, workspace, "# a remark\n" + text, "good.toml")
    assert (first.status, again.status, again.pilot) == ("new", "unchanged", first.pilot)
    other, _ = add_text(LOCAL_OPERATOR, workspace, plan("good", PILOT[:2]), "good.toml")
    assert (other.status, other.pilot.version) == ("changed", 2)
    assert other.pilot.plan_sha256 != first.pilot.plan_sha256
    assert repository.find(workspace, "good") == other.pilot
    with workspace.engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(pilots)) == 2
    back, _ = add_text(LOCAL_OPERATOR, workspace, text, "good.toml")
    assert (back.pilot.version, back.pilot.plan_sha256) == (3, first.pilot.plan_sha256)


def test_a_pilot_without_data_cannot_be_told_and_nothing_is_stored(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path)
    add_text(LOCAL_OPERATOR, workspace, plan("good", PILOT), "good.toml")
    made = decide(LOCAL_OPERATOR, workspace, "good").value
    assert made is not None
    assert (made.verdict, made.reasons) == ("cannot_tell", ("primary_not_estimable", "incomplete_data"))
    assert main(["decide", "good", "--workspace", str(workspace.root)]) == 3


def test_a_new_plan_is_evaluated_anew_and_the_old_result_goes(tmp_path: Path) -> None:
    workspace = build(tmp_path, until_week=50)
    evaluate(LOCAL_OPERATOR, workspace, "good")
    add_text(LOCAL_OPERATOR, workspace, plan("good", (*PILOT[:2], TINY)), "good.toml")
    found = evaluate(LOCAL_OPERATOR, workspace, "good").primary.result.value
    assert found is not None
    assert len(found.series.periods) == 50
    with workspace.engine.connect() as connection:
        stored = connection.scalars(select(results.c.plan_sha256).where(results.c.pilot == "good")).all()
    assert stored == [show(LOCAL_OPERATOR, workspace, "good").plan_sha256]


def test_pilots_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    workspace, file = Workspace.open(tmp_path / "workspace"), tmp_path / "good.toml"
    file.write_text(plan("good", PILOT))
    code, added = as_json(capsys, workspace, "pilots", "add", str(file))
    assert (code, added["status"], added["version"]) == (0, "new", 1)
    code, listing = as_json(capsys, workspace, "pilots", "list")
    assert [one["pilot"] for one in listing["pilots"]] == ["good"]
    code, shown = as_json(capsys, workspace, "pilots", "show", "good")
    assert shown["plan"]["primary"] == {"kpi": "note_time_enc", "smallest_change": 0.05, "scale": "relative"}
    assert main(["pilots", "show", "good", "--workspace", str(workspace.root)]) == 0
    assert file.read_text().strip() in capsys.readouterr().out
    file.write_text(plan("good", PILOT).replace("margin = 0.25", "margin = -1"))
    assert main(["pilots", "add", str(file), "--workspace", str(workspace.root)]) == 2
    assert "good.toml line 24: 'margin' must be more than 0" in capsys.readouterr().err
    assert main(["pilots", "add", str(tmp_path / "no.toml"), "--workspace", str(workspace.root)]) == 2
    assert main(["evaluate", "nobody", "--workspace", str(workspace.root)]) == 2
    assert "There is no pilot 'nobody'. Known: good." in capsys.readouterr().err


def test_without_comparison_the_same_effect_is_never_scaled(workspace: Workspace) -> None:
    alone = plan("alone", PILOT).replace('comparison = ["c1", "c2", "c3", "c4", "c5"]', "comparison = []")
    _, issues = add_text(LOCAL_OPERATOR, workspace, alone, "alone.toml")
    assert [issue.level for issue in issues] == ["warning"]
    made = decide(LOCAL_OPERATOR, workspace, "alone").value
    assert made is not None
    found = evaluate(LOCAL_OPERATOR, workspace, "alone").primary.result.value
    assert found is not None
    assert found.encounter_average is None  # before/after counts departments equally
    assert isinstance(found.result, Estimate)
    assert (found.result.design, found.result.interval[1] < 0) == ("before-after", True)
    # The ruler changed in all departments alike, but here nothing is left to cancel it.
    assert (made.verdict, made.reasons) == ("cannot_tell", ("before_after_only", "ruler_changed"))


def test_a_pilot_that_has_yet_to_start_cannot_be_told(workspace: Workspace) -> None:
    later = plan("later", PILOT, date(2026, 6, 1)).replace("2026-03-01]", "2026-12-27]")
    add_text(LOCAL_OPERATOR, workspace, later, "later.toml")
    made = decide(LOCAL_OPERATOR, workspace, "later").value
    assert made is not None
    assert (made.verdict, made.reasons) == ("cannot_tell", ("primary_not_estimable",))
    found = evaluate(LOCAL_OPERATOR, workspace, "later")
    use = found.by_role("use")[0].result.value
    assert use is not None
    assert use.use_value is None
