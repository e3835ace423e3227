"""What a broken line refuses, warns of and leaves alone."""

from dataclasses import replace

import numpy as np
import pytest

from experiments.details import RegressionDetails
from experiments.estimate import Estimate, NotEstimable
from experiments.estimators.comparative_its import fit as comparative
from experiments.estimators.interrupted_time_series import fit as alone
from experiments.inference.blocks_t import BLOCKS
from experiments.inference.serial_regression import SerialRegression, hac, infer
from experiments.inference.time_blocks import time_blocks
from experiments.inference.waves_t import waves, waves_t
from experiments.options import Options
from experiments.panel import Panel
from reports.estimate_text import estimate_text
from tests.simulated_panels import simulated


def estimated(fit, panel: Panel, **options) -> Estimate:
    found = fit(panel, Options(**options))
    assert isinstance(found, Estimate), found
    return found


def codes(fit, panel: Panel, **options) -> tuple[str, ...]:
    found = fit(panel, Options(**options))
    assert isinstance(found, NotEstimable), found
    return tuple(reason.code for reason in found.reasons)


def counts(departments: int, pilots: int, periods: int = 60, rate: float = 0.2, seed: int = 3) -> Panel:
    """Poisson counts out of 100 to 300, no effect."""
    rng = np.random.default_rng(seed)
    panel = simulated(departments, periods, [periods // 2] * pilots, seed=seed)
    exposure = rng.integers(100, 300, panel.outcome.shape).astype(float)
    return replace(panel, outcome=rng.poisson(rate * exposure).astype(float), exposure=exposure)


def test_a_known_break_is_found_and_said_to_be_weak_evidence():
    panel = simulated(3, 80, [40] * 3, effect=4.0, noise=0.5)
    found = estimated(alone, panel, design="interrupted-time-series")
    assert found.interval[0] < 4.0 < found.interval[1]
    assert (found.inference, found.degrees_of_freedom, found.estimand) == ("waves-t", 6.0, "level change")
    assert found.coverage.n_units == found.coverage.n_treated_units == 3
    assert any("weak evidence" in text.render("en") for text in found.warnings)
    assert [line.inference for line in found.also] == ["blocks-t"]
    assert "slowest waves" in estimate_text(found, "en")


def test_comparison_departments_do_not_touch_the_pilots_own_line():
    panel = simulated(8, 60, [30] * 2)
    with_others, without = estimated(alone, panel), estimated(alone, panel.only(panel.treated))
    assert (with_others.effect, with_others.standard_error) == (without.effect, without.standard_error)


def test_a_shock_that_all_departments_share_leaves_the_comparative_line_alone():
    panel = simulated(8, 60, [30] * 2)
    shaken = replace(panel, outcome=panel.outcome + np.random.default_rng(9).normal(size=60) * 5)
    plain, moved = estimated(comparative, panel), estimated(comparative, shaken)
    assert moved.effect == pytest.approx(plain.effect, rel=1e-9)
    assert moved.standard_error == pytest.approx(plain.standard_error, rel=1e-9)
    assert not any("weak evidence" in text.render("en") for text in plain.warnings)
    assert plain.estimand == "difference in level change"


def test_departments_are_aligned_on_their_own_start():
    noise = simulated(1, 60, [30], effect=0.0).outcome[0]
    both = simulated(2, 70, [30, 40], effect=0.0)
    outcome = np.full((2, 70), np.nan)
    outcome[0, :60], outcome[1, 10:] = noise, noise
    outcome[np.isnan(outcome)] = 500.0
    lined = replace(both, outcome=outcome)
    one = estimated(alone, replace(simulated(1, 60, [30], effect=0.0), outcome=noise[None, :]))
    assert estimated(alone, lined).effect == pytest.approx(one.effect, rel=1e-9)
    labels = estimated(alone, lined).details.fitted  # type: ignore[union-attr]
    assert (labels[0].period, labels[-1].period) == ("-30", "+29")


def test_a_linear_trend_is_no_effect_and_a_relative_one_is_none_on_logarithms():
    panel = simulated(2, 60, [30] * 2, effect=0.0)
    trend = replace(panel, outcome=panel.outcome + 0.3 * np.arange(60))
    assert estimated(alone, trend).effect == pytest.approx(estimated(alone, panel).effect, abs=1e-9)
    grown = replace(panel, outcome=panel.outcome * 1.02 ** np.arange(60))
    plain = estimated(alone, panel, scale="relative")
    assert estimated(alone, grown, scale="relative").effect == pytest.approx(plain.effect, abs=1e-9)


def test_a_comparison_of_counts_takes_away_what_both_groups_have():
    panel = counts(6, 2)
    more = replace(panel, outcome=np.round(panel.outcome * np.where(np.arange(60) >= 30, 1.5, 1.0)))
    alone_, against = (estimated(fit, more, family="poisson") for fit in (alone, comparative))
    assert alone_.interval[0] > 0.2
    assert against.interval[0] < 0 < against.interval[1]
    assert against.scale == "relative"
    assert any("ratio of rates" in text.render("en") for text in against.warnings)


def test_fitted_lines_of_counts_add_up_to_the_counts():
    found = estimated(alone, counts(3, 3), family="poisson")
    assert isinstance(found.details, RegressionDetails)
    observed, fitted = (
        sum(getattr(one, name) for one in found.details.fitted) for name in ("observed", "fitted")
    )
    # With an intercept the fitted counts of a canonical link sum to the observed ones.
    assert fitted == pytest.approx(observed, rel=1e-9)


ONE = simulated(1, 60, [30])
COUNTS = counts(1, 1)
SHARES = replace(COUNTS, outcome=COUNTS.outcome / 300)
YEARS = replace(ONE, periods=tuple(str(1960 + number) for number in range(60)))


@pytest.mark.parametrize(
    ("panel", "options", "code"),
    [
        (simulated(1, 60, [6]), {}, "too_few_periods"),
        (ONE, {"run_in": 25}, "too_few_periods"),
        (ONE, {"anticipation": 25}, "too_few_periods"),
        (simulated(1, 25, [12]), {"season": "none", "run_in": 20}, "too_few_periods"),
        (simulated(1, 110, [12]).between(0, 108), {"season": "month"}, None),
        (ONE, {"season": "fourier:2"}, "season_too_long"),
        (simulated(1, 90, [45]), {"season": "month"}, "season_too_long"),
        (YEARS, {"season": "fourier:1"}, "season_without_calendar"),
        (ONE, {"season": "weekly"}, "unknown_season"),
        (replace(ONE, outcome=np.full((1, 60), 3.0)), {}, "no_variation"),
        (COUNTS, {}, "exposure_without_family"),
        (replace(SHARES, exposure=None), {"family": "binomial"}, "exposure_missing"),
        (replace(COUNTS, outcome=COUNTS.outcome + 0.5), {"family": "poisson"}, "not_a_count"),
        (replace(COUNTS, outcome=COUNTS.outcome - 90), {"family": "poisson"}, "not_a_count"),
        (replace(COUNTS, outcome=0 * COUNTS.outcome), {"family": "poisson"}, "model_does_not_settle"),
        (replace(SHARES, outcome=SHARES.outcome * 20), {"family": "binomial"}, "not_a_share"),
        (replace(SHARES, outcome=SHARES.outcome * 0 + 1), {"family": "binomial"}, "no_variation"),
        (ONE, {"inference": "cr2"}, "inference_not_available"),
        (replace(ONE, first_treated=np.array([99.0])), {}, "treatment_never_on"),
    ],
)
def test_what_cannot_be_fitted_is_refused_with_its_reason(panel, options, code):
    if code is None:
        assert estimated(alone, panel, **options)
    else:
        assert codes(alone, panel, **options) == (code,)


def test_no_events_after_the_start_is_no_rate_ratio_of_zero():
    gone = replace(COUNTS, outcome=np.where(np.arange(60) < 30, COUNTS.outcome, 0.0))
    assert codes(alone, gone, family="poisson") == ("model_does_not_settle",)


def test_a_comparison_needs_a_department_and_counts_one_start():
    assert codes(comparative, ONE) == ("never_treated_missing",)
    starts = simulated(5, 60, [28, 32])
    assert estimated(comparative, starts)
    rounded = replace(starts, outcome=np.round(starts.outcome))
    assert codes(comparative, rounded, family="poisson") == ("several_starts",)


def test_a_season_that_the_panel_shows_is_taken_away():
    panel = simulated(1, 156, [80], effect=0.0, noise=0.3)
    season = 3 * np.sin(2 * np.pi * np.arange(156) / 52.18)
    waving = replace(panel, outcome=panel.outcome + season)
    plain = estimated(alone, panel, season="fourier:1")
    found = estimated(alone, waving, season="fourier:1")
    # The wave is a combination of the two columns: equal to rounding.
    assert found.effect == pytest.approx(plain.effect, abs=1e-9)
    assert abs(estimated(alone, waving).effect - plain.effect) > 0.3


def test_counts_without_exposure_say_that_volume_counts():
    found = estimated(alone, replace(COUNTS, exposure=None), family="poisson")
    assert any("No exposure" in text.render("en") for text in found.warnings)


def test_a_cell_without_exposure_is_a_period_without_data():
    assert COUNTS.exposure is not None
    exposure = COUNTS.exposure.copy()
    exposure[0, 5] = np.nan
    found = estimated(alone, replace(COUNTS, exposure=exposure), family="poisson")
    assert found.coverage.periods_left_out == (COUNTS.periods[5],)


@pytest.fixture
def regression() -> SerialRegression:
    rng = np.random.default_rng(2)
    rows = np.column_stack([np.ones(40), np.arange(40), np.arange(40) >= 20]).astype(float)
    basis = np.linalg.qr(rows)[0]
    noise = rng.normal(size=40)
    return SerialRegression(
        rows=rows,
        residuals=noise - basis @ (basis.T @ noise),
        period=np.arange(40),
        times=np.arange(40.0),
        loading=np.ones(40),
        parameters=3,
        n_before=20,
    )


GRADIENT = np.array([0.0, 0.0, 1.0])


def test_waves_are_orthonormal_and_do_not_see_the_line(regression):
    found = waves(regression)
    assert found.T @ found == pytest.approx(np.eye(6), abs=1e-9)
    assert np.abs(found.T @ regression.rows).max() < 1e-9
    swings = [int((np.diff(np.sign(wave)) != 0).sum()) for wave in found.T]
    # Slow: a wave of white noise would turn about nineteen times in forty periods.
    assert max(swings) <= 10


def test_the_factor_covers_the_worst_persistence(regression):
    """Brute force: over AR(1) noise of 0 to 0.8 the expected squared error is never below the true one."""
    influence = regression.influence(GRADIENT)
    root = waves_t(regression, GRADIENT).root
    distance = np.abs(np.subtract.outer(np.arange(40), np.arange(40)))
    ratios = [
        np.trace(root @ r**distance @ root.T) / (influence @ r**distance @ influence)
        for r in (0.0, 0.2, 0.4, 0.6, 0.8)
    ]
    assert min(ratios) == pytest.approx(1.0, abs=1e-9)


def test_blocks_without_a_trend_are_the_blocks_t(regression):
    """One level on each side: CR2 with four equal blocks a side is the spread of the block means."""
    rows = regression.rows[:, [0, 2]]
    basis = np.linalg.qr(rows)[0]
    noise = np.random.default_rng(5).normal(size=40)
    flat = replace(regression, rows=rows, residuals=noise - basis @ (basis.T @ noise), parameters=2)
    error = time_blocks(flat, np.array([0.0, 1.0]))
    means = noise.reshape(2 * BLOCKS, 5).mean(axis=1)
    expected = np.sqrt(means[:BLOCKS].var(ddof=1) / BLOCKS + means[BLOCKS:].var(ddof=1) / BLOCKS)
    assert np.linalg.norm(error.root @ flat.residuals) == pytest.approx(expected, rel=1e-9)
    # Equal blocks: Satterthwaite gives 2 (4 - 1).
    assert error.degrees_of_freedom == pytest.approx(6.0, rel=1e-9)


def test_newey_west_as_moving_sums_is_the_weighted_sum_of_products(regression):
    scores = regression.influence(GRADIENT) * regression.residuals
    variance = scores @ scores + sum(2 * (1 - lag / 4) * scores[lag:] @ scores[:-lag] for lag in range(1, 4))
    found = infer(hac, regression, 1.0, GRADIENT, 0.95)
    assert found.standard_error == pytest.approx(np.sqrt(variance * 40 / 37), rel=1e-9)
