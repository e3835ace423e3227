"""Effects by subgroup: against the two-group method, least squares by hand, and their size by simulation."""

from dataclasses import replace

import numpy as np
import pytest
import statsmodels.api as sm

from experiments.details import Subgroups
from experiments.estimate import Estimate, NotEstimable
from experiments.estimating import estimate
from experiments.inference.scaled_ewc import Noise, scaled_contrast, scaled_linear
from experiments.options import Options
from experiments.panel import NEVER, Panel
from experiments.subgroups import subgroups
from tests.simulated_panels import weeks

DESIGN = Options(design="difference-in-differences")


def panel(kinds: str, treated: str, effects: dict[str, float], seed: int = 1, periods: int = 60) -> Panel:
    """One department per letter of `kinds`; `treated` holds 1 for pilots."""
    rng = np.random.default_rng(seed)
    noise = rng.normal(size=(len(kinds), periods))
    for period in range(1, periods):
        noise[:, period] += 0.5 * noise[:, period - 1]
    start = periods // 2
    on = np.array([kind == "1" for kind in treated])
    shift = np.array([effects.get(kind, 0.0) for kind in kinds])[:, None]
    outcome = 20 + noise + np.where(on[:, None] & (np.arange(periods) >= start), shift, 0.0)
    return Panel(
        units=tuple(f"d{number}" for number in range(len(kinds))),
        periods=weeks(periods),
        outcome=outcome,
        weights=np.ones_like(outcome),
        first_treated=np.where(on, float(start), NEVER),
        subgroups=tuple(kinds),
    )


KINDS, TREATED = "aaaaaabbbbbb", "110000110000"


def found_in(one: Panel, options: Options = DESIGN) -> Subgroups:
    found = subgroups(one, options)
    assert found is not None
    return found


def test_a_contrast_of_two_groups_is_the_two_group_method() -> None:
    rng = np.random.default_rng(3)
    values, treated = rng.normal(size=9), np.arange(9) < 3
    noise = Noise(s2=rng.uniform(0.5, 2, 9), nu=10.0)
    plain, _ = scaled_contrast(values, treated, noise, 0.9)
    own = scaled_linear(values, treated / 3 - ~treated / 6, treated.astype(int), noise, 0.9)
    assert own.interval == pytest.approx(plain.interval, rel=1e-12)
    assert (own.effect, own.p_value, own.degrees_of_freedom) == pytest.approx(
        (plain.effect, plain.p_value, plain.degrees_of_freedom), rel=1e-12
    )


def test_with_equal_noise_it_is_least_squares_with_a_cell_for_each_group() -> None:
    rng = np.random.default_rng(4)
    values, cells = rng.normal(size=12), np.repeat([0, 1, 2, 3], 3)
    noise = Noise(s2=np.ones(12), nu=1e9)
    coefficients = np.array([-1, 1, 1, -1])[cells] / 3
    own = scaled_linear(values, coefficients, cells, noise, 0.95)
    other = sm.OLS(values, np.eye(4)[cells]).fit().t_test([-1, 1, 1, -1])
    assert own.effect == pytest.approx(other.effect[0], rel=1e-9)
    assert own.p_value == pytest.approx(float(other.pvalue), rel=1e-6)
    assert own.interval == pytest.approx(other.conf_int()[0], rel=1e-6)


def test_each_effect_is_the_change_within_its_kind_and_the_difference_between_them() -> None:
    one = panel(KINDS, TREATED, {"a": -2.0})
    found = found_in(one)
    change = one.outcome[:, 30:].mean(axis=1) - one.outcome[:, :30].mean(axis=1)
    by_hand = [change[0:2].mean() - change[2:6].mean(), change[6:8].mean() - change[8:12].mean()]
    assert [line.effect for line in found.effects] == pytest.approx(by_hand)
    assert found.difference is not None
    assert found.difference.effect == pytest.approx(by_hand[0] - by_hand[1])
    low, high = found.difference.interval
    assert found.p_value is not None
    assert (low <= 0 <= high) == (found.p_value >= 0.05)
    assert found.p_value < 0.05
    for line in found.effects:
        assert min(by_hand) <= line.shrunk <= max(by_hand)
        assert line.p_holm >= line.p_value


def test_what_a_whole_kind_shares_changes_nothing() -> None:
    """A shock to all departments of a kind, treated and not, leaves every effect and interval as it was."""
    one = panel("aaaabbbbcccc", "100010001000", {"a": -1.0})
    shock = np.where(np.array(one.subgroups) == "a", 1.0, 0.0)[:, None]
    shaken = one.outcome + 5 * shock * np.random.default_rng(8).normal(size=60)
    before, after = found_in(one), found_in(replace(one, outcome=shaken))
    assert after.p_value == pytest.approx(before.p_value, rel=1e-9)
    for own, same in zip(before.effects, after.effects, strict=True):
        assert (same.effect, *same.interval) == pytest.approx((own.effect, *own.interval), rel=1e-9)


