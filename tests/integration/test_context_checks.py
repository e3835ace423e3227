"""A new template, a downtime and other cases in pilot departments, from rows to the checks of a result."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.weightstats import ttost_ind

from core.errors import UnknownName
from core.period import containing
from experiments.estimate import CheckResult, Estimate, NotEstimable
from experiments.estimating import OF_DATA
from experiments.evaluation import Evaluation
from governance.access import LOCAL_OPERATOR, Grant, fixed
from storage import evidence
from storage.workspace import Workspace
from tests.evaluated_hospital import FIRST, PILOT, START, START_WEEK, TINY, build, notes, plan
from workflows.cli import main
from workflows.evaluate import evaluate, evaluation_of, from_json, to_json
from workflows.governance.bias import bias_check, bias_evidence
from workflows.governance.sign import Change, change_item
from workflows.plan import add_text, show

NEW_TEMPLATE, DOWNTIME = 20, START + timedelta(weeks=22)
LONGER = 1.5
GUARDRAIL = '[[guardrails]]\nkpi = "icd_accuracy"\nmargin = 0.25\nscale = "absolute"\n'
KEYS = 'selection = "worst"\nnegative_control = "icd_accuracy"\nunannounced = "visits_per_session"\n'


def spoiled() -> pd.DataFrame:
    """Pilot departments write in a new template from week 20 on, and see fewer long visits from the start.

    One clinician of each left at the start, and another came.
    """
    random = np.random.default_rng(3)
    rows = notes()
    week = (rows["started_at"] - np.datetime64(FIRST)).dt.days // 7
    pilot = rows["department"].isin(PILOT)
    is_long = random.random(len(rows)) < np.where(pilot & (week >= START_WEEK), 0.2, 0.5)
    moved = pilot & rows["clinician"].str.endswith("-C0") & (week >= START_WEEK)
    return rows.assign(
        clinician=rows["clinician"].where(~moved, rows["department"] + "-NEW"),
        template=np.where(pilot & (week >= NEW_TEMPLATE), "new", "old"),
        segment=np.where(is_long, "first", "follow_up"),
        active_seconds=rows["active_seconds"] * np.where(is_long, LONGER, 1.0),
    )


def with_keys(pilot: str, starts: tuple[str, ...]) -> str:
    """The plan with every later key; the guardrail becomes the negative control."""
    assert GUARDRAIL in plan(pilot, starts)
    return KEYS + plan(pilot, starts).replace(GUARDRAIL, "").replace(
        'secondary = ["visits_per_session"]\n', ""
    )


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    noted = pd.DataFrame(
        {
            "department": [PILOT[0], "c1"],
            "segment": "",
            "exposed": 0,
            "week_start": [DOWNTIME, START - timedelta(weeks=9)],
            "event": ["downtime", "ehr_upgrade"],
        }
    )
    opened = build(tmp_path_factory.mktemp("spoiled"), rows=spoiled(), beside={"DepartmentWeek": noted})
    add_text(LOCAL_OPERATOR, opened, with_keys("keys", PILOT), "keys.toml")
    add_text(LOCAL_OPERATOR, opened, with_keys("few", (TINY,)), "few.toml")
    yield opened
    opened.engine.dispose()


def evaluated(workspace: Workspace, pilot: str, as_of: date | None = None) -> Evaluation:
    return evaluation_of(workspace, show(LOCAL_OPERATOR, workspace, pilot), as_of)


def checks(found: Evaluation) -> dict[str, CheckResult]:
    assert isinstance(found.primary.result, Estimate)
    names = [one.name for one in found.primary.result.checks]
    assert len(names) == len(set(names))
    return {one.name: one for one in found.primary.result.checks}


def test_a_new_template_in_the_pilot_departments_is_found(workspace: Workspace) -> None:
    found = checks(evaluated(workspace, "good"))["measurement_change"]
    since = containing(FIRST + timedelta(weeks=NEW_TEMPLATE), "week").label
    assert (found.passed, found.statistic) == (False, float(len(PILOT)))
    for department in PILOT:
        assert f"template ({department}, {since})" in found.message.render("en")
    assert "hooguit zwak bewijs" in found.message.render("nl")


def test_a_downtime_after_the_start_is_found_and_an_upgrade_before_it_is_not(workspace: Workspace) -> None:
    found = checks(evaluated(workspace, "good"))["co_intervention"]
    assert (found.passed, found.statistic) == (False, 1.0)
    assert f"downtime (p1, {containing(DOWNTIME, 'week').label})" in found.message.render("en")
    assert "EHR" not in found.message.render("en")


def test_who_stayed_beside_whoever_worked_there(workspace: Workspace) -> None:
    """By pandas from the rows: those of the pilots' clinicians who left or came are gone."""
    rows = spoiled()
    stayed = ~(rows["department"].isin(PILOT) & rows["clinician"].str.contains("-C0|-NEW"))
    rows = rows[stayed & (rows["department"] != TINY)]
    rows = rows.assign(
        logs=np.log(rows["active_seconds"] / 60),
        week=(rows["started_at"] - np.datetime64(FIRST)).dt.days // 7,
    )
    weekly = rows.groupby(["department", "week"])["logs"].mean().unstack()
    change = weekly.loc[:, START_WEEK + 4 :].mean(axis=1) - weekly.loc[:, : START_WEEK - 1].mean(axis=1)
    ours = change.index.isin(PILOT)
    found = checks(evaluated(workspace, "good"))["fixed_clinicians"]
    assert found.passed is True
    assert found.statistic == pytest.approx(np.expm1(change[ours].mean() - change[~ours].mean()), rel=1e-9)
    assert f"the {rows['clinician'].nunique()} clinicians" in found.message.render("en")
    then = evaluated(workspace, "good", START + timedelta(weeks=25))
    assert checks(then)["fixed_clinicians"].passed is None


