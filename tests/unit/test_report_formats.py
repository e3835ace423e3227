"""Reports: two tagged pages with the right numbers, the same bytes twice; tables that no spreadsheet runs."""

import csv
import json
import re
from dataclasses import replace
from functools import cache
from io import BytesIO, StringIO
from typing import Any
from xml.etree import ElementTree

import pytest
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject

from core.discovery import discover
from experiments import checks
from experiments.checking_context import CONTEXT_CHECKS
from experiments.estimate import Check
from experiments.evaluation import KpiResult
from experiments.pilot import ExcludedDepartment
from governance.checklist import CHECKLIST, ChecklistEntry
from kpis.catalogue import load
from reports import formats
from reports.drawing import ruler_around, tick_digits, ticks
from reports.drawing_event_study import event_study_drawing
from reports.drawing_groups import groups_drawing
from reports.font_coverage import coverage
from reports.report import Format
from reports.typesetting import FONTS
from reports.words_names import CHECKS, EXCLUSIONS
from tests.pilot_reports import KPIS, NOTES, View, guarded, judged, note_time, plan, used, views

VIEWS = views()
FORMATS = discover(formats, "FORMAT", Format)
KINDS = [(kind, language) for kind in VIEWS for language in ("nl", "en")]


@cache
def pdf(kind: str, language: str) -> bytes:
    return FORMATS["pdf"].write(VIEWS[kind], language)


def text_of(content: bytes) -> str:
    """All words of a PDF with every kind of white space as one blank."""
    words = " ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    return re.sub(r"\s+", " ", words)


def structure(node: Any) -> list[DictionaryObject]:
    """Every element of a PDF's structure tree."""
    node = node.get_object()
    if isinstance(node, ArrayObject):
        return [element for child in node for element in structure(child)]
    if not isinstance(node, DictionaryObject) or not {"/S", "/K"} & set(node):
        return []
    return [node, *(structure(node["/K"]) if "/K" in node else [])]


@pytest.mark.parametrize(("kind", "language"), KINDS)
def test_a_report_is_two_tagged_pages_in_its_language(kind: str, language: str) -> None:
    found = PdfReader(BytesIO(pdf(kind, language)))
    assert len(found.pages) == 2
    catalogue = found.trailer["/Root"].get_object()
    assert catalogue["/MarkInfo"]["/Marked"]
    assert catalogue["/Lang"] == language
    assert found.metadata is not None
    assert found.metadata.title == VIEWS[kind].pilot.pilot.name(language)
    assert b"pdfuaid:part" in pdf(kind, language)


@pytest.mark.parametrize("kind", ["scale", "harm"])
def test_every_drawing_says_in_words_what_it_shows(kind: str) -> None:
    found = PdfReader(BytesIO(pdf(kind, "nl")))
    root = found.trailer["/Root"].get_object()["/StructTreeRoot"]
    figures = [element for element in structure(root) if element.get("/S") == "/Figure"]
    texts = [str(figure.get("/Alt", "")) for figure in figures]
    assert len(texts) >= 8  # effect, use, two margins, both charts, the calculations
    assert all(len(text) > 20 for text in texts)
    assert any("telt vanaf" in text for text in texts)


def test_the_report_holds_the_numbers_of_its_results() -> None:
    found = text_of(pdf("scale", "nl"))
    for words in (
        "Opschalen",
        "−9,1 %",
        "95 %: −11,3 tot −6,9 %",
        "telt vanaf −5,0 %",
        "+0,2 %-punt (−1,4 tot +1,8)",
        "64 %",
        "84.120 rijen, 21.035 patiënten, 45 zorgverleners",
        "niet ondertekend 312; onwaarschijnlijke waarde < 10",
        "versie 3, vastgelegd 04-08-2025",
        "Demogegevens",
        "< 0,001",
        "het besluit is aan de stuurgroep",
    ):
        assert words in found, words
    assert "3f6c1a9e" * 8 in found.replace(" ", "")


def test_the_english_report_is_english() -> None:
    found = text_of(pdf("scale", "en"))
    for words in ("Scale", "−9.1%", "95%: −11.3 to −6.9%", "84,120 rows", "Demo data", "steering group"):
        assert words in found, words
    for word in ("Opschalen", "afdelingen", "gehaald", "stuurgroep", "vastgelegd"):
        assert word not in found, word


