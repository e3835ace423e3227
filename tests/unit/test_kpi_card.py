"""The card of a KPI: its arrow says what its number says."""

from dataclasses import replace

import pytest

from pages.widgets.kpi_card import arrow, shown_change
from tests.screens import sample

CARD = sample.department(sample.DEPARTMENTS[0]).cards[0]


@pytest.mark.parametrize(
    ("change", "points"),
    [(0.3, "up"), (-0.3, "down"), (0.04, "off"), (-0.04, "off"), (0.0, "off"), (None, "off")],
)
def test_a_change_that_is_shown_as_zero_points_nowhere(change: float | None, points: str) -> None:
    assert CARD.kpi.digits == 1
    assert arrow(shown_change(replace(CARD, change=change))) == points
