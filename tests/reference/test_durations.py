"""Durations of which some are still open, against R's survival, survRM2's printed example and by hand."""

import json
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from experiments.comparison.arm import Experiment, arm_of_rows
from experiments.comparison.comparing import compare
from experiments.comparison.result import Compared, ComparisonOptions, NotCompared
from experiments.inference.survival import curve, log_rank, restricted_mean

NUMBERS = json.loads((Path(__file__).parent / "r" / "duration.json").read_text("utf-8"))
CASES = [(name, key) for name, case in NUMBERS.items() for key in case if key.startswith("means_")]


def arms(name):
    """Durations and whether they are finished: control, then the other."""
    case = {key: np.array(values) for key, values in NUMBERS[name].items()}
    return [(case["time"][case["arm"] == a], case["finished"][case["arm"] == a]) for a in (0, 1)]


def experiment(rows):
    made = (
        arm_of_rows(name, durations, finished=finished)
        for name, (durations, finished) in zip(("usual", "tool"), rows, strict=True)
    )
    return Experiment(arms=tuple(made), given=frozenset({"event"}))


def compared(rows, **options) -> Compared:
    (found,) = compare(experiment(rows), ComparisonOptions(**options)).results
    assert isinstance(found, Compared), found
    return found


def refused(rows, **options) -> list[str]:
    (found,) = compare(experiment(rows), ComparisonOptions(**options)).results
    assert isinstance(found, NotCompared)
    assert all(reason.message.render("nl") != reason.message.render("en") for reason in found.reasons)
    return [reason.code for reason in found.reasons]


@pytest.mark.parametrize(("name", "key"), CASES)
def test_restricted_means_equal_survfit(name, key):
    """Closed forms on both sides; R prints 15 digits."""
    horizon = float(key.removeprefix("means_"))
    expected = np.array(NUMBERS[name][key]).reshape(2, 2)
    for (durations, finished), (mean, error) in zip(arms(name), expected, strict=True):
        found = restricted_mean(curve(durations, finished), horizon)
        assert found.mean == pytest.approx(mean, rel=1e-9)
        assert np.sqrt(found.variance) == pytest.approx(error, rel=1e-9)


@pytest.mark.parametrize("name", NUMBERS)
def test_the_log_rank_test_equals_survdiff(name):
    control, ours = (curve(*rows) for rows in arms(name))
    found, (chi2, p_value, excess, variance) = log_rank(ours, control, 0.95), NUMBERS[name]["log_rank"]
    assert (found.effect / found.standard_error) ** 2 == pytest.approx(chi2, rel=1e-9)
    assert found.p_value == pytest.approx(p_value, rel=1e-9)
    assert found.effect == pytest.approx(excess / variance, rel=1e-9)


def test_the_trial_that_survrm2_prints():
    """Its vignette, to the three decimals there: -0.137 (-0.939 to 0.665), ratio 0.981 (0.878 to 1.096), both
    p 0.738, by the normal. Our t has 114 degrees of freedom, so its interval is 1 % wider: 0.02 of 0.8.
    """
    found = compared(arms("pbc"), horizon=10)
    difference, ratio = found.main, found.also[0]
    assert difference.effect == pytest.approx(-0.137, abs=5e-4)
    assert difference.interval == pytest.approx((-0.939, 0.665), abs=0.02)
    assert difference.p_value == pytest.approx(0.738, abs=0.001)
    half = stats.norm.ppf(0.975) * difference.standard_error
    assert (difference.effect - half, difference.effect + half) == pytest.approx((-0.939, 0.665), abs=5e-4)
    assert ratio.effect == pytest.approx(0.981, abs=5e-4)
    assert ratio.interval == pytest.approx((0.878, 1.096), abs=0.003)
    assert ratio.p_value == pytest.approx(0.738, abs=0.001)
    assert found.details["restricted_mean"] == pytest.approx(7.146, abs=5e-4)
    assert found.details["restricted_mean_control"] == pytest.approx(7.283, abs=5e-4)
    relative = compared(arms("pbc"), horizon=10, relative=True)
    assert [relative.main, relative.also[0]] == [ratio, difference]