def test_what_is_suppressed_is_nowhere_in_the_file() -> None:
    found = text_of(pdf("suppressed", "nl"))
    assert "< 10" in found
    assert "−9,1" not in found
    assert "84.120" not in found
    assert "64 %" not in found
    for name in ("csv", "json"):
        content = FORMATS[name].write(VIEWS["suppressed"], "en").decode()
        assert "-0.091" not in content
        assert "84120" not in content
        assert "< 10" in content


def test_what_cannot_be_estimated_has_its_reasons_and_no_effect() -> None:
    found = text_of(pdf("not_estimable", "nl"))
    assert "Niet te schatten" in found
    assert "Nog niet te zeggen" in found
    assert "−9,1" not in found


@pytest.mark.parametrize("name", sorted(FORMATS))
@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_same_results_give_the_same_bytes(name: str, language: str) -> None:
    again = views()["scale"]
    assert FORMATS[name].write(VIEWS["scale"], language) == FORMATS[name].write(again, language)


def long_named() -> View:
    """Everything at its longest: names, departments, reasons, and no item signed."""
    long_name = "Meeluisterend verslag met automatische codering en concept-ontslagbrief " * 2
    kpis = {
        name: replace(
            each, label=dict.fromkeys(("nl", "en"), f"{each.label['nl']} bij chronische aandoeningen")
        )
        for name, each in KPIS.items()
    }
    departments = tuple(f"Kindergeneeskunde en neonatologie locatie {number}" for number in range(12))
    pilot = plan(
        long_name,
        long_name,
        NOTES,
        starts=dict.fromkeys(departments, VIEWS["scale"].pilot.pilot.starts["Cardiologie"]),
        excluded=tuple(
            ExcludedDepartment(department=name, reason="deelt artsen") for name in departments[:6]
        ),
        governance=(ChecklistEntry(id=CHECKLIST[0].id, state="red"),),
    )
    found = judged(pilot, (note_time(-0.091, 0.024), *guarded(), *guarded(codes=-0.44), used()))
    return replace(found, kpis=kpis)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_longest_names_stay_on_two_pages(language: str) -> None:
    reader = PdfReader(BytesIO(FORMATS["pdf"].write(long_named(), language)))
    assert len(reader.pages) == 2
    assert "2/2" in reader.pages[1].extract_text().replace(" ", "")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Пилот Łódź ≥ 3", "Пилот Łódź ≥ 3"),
        ("ﬁets パ 🙂", "fiets □ □"),
        ("bel\x07\tnu\nhier", "bel□ nu hier"),
        ("#let x = 1 *b* $y$ <a> \\ @c", "#let x = 1 *b* $y$ <a> \\ @c"),
    ],
)
def test_any_name_can_be_printed(name: str, shown: str) -> None:
    view = judged(plan(name, name, NOTES), (note_time(-0.091, 0.024), *guarded(), used()))
    assert shown in text_of(FORMATS["pdf"].write(view, "nl"))


def test_the_characters_of_the_fonts_are_those_that_fonttools_reads() -> None:
    library = pytest.importorskip("fontTools.ttLib")
    for font in FONTS.glob("*.ttf"):
        assert coverage(font) == {chr(code) for code in library.TTFont(font).getBestCmap()}


def rows_of(view: View, language: str) -> list[dict[str, str]]:
    content = FORMATS["csv"].write(view, language)
    text = content.decode("utf-8-sig" if language == "nl" else "utf-8")
    return list(csv.DictReader(StringIO(text), delimiter=";" if language == "nl" else ","))


def test_dutch_csv_is_what_a_dutch_spreadsheet_reads() -> None:
    content = FORMATS["csv"].write(VIEWS["scale"], "nl")
    assert content.startswith(b"\xef\xbb\xbf")
    row = rows_of(VIEWS["scale"], "nl")[0]
    assert row["Effect"] == "-0,091"
    assert row["Oordeel"] == "Opschalen"
    assert row["Rijen"] == "84120"
    assert row["Gegevens tot en met"] == "28-06-2026"
    assert row["Redenen niet meegeteld"] == "niet ondertekend: 312; onwaarschijnlijke waarde: < 10"
    assert row["Rijen niet meegeteld"] == "≥ 313"


