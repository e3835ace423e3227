"""The comparison of groups against two one-sided tests by statsmodels, and what it says where it cannot."""

from math import log

import numpy as np
import pytest
from statsmodels.stats.weightstats import DescrStatsW, ttost_ind

from experiments.context import Strata
from experiments.group_comparison import GroupComparison, GroupGap, Halves, compare_groups
from experiments.inference.equivalence import equivalence
from experiments.panel import Scale

PILOTS, OTHERS, WEEKS, START, AFTER = 4, 6, 40, 20, 24
HALVES = Halves(
    before=np.arange(WEEKS) < START,
    after=np.arange(WEEKS) >= AFTER,
    treated=np.arange(PILOTS + OTHERS) < PILOTS,
)


def strata(extra: float, noise: float = 0.02, seed: int = 1) -> tuple[Strata, np.ndarray]:
    """Three groups of values near 10; the tool halves them, in the second by a factor more."""
    random = np.random.default_rng(seed)
    value = 10 * np.exp(random.normal(0, noise, (3, PILOTS + OTHERS, WEEKS)))
    value[:, :PILOTS, AFTER:] *= 0.5
    value[1, :PILOTS, AFTER:] *= extra
    rows = random.integers(20, 60, value.shape).astype(float)
    return Strata(names=("a", "b", "c"), numerator=value * rows, denominator=rows, logarithms=False), rows


def compared(
    made: tuple[Strata, np.ndarray], scale: Scale = "relative", margin: float = 0.05
) -> GroupComparison:
    return compare_groups(*made, HALVES, scale, margin)


def by_hand(found: Strata, group: int) -> np.ndarray:
    """One number per department: the change of the group minus that of the other two together."""
    gaps = []
    for unit in range(PILOTS + OTHERS):
        changes = []
        for members in ([group], [one for one in range(3) if one != group]):
            level = {
                half: log(
                    sum(found.numerator[one, unit, weeks].sum() for one in members)
                    / sum(found.denominator[one, unit, weeks].sum() for one in members)
                )
                for half, weeks in (("before", slice(0, START)), ("after", slice(AFTER, WEEKS)))
            }
            changes.append(level["after"] - level["before"])
        gaps.append(changes[0] - changes[1])
    return np.array(gaps)


@pytest.mark.parametrize("extra", [1.0, 1.03, 1.3])
def test_the_numbers_are_those_of_statsmodels(extra: float) -> None:
    made = strata(extra)
    for group, found in enumerate(compared(made).groups):
        gaps = by_hand(made[0], group)
        ours, others = gaps[:PILOTS], gaps[PILOTS:]
        p_value, _, _ = ttost_ind(ours, others, log(0.95), log(1.05), usevar="pooled")
        pooled = DescrStatsW(ours).get_compare(DescrStatsW(others))
        low, high = pooled.tconfint_diff(alpha=0.1, usevar="pooled")
        assert found.p_value == pytest.approx(p_value, rel=1e-9, abs=1e-300)
        assert found.interval == pytest.approx((np.expm1(low), np.expm1(high)), rel=1e-9)
        assert found.difference == pytest.approx(np.expm1(ours.mean() - others.mean()), rel=1e-9)
        assert (found.outcome == "equivalent") == (p_value < 0.05)
        assert (found.pilots, found.others) == (PILOTS, OTHERS)
        assert found.n == made[1][group, :PILOTS, AFTER:].sum()


def test_alike_different_and_not_to_be_told() -> None:
    assert compared(strata(1.0)).outcome == "equivalent"
    found = compared(strata(1.3))
    assert (found.outcome, found.groups[1].outcome) == ("different", "different")
    assert compared(strata(1.0, noise=0.5)).outcome == "cannot_tell"
    assert compared(strata(1.0), scale="absolute", margin=0.5).outcome == "equivalent"
    assert compared(strata(1.0), margin=2.0).outcome == "equivalent"


@pytest.mark.parametrize(
    ("difference", "outcome"),
    [(0.0, "equivalent"), (0.9, "cannot_tell"), (3.0, "different"), (-3.0, "different")],
)
def test_the_interval_decides(difference: float, outcome: str) -> None:
    found = equivalence(difference, 0.3, 8.0, (-1.0, 1.0), 0.05)
    assert found.outcome == outcome
    assert (found.p_value < 0.05) == (outcome == "equivalent")


def test_without_groups_or_departments_nothing_is_said() -> None:
    made, rows = strata(1.0)
    one = Strata(
        names=("",), numerator=made.numerator[:1], denominator=made.denominator[:1], logarithms=False
    )
    alone = compare_groups(one, rows[:1], HALVES, "relative", 0.05)
    assert (alone.groups, alone.outcome) == ((), "cannot_tell")
    assert alone.note is not None
    rare = made.denominator.copy()
    rare[2, 1:] = 0
    sparse = Strata(names=made.names, numerator=made.numerator, denominator=rare, logarithms=False)
    found = compare_groups(sparse, rows, HALVES, "relative", 0.05)
    assert (found.groups[2].difference, found.groups[2].pilots, found.outcome) == (None, 1, "cannot_tell")
    nobody = made.denominator.copy()
    nobody[2] = 0
    absent = Strata(names=made.names, numerator=made.numerator, denominator=nobody, logarithms=False)
    assert [gap.name for gap in compare_groups(absent, rows, HALVES, "relative", 0.05).groups] == ["a", "b"]


def test_departments_that_are_all_the_same_tell_nothing() -> None:
    flat = np.full((2, PILOTS + OTHERS, WEEKS), 8.0)
    same = Strata(names=("a", "b"), numerator=flat, denominator=flat / 2, logarithms=False)
    found = compare_groups(same, flat, HALVES, "absolute", 0.5)
    assert found.groups[0] == GroupGap(
        name="a", n=int(8 * PILOTS * (WEEKS - AFTER)), pilots=PILOTS, others=OTHERS
    )


def test_with_nothing_different_a_group_is_seldom_called_so() -> None:
    """With a margin of almost nothing: at most 5 % of the times that three groups are looked at."""
    called = sum(compared(strata(1.0, 0.3, seed), margin=1e-6).outcome == "different" for seed in range(300))
    assert called <= 300 * 0.05 + 3 * (300 * 0.05 * 0.95) ** 0.5