def test_fewer_long_visits_made_part_of_the_effect(workspace: Workspace) -> None:
    """By pandas from the rows: mean logarithms per kind and side, weighted by the mix before the start."""
    rows = spoiled()
    rows = rows[rows["department"] != TINY]
    week = (rows["started_at"] - np.datetime64(FIRST)).dt.days // 7
    rows = rows.assign(logs=np.log(rows["active_seconds"] / 60), after=week >= START_WEEK)
    kept = rows[(week < START_WEEK) | (week >= START_WEEK + 4)]
    mix = kept[~kept["after"]].groupby("segment").size()
    side = kept.groupby(["department", "after", "segment"])["logs"].mean().unstack()
    held = (side * (mix / mix.sum())).sum(axis=1).unstack()
    crude = kept.groupby(["department", "after"])["logs"].mean().unstack()
    ours = held.index.isin(PILOT)
    held_effect, crude_effect = (
        np.expm1(change[ours].mean() - change[~ours].mean())
        for change in (held[True] - held[False], crude[True] - crude[False])
    )
    found = checks(evaluated(workspace, "good"))["composition"]
    assert found.statistic == pytest.approx(held_effect - crude_effect, rel=1e-9)
    assert (found.passed, found.statistic > 0.05) == (False, True)


def test_the_keys_of_the_plan_reach_the_checks(workspace: Workspace) -> None:
    found = checks(evaluated(workspace, "keys"))
    assert found["selection"].passed is False
    assert found["negative_control"].passed is True
    assert found["negative_control"].p_value is not None
    assert (found["hawthorne"].passed, found["hawthorne"].statistic) == (None, None)
    without = checks(evaluated(workspace, "good"))
    assert {"negative_control", "hawthorne"}.isdisjoint(without)


def test_no_check_tells_of_the_few_people_behind_a_pilot(workspace: Workspace) -> None:
    found = evaluated(workspace, "few").primary.result
    assert isinstance(found, NotEstimable)
    assert {one.name for one in found.checks} <= set(OF_DATA)
    assert evaluate(LOCAL_OPERATOR, workspace, "few").primary.result.suppressed


