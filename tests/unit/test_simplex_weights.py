"""Weights on the simplex: optimality conditions, brute force over supports, and what must not matter."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.inference.simplex_weights import EVEN, simplex_weights
from tests.hypothesis_profiles import examples


@st.composite
def problems(draw):
    """Rows, columns, nearness of the target and ridge: with one optimum, and with many but for the ridge."""
    rows, columns = draw(st.integers(1, 30)), draw(st.integers(1, 30))
    rng = np.random.default_rng(draw(st.integers(0, 2**20)))
    points = rng.normal(size=(rows, columns))
    if draw(st.booleans()):
        points[:, 0] = points[:, -1]
    target = rng.normal(size=rows) * draw(st.sampled_from([0.0, 0.1, 1.0, 10.0]))
    unit = draw(st.sampled_from([1e-6, 1.0, 1e6]))
    return points * unit, target * unit, draw(st.sampled_from([0.0, 1e-6, 0.1, 3.0, 100.0])) * unit


def scaled(points, target, ridge):
    apart = (points - target[:, None]).astype(np.longdouble)
    size = np.sqrt(np.mean(apart**2))
    return apart / size, max(ridge / size, EVEN)


@examples(200)
@given(problem=problems())
def test_optimality_conditions(problem):
    """Every used column has the same derivative, which no other column undercuts (Karush, Kuhn and Tucker).

    An exact fit leaves a residual of about 1e-10 (the squared ridge), of which rounding of the weights alone
    shows as 1e-6, also in more digits; hence 1e-3 of the objective as the limit.
    """
    apart, ridge = scaled(*problem)
    weights = simplex_weights(*problem).astype(np.longdouble)
    assert (weights >= 0).all()
    assert float(weights.sum()) == pytest.approx(1, abs=1e-12)
    derivative = apart.T @ (apart @ weights) + ridge**2 * weights
    value = weights @ derivative
    relative = np.asarray(derivative / value, dtype=float)
    assert relative.min() >= 1 - 1e-3
    np.testing.assert_allclose(relative[weights > 1e-9], 1, atol=1e-3)


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("ridge", [0.0, 0.5])
def test_no_support_does_better(seed, ridge):
    """Least squares with the sum held at 1, on every set of columns, keeps the best with weights above 0."""
    rng = np.random.default_rng(seed)
    points, target = rng.normal(size=(8, 5)), rng.normal(size=8)

    def value(weights):
        return np.sum((points @ weights - target) ** 2) + ridge**2 * np.sum(weights**2)

    best = np.inf
    for size in range(1, 6):
        for chosen in map(list, combinations(range(5), size)):
            system = np.zeros((size + 1, size + 1))
            system[:size, :size] = points[:, chosen].T @ points[:, chosen] + ridge**2 * np.eye(size)
            system[size, :size] = system[:size, size] = 1
            right = np.append(points[:, chosen].T @ target, 1)
            weights = np.zeros(5)
            weights[chosen] = np.linalg.solve(system, right)[:size]
            best = min(best, value(weights) if (weights >= 0).all() else np.inf)
    assert value(simplex_weights(points, target, ridge)) == pytest.approx(best, rel=1e-10)


@examples(100)
@given(problem=problems(), seed=st.integers(0, 1000))
def test_order_of_columns_does_not_matter(problem, seed):
    """Between twins a squared ridge of 1e-10 decides, against a rounding of 1e-16: near 1e-5 for each."""
    points, target, ridge = problem
    order = np.random.default_rng(seed).permutation(points.shape[1])
    mixed = simplex_weights(points[:, order], target, ridge)
    np.testing.assert_allclose(mixed, simplex_weights(points, target, ridge)[order], atol=1e-4)


def test_of_equally_near_mixes_the_most_even_one():
    points = np.array([[0.0, 0.0, 4.0, 2.0]])
    # Shortest weights with mean 2: by symmetry around 2 all are equal but for the pull of the two zeros.
    found = simplex_weights(points, np.array([2.0]))
    assert points[0] @ found == pytest.approx(2, abs=1e-9)
    system = np.vstack([points, np.ones(4)])
    np.testing.assert_allclose(found, np.linalg.pinv(system) @ [2, 1], atol=1e-9)


def test_twins_share_and_a_far_target_takes_one():
    twins = simplex_weights(np.array([[1.0, 1.0, 5.0], [2.0, 2.0, 7.0]]), np.array([0.0, 0.0]))
    np.testing.assert_allclose(twins, [0.5, 0.5, 0], atol=1e-5)
    alone = simplex_weights(np.array([[1.0, 3.0], [2.0, 9.0]]), np.array([-50.0, -50.0]))
    np.testing.assert_array_equal(alone, [1, 0])


def test_points_on_the_target_share_evenly():
    np.testing.assert_array_equal(simplex_weights(np.ones((3, 4)), np.ones(3)), np.full(4, 0.25))
