"""The control charts of the department page in a real browser: icons, limits, gaps and new limits."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from storage import cube_build
from tests.audited_hospital import CHANGE, audited_hospital, monday
from tests.screens.server import running
from tests.screens.visit import Visit, visit

pytestmark = pytest.mark.browser

REASON = "Sinds week 40 controleert een codeur elke code; besloten door de codeerafdeling."
TOO_WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def audited_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    workspace = audited_hospital(tmp_path_factory.mktemp("audited"))
    cube_build.build(workspace)
    workspace.engine.dispose()
    with running(workspace.root, warm=True) as address:
        yield address


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        (
            "nl",
            (
                "Verbetering",
                "weken laag",
                "Gewone schommeling",
                "geen signaal",
                "rond de norm ≤ 9,0",
                "liggen onder de ondergrens van vóór de start: verbetering.",
                "gemiddelde en grenzen van de 52 weken vóór de start",
                "Gaten (weken): te weinig personen om te tonen: 1.",
            ),
        ),
        ("en", ("Improvement", "weeks in a row", "Ordinary variation", "around the target ≤ 9.0")),
    ],
)
def test_icons_have_words_and_the_chart_says_what_to_see(
    browser: Browser, sample_app: str, language: str, sentences: tuple[str, ...]
) -> None:
    with visit(browser, sample_app, f"this-week?lang={language}") as seen:
        seen.says(*sentences)
        icons = seen.page.locator("[data-testid=stMain] img[src^='data:image/svg']")
        expect(icons.first).to_be_visible()
        assert icons.first.evaluate("image => image.complete && image.naturalWidth > 0")
        assert seen.errors == []


def test_the_table_holds_limits_signals_and_gaps(browser: Browser, sample_app: str) -> None:
    with visit(browser, sample_app, "this-week") as seen:
        seen.unfold("Toon als tabel")
        for head in ("± 2 standaardfouten", "Ondergrens", "Bovengrens", "Signaal"):
            expect(seen.page.get_by_role("columnheader", name=head)).to_be_visible()
        expect(seen.page.get_by_role("cell", name="buiten de grenzen").first).to_be_visible()
        expect(seen.page.get_by_role("cell", name="niet beoordeeld").first).to_be_attached()
        expect(seen.page.get_by_role("cell", name="te weinig personen")).to_be_attached()


def test_how_the_chart_was_made_is_one_click_away(browser: Browser, sample_app: str) -> None:
    with visit(browser, sample_app, "this-week") as seen:
        assert "Autocorrelatie" not in seen.text
        seen.unfold("Hoe dit is berekend")
        seen.says(
            "XmR-kaart",
            "Autocorrelatie van de weken onder de grenzen",
            "Zonder enige verandering geeft deze kaart ongeveer",
        )


def test_other_views_of_the_same_kpi(browser: Browser, sample_app: str) -> None:
    with visit(browser, sample_app, "this-week") as seen:
        seen.page.get_by_role("radio", name="Voor/na").click()
        expect(seen.page.get_by_role("cell", name="Na het inwerken")).to_be_visible()
        seen.page.get_by_role("radio", name="Maand").click()
        seen.says("maanden vóór de start")
        seen.drawn()
        assert seen.errors == []


def test_charts_fit_a_phone(browser: Browser, sample_app: str) -> None:
    with visit(browser, sample_app, "this-week", width=390) as seen:
        seen.drawn()
        seen.unfold("Toon als tabel")
        seen.unfold("Nieuwe grenzen")
        expect(seen.page.get_by_role("columnheader", name="Ondergrens")).to_be_attached()
        assert seen.page.evaluate(TOO_WIDE) <= 0


def recorded(seen: Visit, reason: str, answer: str) -> None:
    """Press the button and wait for the answer."""
    seen.finished()
    if reason:
        seen.page.get_by_label("Reden: wat veranderde").fill(reason)
    seen.page.get_by_role("button", name="Nieuwe grenzen vastleggen").click()
    seen.says(answer)


def chosen(seen: Visit, day: str) -> None:
    """Choose the day as a person would: wait for it in the list, and see it stand in the field."""
    seen.finished()
    field = seen.page.get_by_role("combobox", name="Vanaf de periode die begint op")
    field.click()
    seen.page.keyboard.type(day)
    seen.page.get_by_role("option", name=day).click()
    expect(field).to_have_value(day)


def test_new_limits_want_a_reason_and_can_be_withdrawn(browser: Browser, audited_app: str) -> None:
    with visit(browser, audited_app, "this-week?department=lasting") as seen:
        seen.says("verbetering.")
        seen.unfold("Nieuwe grenzen")
        recorded(seen, "", "Kies vanaf wanneer.")
        chosen(seen, f"{monday(CHANGE):%d-%m-%Y}")
        recorded(seen, "", "Nieuwe grenzen vragen een reden die anderen kunnen volgen")
        recorded(seen, REASON, f"Nieuwe grenzen vanaf {monday(CHANGE):%d-%m-%Y}: {REASON}")
        seen.says("Gewone schommeling")
        seen.page.get_by_role("button", name="Intrekken").click()
        expect(seen.page.get_by_role("button", name="Intrekken")).to_have_count(0)
        seen.says("verbetering.")
        assert seen.errors == []


def test_what_is_suppressed_stays_so(browser: Browser, audited_app: str) -> None:
    with visit(browser, audited_app, "this-week?department=small") as seen:
        seen.says(
            "< 10",
            "Te vroeg",
            "Er kan geen waarde worden getoond, dus er is geen kaart.",
            "te weinig personen om te tonen",
        )
        expect(seen.page.locator(".stPlotlyChart")).to_have_count(0)
        assert seen.errors == []
