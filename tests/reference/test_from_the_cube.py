"""What is estimated from cells is what rows give: regressions on rows by statsmodels beside cells of ours."""

from dataclasses import replace

import numpy as np
import pytest
import statsmodels.api as sm

from experiments.comparison.arm import arm_of_rows
from experiments.estimate import Estimate
from experiments.estimating import estimate, event_study
from experiments.fixed_effects import fixed_effects
from experiments.inference.cuped import adjusted
from experiments.inference.moments import Moments
from experiments.options import Options
from experiments.panel import NEVER, Panel
from tests.simulated_panels import weeks

DEPARTMENTS, PERIODS, START, PILOTS = 8, 24, 12, 3


def rows(seed: int, *, equal: bool = False) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Department, period and value of every contact; 3 to 12 contacts a cell, or 6 in each."""
    rng = np.random.default_rng(seed)
    size = (DEPARTMENTS, PERIODS)
    count = np.full(size, 6) if equal else rng.integers(3, 13, size)
    department, period = (np.repeat(part.ravel(), count.ravel()) for part in np.indices(size))
    cell = rng.normal(size=size)
    value = 20 + cell[department, period] + rng.normal(size=len(department))
    value += 1.5 * ((department < PILOTS) & (period >= START))
    return department, period, value


def cells(department: np.ndarray, period: np.ndarray, value: np.ndarray) -> Panel:
    """The rows as the cube holds them: sums and counts."""
    place = department * PERIODS + period
    shape = (DEPARTMENTS, PERIODS)
    count = np.bincount(place, minlength=DEPARTMENTS * PERIODS).reshape(shape).astype(float)
    total = np.bincount(place, value, minlength=DEPARTMENTS * PERIODS).reshape(shape)
    return Panel(
        units=tuple(f"d{number}" for number in range(DEPARTMENTS)),
        periods=weeks(PERIODS),
        outcome=total / count,
        weights=count,
        first_treated=np.where(np.arange(DEPARTMENTS) < PILOTS, float(START), NEVER),
    )


def dummies(department: np.ndarray, period: np.ndarray, *extra: np.ndarray) -> np.ndarray:
    """The columns named, then one for each department and each period but one."""
    return np.column_stack(
        [*extra, department[:, None] == np.arange(DEPARTMENTS), period[:, None] == np.arange(1, PERIODS)]
    ).astype(float)


def test_difference_in_differences_and_its_error_by_department() -> None:
    """Without its factor; ours is G/(G-1) (N-1)/(N-k), N rows, k columns without the department effects."""
    department, period, value = rows(1)
    on = (department < PILOTS) & (period >= START)
    fit = sm.OLS(value, dummies(department, period, on)).fit(
        cov_type="cluster", cov_kwds={"groups": department, "use_correction": False}
    )
    options = Options(design="difference-in-differences", weighting="encounters")
    found = fixed_effects(cells(department, period, value), options, "cr1")
    assert found.inference.effect == pytest.approx(fit.params[0], rel=1e-9)
    n, k = len(value), PERIODS + 1
    factor = DEPARTMENTS / (DEPARTMENTS - 1) * (n - 1) / (n - k)
    assert found.factor == pytest.approx(factor, rel=1e-12)
    assert found.inference.standard_error == pytest.approx(fit.bse[0] * np.sqrt(factor), rel=1e-9)


def test_doubling_every_row_leaves_effect_and_error_by_department() -> None:
    department, period, value = rows(2)
    once = cells(department, period, value)
    twice = replace(once, weights=2 * once.weights)
    options = Options(design="difference-in-differences", weighting="encounters")
    one, two = (fixed_effects(panel, options, "cr1") for panel in (once, twice))
    assert two.inference.effect == pytest.approx(one.inference.effect, rel=1e-12)
    bare = [found.inference.standard_error / np.sqrt(found.factor or 1.0) for found in (one, two)]
    assert bare[1] == pytest.approx(bare[0], rel=1e-12)


def test_event_study_with_as_many_rows_in_every_cell() -> None:
    department, period, value = rows(3, equal=True)
    found = event_study(cells(department, period, value), Options())
    base = next(one for one in found if one.effect == 0 and one.standard_error is None)
    since = period - START
    bins = [one for one in found if one is not base]
    columns = [(department < PILOTS) & (since >= one.first) & (since <= one.last) for one in bins]
    fit = sm.OLS(value, dummies(department, period, *columns)).fit()
    assert [one.effect for one in bins] == pytest.approx(fit.params[: len(bins)], rel=1e-8)


def test_interrupted_time_series_with_as_many_rows_in_every_period() -> None:
    department, period, value = rows(4, equal=True)
    pilot = department < PILOTS
    panel = cells(department, period, value).only(np.arange(DEPARTMENTS) < PILOTS)
    found = estimate(panel, Options(design="interrupted-time-series"))
    assert isinstance(found, Estimate)
    x = sm.add_constant(np.column_stack([period[pilot], period[pilot] >= START]).astype(float))
    assert found.effect == pytest.approx(sm.OLS(value[pilot], x).fit().params[2], rel=1e-9)


def test_cuped_from_sums_and_products_is_cuped_from_rows() -> None:
    rng = np.random.default_rng(5)
    before = rng.normal(size=(2, 60))
    after = 0.6 * before + rng.normal(size=(2, 60))
    arms = [arm_of_rows(str(arm), after[arm], covariate=before[arm]) for arm in range(2)]
    parts = [
        Moments.of_rows(arm.rows[:30, :3]) + Moments.of_rows(arm.rows[30:, :3])  # type: ignore[index]
        for arm in arms
    ]
    whole, summed = adjusted(arms[0].moments, arms[1].moments), adjusted(parts[0], parts[1])
    assert summed[0].means == pytest.approx(whole[0].means, rel=1e-9)
    assert summed[1] == pytest.approx(whole[1], rel=1e-9)
    group = np.repeat([1.0, 0.0], 60)
    fit = sm.OLS(after.ravel(), np.column_stack([np.ones(120), group, before.ravel()])).fit()
    assert whole[0].means[0] - whole[0].means[1] == pytest.approx(fit.params[1], rel=1e-9)
