"""The quality of the numbers through the real road: files, cube, facts, rights, gate, command line."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest

from core.errors import InputError, NotPermitted, UnknownName
from governance.access import ANONYMOUS, EVERYTHING, LOCAL_OPERATOR, Grant, fixed
from governance.disclosure_control import Persons
from kpis.catalogue import FOLDER
from kpis.statistics.agreement import cohen_kappa
from storage.workspace import Workspace
from tests.quality_hospital import NEW_TEMPLATE, quality_hospital, reviews, some_notes, uses
from tests.small_hospital import FIRST, NOTES_A_DAY, PEOPLE, WEEKS
from workflows.case_mix import case_mix
from workflows.cli import main
from workflows.quality.agreement import agreement
from workflows.quality.completeness import completeness
from workflows.quality.data_quality import data_quality
from workflows.quality.drift import drift, ruler_changes
from workflows.quality.funnel import funnels
from workflows.quality.lateness import late_rows
from workflows.quality.scope import Asked, scope
from workflows.quality.sustained import sustained

MANAGER_OF_SOUTH = fixed("s", Grant(role="manager", objects=frozenset({"south"})))
NOTE = Asked(kpis=("note_time_enc",))


@pytest.fixture(scope="module")
def hospital(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    workspace = quality_hospital(tmp_path_factory.mktemp("quality"))
    yield workspace
    workspace.engine.dispose()


def test_the_share_that_was_measured_and_where_nobody_knows_it(hospital: Workspace) -> None:
    found = completeness(LOCAL_OPERATOR, hospital, NOTE, "week")
    status = {
        (one.department, one.coverage.value.status, one.coverage.value.share)
        for one in found
        if one.period.start == FIRST and one.coverage.value
    }
    # 24 of every 25 notes are signed
    assert status == {("north", "enough", 0.96), ("south", "withheld", 0.48), ("west", "unknown", None)}
    assert [one.over for one in found if one.department == "north"] == [True] * (WEEKS - 1) + [False]


def test_delays_and_periods_that_are_not_final(hospital: Workspace) -> None:
    found = late_rows(LOCAL_OPERATOR, hospital, NOTE)
    late = {one.department: one.lateness.value for one in found.rows if one.table == "NoteSession"}
    # the second delivery brought the last week and a note of the very first day
    assert late["north"].overtaken.median == 0
    assert late["north"].overtaken.p99 == 7 * (WEEKS - 2) + 1
    by_department = {one.department: one for one in found.maturity}
    assert by_department["north"].too_short
    assert [period.label for period in found.not_final["note_time_enc"]] == ["2026-W13"]


def test_a_new_template_is_found_in_the_week_it_came(hospital: Workspace) -> None:
    found = drift(LOCAL_OPERATOR, hospital, NOTE)
    changed = {
        (one.subject.department, one.subject.detector): one for one in found if one.status == "changed"
    }
    assert {key for key in changed if key[1] == "template"} == {("north", "template")}
    # South wrote nothing in a week, and eleven weeks are too few to say anything
    unknown = {one.subject.department: one.reason for one in found if one.subject.detector == "template"}
    assert unknown["south"] == "too_few_weeks"
    since = FIRST + timedelta(weeks=NEW_TEMPLATE)
    assert changed["north", "template"].since == since
    asked = scope(hospital, EVERYTHING, NOTE)
    assert asked is not None
    near = {one.department: one for one in ruler_changes(hospital, asked, "note_time_enc", since)}
    assert (near["north"].changed, near["south"].changed, near["west"].changed) == (True, None, False)


def test_the_funnel_and_its_stages(hospital: Workspace) -> None:
    found = [one for one in funnels(LOCAL_OPERATOR, hospital, Asked(), "week") if one.department == "north"]
    stages = {one.name: one for one in found[0].stages.value or ()}
    visits_a_week = 3 * (2 * NOTES_A_DAY + 1)
    assert stages["eligible"].stage.count == stages["offered"].stage.count == visits_a_week
    assert stages["edited"].unshown == "not_logged"
    week = [one["outcome"] for one in uses() if one["happened_at"].date() < FIRST + timedelta(weeks=1)]
    assert stages["opened"].stage.count == week.count("opened")
    assert stages["opened"].stage.from_first.value == week.count("opened") / visits_a_week
    south = next(
        one for one in funnels(LOCAL_OPERATOR, hospital, Asked(), "week") if one.department == "south"
    )
    assert {one.unshown for one in (south.stages.value or ())[1:]} == {"not_logged"}


def test_sustained_use_names_nobody_and_hides_small_cells(hospital: Workspace) -> None:
    found = sustained(LOCAL_OPERATOR, hospital, Asked())
    frame = pd.DataFrame([one for one in uses() if one["outcome"] == "used"])
    clinicians = frame["clinician"].nunique()
    assert {one.department for one in found} == {"north"}
    shown = [one.found.value for one in found if one.found.value is not None]
    assert shown
    for one in shown:
        assert all(part == 0 or part >= 5 for part in (one.at_risk, one.using, one.at_risk - one.using))
        assert one.at_risk <= clinicians


def test_agreement_of_two_raters(hospital: Workspace) -> None:
    found = agreement(LOCAL_OPERATOR, hospital, Asked()).value
    assert found is not None
    assert (found.texts, found.raters) == (30, 2)
    items = {one.item: one for one in found.items}
    frame = pd.DataFrame(reviews()).pivot(index="document", columns="clinician", values="trusted")
    expected = cohen_kappa(*(list(frame[name]) for name in frame), (0, 1))
    # pseudonyms may turn the raters round, which changes no kappa
    assert items["trusted"].kappa.value == pytest.approx(expected.value, rel=1e-12)
    assert items["conciseness"].kappa.reason == "one_category_used"
    few = agreement(LOCAL_OPERATOR, hospital, Asked(last=FIRST + timedelta(days=4)))
    assert (few.value, few.mark) == (None, "< 10")
    assert agreement(MANAGER_OF_SOUTH, hospital, Asked()).value.texts == 0


def test_standardised_values_are_those_of_brute_force(hospital: Workspace) -> None:
    reference = (FIRST, FIRST + timedelta(weeks=4, days=-1))
    found = case_mix(
        LOCAL_OPERATOR, hospital, ["note_time_enc"], unit="south", every="month", reference=reference
    )
    frame = pd.DataFrame(some_notes())
    frame = frame[frame["signed_at"].notna()]
    frame["minutes"] = (frame["active_seconds"] + frame["tool_seconds"]) / 60
    days = frame["started_at"].dt.date
    mix = frame[(days >= reference[0]) & (days <= reference[1])]["segment"].value_counts(normalize=True)
    assert found.references["note_time_enc"].weights.value == pytest.approx(dict(mix))
    for row in found.rows:
        period = row.crude.period
        own = frame[(frame["department"] == "south") & (days >= period.start) & (days <= period.end)]
        by_segment = own.groupby("segment")["minutes"]
        expected = (by_segment.mean() * mix).sum()
        error = (mix**2 * by_segment.var() / by_segment.count()).sum() ** 0.5
        # sums of a few hundred minutes
        assert row.standardised.value.value == pytest.approx(expected, rel=1e-12)
        assert row.standardised.value.standard_error == pytest.approx(error, rel=1e-9)
        assert row.standardised.value.crude == pytest.approx(own["minutes"].mean(), rel=1e-12)
    default = case_mix(LOCAL_OPERATOR, hospital, ["note_time_enc"])
    assert default.references["note_time_enc"].first == FIRST
    with pytest.raises(InputError, match="cannot be standardised by segment"):
        case_mix(LOCAL_OPERATOR, hospital, ["utilisation"])
    with pytest.raises(InputError, match="comes after the last"):
        case_mix(LOCAL_OPERATOR, hospital, ["note_time_enc"], reference=reference[::-1])


def test_the_mix_of_a_reference_of_few_does_not_follow_from_standardised_values(
    hospital: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = FIRST + timedelta(days=3)
    whole = case_mix(LOCAL_OPERATOR, hospital, ["note_time_enc"], reference=(day, day))
    taken = whole.references["note_time_enc"]
    assert (taken.first, taken.last) == (FIRST, FIRST + timedelta(days=6))
    assert not all(row.standardised.suppressed for row in whole.rows)
    monkeypatch.setattr("workflows.case_mix._fewest", lambda *_: Persons(patients=3, staff=3))
    few = case_mix(LOCAL_OPERATOR, hospital, ["note_time_enc"], reference=(day, day))
    assert few.references["note_time_enc"].weights.suppressed
    assert all(row.standardised.suppressed for row in few.rows)


def test_everybody_sees_their_own_departments_and_nobody_sees_without_rights(hospital: Workspace) -> None:
    found = data_quality(MANAGER_OF_SOUTH, hospital, NOTE)
    assert {one.department for one in found.measured} == {"south"}
    assert {one.department for one in found.late.rows} == {"south"}
    assert {one.subject.department for one in found.drifted} == {"south"}
    for workflow in (completeness, late_rows, drift, funnels, sustained, agreement, data_quality):
        with pytest.raises(NotPermitted):
            workflow(ANONYMOUS, hospital, NOTE)
        with pytest.raises(UnknownName):
            workflow(MANAGER_OF_SOUTH, hospital, Asked(kpis=("note_time_enc",), unit="north"))
    with pytest.raises(NotPermitted):
        case_mix(ANONYMOUS, hospital, ["note_time_enc"])
    with pytest.raises(InputError, match="comes after the last"):
        drift(LOCAL_OPERATOR, hospital, Asked(first=date(2026, 3, 1), last=date(2026, 2, 1)))


def test_before_there_are_data_there_is_nothing(tmp_path: Path) -> None:
    empty = Workspace.open(tmp_path / "workspace")
    found = data_quality(LOCAL_OPERATOR, empty, Asked())
    assert (found.measured, found.late.rows, found.drifted) == ((), (), ())
    assert funnels(LOCAL_OPERATOR, empty, Asked()) == sustained(LOCAL_OPERATOR, empty, Asked()) == ()
    assert agreement(LOCAL_OPERATOR, empty, Asked()).value.texts == 0
    assert case_mix(LOCAL_OPERATOR, empty, ["note_time_enc"]).rows == ()
    empty.engine.dispose()


COMMANDS = ("completeness", "lateness", "drift", "funnel", "sustained", "agreement")


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_command_speaks_both_languages_and_json(
    hospital: Workspace, capsys: pytest.CaptureFixture[str], command: str, language: str
) -> None:
    words = ["quality", command, "--workspace", str(hospital.root), "--lang", language]
    assert main(words) == 0
    lines = capsys.readouterr().out
    assert lines.strip()
    assert main([*words, "--json"]) == 0
    text = capsys.readouterr().out
    assert json.loads(text)
    for person in (*PEOPLE, "rater"):
        assert f"{person} clinician" not in lines + text
        assert "rater 0" not in lines + text


def test_a_number_of_which_too_little_was_measured_is_not_drawn(
    hospital: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["measure", "--workspace", str(hospital.root), "--kpi", "note_time_enc", "--unit", "south"]
    assert main([*words, "--json"]) == 0
    row = json.loads(capsys.readouterr().out)["rows"][0]
    assert (row["status"], row["incomplete_because"]) == ("incomplete", ["too_few_measured"])
    assert row["measured"] == {"share": 0.48, "at_least": 0.7, "status": "withheld"}
    assert row["notes"] == ["Not drawn: 48% of the visits were measured, at least 70% is needed."]
    assert main([*words, "--lang", "nl"]) == 0
    printed = capsys.readouterr().out
    assert " – min per consult" in printed
    assert "48\N{NARROW NO-BREAK SPACE}% van de consulten" in printed


def test_a_kpi_may_be_drawn_with_a_warning(hospital: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    text = (FOLDER / "note_time_enc.toml").read_text("utf-8")
    own = text.replace('id = "note_time_enc"', 'id = "mild"').replace('below = "withhold"', 'below = "warn"')
    folder = hospital.root / "kpis"
    folder.mkdir(exist_ok=True)
    (folder / "mild.toml").write_text(own, "utf-8")
    words = ["measure", "--workspace", str(hospital.root), "--kpi", "mild", "--unit", "south"]
    try:
        assert main([*words, "--json"]) == 0
        row = json.loads(capsys.readouterr().out)["rows"][0]
        assert row["status"] == "value"
        assert row["measured"]["status"] == "warned"
        assert row["notes"] == ["With care: 48% of the visits were measured, at least 70% is asked."]
    finally:
        (folder / "mild.toml").unlink()


def test_rows_of_another_definition_are_left_out_by_name(
    hospital: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    own = (FOLDER / "note_time_enc.toml").read_text("utf-8").replace('id = "note_time_enc"', 'id = "one"')
    rule = '[[exclusions]]\nreason = "other_definition"\ncolumn = "template"\n'
    rule += 'operator = "!="\nvalue = "old"\n\n'
    folder = hospital.root / "kpis"
    folder.mkdir(exist_ok=True)
    (folder / "one.toml").write_text(own.replace("[expected]", rule + "[expected]"), "utf-8")
    try:
        words = ["measure", "--workspace", str(hospital.root), "--kpi", "one", "--unit", "north"]
        assert main([*words, "--json"]) == 0
        rows = json.loads(capsys.readouterr().out)["rows"]
    finally:
        (folder / "one.toml").unlink()
    left_out = [row["excluded"].get("other_definition", 0) for row in rows]
    assert left_out[:NEW_TEMPLATE] == [0] * NEW_TEMPLATE
    assert min(left_out[NEW_TEMPLATE:]) > 10


def test_standardising_on_the_command_line(hospital: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["measure", "--workspace", str(hospital.root), "--kpi", "note_time_enc", "--every", "month"]
    asked = [*words, "--standardise", "segment", "--reference", "2026-01-05..2026-02-01"]
    assert main([*asked, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    weights = found["references"]["note_time_enc"]["weights"]
    assert sum(weights.values()) == pytest.approx(1)
    row = next(one for one in found["rows"] if one["unit"] == "south")
    assert row["crude"] == row["value"]
    assert row["standardised_error"] > 0
    assert main(asked) == 0
    assert "± " in capsys.readouterr().out
    for mistake, message in (
        ([*words, "--reference", "2026-01-05..2026-02-01"], "--standardise segment"),
        ([*words, "--pilot", "tool"], "Leave it out, or add --out"),
        ([*words, "--standardise", "segment", "--reference", "soon"], "Write 2025-01-06..2025-06-29"),
        ([*words, "--standardise", "segment", "--by", "segment"], "Leave --by"),
        (["measure", "--workspace", str(hospital.root), "--standardise", "segment"], "Choose one with --kpi"),
    ):
        assert main(mistake) == 2
        assert message in capsys.readouterr().err
