"""The checklist in a real browser: signed on a file, a wrong file refused, and harm that stops the pilot."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from governance.access import LOCAL_OPERATOR
from storage.workspace import Workspace
from tests.evaluated_hospital import PILOT, plan
from tests.screens.server import running
from tests.screens.visit import Visit, visit
from workflows.governance.standing import governance
from workflows.plan import add_text

pytestmark = pytest.mark.browser
OPEN = 'g07 = { state = "open"'


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """A pilot whose item g07 is open; no data are needed for a checklist."""
    opened = Workspace.open(tmp_path_factory.mktemp("checklist"))
    text = plan("good", PILOT).replace('g07 = { state = "signed"', OPEN)
    assert OPEN in text
    add_text(LOCAL_OPERATOR, opened, text, "good.toml")
    yield opened
    opened.engine.dispose()


@pytest.fixture(scope="module")
def app(workspace: Workspace) -> Iterator[str]:
    with running(workspace.root, warm=True) as address:
        yield address


def dialog(seen: Visit, button: str) -> Locator:
    seen.finished()
    seen.page.get_by_role("button", name=button, exact=True).first.click()
    found = seen.page.get_by_role("dialog")
    expect(found).to_be_visible()
    return found


def test_signing_on_evidence_and_what_stops_a_pilot(
    browser: Browser, app: str, workspace: Workspace, tmp_path: Path
) -> None:
    wrong, right, huge = (tmp_path / name for name in ("dpia.exe", "dpia.pdf", "huge.pdf"))
    wrong.write_bytes(b"MZ")
    right.write_bytes(b"%PDF-1.7 the assessment")
    with huge.open("wb") as file:
        file.truncate(1_000_000_000)
    with visit(browser, app, "checklist?lang=nl", width=390) as seen:
        seen.says("1 van 21 punten voor de start staat open: DPIA gedaan, restrisico aanvaard.")
        seen.says("Wie te vragen: functionaris gegevensbescherming.")
        assert seen.too_wide <= 0
        summary = seen.page.locator("summary", has_text="DPIA gedaan")
        summary.focus()
        seen.page.keyboard.press("Enter")
        seen.says("AVG art. 35 (nagekeken op 29-11-2026)")
        form = dialog(seen, "Tekenen")
        form.get_by_label("Naam van wie tekent").fill("A. de Vries")
        upload = form.locator("input[type=file]")
        upload.set_input_files(huge)
        expect(form.get_by_text(re.compile("20(.0)?MB or smaller")).first).to_be_visible()
        upload.set_input_files(wrong)
        expect(form.get_by_text("dpia.exe")).to_be_visible()
        form.get_by_role("button", name="Tekenen").click()
        expect(form.get_by_text("Een bestand van deze soort kan geen bewijs zijn.")).to_be_visible()
        assert governance(LOCAL_OPERATOR, workspace, "good").gates.start == ("g07",)
        upload.set_input_files(right)
        expect(form.get_by_text("dpia.pdf")).to_be_visible()
        form.get_by_role("button", name="Tekenen").click()
        seen.says(
            "Vastgelegd: DPIA gedaan, restrisico aanvaard.", "Alle 21 punten voor de start zijn in orde."
        )
        signed = next(
            one for one in governance(LOCAL_OPERATOR, workspace, "good").items if one.item.id == "g07"
        )
        assert signed.newest is not None
        assert signed.newest.evidence is not None
        assert (signed.status, signed.newest.evidence.name) == ("signed", "dpia.pdf")
        again = dialog(seen, "Opnieuw tekenen")
        again.locator("input[type=file]").set_input_files(huge)
        again.get_by_role("button", name="Tekenen").click()
        expect(again.get_by_text("Er kwam geen nieuw bewijs binnen.")).to_be_visible()
        seen.page.keyboard.press("Escape")
        seen.unfold("Vergelijking tussen groepen")
        seen.says("Er zijn geen groepen vergeleken")
        form = dialog(seen, "Incident melden")
        form.get_by_text("ernstige schade", exact=True).click()
        form.get_by_label("Wat er gebeurde").fill("Dosering verkeerd gehoord")
        form.get_by_role("button", name="Melden").click()
        seen.says("Vastgelegd als incident 1.", "Incident 1 stopt deze pilot totdat het is afgehandeld.")
        with seen.page.expect_download() as download:
            seen.page.get_by_role("button", name="Dossier").click()
        assert download.value.suggested_filename == "dossier-good-nl.zip"
        assert seen.elsewhere == []
        assert seen.errors == []
    with visit(browser, app, "portfolio?lang=en") as seen:
        seen.says("incident 1 stops the pilot", "Stop", "Phase: ")
