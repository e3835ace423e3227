"""The checklist of a pilot: its rows, signatures, gates, evidence, incidents and versions."""

import io
import json
import re
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from streamlit.testing.v1 import AppTest

from core.errors import DefinitionError, InputError, NotPermitted, UnknownName
from governance.access import LOCAL_OPERATOR, Grant, fixed
from governance.checklist import CHECKLIST, ours, with_own
from governance.checklist.gates import Gates, due
from governance.checklist.history import ItemRecord
from governance.incidents import holds_citizen_number
from pages.widgets.session import Session
from reports.words_checklist import ask_sentence, gate_sentence, incident_sentences
from reports.words_governance import record_text, source_text
from storage import evidence as kept
from storage import governance_records
from storage import workspace as storage_of_workspace
from storage.audit_log import EVERYTHING, count
from storage.workspace import Workspace
from tests.evaluated_hospital import PILOT, plan
from tests.governed_pilot import HARM, RED, SIGNED, sign, status, workspace
from workflows.decide import decide
from workflows.governance.dossier import dossier
from workflows.governance.incidents import Happening, change, register, report
from workflows.governance.sign import Change, change_item, evidence_of, named_evidence
from workflows.governance.signers import holders, powers
from workflows.governance.standing import due_everywhere, governance, governances, safety_of
from workflows.governance.versions import add_version, version_events
from workflows.overview import portfolio
from workflows.plan import add_text

__all__ = ["workspace"]

ROOT = Path(__file__).resolve().parents[2]


def test_every_row_is_dated_and_says_who_signs_in_two_languages() -> None:
    assert [item.id for item in CHECKLIST] == [f"g{number:02}" for number in range(1, 29)]
    assert {item.id for item in CHECKLIST if item.gate == "scale"} == {
        "g05", "g19", "g21", "g25", "g26", "g27", "g28",
    }  # fmt: skip
    assert (ours().phases[0].id, ours().phases[-1].id) == ("idea", "production")
    assert len(ours().phases) == 7
    for item in CHECKLIST:
        assert item.source["nl"]
        assert not re.search(r"\b(GDPR|Act|and|on|annex)\b", source_text(item, "nl"))
        assert item.signers
        assert not item.own
    assert {"g01", "g02", "g06", "g10", "g22", "g23", "g27"} <= {
        item.id for item in CHECKLIST if not item.verified
    }


def test_a_hospital_adds_items_and_a_mistake_is_one_sentence(tmp_path: Path) -> None:
    words = '{ nl = "x", en = "x" }'
    row = (
        f'[[items]]\nid = "own-01"\ngate = "scale"\nsigners = ["ciso"]\nsource = {words}\n'
        f"checked_on = 2026-01-01\nverified = true\ntitle = {words}\nasks = {words}\nevidence = {words}\n"
    )
    (tmp_path / "own.toml").write_text(row)
    found = with_own(tmp_path).item("own-01")
    assert found is not None
    assert found.own
    (tmp_path / "own.toml").write_text(row.replace(f"source = {words}", 'source = "Rule 12"'))
    (named,) = (with_own(tmp_path).item("own-01"),)
    assert named is not None
    assert named.source == {"nl": "Rule 12", "en": "Rule 12"}
    for wrong, sentence in (
        (row.replace("ciso", "nobody"), "no function"),
        (row.replace("own-01", "g07"), "twice"),
        (row.replace("scale", "later"), "cannot be"),
        (row.replace('asks = { nl = "x", en = "x" }', 'asks = { en = "x" }'), "languages: nl"),
        (row + "colour = 1\n", "'items.0.colour' cannot be '1': there is no such setting"),
        (row.replace("verified = true\n", ""), "'items.0.verified' is missing"),
        (row.replace("2026-01-01", '"May"'), "such as 2026-03-01"),
        (row.replace("2026-01-01", "2999-01-01"), "day to come"),
        ("[[items", "TOML"),
    ):
        (tmp_path / "own.toml").write_text(wrong)
        with pytest.raises(DefinitionError, match=sentence):
            with_own(tmp_path)


