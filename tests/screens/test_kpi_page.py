"""From a number on a card to what stands behind it, and a hospital's own definitions, in a real browser."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from governance.access import LOCAL_OPERATOR
from kpis.catalogue import FOLDER
from pages.widgets.department_chart import in_order
from reports.words_numbers import label, value_text
from tests.demo_workspace import small_demo
from tests.screens.server import running
from tests.screens.visit import Visit, visit
from workflows.department import department_view, departments
from workflows.opening import open_workspace
from workflows.own_kpis import certify, copy

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def own_demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo hospital with two definitions of its own: `los_days` certified, `letter_24h` open."""
    folder = small_demo(tmp_path_factory.mktemp("own"))
    workspace = open_workspace(folder)
    copy(LOCAL_OPERATOR, workspace, "letter_24h")
    certify(LOCAL_OPERATOR, workspace, "los_days", "CMIO")
    workspace.engine.dispose()
    return folder


@pytest.fixture(scope="module")
def own_app(own_demo: Path) -> Iterator[str]:
    with running(own_demo, warm=True) as address:
        yield address


def saved(seen: Visit, file: str) -> None:
    """Save, and wait until every number is counted anew."""
    seen.page.get_by_role("button", name="Save").click()
    expect(seen.page.get_by_text(f"{file} is saved, its numbers are counted.")).to_be_visible(timeout=90_000)
    seen.finished()


def changed(seen: Visit, text: str) -> None:
    """Put another text into the editor, as somebody who types does."""
    seen.page.get_by_role("textbox", name=re.compile("^Definition of ")).fill(text)


def test_a_card_leads_to_the_explanation_of_the_same_number(
    browser: Browser, demo: Path, demo_app: str
) -> None:
    workspace = open_workspace(demo)
    view, at, said = next(
        (view, at, value_text(shown.value, card.kpi, "en"))
        for name in departments(LOCAL_OPERATOR, workspace)
        for view in [department_view(LOCAL_OPERATOR, workspace, name)]
        for at, card in enumerate(in_order(view))
        if card.latest is not None and (shown := card.latest.value) is not None and shown.value is not None
    )
    kpi = in_order(view)[at].kpi
    workspace.engine.dispose()
    with visit(browser, demo_app, f"this-week?department={view.department}&lang=en") as seen:
        number = said.removesuffix(kpi.unit["en"]).strip()
        expect(seen.page.get_by_test_id("stMetricValue").nth(at)).to_have_text(number)
        seen.page.get_by_role("link", name="Explain this number").nth(at).click()
        expect(seen.page.get_by_role("heading", name="A number explained")).to_be_visible()
        seen.finished()
        seen.says(f"{label(kpi, 'en')}, {view.department}, ", f": {said}.")
        assert f"kpi={kpi.id}" in seen.page.url


def test_a_deep_link_explains_that_number_on_a_phone(browser: Browser, demo_app: str) -> None:
    path = "kpis?kpi=letter_24h&department=cardiologie&period=2026-09&lang=nl"
    with visit(browser, demo_app, path, width=390) as seen:
        seen.says("Ontslagbrief binnen 24 uur, cardiologie, 2026-09 (01-09-2026 tot en met 30-09-2026)")
        seen.unfold("De SQL die het telt")
        seen.page.get_by_role("radio", name="SQL Server").click()
        expect(seen.page.get_by_text("FROM [Letter]").first).to_be_visible()
        seen.finished()
        assert seen.too_wide <= 0
        assert seen.errors == []


def test_a_kpi_is_found_by_its_theme(browser: Browser, demo_app: str) -> None:
    path = "kpis?kpi=letter_24h&department=cardiologie&period=2020-01&lang=en"
    with visit(browser, demo_app, path) as seen:
        seen.says("no value, because no row says anything about it")
        seen.unfold("All definitions by theme")
        seen.page.get_by_role("radio", name="Note time per visit", exact=True).click()
        expect(seen.page.get_by_role("heading", name="Note time per visit")).to_be_visible()
        seen.finished()
        assert "kpi=note_time_enc" in seen.page.url
        assert "period=2020-01" not in seen.page.url


