"""Averages of cohort effects over start orders: brute force, refitting, what is refused, what is chosen."""

from dataclasses import replace

import numpy as np
import pytest

from experiments import cohort_orders
from experiments.adoption import Adoption, adopt
from experiments.cohort_averages import averages
from experiments.details import StaggeredDetails
from experiments.estimate import Estimate, NotEstimable
from experiments.estimating import estimate
from experiments.group_times import fit_group_times, without_gaps
from experiments.imputing import by_imputation
from experiments.inference.start_orders import start_orders
from experiments.options import Options
from experiments.panel import Panel
from experiments.saturating import saturated_fit
from experiments.start_noise import noise
from experiments.window import Window
from tests.simulated_panels import simulated

DESIGNS = ("callaway-santanna", "sun-abraham", "imputation", "two-stage", "etwfe")
STARTS = [13, 13, 17]
FITS = {
    "callaway-santanna": (without_gaps, fit_group_times, Options(comparison="not-yet-treated")),
    "imputation": (adopt, by_imputation, Options(comparison="not-yet-treated")),
    "etwfe": (adopt, saturated_fit, Options(comparison="not-yet-treated")),
    "sun-abraham": (adopt, saturated_fit, Options(comparison="never-treated")),
}


def few(**changes) -> Panel:
    return replace(simulated(8, 30, STARTS, persistence=0.5, seed=5), **changes)


def value(design: str, panel: Panel, aggregate: str) -> float:
    adopted, fit, options = FITS[design]
    adoption = adopted(panel, options)
    assert isinstance(adoption, Adoption)
    cells = fit(adoption, options).cells
    return averages(adoption, cells.effects)[aggregate].value(cells)


def by_hand(design: str, aggregate: str, panel: Panel, effect: float) -> float:
    """p-value of an effect: the average refitted under every order, over the error of the same order.

    An order's coefficients are read off by moving one outcome at a time, for one department of each cohort.
    """
    cohort = np.searchsorted([13, 17], np.where(panel.treated, panel.first_treated, 99))
    firsts = np.array([13, 17, np.inf])
    own = noise(Window(panel=panel, complete=np.ones(30, dtype=bool), run_in=0))
    on = (np.arange(30) >= panel.first_treated[:, None]).astype(float)
    rows = np.zeros((3, 30))
    for number in range(3):
        for period in range(30):
            one = np.zeros((8, 30))
            one[np.flatnonzero(cohort == number)[0], period] = 1.0
            rows[number, period] = value(design, replace(panel, outcome=one), aggregate)
    statistics = []
    for order in start_orders(cohort, 1):
        error = np.sqrt(own @ (rows[order] ** 2).sum(axis=1))
        moved = replace(panel, first_treated=firsts[order], outcome=panel.outcome - effect * on)
        statistics.append(abs(value(design, moved, aggregate)) / error)
    return float(np.mean(np.array(statistics) >= statistics[0] * (1 - 1e-9)))


@pytest.mark.parametrize(
    ("design", "aggregate"),
    [
        ("callaway-santanna", "simple"),
        ("imputation", "dynamic"),
        ("etwfe", "group"),
        ("sun-abraham", "calendar"),
    ],
)
def test_p_value_and_interval_by_refitting_every_order(design, aggregate):
    """168 orders. At the ends of the interval the p-value passes 5 %, just beyond them it does not."""
    panel = few()
    comparison = FITS[design][2].comparison
    found = estimate(panel, Options(design=design, aggregate=aggregate, comparison=comparison))
    assert isinstance(found, Estimate)
    assert found.inference == "randomisation-t"
    assert found.effect == pytest.approx(value(design, panel, aggregate), rel=1e-9)
    assert found.p_value == pytest.approx(by_hand(design, aggregate, panel, 0.0), rel=1e-12)
    low, high = found.interval
    step = 1e-6 * (high - low)
    for end, inside in ((low, low + step), (high, high - step)):
        outside = 2 * end - inside
        assert by_hand(design, aggregate, panel, inside) >= 0.05 > by_hand(design, aggregate, panel, outside)


def drawn(design: str, panel: Panel, **changes) -> cohort_orders.StartOrders:
    adopted, fit, options = FITS[design]
    adoption = adopted(panel, options)
    assert isinstance(adoption, Adoption)
    made = cohort_orders.by_start_orders(
        adoption, fit(adoption, options), lambda other: fit(other, options), options
    )
    return replace(made, **changes)