def test_the_example_of_an_own_item_is_taken(tmp_path: Path) -> None:
    shown = (ROOT / "docs" / "how-to" / "governance.md").read_text("utf-8")
    (tmp_path / "own.toml").write_text(shown.split("```toml\n")[1].split("```")[0], "utf-8")
    found = with_own(tmp_path).item("own-01")
    assert found is not None
    assert found.source["nl"] == "Huisregel 12"


def test_what_the_plan_declared_comes_first_and_a_plan_never_replaces_a_signature(
    workspace: Workspace,
) -> None:
    before = governance(LOCAL_OPERATOR, workspace, "good")
    assert before.gates.may_be_measured
    assert all(one.newest is not None and one.newest.declared for one in before.items)
    sign(workspace, change=RED)
    add_text(LOCAL_OPERATOR, workspace, plan("good", PILOT).replace('signer = "x"', 'signer = "z"'), "x")
    assert status(workspace, "g07") == "red"
    sign(workspace)
    assert status(workspace, "g07") == "signed"
    lowered = plan("good", PILOT).replace('g07 = { state = "signed"', 'g07 = { state = "red"')
    add_text(LOCAL_OPERATOR, workspace, lowered, "x")
    assert status(workspace, "g07") == "red"


def test_a_signature_holds_through_its_last_day(workspace: Workspace) -> None:
    last = workspace.today() + timedelta(days=30)
    sign(workspace, change=Change(**{**fields(SIGNED), "expires_on": last}))
    assert status(workspace, "g07", last) == "signed"
    assert status(workspace, "g07", last + timedelta(days=1)) == "open"
    running_out = due_everywhere(LOCAL_OPERATOR, workspace)["good"]
    assert [(one.record.item, one.days) for one in running_out] == [("g07", 30)]
    records = governance_records.of(workspace, "good", ItemRecord)
    assert due(records, last - timedelta(days=61)) == ()
    assert [one.days for one in due(records, last - timedelta(days=60))] == [60]
    assert [one.days for one in due(records, last + timedelta(days=1))] == [-1]


def fields(change: Change) -> dict[str, object]:
    return {name: getattr(change, name) for name in Change.__slots__}


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"signer": " "}, "Nobody is named"),
        ({"signed_on": date(2999, 1, 1)}, "a day to come"),
        ({"expires_on": date(2020, 1, 1)}, "run out"),
        ({"status": "not_applicable"}, "needs a reason"),
        ({"signer": "mr 123456782"}, "long number"),
        ({"signer": "x" * 101}, "longer than 100"),
    ],
)
def test_a_signature_that_lacks_something_is_refused(
    workspace: Workspace, more: dict[str, object], sentence: str
) -> None:
    with pytest.raises(InputError, match=sentence):
        sign(workspace, change=Change(**{**fields(SIGNED), **more}))
    assert governance_records.of(workspace, "good", ItemRecord) == ()


def test_who_does_not_hold_the_function_is_denied_and_that_is_logged(workspace: Workspace) -> None:
    lead = fixed("lead", Grant(role="lead", objects=frozenset({"good"})))
    attempts = [(LOCAL_OPERATOR, "ciso"), (lead, "board")]
    before = count(workspace, EVERYTHING)
    for viewer, function in attempts:
        with pytest.raises(NotPermitted, match="officer or board") as denied:
            change_item(viewer, workspace, "good", "g07", Change(**{**fields(SIGNED), "function": function}))
        assert "functionaris gegevensbescherming of raad van bestuur" in denied.value.render("nl")
    assert count(workspace, EVERYTHING) == before + len(attempts)
    (workspace.root / "signers.toml").write_text('lead = ["board"]\n')
    change_item(lead, workspace, "good", "g07", SIGNED)
    assert count(workspace, EVERYTHING) == before + len(attempts) + 1
    (workspace.root / "signers.toml").write_text('lead = ["king"]\n')
    with pytest.raises(DefinitionError, match="does not know"):
        change_item(lead, workspace, "good", "g07", SIGNED)
    outside = fixed("other", Grant(role="lead", objects=frozenset({"another"})))
    with pytest.raises((NotPermitted, UnknownName)):
        change_item(outside, workspace, "good", "g07", SIGNED)
    with pytest.raises(UnknownName):
        sign(workspace, "g99")


