"""What is computed from sums, as a cube keeps them, equals what is computed from the rows."""

from dataclasses import replace

import numpy as np
import pytest

from experiments.comparison.arm import Arm, Experiment, arm_of_rows
from experiments.comparison.comparing import compare
from experiments.comparison.result import Compared, ComparisonOptions, NotCompared
from experiments.inference.moments import Moments


def rows(seed: int = 1, n: int = 400, size: float = 0.0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    before = rng.normal(10, 3, n)
    return size + 0.7 * before + rng.gamma(2, 2, n), rng.integers(1, 6, n).astype(float), before


def of_sums(arm: Arm, parts: int = 7) -> Arm:
    """The arm as a cube holds it: plain sums of parts of its rows (days, departments), added up."""
    assert arm.rows is not None
    moments = None
    for part in np.array_split(arm.rows, parts):
        found = Moments.of_sums(len(part), part.sum(axis=0), part.T @ part)
        moments = found if moments is None else moments + found
    assert moments is not None
    return replace(arm, rows=None, moments=moments)


CASES = [
    ("mean", frozenset(), lambda y, d, x: y),
    ("mean", frozenset({"covariate"}), lambda y, d, x: y),
    ("ratio", frozenset({"denominator"}), lambda y, d, x: y),
    ("proportion", frozenset(), lambda y, d, x: (y > 11).astype(float)),
    ("rate", frozenset({"denominator"}), lambda y, d, x: np.floor(y / 4)),
]


@pytest.mark.parametrize("relative", [False, True])
@pytest.mark.parametrize(("kind", "given", "made"), CASES)
def test_sums_give_what_the_rows_give(kind, given, made, relative):
    arms = []
    for name, seed in (("usual", 1), ("tool", 2)):
        y, d, x = rows(seed)
        arms.append(
            arm_of_rows(
                name,
                made(y, d, x),
                denominator=d if "denominator" in given else None,
                covariate=x if "covariate" in given else None,
            )
        )
    options = ComparisonOptions(type=kind, relative=relative)
    by_row = compare(Experiment(arms=tuple(arms), given=given), options).results[0]
    by_sum = compare(Experiment(arms=tuple(map(of_sums, arms)), given=given), options).results[0]
    assert isinstance(by_row, Compared)
    assert isinstance(by_sum, Compared)
    for one, other in zip((by_row.main, *by_row.also), (by_sum.main, *by_sum.also), strict=True):
        assert one.estimand == other.estimand
        found = [one.effect, one.standard_error or 0, *one.interval, one.p_value]
        same = [other.effect, other.standard_error or 0, *other.interval, other.p_value]
        assert same == pytest.approx(found, rel=1e-9, nan_ok=True)


def test_parts_add_up_to_the_whole_also_far_from_zero():
    table = np.column_stack(rows(size=1e8))
    whole = Moments.of_rows(table)
    added = Moments.of_rows(table[:150]) + Moments.of_rows(table[150:])
    assert added.n == whole.n
    np.testing.assert_allclose(added.mean, whole.mean, rtol=1e-14)
    np.testing.assert_allclose(added.products, whole.products, rtol=1e-8)  # 1e8 leaves 8 digits


def test_sums_of_equal_values_do_not_vary_and_impossible_sums_are_refused():
    constant = np.full((50, 1), 0.1)
    assert Moments.of_sums(50, constant.sum(axis=0), constant.T @ constant).products[0, 0] == 0
    with pytest.raises(ValueError, match="sum of squares"):
        Moments.of_sums(50, np.array([100.0]), np.array([[150.0]]))


@pytest.mark.parametrize("kind", ["median", "ordinal"])
def test_an_order_cannot_be_had_from_sums(kind):
    arms = tuple(of_sums(arm_of_rows(name, rows(seed)[0])) for name, seed in (("usual", 1), ("tool", 2)))
    found = compare(Experiment(arms=arms), ComparisonOptions(type=kind)).results[0]
    assert isinstance(found, NotCompared)
    assert found.reasons[0].code == "rows_needed"