def test_english_csv_holds_every_kpi_with_its_numbers() -> None:
    rows = rows_of(VIEWS["scale"], "en")
    assert [row["KPI id"] for row in rows] == ["note_time_enc", "icd_accuracy", "wow8", "utilisation"]
    primary = VIEWS["scale"].evaluation.primary.result.value
    assert isinstance(primary, KpiResult)
    assert primary.result is not None
    assert float(rows[0]["Effect"]) == pytest.approx(-0.091, abs=1e-9)
    assert float(rows[0]["Interval low"]) < float(rows[0]["Effect"]) < float(rows[0]["Interval high"])
    assert (rows[3]["Use"], rows[3]["Effect"]) == ("0.64", "")
    assert rows[0]["Data until"] == "2026-06-28"


@pytest.mark.parametrize("opening", ["=", "+", "-", "@", "\t", "\r"])
def test_a_name_that_a_spreadsheet_would_run_is_made_harmless(opening: str) -> None:
    evil = opening + 'HYPERLINK("http://example.org","x")'
    view = judged(plan(evil, evil, NOTES), (note_time(-0.091, 0.024), *guarded(), used()))
    for language in ("nl", "en"):
        row = rows_of(view, language)[0]
        assert row["Pilot"] == "'" + evil
        assert row["Effect"].lstrip("-")[0] == "0"  # a negative number stays a number


def test_json_holds_the_decision_and_the_evaluation() -> None:
    found = json.loads(FORMATS["json"].write(VIEWS["scale"], "nl"))
    assert found["decision"]["verdict"] == "scale"
    assert found["evaluation"]["estimates"][0]["effect"] == pytest.approx(-0.091)
    assert found["simulated_data"] is True
    assert found["headline"].startswith("Verslagtijd per consult: −9,1")


def test_charts_are_well_formed_pictures_with_words_that_are_safe() -> None:
    kpi = replace(KPIS["note_time_enc"], unit={"nl": '<min> & "meer"', "en": "min"})
    found = VIEWS["scale"].evaluation.primary.result
    groups = groups_drawing(found, kpi, VIEWS["scale"].pilot.pilot, "nl")
    events = event_study_drawing(found, kpi, "nl")
    assert groups is not None
    assert events is not None
    for svg in (groups, events):
        assert ElementTree.fromstring(svg).tag.endswith("svg")
    assert '<min> & "meer"' in "".join(ElementTree.fromstring(groups).itertext())


def test_a_gap_in_the_data_is_a_gap_in_the_line() -> None:
    found = VIEWS["scale"].evaluation.primary.result
    svg = groups_drawing(found, KPIS["note_time_enc"], VIEWS["scale"].pilot.pilot, "nl")
    assert svg is not None
    lines = [path.get("d") or "" for path in ElementTree.fromstring(svg) if path.tag.endswith("path")]
    assert [line.count("M") for line in lines] == [1, 2]  # the pilot misses week 20


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (9.7, 12.1, (10.0, 10.5, 11.0, 11.5, 12.0)),
        (-0.31, 0.19, (-0.3, -0.2, -0.1, 0.0, 0.1)),
        (0, 100, (0, 20, 40, 60, 80, 100)),
    ],
)
def test_ticks_are_round_and_inside(low: float, high: float, expected: tuple[float, ...]) -> None:
    assert ticks(low, high) == pytest.approx(expected)
    assert tick_digits(expected) == (1 if max(expected) < 20 else 0)


def test_a_line_of_equal_values_still_has_a_scale() -> None:
    for values in ([5.0, 5.0], [0.0], [float("nan")], []):
        ruler = ruler_around(values, 100, 0)
        assert ruler.low < ruler.high


def test_checks_and_exclusions_have_names() -> None:
    of_a_design = {"placebo_rank"}
    assert set(CHECKS) == set(discover(checks, "CHECK", Check)) | set(CONTEXT_CHECKS) | of_a_design
    reasons = {exclusion.reason for kpi in load().values() for exclusion in kpi.exclusions}
    assert reasons <= set(EXCLUSIONS)
