"""The table of false signals: the product reads what was published, and a small run agrees with it."""

import json

import numpy as np
import pytest

from experiments.monitoring.chart_result import ControlChart
from experiments.monitoring.control_chart import ChartOptions, control_chart
from experiments.monitoring.false_signals import TABLE, false_signals
from experiments.monitoring.series import Series
from tests.simulation.spc_false_signals import (
    BASELINES,
    EVIDENCE,
    HALF_YEAR,
    PAGE,
    RHOS,
    frozen_limits,
    marked,
    noise,
    with_table,
)

REPS = 300
PUBLISHED = json.loads(EVIDENCE.read_text("utf-8"))


def cell(rules: str, rho: float, baseline: int, limits: str = "moving_ranges") -> dict[str, float]:
    by_key = {(one["limits"], one["rules"], one["rho"], one["baseline"]): one for one in PUBLISHED["cells"]}
    return by_key[limits, rules, rho, baseline]


def test_the_product_reads_the_published_table():
    assert json.loads(TABLE.read_text("utf-8"))["cells"] == PUBLISHED["cells"]
    assert len(PUBLISHED["cells"]) == 4 * len(RHOS) * len(BASELINES)


def test_the_page_shows_the_published_table():
    page = PAGE.read_text("utf-8")
    assert page == with_table(page, PUBLISHED["cells"])


def test_weeks_that_resemble_each_other_flag_most_departments_that_do_not_change():
    weekly = cell("making-data-count", 0.5, 52)
    assert 88 < weekly["flagged_within_26_percent"] < 94
    assert cell("making-data-count", 0.0, 52)["flagged_within_26_percent"] < 40


@pytest.mark.parametrize("rho", [0.0, 0.5])
def test_one_chart_at_a_time_gives_the_same_share(rho):
    values = noise(rho, 52 + HALF_YEAR, REPS, np.random.default_rng(11))
    flagged = []
    together = marked(values, frozen_limits(values, 52))[:, 52:]
    for row, expected in zip(values, together, strict=True):
        series = Series(order=tuple(str(at) for at in range(len(row))), values=row)
        chart = control_chart(series, ChartOptions(type="xmr", baseline=52))
        assert isinstance(chart, ControlChart)
        found = [point.special_cause is not None for point in chart.points[52:]]
        assert found == expected.tolist()
        flagged.append(any(found))
    share = cell("making-data-count", rho, 52)["flagged_within_26_percent"] / 100
    # Four Monte-Carlo errors of the small run.
    assert np.mean(flagged) == pytest.approx(share, abs=4 * (share * (1 - share) / REPS) ** 0.5)


def signals(rules: str, rho: float, baseline: int) -> float:
    return cell(rules, rho, baseline)["signals_per_52_periods"]


def test_the_product_gives_the_cells_and_stays_between_them():
    rules = "making-data-count"
    for rho in (0.0, 0.5):
        found = false_signals("moving_ranges", rules, rho, 52, "week")
        assert found.measured == pytest.approx(signals(rules, rho, 52))
        assert found.independent == pytest.approx(signals(rules, 0.0, 52))
    between = false_signals("moving_ranges", rules, 0.45, 52, "week").measured
    assert between is not None
    assert signals(rules, 0.4, 52) < between < signals(rules, 0.5, 52)
    months = false_signals("moving_ranges", rules, None, 52, "month")
    assert months.measured is None
    assert months.independent == pytest.approx(signals(rules, 0.0, 52) * 12 / 52)
    far = false_signals("moving_ranges", "anhoej", 2.0, 1000, "week").measured
    assert far == pytest.approx(signals("anhoej", 0.9, 104))


def test_charts_of_shares_that_do_not_change_signal_as_published():
    rng = np.random.default_rng(12)
    hits = rng.binomial(400, 0.5, size=(REPS, 52 + HALF_YEAR)).astype(float)
    sizes = np.full(52 + HALF_YEAR, 400.0)
    flagged = []
    for row in hits:
        series = Series(order=tuple(str(at) for at in range(len(row))), values=row, denominators=sizes)
        chart = control_chart(series, ChartOptions(type="p", baseline=52))
        assert isinstance(chart, ControlChart)
        flagged.append(any(point.special_cause is not None for point in chart.points[52:]))
    share = cell("making-data-count", 0.0, 52, "distribution")["flagged_within_26_percent"] / 100
    # Four Monte-Carlo errors of the small run; 400 halves are nearly normal.
    assert np.mean(flagged) == pytest.approx(share, abs=4 * (share * (1 - share) / REPS) ** 0.5)
    assert chart.false_signals is not None