def test_p_value_and_interval_of_a_difference_never_contradict_each_other() -> None:
    """At the level at which the interval just holds zero, the p-value is one minus that level."""
    for seed in range(12):
        one = panel(KINDS, TREATED, {"a": -0.5}, seed=seed)
        found = found_in(one)
        assert found.p_value is not None
        for level, holds in ((1 - found.p_value + 1e-6, True), (1 - found.p_value - 1e-6, False)):
            again = found_in(one, replace(DESIGN, level=level))
            assert again.difference is not None
            low, high = again.difference.interval
            assert (low <= 0 <= high) == holds


def test_kinds_without_pilots_or_without_comparison_say_so() -> None:
    found = found_in(panel("aaaabbbbccd", "10001000000", {}))
    assert [one.name for one in found.effects] == ["a", "b"]
    assert found.left_out == ("c", "d")
    found = found_in(panel("aaaabbbbcc", "1000100010", {}))
    assert found.left_out == ("c",)


def test_of_two_subgroups_the_joint_test_is_that_of_their_difference() -> None:
    one = panel("aaaabbbbcccc", "100010001000", {})
    three = found_in(one)
    assert len(three.effects) == 3
    two = found_in(one.only(np.array(one.subgroups) != "c"))
    assert two.p_value is not None
    low, high = two.difference.interval if two.difference else (0, 0)
    assert (low <= 0 <= high) == (two.p_value >= 0.05)


def test_parts_of_the_same_departments_are_told_apart_by_their_difference() -> None:
    base = panel("x" * 9, "111000000", {"x": -1.0}, seed=5)
    shared = base.outcome
    own = np.random.default_rng(6).normal(size=shared.shape) * 0.3
    both = Panel(
        units=tuple(f"{unit}-{part}" for part in "fr" for unit in base.units),
        periods=base.periods,
        outcome=np.concatenate([shared, shared + own]),
        weights=np.ones((18, 60)),
        first_treated=np.tile(base.first_treated, 2),
        clusters=base.units * 2,
        subgroups=("f",) * 9 + ("r",) * 9,
    )
    found = found_in(both)
    assert found.difference is not None
    width = found.difference.interval[1] - found.difference.interval[0]
    assert width < 0.5 * (found.effects[0].interval[1] - found.effects[0].interval[0])
    assert found.p_value is not None


def test_every_pilot_department_apart_is_drawn_towards_the_average_of_all() -> None:
    one = panel("pqrst" + "c" * 8, "11111" + "0" * 8, dict.fromkeys("pqrst", -1.0), seed=9)
    found = found_in(one)
    change = one.outcome[:, 30:].mean(axis=1) - one.outcome[:, :30].mean(axis=1)
    assert [line.effect for line in found.effects] == pytest.approx(change[:5] - change[5:].mean())
    assert {line.n_comparison_units for line in found.effects} == {8}
    spread = np.ptp([line.effect for line in found.effects])
    assert np.ptp([line.shrunk for line in found.effects]) < 0.8 * spread
    whole = estimate(one, DESIGN)
    assert isinstance(whole, Estimate)
    for line in found.effects:
        # Sure of no department than of all together.
        assert np.ptp(line.shrunk_interval) > 0.9 * np.ptp(whole.interval)


@pytest.mark.parametrize(
    ("kinds", "treated"), [("a" * 9, "111000000"), ("aaaabbbbb", "111000000"), ("aaabbb", "100100")]
)
def test_too_little_for_subgroups_is_said_and_the_effect_itself_stays(kinds: str, treated: str) -> None:
    one = panel(kinds, treated, {})
    found = estimate(one, DESIGN)
    assert isinstance(found, Estimate)
    assert found.subgroups is not None
    assert found.subgroups.effects == ()
    assert "No effects by subgroup" in found.subgroups.note.render("en")


def test_a_design_that_knows_no_subgroups_refuses_them() -> None:
    found = estimate(panel(KINDS, TREATED, {}), replace(DESIGN, design="before-after"))
    assert isinstance(found, NotEstimable)
    assert found.reasons[0].code == "setting_not_available"


def test_a_difference_that_is_not_there_is_found_about_as_often_as_meant() -> None:
    """Four Monte-Carlo errors around 5 % over 400 hospitals, with departments of unequal noise."""
    reps, rejected = 400, 0
    for seed in range(reps):
        one = panel(KINDS, TREATED, {"a": -1.0, "b": -1.0}, seed=seed, periods=52)
        scaled = np.exp(0.4 * np.random.default_rng(seed).normal(size=(12, 1)))
        found = found_in(replace(one, outcome=20 + (one.outcome - 20) * scaled))
        rejected += found.p_value is not None and found.p_value < 0.05
    assert abs(rejected / reps - 0.05) < 4 * (0.05 * 0.95 / reps) ** 0.5
