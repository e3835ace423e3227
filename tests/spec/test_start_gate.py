"""Before its start is signed a pilot is not measured, and who asks is told what to sign, by whom and how."""

import json
from pathlib import Path

import pytest

from core.errors import InputError, NotPermitted
from experiments.estimate import NotEstimable
from governance.access import LOCAL_OPERATOR, Grant, fixed
from storage.workspace import Workspace
from tests.evaluated_hospital import PILOT, plan
from tests.governed_pilot import HARM, LINK, RED, SIGNED, sign, status_of, workspace
from workflows.cli import main
from workflows.evaluate import evaluate
from workflows.governance.incidents import change, report
from workflows.governance.phase import enter_phase
from workflows.governance.sign import Change, change_item
from workflows.governance.standing import governance
from workflows.overview import pilot_view
from workflows.plan import add_text
from workflows.routes import try_routes

__all__ = ["workspace"]

ALL = frozenset({"*"})


def test_a_pilot_is_not_measured_before_its_start_is_signed_and_stays_measured(workspace: Workspace) -> None:
    open_plan = plan("later", PILOT).replace('g07 = { state = "signed"', 'g07 = { state = "open"')
    add_text(LOCAL_OPERATOR, workspace, open_plan, "later.toml")
    found = evaluate(LOCAL_OPERATOR, workspace, "later").primary.result.value
    assert found is not None
    assert isinstance(found.result, NotEstimable)
    assert [reason.code for reason in found.result.reasons] == ["start_gate_open"]
    change_item(LOCAL_OPERATOR, workspace, "later", "g07", SIGNED)
    assert governance(LOCAL_OPERATOR, workspace, "later").gates.may_be_measured
    change_item(LOCAL_OPERATOR, workspace, "later", "g07", RED)
    after = governance(LOCAL_OPERATOR, workspace, "later").gates
    assert (after.may_be_measured, after.red) == (True, ("g07",))


