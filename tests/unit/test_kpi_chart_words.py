"""Charts of KPIs in words and tables: what to see, what is missing, and why limits stand where they do."""

import json
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from core.period import Period
from experiments.monitoring.charted_kpi import ChartedKpi
from experiments.monitoring.rebase import Rebase
from experiments.pilot import Pilot, PrimaryKpi
from governance.disclosure_control import Policy, release
from kpis.catalogue import load
from kpis.kpi import Kpi
from kpis.measurements import Measurement
from reports.before_after import before_after_rows
from reports.chart_icons import assurance_icon, variation_icon
from reports.chart_table import chart_rows
from reports.figure_trend import trend_figure
from reports.kpi_chart_json import kpi_chart_json
from reports.kpi_chart_text import kpi_chart_text
from reports.palette import LIGHT
from reports.words_chart_trust import gap_sentence
from reports.words_kpi_chart import assurance_words, chart_sentence, signals_sentence, variation_words
from reports.words_kpi_choice import base_words, chart_words, plotted_kpi
from reports.words_rebase import rebase_sentence
from tests.screens.sample_results import FEW, MANY
from workflows.kpi_chart import Around, KpiChartRequest, chart_measured
from workflows.measure import Measured

KPIS = load()
MONDAY = date(2025, 1, 6)
START = MONDAY + timedelta(weeks=20)
BEFORE = [10.0, 10.4, 9.8, 10.2] * 5


def pilot(kpi: str = "wow8") -> Pilot:
    return Pilot(
        id="p",
        name_nl="P",
        name_en="P",
        use_case="ambient",
        vendor="A",
        starts={"north": START},
        comparison=("south",),
        primary=PrimaryKpi(kpi=kpi, smallest_change=1.0, scale="absolute"),
        guardrails=(),
        secondary=(),
        use=None,
        window=(MONDAY, date(2026, 12, 31)),
        run_in_weeks=4,
    )


def measured(kpi: Kpi, at: int, value: float | None, **more: object) -> Measured:
    period = Period(MONDAY + timedelta(weeks=at), "week")
    values: dict[str, object] = {
        "kpi": kpi.id,
        "kpi_version": 1,
        "unit": "north",
        "period": period,
        "n": 100 if value is not None else 0,
        "value": value,
        "geometric_mean": value if kpi.statistic == "duration" else None,
        "numerator": (value or 0.0) * 100,
        "denominator": 100.0,
        "excluded": {},
        "complete": True,
        "standard_error": 0.5,
    }
    one = Measurement(**(values | more))  # type: ignore[arg-type]
    hidden = more.get("measured_share") == 0.0
    found = release(one, FEW if hidden else MANY, Policy())
    return Measured(kpi=kpi, unit="north", period=period, complete=True, measurement=found)


def chart(
    kpi: Kpi,
    values: list[float | None],
    *,
    tried: bool = True,
    rebases: tuple[Rebase, ...] = (),
    asked: KpiChartRequest | None = None,
) -> ChartedKpi:
    known = Around(pilots=(pilot(),) if tried else (), rebases=rebases, first=MONDAY, policy=Policy())
    found = [measured(kpi, at, value) for at, value in enumerate(values)]
    return chart_measured(found, known, asked or KpiChartRequest())


WOW = replace(KPIS["wow8"], target=9.5)


