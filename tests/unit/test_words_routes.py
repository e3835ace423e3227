"""Designs beside each other in words, and a plan that does not say that lots were drawn."""

from dataclasses import replace

import pytest

from experiments import router
from experiments.estimate import Estimate, NotEstimable
from experiments.options import Options
from experiments.router import routes
from reports.words_routes import applying, route_text, routes_sentence
from tests.screens.sample_results import NOTE
from tests.simulated_panels import simulated

PANEL = simulated(14, 60, [30, 30, 30, 30, 30, 30], effect=-1.0)


@pytest.fixture(autouse=True)
def few_designs(monkeypatch: pytest.MonkeyPatch) -> None:
    some = ("difference-in-differences", "before-after", "cluster-randomised", "stepped-wedge")
    monkeypatch.setattr(router, "ORDER", some)


def test_designs_for_drawn_departments_need_a_lot() -> None:
    by_name = {route.design: route.result for route in routes(PANEL, Options(), drawn=False)}
    for name in ("cluster-randomised", "stepped-wedge"):
        refused = by_name[name]
        assert isinstance(refused, NotEstimable)
        assert [reason.code for reason in refused.reasons] == ["not_drawn"]
    drawn = {route.design: route.result for route in routes(PANEL, Options(), drawn=True)}
    assert isinstance(drawn["cluster-randomised"], Estimate)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_design_says_what_it_finds_or_why_not(language: str) -> None:
    found = routes(PANEL, Options(), drawn=False)
    texts = {route.design: route_text(route, NOTE, language) for route in found}
    assert all("{" not in text and text for text in texts.values())
    assert "B (" in texts["difference-in-differences"]
    assert "D (" in texts["before-after"]
    assert ("loting" if language == "nl" else "by lot") in texts["stepped-wedge"]
    rows = applying(found, "absolute", language)
    assert [row.main for row in rows] == [True, False]
    assert applying(found, "relative", language) == ()


def test_the_sentence_counts_what_points_the_same_way() -> None:
    found = routes(PANEL, Options(), drawn=False)
    assert "2 of 4 designs apply to this pilot; 2 point" in routes_sentence(found, "en")
    turned = tuple(
        replace(route, result=replace(route.result, effect=1.0))
        if route.design == "before-after" and isinstance(route.result, Estimate)
        else route
        for route in found
    )
    assert "1 point" in routes_sentence(turned, "en")
    refused = tuple(route for route in found if isinstance(route.result, NotEstimable))
    assert routes_sentence(refused, "en") == "0 of 2 designs apply to this pilot."