def test_its_panel_is_not_written_either(
    workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the sentence that `evaluate` gives, and without an export in the log."""
    bare = plan("closed", PILOT).partition("[governance]")[0]
    add_text(LOCAL_OPERATOR, workspace, bare, "closed.toml")
    root, panel = ["--workspace", str(workspace.root)], tmp_path / "panel.csv"
    capsys.readouterr()
    assert main(["measure", "--kpi", "note_time_enc", "--pilot", "closed", "--out", str(panel), *root]) == 2
    assert not panel.exists()
    said = capsys.readouterr().err
    assert "Not measured yet. Still to be signed before the start: " in said
    assert "meetlat governance sign closed " in said


def test_a_pilot_without_any_word_on_governance_is_not_measured(workspace: Workspace) -> None:
    bare = plan("bare", PILOT).partition("[governance]")[0]
    add_text(LOCAL_OPERATOR, workspace, bare, "bare.toml")
    gates = governance(LOCAL_OPERATOR, workspace, "bare").gates
    assert not gates.may_be_measured
    assert len(gates.start) == 21
    assert try_routes(LOCAL_OPERATOR, workspace, pilot_view(LOCAL_OPERATOR, workspace, "bare")) == ()


def test_who_registers_a_plan_is_told_what_to_sign_with_a_command_that_does_it(
    workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "bare.toml"
    file.write_text(plan("bare", PILOT).partition("[governance]")[0], "utf-8")
    place = ["--workspace", str(workspace.root), "--json"]
    assert main(["pilots", "add", str(file), "--lang", "nl", *place]) == 0
    told = json.loads(capsys.readouterr().out)["warnings"][-1]
    assert "g01 Beoogd gebruik en niet-gebruik beschreven (medisch leider); g02" in told
    assert "en nog 18." in told
    words = told.partition("meetlat ")[2].partition(". Alle")[0].replace("BESTAND", "paper")
    assert words == "governance sign bare g01 --as medical_lead --name NAAM --evidence paper"
    assert main([*words.split(), *place]) == 0
    assert status_of(workspace, "bare", "g01") == "signed"


def test_a_phase_is_entered_with_its_gate_signed(workspace: Workspace) -> None:
    sign(workspace, "g25", RED)
    with pytest.raises(InputError, match="In the way: Exit plan") as blocked:
        enter_phase(LOCAL_OPERATOR, workspace, "good", "implementation", "steering group agreed")
    assert "In de weg: Exitplan." in blocked.value.render("nl")
    sign(workspace, "g25", Change(status="signed", function="ict", signer="B", evidence=LINK))
    report(LOCAL_OPERATOR, workspace, "good", HARM)
    with pytest.raises(InputError, match="incident 1"):
        enter_phase(LOCAL_OPERATOR, workspace, "good", "implementation", "steering group agreed")
    change(LOCAL_OPERATOR, workspace, "good", 1, "corrected by the vendor", closed=True)
    enter_phase(LOCAL_OPERATOR, workspace, "good", "implementation", "steering group agreed")
    assert governance(LOCAL_OPERATOR, workspace, "good").phase.id == "implementation"


def test_a_plan_declares_nothing_signed_for_others(workspace: Workspace) -> None:
    lead = fixed("lead", Grant(role="lead", objects=frozenset({"good"})), Grant(role="analyst", objects=ALL))
    words = plan("good", PILOT)
    add_text(lead, workspace, words.replace("margin = 0.25", "margin = 0.26"), "good.toml")
    opened = words.replace('g07 = { state = "signed"', 'g07 = { state = "open"')
    assert opened != words
    add_text(lead, workspace, opened, "good.toml")
    with pytest.raises(NotPermitted, match=r"may not sign: g07") as denied:
        add_text(lead, workspace, words, "good.toml")
    assert "Schrijf deze als open" in denied.value.render("nl")
    (workspace.root / "signers.toml").write_text('lead = ["board"]\n')
    add_text(lead, workspace, words, "good.toml")
    (workspace.root / "signers.toml").unlink()
    add_text(LOCAL_OPERATOR, workspace, opened, "good.toml")
    add_text(LOCAL_OPERATOR, workspace, words, "good.toml")


def test_a_plan_takes_away_no_red_of_a_signer(workspace: Workspace) -> None:
    sign(workspace, change=RED)
    for state in ("open", "signed"):
        changed = plan("good", PILOT).replace('g07 = { state = "signed"', f'g07 = {{ state = "{state}"')
        add_text(LOCAL_OPERATOR, workspace, changed.replace('signer = "x"', f'signer = "{state}"'), "x.toml")
        assert governance(LOCAL_OPERATOR, workspace, "good").gates.red == ("g07",)
    add_text(LOCAL_OPERATOR, workspace, plan("good", PILOT).partition("[governance]")[0], "x.toml")
    assert governance(LOCAL_OPERATOR, workspace, "good").gates.red == ("g07",)
    sign(workspace, change=Change(status="open", why="the advice was given again"))
    assert governance(LOCAL_OPERATOR, workspace, "good").gates.red == ()


def test_a_plan_of_others_is_not_replaced_by_one_within_reach(workspace: Workspace) -> None:
    letters = fixed("a", Grant(role="analyst", objects=frozenset({"Letter"})))
    only = plan("good", PILOT).partition("[governance]")[0].replace('"note_time_enc"', '"letter_24h"')
    only = only.replace('secondary = ["visits_per_session"]', "").partition("[[guardrails]]")[0]
    mine = only.replace('id = "good"', 'id = "mine"')
    assert add_text(letters, workspace, mine, "mine.toml")[0].status == "new"
    with pytest.raises(NotPermitted, match="may not register pilot 'good'"):
        add_text(letters, workspace, only, "good.toml")
    assert add_text(letters, workspace, mine.replace("0.05", "0.06"), "mine.toml")[0].status == "changed"
