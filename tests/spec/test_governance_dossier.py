"""What an auditor reads in a dossier: until when a signature held, and every judgement in between."""

import io
import json
import zipfile
from dataclasses import replace
from datetime import date, timedelta

import pytest
from pypdf import PdfReader

from governance.access import LOCAL_OPERATOR
from storage import evidence
from storage.workspace import Workspace
from tests.governed_pilot import HARM, SIGNED, sign, workspace
from workflows.cli import main
from workflows.governance.dossier import dossier
from workflows.governance.incidents import change, report
from workflows.governance.phase import enter_phase

__all__ = ["workspace"]

DOWN = "patient safety judged it anew"
OVER = "the vendor corrected it"
STEERING = "steering group of 5 January"


def parts(workspace: Workspace, lang: str) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(dossier(LOCAL_OPERATOR, workspace, "good", lang))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def printed(workspace: Workspace, lang: str) -> str:
    pages = PdfReader(io.BytesIO(parts(workspace, lang)["dossier.pdf"])).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_every_judgement_of_an_incident_stays_to_be_read(workspace: Workspace) -> None:
    report(LOCAL_OPERATOR, workspace, "good", replace(HARM, severity="death"))
    change(LOCAL_OPERATOR, workspace, "good", 1, DOWN, severity="none")
    change(LOCAL_OPERATOR, workspace, "good", 1, OVER, closed=True)
    found = printed(workspace, "nl")
    for words in ("overlijden", DOWN, OVER):
        assert words in found, words
    (incident,) = json.loads(parts(workspace, "nl")["dossier.json"])["incidents"]
    assert [(one["severity"], one["why"]) for one in incident["history"]] == [
        ("death", ""), ("none", DOWN), ("none", OVER)
    ]  # fmt: skip
    assert (incident["severity"], incident["closed"]) == ("none", True)


def test_the_last_day_of_a_signature_and_who_decided_on_a_phase_are_printed(workspace: Workspace) -> None:
    last = workspace.today() + timedelta(days=400)
    sign(workspace, change=replace(SIGNED, expires_on=last))
    enter_phase(LOCAL_OPERATOR, workspace, "good", "idea", STEERING)
    found = printed(workspace, "nl")
    assert f"geldig tot en met {last:%d-%m-%Y}" in found
    assert f"Idee · {STEERING} · vastgelegd door wie op deze machine werkt" in found


def test_evidence_that_is_gone_is_told_in_the_language_of_the_dossier(workspace: Workspace) -> None:
    kept = evidence.keep(workspace, "dpia.pdf", 5, io.BytesIO(b"%PDF-"))
    sign(workspace, change=replace(SIGNED, evidence=kept, signed_on=date(2026, 1, 2)))
    evidence.place(workspace, kept).unlink()
    for lang, sentence in (("nl", "Dit bestand is weg"), ("en", "This file is gone")):
        (lost,) = (text for name, text in parts(workspace, lang).items() if name.endswith("MISSING.txt"))
        assert sentence in lost.decode()


def test_show_says_what_stops_a_pilot_of_which_no_gate_is_next(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        report(LOCAL_OPERATOR, workspace, "good", HARM)
    enter_phase(LOCAL_OPERATOR, workspace, "good", "idea", STEERING)
    assert main(["governance", "show", "good", "--lang", "nl", "--workspace", str(workspace.root)]) == 0
    assert "Incidenten 1, 2 stoppen deze pilot totdat zij zijn afgehandeld." in capsys.readouterr().out