def test_an_incident_stops_or_is_reviewed_until_it_is_dealt_with(workspace: Workspace) -> None:
    made = report(LOCAL_OPERATOR, workspace, "good", HARM)
    assert (made.number, made.asks) == (1, "stop")
    assert safety_of(workspace, "good", workspace.today()).stopping == ("1",)
    change(LOCAL_OPERATOR, workspace, "good", 1, "patient safety judged it anew", severity="moderate")
    assert safety_of(workspace, "good", workspace.today()).reviewed == ("1",)
    change(LOCAL_OPERATOR, workspace, "good", 1, "corrected by the vendor", closed=True)
    found = safety_of(workspace, "good", workspace.today())
    assert (found.stopping, found.reviewed, found.incidents) == ((), (), 1)
    assert len(register(LOCAL_OPERATOR, workspace, "good")) == 1
    assert safety_of(workspace, "good", workspace.today() - timedelta(days=1)).incidents == 0
    assert report(LOCAL_OPERATOR, workspace, "good", HARM).number == 2


@pytest.mark.parametrize("text_", ["bsn 123456782 in text", "123 456 782 stood there", "number 20261129887"])
def test_a_text_that_may_name_a_patient_is_not_kept(workspace: Workspace, text_: str) -> None:
    happening = Happening(day=HARM.day, department="p1", category="privacy", severity="mild", happened=text_)
    with pytest.raises(InputError, match="may be that of a patient"):
        report(LOCAL_OPERATOR, workspace, "good", happening)
    assert register(LOCAL_OPERATOR, workspace, "good") == ()


def test_citizen_numbers_are_told_from_other_numbers() -> None:
    assert holds_citizen_number("x 111222333 y")
    assert not holds_citizen_number("x 111222334 y")
    assert not holds_citizen_number("on 2026-11-29 at 14:30")


def test_every_act_is_one_event_and_one_record_that_stays(workspace: Workspace) -> None:
    before = count(workspace, EVERYTHING)
    sign(workspace)
    report(LOCAL_OPERATOR, workspace, "good", HARM)
    add_version(LOCAL_OPERATOR, workspace, "good", part="model", version="4.2", day=date(2025, 9, 1))
    assert count(workspace, EVERYTHING) == before + 3
    for statement in ("UPDATE governance_records SET pilot = 'x'", "DELETE FROM governance_records"):
        with pytest.raises(DatabaseError, match="what was recorded stays"), workspace.engine.begin() as line:
            line.execute(text(statement))
    assert len(governance_records.of(workspace, "good", ItemRecord)) == 1


def test_a_version_is_a_mark_on_the_charts_of_its_departments(workspace: Workspace) -> None:
    add_version(LOCAL_OPERATOR, workspace, "good", part="model", version="4.2", day=date(2025, 9, 1))
    plans = (governance(LOCAL_OPERATOR, workspace, "good").pilot.pilot,)
    found = version_events(workspace, plans, date(2025, 9, 1), date(2025, 9, 1))
    assert [(one.day, one.word.render("nl")) for one in found] == [(date(2025, 9, 1), "model 4.2")]
    assert version_events(workspace, plans, date(2025, 9, 2), date(2025, 9, 30)) == ()