@pytest.mark.parametrize("design", FITS)
def test_refitting_every_order_gives_what_the_table_gives(design):
    """Both ways are exact on a panel whose departments all count alike."""
    table, again = drawn(design, few()), drawn(design, few(), alike=False)
    assert table.alike
    average = averages(table.adoption, table.fit.cells.effects)["simple"]
    one, other = table.average(average).headline, again.average(average).headline
    assert other.p_value == one.p_value
    assert other.interval == pytest.approx(one.interval, rel=1e-8)
    assert other.standard_error == pytest.approx(one.standard_error, rel=1e-8)


@pytest.mark.parametrize("design", ["imputation", "etwfe"])
def test_orders_under_which_nothing_is_identified_count_against_every_effect(design):
    """The comparison's last weeks are missing for all but one: as a pilot that one leaves no comparison."""
    panel = few()
    outcome = panel.outcome.copy()
    outcome[3:7, 25:] = np.nan
    made = drawn(design, replace(panel, outcome=outcome))
    assert not made.alike
    average = averages(made.adoption, made.fit.cells.effects)["simple"]
    found = made.average(average)
    assert 0 < found.headline.p_value <= 1
    assert np.isnan(found.parts.intervals).all()


@pytest.mark.parametrize("design", DESIGNS)
def test_a_lasting_effect_more_moves_estimate_and_interval_by_as_much(design):
    panel = few()
    on = np.arange(30) >= panel.first_treated[:, None]
    one, other = (
        estimate(replace(panel, outcome=panel.outcome + size * on), Options(design=design))
        for size in (0.0, 2.0)
    )
    assert isinstance(one, Estimate)
    assert isinstance(other, Estimate)
    assert other.effect == pytest.approx(one.effect + 2, abs=1e-9)
    assert other.interval == pytest.approx([bound + 2 for bound in one.interval], abs=1e-8)
    assert other.p_value < 0.05 < 1


@pytest.mark.parametrize("design", DESIGNS)
def test_few_pilots_are_judged_by_start_orders_with_the_jackknife_and_its_warning_beside(design):
    found = estimate(few(), Options(design=design))
    assert isinstance(found, Estimate)
    assert found.inference == "randomisation-t"
    assert not any("this error is too small" in text.render("en") for text in found.warnings)
    assert [line.inference for line in found.also] == ["jackknife-t"]
    warning = found.also[0].warning
    assert warning is not None
    assert "this error is too small" in warning.render("en")
    assert found.diagnostics["smallest_detectable"] > 0
    assert isinstance(found.details, StaggeredDetails)
    shown = {one.name: one for one in found.details.aggregates}
    assert all(one.p_value is not None for one in shown.values())
    counted = [part for part in shown["dynamic"].parts if int(part.label) >= 0]
    assert all(part.interval[0] <= part.effect <= part.interval[1] for part in counted if part.interval)


@pytest.mark.parametrize("design", ["imputation", "etwfe"])
def test_with_gaps_the_average_that_was_asked_for_is_refitted_under_fewer_orders(design):
    panel = few()
    outcome = panel.outcome.copy()
    outcome[0, 3] = np.nan
    found = estimate(replace(panel, outcome=outcome), Options(design=design, aggregate="group"))
    assert isinstance(found, Estimate)
    assert found.inference == "randomisation-t"
    assert isinstance(found.details, StaggeredDetails)
    assert [one.p_value is None for one in found.details.aggregates] == [True, True, False, True]


def test_only_one_inference_for_few_pilots_is_not_refused():
    """Groups, short sides and few orders leave the jackknife, which few pilots cannot carry either."""
    cases = {
        "orders_of_groups": few(clusters=tuple(f"c{n // 2}" if n > 3 else f"d{n}" for n in range(8))),
        "too_few_periods": few().between(0, 20),
        "too_few_assignments": few().only([True, True, False, True, True, True, False, False]),
    }
    for code, panel in cases.items():
        found = estimate(panel, Options(design="imputation"))
        assert isinstance(found, NotEstimable)
        assert [reason.code for reason in found.reasons] == ["too_few_to_leave_out", code]
        asked = estimate(panel, Options(design="imputation", inference="randomisation-t"))
        assert isinstance(asked, NotEstimable)
        assert [reason.code for reason in asked.reasons] == [code]
        told = estimate(panel, Options(design="imputation", inference="jackknife-t"))
        assert isinstance(told, Estimate)
        assert any("this error is too small" in text.render("en") for text in told.warnings)


def test_orders_that_exclude_nothing_give_no_verdict():
    """Three pilots against three: every order has a mirror image, so no p-value below a tenth."""
    found = estimate(simulated(6, 30, [13] * 3), Options(design="imputation"))
    assert isinstance(found, NotEstimable)
    assert [reason.code for reason in found.reasons] == ["orders_show_nothing"]
    assert found.event_study