@pytest.mark.parametrize(
    ("after", "dutch", "english"),
    [
        (
            [9.0, 9.1],
            "Het inwerken duurt tot 23-06-2025; deze weken staan in de kaart en tellen niet mee.",
            "The run-in lasts until 23-06-2025; these weeks are drawn and not judged.",
        ),
        (
            [9.0] * 4 + [6.0],
            "De laatste week ligt onder de ondergrens van vóór de start: verbetering.",
            "The last week lies below the lower limit of before the start: improvement.",
        ),
        (
            [9.0] * 4 + [14.0, 14.1, 14.2],
            "Alle laatste 3 weken liggen boven de bovengrens van vóór de start: verslechtering.",
            "All of the last 3 weeks lie above the upper limit of before the start: deterioration.",
        ),
        (
            [9.0] * 4 + [10.05, 9.9, 10.0, 9.95, 10.02, 9.97, 10.01],
            "Al 7 weken onder het gemiddelde van vóór de start: verbetering.",
            "For 7 weeks in a row below the mean of before the start: improvement.",
        ),
        (
            [9.0] * 4 + [9.8, 10.0, 10.2, 10.4, 10.6, 10.7, 10.8],
            "Al 7 weken stijgend: verslechtering.",
            "Rising for 7 weeks in a row: deterioration.",
        ),
        (
            [9.0] * 4 + [10.0, 10.4, 14.0, 10.0, 10.3],
            "Gewone schommeling: de laatste week ligt binnen de grenzen van vóór de start. "
            "Het laatste signaal daarvoor: verslechtering in 2025-W28.",
            "Ordinary variation: the last week lies within the limits of before the start. "
            "The last signal before: deterioration in 2025-W28.",
        ),
    ],
)
def test_the_sentence_says_what_to_see(after: list[float], dutch: str, english: str) -> None:
    found = chart(WOW, [*BEFORE, *after])
    assert chart_sentence(found, "nl") == dutch
    assert chart_sentence(found, "en") == english


def test_words_of_a_card() -> None:
    settling = chart(WOW, [*BEFORE, 9.0])
    assert variation_words(settling, "nl") == ("Te vroeg", "inwerkperiode")
    assert assurance_words(settling, "nl") == ("Te vroeg", "norm ≤ 10: 0 van 12 weken")
    met = chart(WOW, [*BEFORE, *[9.0] * 4, *[7.0, 7.1] * 8])
    assert variation_words(met, "nl") == ("Verbetering", "al 16 weken laag")
    assert assurance_words(met, "nl") == ("Haalt de norm", "norm ≤ 10, sinds 23-06-2025")
    assert assurance_words(chart(replace(WOW, target=None), BEFORE), "nl") == ("", "")
    assert signals_sentence([met, settling], "en") == "Improvement: EHR work outside clinic hours."
    assert signals_sentence([settling], "nl").startswith("Geen KPI geeft een signaal")
    assert signals_sentence([], "nl") == "Nog geen KPI kan worden beoordeeld."
    icons = {variation_icon(one, LIGHT) for one in (settling, met)} | {assurance_icon(met, LIGHT)}
    assert len(icons) == 3


def test_gaps_keep_their_reason_and_are_no_zeros() -> None:
    kpi, policy = KPIS["wow8"], Policy()
    items = [measured(kpi, at, value) for at, value in enumerate(BEFORE)]
    items[3] = measured(kpi, 3, 1.0, complete=False, incomplete_because=("too_few_measured",))
    items[5] = measured(kpi, 5, 1.0, measured_share=0.0)
    items[7] = measured(kpi, 7, None)
    items[19] = measured(kpi, 19, 1.0, complete=False, incomplete_because=("not_over",))
    found = chart_measured(
        items, Around(pilots=(), rebases=(), first=MONDAY, policy=policy), KpiChartRequest()
    )
    said = gap_sentence(found, "en")
    assert said == (
        "Gaps (weeks): too few persons to show: 1; not over yet: 1; too little of it was measured: 1; "
        "no rows: 1."
    )
    points = kpi_chart_json(found, "en")["points"]
    assert [at for at, point in enumerate(points) if point["value"] is None] == [3, 5, 7, 19]
    rows = chart_rows(found, "nl")
    assert [rows[at]["Signaal"] for at in (3, 5, 7, 19)] == [
        "te weinig gemeten",
        "te weinig personen",
        "geen rijen",
        "nog niet voorbij",
    ]
    assert rows[5]["Waarde"] == "< 10"
    assert rows[0]["± 2 standaardfouten"] == "9 tot 11"


def test_a_week_in_which_the_data_begin_is_left_out() -> None:
    items = [measured(KPIS["wow8"], at, value) for at, value in enumerate(BEFORE)]
    known = Around(pilots=(), rebases=(), first=MONDAY + timedelta(days=2), policy=Policy())
    found = chart_measured(items, known, KpiChartRequest())
    assert found.periods[0].start == MONDAY + timedelta(weeks=1)