def test_the_editor_lists_every_problem_and_writes_nothing(
    browser: Browser, own_app: str, own_demo: Path
) -> None:
    file = own_demo / "kpis" / "letter_24h.toml"
    before = file.read_text("utf-8")
    wrong = before.replace('direction = "higher"\n', "").replace("final_at", "final_att")
    with visit(browser, own_app, "kpis?kpi=letter_24h&lang=en") as seen:
        changed(seen, wrong)
        seen.page.get_by_role("button", name="Save").click()
        seen.says("2 problems.", "'direction' is missing.", "Table Letter has no column 'final_att'.")
        seen.says("line 33", 'column = "due_from..final_att"')
        assert file.read_text("utf-8") == before


def test_a_saved_definition_is_the_next_version_beside_the_old_one(
    browser: Browser, own_app: str, own_demo: Path
) -> None:
    file = own_demo / "kpis" / "letter_24h.toml"
    text = file.read_text("utf-8")
    with visit(browser, own_app, "kpis?kpi=letter_24h&department=cardiologie&lang=en") as seen:
        changed(seen, text.replace("value = 1440", "value = 2880"))
        seen.page.get_by_role("button", name="Check it").click()
        seen.says("Write version = 3: older numbers keep their definition.")
        changed(seen, text.replace("value = 1440", "value = 2880").replace("version = 2", "version = 3"))
        saved(seen, "letter_24h.toml")
        seen.says("letter_24h@3", "letter_24h@2")
        assert "value = 2880" in file.read_text("utf-8")
        assert [path.name for path in file.parent.iterdir() if path.name.startswith(".")] == []


def test_a_certified_definition_is_read_only_until_there_is_a_new_version(
    browser: Browser, own_app: str
) -> None:
    with visit(browser, own_app, "kpis?kpi=los_days&lang=nl") as seen:
        seen.says("los_days@1 is gecertificeerd door CMIO op ", "gecertificeerd")
        expect(seen.page.get_by_role("textbox", name="Definitie van los_days")).to_have_count(0)
        seen.page.get_by_role("button", name="Nieuwe versie").click()
        editor = seen.page.get_by_role("textbox", name="Definitie van los_days")
        expect(editor).to_have_value(re.compile("version = 2"))
        seen.page.get_by_role("button", name="Weggooien").click()
        expect(editor).to_have_count(0)


def test_one_of_ours_can_be_copied_and_certified(browser: Browser, own_app: str, own_demo: Path) -> None:
    with visit(browser, own_app, "kpis?kpi=icd_accuracy&lang=en") as seen:
        seen.page.get_by_label("New id").fill("icd_ours")
        seen.page.get_by_role("button", name="Copy").click()
        editor = seen.page.get_by_role("textbox", name="Definition of icd_ours")
        expect(editor).to_have_value(re.compile('id = "icd_ours"'))
        saved(seen, "icd_ours.toml")
        seen.unfold("Certify this version")
        seen.page.get_by_label("Who stands for it").fill("Medical director")
        seen.page.get_by_role("button", name="Certify", exact=True).click()
        seen.says("icd_ours@1 is certified by Medical director")
    assert (own_demo / "kpis" / "icd_ours.toml").exists()


def test_a_file_that_breaks_a_rule_can_be_put_right_on_the_page(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "kpis").mkdir()
    text = (FOLDER / "pem.toml").read_text("utf-8")
    (tmp_path / "kpis" / "pem.toml").write_text(text.replace("digits = ", "digits = 1"), "utf-8")
    with running(tmp_path, warm=True) as address, visit(browser, address, "kpis?lang=en") as seen:
        seen.says("'digits' must be from 0 to 6.")
        changed(seen, text)
        saved(seen, "pem.toml")
        seen.says("1 of your own")
        assert (tmp_path / "kpis" / "pem.toml").read_text("utf-8") == text
