"""Departments drawn by lot: R's mixed model and CR2, brute-force randomisation, and what is refused."""

import json
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from experiments.estimate import Estimate, NotEstimable
from experiments.estimating import estimate
from experiments.inference.department_ancova import ancova_cr2, ancova_randomisation, ancova_t
from experiments.inference.randomisation import assignments
from experiments.options import Options
from tests.simulated_panels import simulated

NUMBERS = json.loads((Path(__file__).parent / "r" / "cluster_randomised.json").read_text("utf-8"))
DESIGN = Options(design="cluster-randomised")


@pytest.fixture(scope="module")
def trial():
    """The outcomes of cluster_randomised.R: 5 of 12 departments, 15 weeks on each side."""
    panel = simulated(12, 30, [15] * 5)
    g, t = np.arange(12)[:, None], np.arange(30)
    noise = (1 + 0.2 * (g % 3)) * np.sin(1.7 * t + 2.1 * g**2) + 0.8 * np.cos(0.31 * t * (1 + g % 4))
    changed = (0.7 * np.cos(3.1 * g**2 + 1) - 1.2 * (g < 5)) * (t >= 15)
    return replace(panel, outcome=20 + 3 * np.sin(2.3 * g**2) + noise + changed)


def halves(panel):
    return panel.outcome[:, 15:].mean(axis=1), panel.outcome[:, :15].mean(axis=1), panel.treated


def row(found):
    return [found.effect, found.standard_error, found.degrees_of_freedom, found.p_value]


@pytest.mark.parametrize("adjusted", [True, False])
def test_balanced_mixed_model_with_kenward_roger_is_the_t_of_department_means(trial, adjusted):
    """lmerTest finds its variance by search: 1e-5 relative. It holds where that variance is above 0."""
    after, before, treated = halves(trial)
    found = ancova_t(after, before if adjusted else None, treated, 0.95)
    assert row(found) == pytest.approx(NUMBERS["kenward_adjusted" if adjusted else "kenward_plain"], rel=1e-5)


@pytest.mark.parametrize("adjusted", [True, False])
def test_unequal_noise_equals_club_sandwich(trial, adjusted):
    """Closed forms on both sides, printed to 12 digits."""
    after, before, treated = halves(trial)
    found = ancova_cr2(after, before if adjusted else None, treated, 0.95)
    assert row(found) == pytest.approx(NUMBERS["cr2_adjusted" if adjusted else "cr2_plain"], rel=1e-9)


def test_randomisation_by_brute_force(trial):
    """Every choice of five of twelve, an ordinary regression for each, and the interval by trying values."""
    after, before, treated = halves(trial)
    found = ancova_randomisation(after, before, assignments(treated, 1), 0.95)

    def p_value(outcome):
        sizes = []
        for chosen in combinations(range(12), 5):
            arm = np.isin(np.arange(12), chosen).astype(float)
            nuisance = np.column_stack([np.ones(12), before])
            left = arm - nuisance @ np.linalg.lstsq(nuisance, arm, rcond=None)[0]
            sizes.append(abs(left @ outcome) / np.linalg.norm(left))
        return np.mean(np.array(sizes) >= sizes[0] * (1 - 1e-9))  # the first choice is the actual one

    assert found.effect == pytest.approx(ancova_t(after, before, treated, 0.95).effect, rel=1e-12)
    assert found.p_value == pytest.approx(p_value(after), rel=1e-12)
    low, high = found.interval
    assert p_value(after - (low + 1e-6) * treated) >= 0.05 > p_value(after - (low - 1e-6) * treated)
    assert p_value(after - (high - 1e-6) * treated) >= 0.05 > p_value(after - (high + 1e-6) * treated)


def test_the_design_shows_all_three(trial):
    found = estimate(trial, DESIGN)
    assert isinstance(found, Estimate)
    assert row(found) == pytest.approx(NUMBERS["kenward_adjusted"], rel=1e-5)
    assert [line.inference for line in found.also] == ["randomisation", "cr2"]
    for name in ("cr2", "randomisation"):
        asked = estimate(trial, replace(DESIGN, inference=name))
        assert asked.effect == pytest.approx(found.effect, rel=1e-12)
        assert (asked.p_value >= 0.05) == (asked.interval[0] <= 0 <= asked.interval[1])


def test_levels_before_explain_levels_after():
    """A baseline that carries over is taken out: the error falls far below that of raw means."""
    panel = simulated(12, 40, [20] * 6, noise=0.3, seed=2)
    panel.outcome[:] += np.linspace(0, 30, 12)[np.random.default_rng(1).permutation(12)][:, None]
    found = estimate(panel, DESIGN)
    plain = ancova_t(panel.outcome[:, 20:].mean(axis=1), None, panel.treated, 0.95)
    assert found.standard_error < plain.standard_error / 20
    assert abs(found.effect - 0.5) < 4 * found.standard_error


def test_refusals_and_warnings():
    trial = simulated(12, 40, [20] * 6)

    def codes(panel, options=DESIGN):
        found = estimate(panel, options)
        assert isinstance(found, NotEstimable)
        return [reason.code for reason in found.reasons]

    assert codes(simulated(12, 40, [20, 25, 30])) == ["several_starts"]
    assert codes(simulated(6, 40, [20])) == ["too_few_treated"]
    assert codes(simulated(5, 40, [20] * 2)) == ["too_few_departments"]
    assert codes(simulated(6, 40, [20] * 6)) == ["never_treated_missing"]
    assert codes(replace(trial, outcome=np.full_like(trial.outcome, 2.0))) == ["no_variation"]
    assert codes(trial, replace(DESIGN, inference="hac")) == ["inference_not_available"]
    assert codes(replace(trial, covariates={"x": trial.outcome})) == ["setting_not_available"]
    few = simulated(6, 40, [20] * 3)
    assert codes(few, replace(DESIGN, inference="randomisation")) == ["too_few_assignments"]
    assert any("4 a side" in text.render("en") for text in estimate(few, DESIGN).warnings)
    apart = trial.outcome.copy()
    apart[:, :20] = trial.treated[:, None]
    assert codes(replace(trial, outcome=apart)) == ["no_variation_in_treatment"]