def test_a_rebased_chart_speaks_of_its_own_limits() -> None:
    day = MONDAY + timedelta(weeks=30)
    kept = Rebase(
        id=1,
        kpi="wow8",
        department="north",
        day=day,
        reason="Another roster since then.",
        decided_by="Lead",
        decided_at="2026-01-05T09:00:00+00:00",
        hides_signal=True,
    )
    found = chart(KPIS["wow8"], [*BEFORE, *[9.0] * 10, *[14.0, 14.2] * 8], rebases=(kept,))
    assert chart_sentence(found, "nl").startswith(
        "Gewone schommeling: de laatste week ligt binnen de grenzen sinds"
    )
    assert base_words(found, "nl") == "eigen gemiddelde en grenzen sinds 04-08-2025"
    assert rebase_sentence(kept, "nl").startswith(
        "Nieuwe grenzen vanaf 04-08-2025: Another roster since then. (Lead, 05-01-2026). Tegen de oudere"
    )
    assert kpi_chart_json(found, "nl")["rebases"][0]["decided_by"] == "Lead"
    assert "Another roster" in kpi_chart_text(found, "en")


def test_a_rare_event_is_better_when_it_stays_away() -> None:
    kpi = replace(KPIS["major_note_share"], statistic="proportion", direction="lower")
    events = [1.0 if at % 3 == 0 else 0.0 for at in range(60)] + [0.0] * 80 + [1.0]
    found = chart(kpi, [one / 100 for one in events], tried=False)
    assert chart_words(found, "en").startswith("g chart of the cases between two events")
    assert found.chart.charted.variation == "improvement_high"
    assert plotted_kpi(kpi, "cases_between").unit["nl"] == "gevallen tussen twee gebeurtenissen"


def test_before_and_after_leave_the_run_in_out() -> None:
    rows = before_after_rows(chart(WOW, [*BEFORE, *[99.0] * 4, *[7.0, 8.0] * 5]), "en")
    assert [(row["Part"], row["weeks"], row["Lowest to highest"]) for row in rows] == [
        ("Before the start", "20", "10 to 10"),
        ("After the run-in", "10", "7 to 8"),
    ]
    assert before_after_rows(chart(WOW, BEFORE), "en") == []


def test_residuals_are_named_as_such() -> None:
    found = chart(WOW, [*BEFORE, *[9.0] * 4, *[9.9, 10.1] * 4], asked=KpiChartRequest(residual=True))
    assert chart_sentence(found, "nl").startswith("Residuen: ")
    assert "naast wat de periode ervoor voorspelt" in plotted_kpi(WOW, "value", residual=True).unit["nl"]


def test_a_survey_of_few_rounds_is_drawn_with_intervals() -> None:
    kpi = KPIS["sus"]
    found = chart(kpi, [70.0, 71.0, 69.0], tried=False)
    assert found.drawn is None
    assert chart_sentence(found, "nl").startswith(
        "Er waren 3 rondes; onder 12 krijgt een enquête intervallen"
    )
    days = [period.start for period in found.periods]
    figure = trend_figure(found.series, days, kpi, [], "light", "nl", is_uncertain=True)
    assert figure["data"][0]["error_y"]["array"] == [1.0, 1.0, 1.0]
    json.dumps(figure, allow_nan=False)


@pytest.mark.parametrize("rules", ["making-data-count", "anhoej"])
@pytest.mark.parametrize("chart_type", ["auto", "run"])
def test_every_signal_has_a_sentence(rules: str, chart_type: str) -> None:
    random = np.random.default_rng(7)
    asked = KpiChartRequest(rules=rules, type=chart_type)  # type: ignore[arg-type]
    for _ in range(60):
        drift = random.choice([0.0, 0.03, -0.05])
        values = np.round(10 + drift * np.arange(40) + random.normal(0, 0.6, 40))
        found = chart(KPIS["wow8"], [float(value) for value in values], tried=False, asked=asked)
        assert chart_sentence(found, "nl").endswith(".")
        assert all(variation_words(found, "nl"))