def test_with_all_finished_and_no_horizon_it_is_the_difference_of_means():
    """The variance has n where that of a mean has n - 1, so that the error is the same but for that."""
    rows = arms("all_finished")
    found = compared(rows)
    control, ours = rows[0][0], rows[1][0]
    assert found.main.effect == pytest.approx(ours.mean() - control.mean(), rel=1e-12)
    spread = ours.var() / len(ours) + control.var() / len(control)
    assert found.main.standard_error == pytest.approx(np.sqrt(spread), rel=1e-12)
    assert found.details["horizon"] == max(ours.max(), control.max())


def test_the_horizon_is_as_far_as_both_arms_are_known():
    """An arm whose last one is still open is known until then; one with all finished to any horizon."""
    rng = np.random.default_rng(3)
    short, long = rng.uniform(0, 20, 40), rng.uniform(0, 30, 40)
    everything, still_open = np.ones(40), np.ones(40)
    still_open[np.argmax(short)] = 0
    assert compared([(short, everything), (long, everything)]).details["horizon"] == long.max()
    assert compared([(short, still_open), (long, everything)]).details["horizon"] == short.max()
    assert refused([(short, still_open), (long, everything)], horizon=25.0) == ["horizon_too_late"]
    asked = compared([(short, still_open), (long, everything)], horizon=15.0)
    assert asked.details["horizon"] == 15
    assert "counts as 15" in asked.warnings[0].render("en")


@pytest.mark.parametrize("relative", [False, True])
@pytest.mark.parametrize("seed", range(6))
def test_no_effect_lies_in_the_interval_where_the_p_value_says_so(seed, relative):
    rng = np.random.default_rng(seed)
    true = [rng.exponential(10, 60), rng.exponential(10 - seed, 60)]
    seen = [rng.uniform(5, 40, 60) for _ in true]
    rows = [(np.minimum(t, s), (t <= s).astype(float)) for t, s in zip(true, seen, strict=True)]
    found = compared(rows, relative=relative)
    for line in (found.main, *found.also):
        low, high = line.interval
        assert low < line.effect < high
        assert (low <= line.no_effect <= high) == (line.p_value >= 0.05)
    hours = [(24 * durations, finished) for durations, finished in rows]
    other = compared(hours, relative=relative)
    assert other.main.p_value == pytest.approx(found.main.p_value, rel=1e-9)
    assert other.also[-1].effect == pytest.approx(found.also[-1].effect, rel=1e-12)


def test_swapping_the_arms_turns_the_effect_round():
    rows = arms("days")
    one, other = compared(rows), compared(rows[::-1])
    assert other.main.effect == pytest.approx(-one.main.effect, rel=1e-12)
    assert other.also[0].effect == pytest.approx(1 / one.also[0].effect, rel=1e-12)
    assert other.also[1].effect == pytest.approx(1 / one.also[1].effect, rel=1e-9)


def test_refusals():
    good, open_still = np.arange(1.0, 41), np.zeros(40)
    done = np.ones(40)
    assert refused([(good, done), (good, open_still)]) == ["too_few_finished"]
    assert refused([(good, done), (good - 3, done)]) == ["negative_duration"]
    assert refused([(good, done), (np.full(40, 7.0), done)], type="mean") == ["setting_not_available"]
    assert refused([(np.full(40, 7.0), done), (np.full(40, 7.0), done)]) == ["no_variation"]
    assert refused([(good, done), (good, done)], horizon=5.0) == ["too_few_finished"] * 2
    clustered = Experiment(
        arms=tuple(
            arm_of_rows(name, good, finished=done, cluster=[str(i // 4) for i in range(40)])
            for name in ("usual", "tool")
        ),
        given=frozenset({"event", "cluster"}),
    )
    (found,) = compare(clustered, ComparisonOptions()).results
    assert isinstance(found, NotCompared)
    assert [reason.code for reason in found.reasons] == ["setting_not_available"]
    without = Experiment(arms=tuple(arm_of_rows(name, good) for name in ("usual", "tool")))
    (asked,) = compare(without, ComparisonOptions(type="duration")).results
    assert isinstance(asked, NotCompared)
    assert [reason.code for reason in asked.reasons] == ["setting_missing"]
    (early,) = compare(without, ComparisonOptions(horizon=10.0)).results
    assert isinstance(early, NotCompared)
    assert [reason.code for reason in early.reasons] == ["setting_not_available"]