def test_what_was_not_known_yet_is_not_held_against_it(workspace: Workspace) -> None:
    later, earlier = (
        checks(evaluated(workspace, "good", DOWNTIME + timedelta(days=days)))["co_intervention"]
        for days in (0, -1)
    )
    assert (later.passed, earlier.passed) == (False, True)


def test_stored_and_printed_like_other_checks(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    made = evaluated(workspace, "keys")
    assert repr(from_json(to_json(made))) == repr(made)
    main(["evaluate", "keys", "--workspace", str(workspace.root), "--lang", "nl", "--json"])
    primary = json.loads(capsys.readouterr().out)["estimates"][0]
    printed = {one["name"]: one for one in primary["checks"]}
    assert printed["measurement_change"]["passed"] is False
    assert "sjabloon (p1, 2025-W22)" in printed["measurement_change"]["message"]


def test_a_hospital_without_faults_is_left_alone(tmp_path: Path) -> None:
    found = checks(evaluated(build(tmp_path), "good"))
    # every note starts at ten o'clock UTC, summer and winter, in all departments alike
    assert found["measurement_change"].passed is None
    assert "summer time ignored (c1)" in found["measurement_change"].message.render("en")
    assert found["co_intervention"].passed is None
    assert found["selection"].passed is None


def test_groups_are_compared_as_pandas_and_statsmodels_do(workspace: Workspace) -> None:
    """One number per department: first visits against all others, after minus before, as logarithms."""
    rows = spoiled()
    rows = rows[rows["department"] != TINY]
    week = (rows["started_at"] - np.datetime64(FIRST)).dt.days // 7
    rows = rows.assign(logs=np.log(rows["active_seconds"] / 60), after=week >= START_WEEK)
    kept = rows[(week < START_WEEK) | (week >= START_WEEK + 4)]
    level = kept.groupby(["department", "segment", "after"])["logs"].mean().unstack()
    change = (level[True] - level[False]).unstack()
    gap = change["first"] - change["follow_up"]
    ours = gap.index.isin(PILOT)
    p_value, _, _ = ttost_ind(gap[ours], gap[~ours], np.log(0.95), np.log(1.05), usevar="pooled")
    found = bias_check(LOCAL_OPERATOR, workspace, "good")
    primary = found.kpis[0].comparison.value
    assert primary is not None
    first, follow_up = primary.groups
    assert (first.name, follow_up.name, first.pilots, first.others) == ("first", "follow_up", 3, 5)
    assert first.difference == pytest.approx(np.expm1(gap[ours].mean() - gap[~ours].mean()), rel=1e-9)
    assert first.p_value == pytest.approx(p_value, rel=1e-9)
    treated = kept[kept["after"] & kept["department"].isin(PILOT)]
    assert [one.n for one in primary.groups] == treated.groupby("segment").size().tolist()
    again = bias_check(LOCAL_OPERATOR, workspace, "good")
    assert again.kpis[0].comparison.value == primary


def test_a_group_of_few_people_is_not_shown_and_nothing_beside_it(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["governance", "bias", "seven", "--workspace", str(workspace.root), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["outcome"], found["kpis"][0]["suppressed"], found["kpis"][0]["groups"]) == (
        "cannot_tell", True, [],
    )  # fmt: skip
    assert "< 10" in found["kpis"][0]["why"]


def test_the_comparison_is_kept_as_evidence(workspace: Workspace) -> None:
    made = bias_evidence(LOCAL_OPERATOR, workspace, "good", "nl")
    change = Change(status="signed", function="ethics", signer="E", evidence=made)
    assert change_item(LOCAL_OPERATOR, workspace, "good", "g19", change).evidence == made
    whole = evidence.content(workspace, made)
    assert whole is not None
    assert "first (n = " in whole.decode()
    assert "marge 5,0 %" in whole.decode().replace("\N{NARROW NO-BREAK SPACE}", " ")
    lead = fixed("lead", Grant(role="lead", objects=frozenset({"few"})))
    with pytest.raises(UnknownName):
        bias_evidence(lead, workspace, "good", "nl")
