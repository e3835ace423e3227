"""Every page in a real browser: what it says, in both languages, on a desk and on a phone."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.screens.server import running
from tests.screens.visit import visit

pytestmark = pytest.mark.browser

PAGES = ("portfolio", "this-week", "effect", "data-quality", "kpis")
SENTENCES = {
    ("portfolio", "nl"): (
        "Pilots: 5 · afdelingen: 3",
        "Opschalen",
        "Nog niet te schatten",
        "< 10",
        "telt vanaf −1,5",
    ),
    ("portfolio", "en"): (
        "Pilots: 5 · departments: 3",
        "Scale",
        "Cannot be estimated yet",
        "< 10",
        "counts from −1.5",
    ),
    ("this-week", "nl"): (
        "Cardiologie polikliniek",
        "Verslagtijd per consult",
        "lager is beter",
        "norm",
        "< 10",
    ),
    ("this-week", "en"): (
        "Cardiologie polikliniek",
        "Note time per visit",
        "lower is better",
        "target",
        "< 10",
    ),
    ("data-quality", "nl"): (
        "Niet getoond: 55 % van de consulten is gemeten, minstens 70 % is nodig",
        "Respons 31 %, minder dan 50 %",
        "In dagen: de helft binnen 1, 90 % binnen 3, 99 % binnen 9",
        "na 9 dagen binnen",
        "is het deel 'SOAP-2' 80 % in plaats van 0 %",
        "hoeveel wordt niet getoond",
    ),
    ("kpis", "nl"): ("definities, waarvan 0 van uzelf", "Van deze KPI zijn hier geen gegevens", "Noemer"),
    ("kpis", "en"): ("definitions, 0 of your own", "Missing values", "not certified", "Copy"),
    ("data-quality", "en"): (
        "Too little was measured for 2 of 3 combinations",
        "Not drawn: 55% of the visits were measured, at least 70% is needed",
        "2 of 3 series changed",
        "Ask the vendor what changed",
    ),
    ("effect", "nl"): ("−2,6", "95 %: −3,4 tot −1,8", "Pilot tegen vergelijking", "In orde: "),
    ("effect", "en"): ("−2.6", "95%: −3.4 to −1.8", "Pilot against comparison", "Why this verdict"),
}


WIDTHS = {"nl": 390, "en": 1440}
"""The longer words on the smaller screen."""


@pytest.mark.parametrize(("page", "language"), SENTENCES)
def test_a_page_says_what_it_is_for_and_fits(
    browser: Browser, sample_app: str, page: str, language: str
) -> None:
    with visit(browser, sample_app, f"{page}?lang={language}", width=WIDTHS[language]) as seen:
        seen.says(*SENTENCES[page, language])
        expect(seen.page.locator("html")).to_have_attribute("lang", language)
        assert seen.too_wide <= 0


@pytest.mark.parametrize("page", PAGES)
def test_nothing_leaves_the_machine_and_nothing_fails(browser: Browser, demo_app: str, page: str) -> None:
    with visit(browser, demo_app, page) as seen:
        assert seen.elsewhere == []
        assert seen.errors == []


ELSEWHERE = "http://127.0.0.2:9/x"


def test_a_request_elsewhere_would_be_seen(browser: Browser, sample_app: str) -> None:
    with visit(browser, sample_app) as seen:
        seen.page.evaluate(f"fetch('{ELSEWHERE}').catch(() => null)")
        seen.page.wait_for_timeout(300)
        assert seen.elsewhere == [ELSEWHERE]


def test_the_web_server_does_not_let_a_page_ask_elsewhere(browser: Browser, demo_app: str) -> None:
    with visit(browser, demo_app) as seen:
        seen.page.evaluate(f"fetch('{ELSEWHERE}').catch(() => null)")
        seen.page.wait_for_timeout(300)
        assert seen.elsewhere == []
        assert any(ELSEWHERE in error and "Content Security Policy" in error for error in seen.errors)


def test_a_deep_link_works_for_the_very_first_visitor(browser: Browser, demo: Path) -> None:
    with running(demo) as cold, visit(browser, cold, "effect?lang=en") as seen:
        expect(seen.page.get_by_role("heading", name="Effect: ")).to_be_visible()
        seen.says("Pilot against comparison")


def test_the_language_can_be_switched_and_stays(browser: Browser, sample_app: str) -> None:
    with visit(browser, sample_app) as seen:
        assert "Gegevens" not in seen.text
        seen.page.get_by_role("radio", name="EN", exact=True).click()
        expect(seen.page.get_by_text("Guardrails exceeded")).to_be_visible()
        seen.page.get_by_role("link", name="Effect").click()
        expect(seen.page.get_by_role("heading", name="Effect: Listening in at the clinic")).to_be_visible()
        seen.finished()
        expect(seen.page.locator("html")).to_have_attribute("lang", "en")


def test_the_button_of_a_pilot_opens_its_evidence(browser: Browser, sample_app: str) -> None:
    with visit(browser, sample_app) as seen:
        buttons = seen.page.get_by_role("button", name="Bekijk het bewijs")
        expect(buttons).to_have_count(5)
        buttons.nth(1).click()
        heading = seen.page.get_by_role("heading", name="Effect: Antwoordhulp patiëntberichten")
        expect(heading).to_be_visible()


def test_every_chart_has_words_and_a_table(browser: Browser, sample_app: str) -> None:
    with visit(browser, sample_app, "effect") as seen:
        charts = seen.page.locator(".stPlotlyChart")
        tables = seen.page.get_by_text("Toon als tabel")
        expect(charts).to_have_count(3)
        expect(tables).to_have_count(3)
        tables.nth(0).click()
        expect(seen.page.get_by_role("cell", name="2026-W20").first).to_be_visible()
        expect(seen.page.get_by_role("cell", name="< 10").first).to_be_visible()


def test_the_truth_of_the_demo_is_shown_on_request(browser: Browser, sample_app: str) -> None:
    with visit(browser, sample_app, "effect?pilot=ambient-a") as seen:
        assert "Ingebouwd" not in seen.text
        seen.page.get_by_text("Toon het effect dat in de demogegevens is ingebouwd").click()
        expect(seen.page.get_by_text("Ingebouwd: −2,4 min per consult.")).to_be_visible()


def test_the_report_can_be_taken_along(browser: Browser, demo_app: str) -> None:
    with visit(browser, demo_app, "effect?pilot=ambient-a") as seen:
        seen.page.get_by_role("button", name="Exporteren").click()
        with seen.page.expect_download() as download:
            seen.page.get_by_role("button", name="PDF").click()
        assert download.value.suggested_filename == "ambient-a-nl.pdf"
        assert download.value.path().read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("pilot", "sentence"),
    [
        ("summary", "Only 3 weeks after the run-in"),
        ("small", "Niet getoond: achter dit getal staan minder personen"),
    ],
)
def test_what_cannot_be_shown_says_why(browser: Browser, sample_app: str, pilot: str, sentence: str) -> None:
    with visit(browser, sample_app, f"effect?pilot={pilot}") as seen:
        seen.says(sentence)
        assert "p < " not in seen.text


@pytest.mark.parametrize(
    ("page", "word"),
    [
        ("", "Nog geen pilots"),
        ("this-week", "Nog geen gegevens"),
        ("data-quality", "Nog geen gegevens"),
        ("kpis", "Laad een bestand"),
    ],
)
def test_an_empty_installation_says_what_to_do(
    browser: Browser, empty_app: str, page: str, word: str
) -> None:
    with visit(browser, empty_app, page) as seen:
        seen.says(word, "meetlat ")
        assert seen.errors == []


def test_keys_alone_reach_the_evidence(browser: Browser, sample_app: str) -> None:
    with visit(browser, sample_app) as seen:
        for _ in range(40):
            seen.page.keyboard.press("Tab")
            focused = seen.page.locator("button:focus")
            if focused.count() and "Bekijk het bewijs" in focused.inner_text():
                break
        seen.page.keyboard.press("Enter")
        expect(seen.page.get_by_role("heading", name="Effect: Meeluisteren op de poli")).to_be_visible()
