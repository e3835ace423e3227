"""The checks beside an estimate: what each notices when it is planted, and what it leaves alone."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import core  # noqa: F401 - one thread for numpy
from experiments.estimate import CheckResult
from experiments.estimating import CHECKS, estimate
from experiments.options import Options
from experiments.panel import Floats, Panel
from tests.hypothesis_profiles import examples
from tests.simulated_panels import simulated

ONE_START = (52, 52, 52)
STAGGERED = (40, 46, 52, 58)
JUDGES = sorted(CHECKS)


def checked(name: str, panel: Panel, **options) -> CheckResult:
    found = CHECKS[name].run(panel, Options(**options))
    assert found.name == name
    assert found.passed in (True, False, None)
    assert found.message.render("nl")
    assert found.message.render("en")
    return found


def calm(departments: int = 12, periods: int = 104, starts: tuple[int, ...] = ONE_START, **how) -> Panel:
    return simulated(departments, periods, starts, **({"effect": 1.0, "noise": 0.5, "seed": 4} | how))


def since(panel: Panel) -> Floats:
    """(U, T) periods since the own start; far before it where there is none."""
    first = np.where(np.isfinite(panel.first_treated), panel.first_treated, 1e6)
    return np.arange(len(panel.periods)) - first[:, None]


def moved(panel: Panel, by: Floats) -> Panel:
    return replace(panel, outcome=panel.outcome + by)


def pretrend(panel: Panel) -> Panel:
    return moved(panel, 0.03 * panel.treated[:, None] * np.arange(len(panel.periods)))


def early(panel: Panel) -> Panel:
    return moved(panel, 1.5 * ((since(panel) >= -4) & (since(panel) < 0)))


def hump(panel: Panel) -> Panel:
    return moved(panel, 2.0 * ((since(panel) >= -32) & (since(panel) < -28)))


def dip(panel: Panel) -> Panel:
    """Eight low weeks and no effect at all after them."""
    return moved(panel, -1.0 * (since(panel) >= 0) - 6.0 * ((since(panel) >= -8) & (since(panel) < 0)))


def decay(panel: Panel) -> Panel:
    return moved(panel, -1.0 * (since(panel) >= 30))


def growth(panel: Panel) -> Panel:
    return moved(panel, 1.0 * (since(panel) >= 30))


def busier(panel: Panel) -> Panel:
    return replace(panel, weights=np.where(since(panel) >= 0, 1.6, 1.0) * panel.weights)


@pytest.mark.parametrize("starts", [ONE_START, STAGGERED])
@pytest.mark.parametrize(
    ("name", "planted"),
    [
        ("parallel_trends", pretrend),
        ("placebo_start", pretrend),
        ("anticipation", early),
        ("regression_to_the_mean", dip),
        ("novelty", decay),
        ("volume_change", busier),
    ],
)
def test_a_check_passes_without_and_fails_with_what_it_looks_for(name, planted, starts):
    panel = calm(starts=starts)
    assert checked(name, panel).passed is True
    assert checked(name, planted(panel)).passed is False
    assert checked(name, calm(3, starts=starts[:3])).passed is None


def test_the_largest_gap_needs_one_start_and_departments_enough():
    panel = calm()
    assert checked("largest_pre_gap", panel).passed is True
    found = checked("largest_pre_gap", hump(panel))
    assert found.passed is False
    assert found.statistic == pytest.approx(2.0, abs=0.7)
    assert (panel.periods[20], panel.periods[23]) == (
        found.message.values["first"],
        found.message.values["last"],
    )
    alone = checked("largest_pre_gap", calm(starts=(52,)))
    assert alone.passed is None
    assert "chance cannot be excluded" in alone.message.render("en")
    assert checked("largest_pre_gap", calm(starts=STAGGERED)).p_value is None


def test_a_joint_test_of_leads_is_made_only_with_departments_enough():
    few = checked("joint_leads", calm())
    assert (few.passed, few.p_value) == (None, None)
    assert "at most 2" in few.message.render("en")
    assert "there are 12" in few.message.render("en")
    enough = calm(12, 40, (16,) * 5)
    assert checked("joint_leads", enough).passed is True
    assert (
        checked("joint_leads", moved(enough, 2.0 * (enough.treated[:, None] & (np.arange(40) < 4)))).passed
        is False
    )


def test_an_effect_that_grows_is_told_and_passes():
    found = checked("novelty", growth(calm()))
    assert found.passed is True
    assert found.p_value < 0.01
    assert found.statistic == pytest.approx(1.0, abs=0.4)


def test_without_an_effect_a_moving_estimate_is_for_information():
    found = checked("regression_to_the_mean", calm(effect=0.0))
    assert found.passed is None


def test_a_start_in_a_dip_that_leaves_the_effect_standing_passes():
    panel = moved(calm(), -0.5 * ((since(calm()) >= -8) & (since(calm()) < 0)))
    found = checked("regression_to_the_mean", panel)
    assert found.passed is True
    assert found.p_value < 0.05


def test_weeks_that_may_hold_anticipation_are_not_blamed_for_it():
    panel = early(calm())
    assert checked("anticipation", panel, anticipation=4).passed is True


def test_one_outlying_department_makes_or_hides_an_effect():
    panel = calm()
    assert checked("leave_one_department_out", panel).passed is True
    made = moved(calm(effect=0.0), 6.0 * ((since(panel) >= 0) & (np.arange(12) == 0)[:, None]))
    hidden = moved(panel, 12.0 * ((since(panel) >= 0) & (np.arange(12) == 0)[:, None]))
    assert checked("leave_one_department_out", hidden).passed is False
    assert "d0" in checked("leave_one_department_out", hidden).message.render("en")
    assert checked("leave_one_department_out", made).message.values["department"] == "d0"


def test_the_sign_of_nothing_is_for_information():
    panel = calm(effect=0.0, seed=11)
    low, high = checked("leave_one_department_out", panel).interval
    assert low < 0 < high
    assert checked("leave_one_department_out", panel).passed is None
    assert checked("specification_curve", calm(effect=0.0)).passed in (True, None)


def test_comparison_departments_as_pilots():
    many = calm(24, effect=2.0)
    assert checked("placebo_space", many).passed is True
    loud = moved(many, 8.0 * ((np.arange(104) >= 52) & (np.arange(24) == 20)[:, None]))
    assert checked("placebo_space", loud, inference="auto").statistic == pytest.approx(1 / 21)
    assert checked("placebo_space", calm()).passed is None
    assert checked("placebo_space", calm(24, effect=0.0)).passed is None


def test_gaps_that_matter_and_gaps_that_do_not():
    panel = calm()
    whole = checked("gaps", panel)
    assert (whole.passed, whole.statistic) == (True, 0.0)
    outcome = panel.outcome.copy()
    outcome[7, 20] = np.nan
    one = checked("gaps", replace(panel, outcome=outcome))
    assert one.passed is True
    assert 0 < one.statistic < 0.1
    late = panel.outcome + 2.0 * (panel.treated[:, None] & (np.arange(104) >= 78))
    late[8, 80:] = np.nan
    hole = checked("gaps", replace(panel, outcome=late))
    assert hole.passed is False
    assert hole.message.values["count"] == 24


def test_volumes_that_were_not_given_cannot_change():
    panel = calm()
    assert checked("volume_change", replace(panel, weights=np.ones_like(panel.weights))).passed is None
    found = checked("volume_change", busier(panel))
    plain = checked("volume_change", panel)
    assert 1 + found.statistic == pytest.approx(1.6 * (1 + plain.statistic))


def test_checks_beside_an_estimate_by_encounters_say_how_they_count():
    said = [text.render("en") for text in estimate(calm(), Options(weighting="encounters")).warnings]
    assert any("checks count every department equally" in text for text in said)
    assert not any("checks count" in text.render("en") for text in estimate(calm(), Options()).warnings)


def test_a_season_that_was_not_seen_before():
    assert checked("season_overlap", calm()).passed is True
    half = calm(12, 52, (26,) * 3)
    found = checked("season_overlap", half)
    # 2024-W01 to W26 hold January to June, the other half July to December
    assert (found.passed, found.statistic) == (None, 0.0)
    alone = checked("season_overlap", half.only(half.treated))
    assert alone.passed is False
    assert checked("season_overlap", calm(3, starts=ONE_START)).passed is True
    monthly = replace(half, periods=tuple(f"{2022 + m // 12}-{m % 12 + 1:02d}" for m in range(52)))
    assert checked("season_overlap", monthly).passed is True
    assert checked("season_overlap", replace(half, periods=tuple(map(str, range(1, 53))))).passed is None


@pytest.mark.parametrize(
    ("start", "passed"),
    [
        ("2025-W12", True),
        ("2025-W17", False),  # Easter Monday
        ("2024-W52", False),  # Christmas
        ("2024-W43", False),  # autumn vacation in the south
        ("2024-W47", True),
        ("2012-W12", None),
        ("2012-W52", False),
        ("2024-03", None),
        ("2024", None),
        ("2025-03-19", True),
        ("2024-12-25", False),
    ],
)
def test_a_start_in_a_holiday_or_a_vacation(start, passed):
    panel = replace(calm(12, 3, (1,)), periods=("2023", start, "2025"))
    found = checked("holiday_start", panel)
    assert found.passed is passed
    if passed is False:
        assert start in found.message.render("nl")


def test_comparison_departments_that_jump_are_told_and_never_fail():
    panel = calm()
    assert checked("contamination", panel).passed is True
    jump = moved(panel, 1.0 * (~panel.treated[:, None] & (np.arange(104) >= 52)) + 2.0 * (since(panel) >= 0))
    found = checked("contamination", jump)
    assert found.passed is None
    assert found.p_value < 0.05
    assert "in the direction of the pilot" in found.message.render("en")
    down = moved(panel, -1.0 * (~panel.treated[:, None] & (np.arange(104) >= 52)))
    assert "away from" in checked("contamination", down).message.render("en")


def test_every_way_to_compute_it_is_counted():
    panel = calm()
    found = checked("specification_curve", panel)
    assert (found.passed, found.statistic) == (True, 1.0)
    assert found.message.values["count"] == 16
    holed = panel.outcome.copy()
    holed[8, 10] = np.nan
    assert checked("specification_curve", replace(panel, outcome=holed)).message.values["count"] == 32
    below = replace(panel, outcome=panel.outcome - 10)
    assert checked("specification_curve", below).message.values["count"] == 8
    fading = moved(
        calm(effect=0.0), 3.0 * ((since(panel) >= 0) & (since(panel) < 6)) - 0.35 * (since(panel) >= 6)
    )
    assert checked("specification_curve", fading).passed in (None, False)


def test_a_sign_that_depends_on_the_before_period_fails():
    # a step in the middle of the before period: against its later half alone the effect is the other way
    panel = calm(effect=0.0)
    step = moved(
        panel, panel.treated[:, None] * (3.0 * (np.arange(104) >= 26) - 0.5 * (np.arange(104) >= 52))
    )
    found = checked("specification_curve", step)
    assert found.passed is False
    assert found.interval[0] < 0 < found.interval[1]


@examples(15)
@given(
    seed=st.integers(0, 10_000),
    starts=st.sampled_from([ONE_START, STAGGERED, (52,)]),
    factor=st.sampled_from([1e-3, 60.0, 1e6]),
)
def test_a_check_does_not_depend_on_the_unit_or_the_order_of_departments(seed, starts, factor):
    panel = calm(starts=starts, seed=seed, persistence=0.5)
    order = np.random.default_rng(seed).permutation(12)
    mixed = Panel(
        units=tuple(panel.units[i] for i in order),
        periods=panel.periods,
        outcome=factor * panel.outcome[order],
        weights=panel.weights[order],
        first_treated=panel.first_treated[order],
    )
    for name in JUDGES:
        first, second = checked(name, panel), checked(name, mixed)
        assert first.passed == second.passed, name
        if first.p_value is not None:
            assert second.p_value == pytest.approx(first.p_value, rel=1e-6), name


@pytest.mark.parametrize("name", JUDGES)
@pytest.mark.parametrize("level", [3.0, 0.0])
def test_a_panel_in_which_nothing_moves_is_for_information_or_plain(name, level):
    panel = calm()
    flat = replace(panel, outcome=np.full_like(panel.outcome, level))
    found = CHECKS[name].run(flat, Options())
    assert found.p_value is None or 0 <= found.p_value <= 1
    assert found.statistic is None or np.isfinite(found.statistic)
