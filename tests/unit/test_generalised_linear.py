"""Generalised linear models against statsmodels, and what they refuse."""

import numpy as np
import pytest

from experiments.inference.generalised_linear import generalised_linear

N = 60


@pytest.fixture
def columns() -> np.ndarray:
    time = np.arange(N)
    return np.column_stack([np.ones(N), time, time >= 30, np.sin(time / 8.3)]).astype(float)


@pytest.mark.parametrize("family", ["gaussian", "poisson", "binomial"])
def test_coefficients_errors_and_dispersion_are_those_of_statsmodels(columns, family):
    import statsmodels.api as sm

    rng = np.random.default_rng(3)
    exposure = rng.integers(40, 400, N).astype(float)
    linear = columns @ np.array([-1.0, 0.005, -0.3, 0.2])
    y = {
        "gaussian": linear + rng.normal(size=N),
        "poisson": rng.negative_binomial(5, 5 / (5 + exposure * np.exp(linear))).astype(float),
        "binomial": rng.binomial(exposure.astype(int), 1 / (1 + np.exp(-linear - 0.3 * rng.normal(size=N))))
        / exposure,
    }[family]
    ours = generalised_linear(
        columns,
        y,
        family,
        offset=np.log(exposure) if family == "poisson" else None,
        trials=exposure if family == "binomial" else None,
    )
    model = {
        "gaussian": lambda: sm.GLM(y, columns),
        "poisson": lambda: sm.GLM(y, columns, sm.families.Poisson(), exposure=exposure),
        "binomial": lambda: sm.GLM(y, columns, sm.families.Binomial(), var_weights=exposure),
    }[family]()
    oracle = model.fit(scale="X2", tol=1e-14, maxiter=200)
    # 1e-9: two solvers of the same equations, both converged to rounding error.
    assert ours.coefficients == pytest.approx(oracle.params, rel=1e-9, abs=1e-11)
    assert np.sqrt(np.diag(ours.covariance)) == pytest.approx(oracle.bse, rel=1e-9)
    assert ours.dispersion == pytest.approx(oracle.scale, rel=1e-9)
    assert ours.mean == pytest.approx(oracle.fittedvalues, rel=1e-9)


def test_poisson_on_sums_is_poisson_on_rows(columns):
    rng = np.random.default_rng(4)
    cell = rng.integers(0, N, 2000)
    exposure = rng.uniform(1, 5, 2000)
    y = rng.poisson(exposure * np.exp(columns[cell] @ np.array([-1.0, 0.005, -0.3, 0.2]))).astype(float)
    rows = generalised_linear(columns[cell], y, "poisson", offset=np.log(exposure))
    sums = generalised_linear(
        columns, np.bincount(cell, y), "poisson", offset=np.log(np.bincount(cell, exposure))
    )
    # The likelihoods differ by a constant: equal to rounding error.
    assert rows.coefficients == pytest.approx(sums.coefficients, rel=1e-9, abs=1e-11)
    assert rows.rows.T @ rows.rows == pytest.approx(sums.rows.T @ sums.rows, rel=1e-9)


def test_binomial_on_shares_is_binomial_on_rows(columns):
    rng = np.random.default_rng(5)
    cell = np.concatenate([np.arange(N), rng.integers(0, N, 2000)])
    y = rng.binomial(1, 1 / (1 + np.exp(-columns[cell] @ np.array([-1.0, 0.01, -0.3, 0.2])))).astype(float)
    trials = np.bincount(cell).astype(float)
    rows = generalised_linear(columns[cell], y, "binomial")
    shares = generalised_linear(columns, np.bincount(cell, y) / trials, "binomial", trials=trials)
    assert rows.coefficients == pytest.approx(shares.coefficients, rel=1e-9, abs=1e-11)


@pytest.mark.parametrize("family", ["gaussian", "poisson", "binomial"])
def test_collinear_columns_are_refused(columns, family):
    x = np.column_stack([columns, 2 * columns[:, 1] - 1e6 * columns[:, 0]])
    with pytest.raises(ValueError, match="collinear"):
        generalised_linear(x, np.tile([0.0, 1.0], N // 2), family)


def test_nothing_but_events_is_refused(columns):
    with pytest.raises(ValueError, match=r"settle|fitted"):
        generalised_linear(columns, np.ones(N), "binomial", trials=np.arange(3.0, N + 3))


@pytest.mark.parametrize("family", ["poisson", "binomial"])
def test_no_event_on_one_side_is_refused(columns, family):
    with pytest.raises(ValueError, match=r"settle|fitted"):
        generalised_linear(columns, (np.arange(N) % 2 * (np.arange(N) < 30)).astype(float), family)