def test_the_dossier_holds_everything_with_its_fingerprints(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "dpia.pdf"
    path.write_bytes(b"%PDF-1.7 the assessment")
    evidence = evidence_of(LOCAL_OPERATOR, workspace, "good", str(path))
    sign(workspace, change=Change(**{**fields(SIGNED), "evidence": evidence}))
    report(LOCAL_OPERATOR, workspace, "good", HARM)
    made = dossier(LOCAL_OPERATOR, workspace, "good", "nl")
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        names = archive.namelist()
        assert f"evidence/g07-{evidence.sha256[:12]}.pdf" in names
        for line in archive.read("SHA256SUMS").decode().splitlines():
            digest, _, name = line.partition("  ")
            assert sha256(archive.read(name)).hexdigest() == digest
        content = json.loads(archive.read("dossier.json"))
        assert archive.read("dossier.pdf").startswith(b"%PDF")
    assert len(content["items"]) == 28
    assert [one["severity"] for one in content["incidents"]] == ["severe"]
    assert [one["status"] for one in content["items"][6]["history"]] == ["signed", "signed"]
    kept.place(workspace, evidence).unlink()
    with zipfile.ZipFile(io.BytesIO(dossier(LOCAL_OPERATOR, workspace, "good", "en"))) as archive:
        assert any(name.endswith("MISSING.txt") for name in archive.namelist())


MANAGER = fixed("m", Grant(role="manager", objects=frozenset({"p1"})))


def test_a_signature_or_red_is_taken_away_by_who_signs_and_red_is_put_by_anybody(
    workspace: Workspace,
) -> None:
    undone = Change(status="open", why="the advice is missing after all")
    with pytest.raises(NotPermitted, match="signed by data protection officer or board"):
        change_item(MANAGER, workspace, "good", "g07", undone)
    change_item(MANAGER, workspace, "good", "g07", RED)
    assert status(workspace, "g07") == "red"
    with pytest.raises(NotPermitted):
        change_item(MANAGER, workspace, "good", "g07", Change(status="in_progress"))
    (workspace.root / "signers.toml").write_text('m = ["board"]\n')
    change_item(MANAGER, workspace, "good", "g07", undone)
    assert status(workspace, "g07") == "open"


def test_everybody_sees_what_they_may_do_and_whom_to_ask(workspace: Workspace) -> None:
    item = ours().item("g07")
    assert item is not None
    mine = powers(MANAGER, workspace, "good")
    assert (mine.sign, mine.report, mine.judge, mine.edit) == (True, True, False, False)
    assert mine.acts_for(item) == ()
    (workspace.root / "signers.toml").write_text('m = ["board"]\n"j.jansen" = ["board", "ciso"]\n')
    assert powers(MANAGER, workspace, "good").acts_for(item) == ("board",)
    assert holders(MANAGER, workspace) == {"board": ("j.jansen", "m"), "ciso": ("j.jansen",)}
    analyst = fixed("a", Grant(role="analyst", objects=frozenset({"*"})))
    assert not powers(analyst, workspace, "good").sign
    with pytest.raises(UnknownName):
        powers(fixed("x", Grant(role="manager", objects=frozenset({"elsewhere"}))), workspace, "good")
    assert set(governances(MANAGER, workspace)) == {"good"}
    assert governances(MANAGER, workspace, "p2").keys() == {"good"}
    assert governances(MANAGER, workspace, "c1") == {}


def test_what_somebody_types_in_the_browser_never_names_a_file_of_this_machine(
    workspace: Workspace, tmp_path: Path
) -> None:
    file = tmp_path / "secret.txt"
    file.write_text("not for the browser")
    made = named_evidence(LOCAL_OPERATOR, workspace, "good", str(file))
    assert (made.sha256, made.size) == ("", 0)
    assert not (workspace.root / "evidence").exists()


@pytest.mark.parametrize(
    ("open_", "sentence"),
    [
        ((), "Alle 21 punten voor de start zijn in orde."),
        (("g07",), "1 van 21 punten voor de start staat open: DPIA gedaan, restrisico aanvaard."),
        (("g07", "g14"), "2 van 21 punten voor de start staan open: DPIA gedaan, restrisico aanvaard; Cert"),
        (("g01", "g02", "g03", "g04", "g06"), "5 van 21 punten voor de start staan open: Beoogd gebruik en"),
    ],
)
def test_the_answer_names_what_is_open_and_whom_to_ask(open_: tuple[str, ...], sentence: str) -> None:
    found = Gates(red=(), start=open_, scale=(), may_be_measured=False)
    assert gate_sentence(ours(), found, "start", "nl").startswith(sentence)
    asked = ask_sentence(ours(), found, "start", {"data_protection_officer": ("J. Jansen",)}, "nl")
    assert ("functionaris gegevensbescherming (J. Jansen)" in asked) == ("g07" in open_)
    assert bool(asked) == bool(open_)
    assert ("; en nog 2" in gate_sentence(ours(), found, "start", "nl")) == (len(open_) == 5)


def test_severe_harm_stops_the_pilot_in_the_decision_and_on_the_portfolio(workspace: Workspace) -> None:
    report(LOCAL_OPERATOR, workspace, "good", HARM)
    made = decide(LOCAL_OPERATOR, workspace, "good").value
    assert made is not None
    assert (made.verdict, made.reasons) == ("stop", ("incident_stops",))
    criterion = next(one for one in made.criteria if one.code == "incidents")
    assert (criterion.state, criterion.about) == ("not_met", "1")
    (view,) = portfolio(LOCAL_OPERATOR, workspace)
    assert view.decision.value is not None
    assert view.decision.value.verdict == "stop"
    (sentence,) = incident_sentences(governances(LOCAL_OPERATOR, workspace)["good"].incidents, "en")
    assert sentence == "Incident 1 stops this pilot until it is dealt with."
    change(LOCAL_OPERATOR, workspace, "good", 1, "corrected by the vendor", closed=True)
    after = decide(LOCAL_OPERATOR, workspace, "good").value
    assert after is not None
    assert after.verdict != "stop"


def _page(session: "Session") -> None:
    """What AppTest runs: it takes the text of the function alone."""
    from pages.innovation import checklist

    checklist.render(session)


def test_the_screen_shows_a_manager_whom_to_ask_and_no_button_to_sign_what_is_not_theirs(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    change_item(LOCAL_OPERATOR, workspace, "good", "g07", Change(status="open", why="advice is missing"))
    change_item(LOCAL_OPERATOR, workspace, "good", "g01", Change(status="open", why="page is missing"))
    (workspace.root / "signers.toml").write_text(
        'm = ["medical_lead"]\n"J. Jansen" = ["data_protection_officer"]\n'
    )
    monkeypatch.setattr(Session, "viewer", property(lambda _: MANAGER))
    session = Session(workspace=workspace, language="en", mode="light")
    shown = AppTest.from_function(_page, args=(session,), default_timeout=60).run()
    assert not shown.exception
    said = " ".join(one.value for one in shown.markdown)
    assert "2 of 21 items for the start are open" in said
    assert "data protection officer (J. Jansen)" in said
    keys = {one.key for one in shown.button}
    assert "sign-good-g01" in keys
    assert {"sign-good-g07", "phase", "version", "judge-good"}.isdisjoint(keys)
    assert {"change-good-g07", "report-good"} <= keys
    assert "You cannot sign this item: it is signed by another function." in said


def test_days_are_those_of_the_hospital(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """At half past midnight in Amsterdam it is still the day before by the clock of the world."""
    night = datetime(2026, 1, 5, 23, 30, tzinfo=UTC)

    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> "Clock":
            return cls.fromtimestamp(night.timestamp(), tz)

    for module in (governance_records, storage_of_workspace):
        monkeypatch.setattr(module, "datetime", Clock)
    today = date(2026, 1, 6)
    assert sign(workspace, change=Change(**{**fields(SIGNED), "signed_on": today})).signed_on == today
    assert report(LOCAL_OPERATOR, workspace, "good", replace(HARM, day=today)).day == today
    found = governance(LOCAL_OPERATOR, workspace, "good")
    (newest,) = [one.newest for one in found.items if one.item.id == "g07"]
    assert newest is not None
    assert (found.day, newest.at.date()) == (today, today)
    with pytest.raises(InputError, match="a day to come"):
        sign(workspace, change=Change(**{**fields(SIGNED), "signed_on": date(2026, 1, 7)}))


def test_who_works_on_the_machine_is_named_in_dutch(workspace: Workspace) -> None:
    record = sign(workspace)
    assert "vastgelegd door wie op deze machine werkt" in record_text(record, ours(), "nl")
    assert record_text(replace(record, by="Anna"), ours(), "nl").endswith("vastgelegd door Anna")
