"""Every fault that a panel can have, for every design: a sentence, never a number, never an exception.

What a design can use all the same (some gaps, one department always treated, still or without rows) gives a
number with its own sentence beside it.
"""

import json
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from experiments.estimate import Estimate, NotEstimable, Result
from experiments.estimating import ESTIMATORS, WEIGHTED_BY_ENCOUNTERS, estimate
from experiments.panel import NEVER, Panel
from reports.estimate_json import estimate_json
from reports.estimate_text import estimate_text
from tests.design_panels import COVARIATES, PERIODS, START, WITHOUT_COMPARISON, options_of, panel_of

DESIGNS = sorted(ESTIMATORS)
ALONE = (*WITHOUT_COMPARISON, "rare-events")
"""Designs that pilot departments alone are enough for."""


def tried(panel: Panel, design: str, **asked: object) -> Result:
    """The result, after it was said in words and in JSON without NaN or infinity."""
    found = estimate(panel, options_of(design, **asked))
    json.dumps(estimate_json(found, "nl"), allow_nan=False)
    for language in ("nl", "en"):
        assert estimate_text(found, language)
    return found


def refused(panel: Panel, design: str, **asked: object) -> set[str]:
    found = tried(panel, design, **asked)
    assert isinstance(found, NotEstimable), found
    assert all(reason.message.render("nl") and reason.remedy.render("nl") for reason in found.reasons)
    return {reason.code for reason in found.reasons}


def said(panel: Panel, design: str, **asked: object) -> str:
    """All warnings of an estimate, in one string."""
    found = tried(panel, design, **asked)
    assert isinstance(found, Estimate), found
    return " ".join(text.render("en") for text in found.warnings)


def holes(panel: Panel, gone: np.ndarray) -> Panel:
    return replace(
        panel, outcome=np.where(gone, np.nan, panel.outcome), weights=np.where(gone, 0.0, panel.weights)
    )


def at(panel: Panel, name: str, unit: int, period: int, value: float) -> Panel:
    values = np.array(getattr(panel, name))
    values[unit, period] = value
    return replace(panel, **{name: values})


@pytest.mark.parametrize("design", DESIGNS)
def test_a_sound_panel_is_estimated(design):
    """Otherwise nothing here shows anything."""
    assert isinstance(tried(panel_of(design), design), Estimate)


@pytest.mark.parametrize("design", DESIGNS)
def test_some_gaps_are_left_out_and_shown(design):
    gone = np.zeros(panel_of(design).outcome.shape, dtype=bool)
    gone[2, 5:8] = gone[9, PERIODS - 10] = True
    panel = holes(panel_of(design), gone)
    if design == "bacon":
        assert refused(panel, design) == {"unbalanced_panel"}
        return
    found = tried(panel, design)
    assert isinstance(found, Estimate)
    check = next((one for one in found.checks if one.name == "completeness"), None)
    left = bool(found.coverage.periods_left_out) or found.coverage.n_observations < gone.size
    assert left or (check is not None and check.message.render("en"))


@pytest.mark.parametrize("design", DESIGNS)
def test_nothing_but_gaps(design):
    panel = panel_of(design)
    assert refused(holes(panel, np.ones(panel.outcome.shape, dtype=bool)), design) == {"no_data"}


@pytest.mark.parametrize("design", DESIGNS)
def test_so_many_gaps_that_no_comparison_is_left(design):
    """Only every other department in every other period: no two departments share one."""
    panel = panel_of(design)
    unit, period = np.indices(panel.outcome.shape)
    found = tried(holes(panel, (unit + period) % 2 == 0), design)
    if isinstance(found, NotEstimable):
        assert found.reasons
    else:
        assert found.coverage.n_observations < panel.outcome.size


@pytest.mark.parametrize("design", DESIGNS)
def test_values_that_never_change(design):
    panel = panel_of(design)
    for value in (3.0, 0.0):
        codes = refused(replace(panel, outcome=np.full_like(panel.outcome, value)), design)
        assert codes == {"no_events" if design == "rare-events" and value == 0 else "no_variation"}


@pytest.mark.parametrize("design", [name for name in DESIGNS if name != "rare-events"])
def test_values_without_noise(design):
    """Departments that differ and weeks that differ, and nothing else."""
    panel = panel_of(design)
    level = np.full(PERIODS, 10.0) if design in ALONE else 10 + np.sin(np.arange(PERIODS))
    still = level + np.arange(len(panel.units))[:, None]
    found = tried(replace(panel, outcome=still), design)
    assert isinstance(found, NotEstimable)
    assert found.reasons


@pytest.mark.parametrize("design", DESIGNS)
def test_one_department_that_never_changes_is_named(design):
    panel = panel_of(design)
    outcome = panel.outcome.copy()
    outcome[0] = 3.0
    found = tried(replace(panel, outcome=outcome), design)
    sentences = found.warnings if isinstance(found, Estimate) else [one.message for one in found.reasons]
    assert any("d0" in text.render("en") for text in sentences)


@pytest.mark.parametrize("design", DESIGNS)
def test_everybody_treated_from_the_first_period(design):
    panel = panel_of(design)
    always = replace(panel, first_treated=np.where(panel.treated, 0.0, NEVER))
    assert refused(always, design) <= {"treatment_never_on", "no_variation_in_treatment", "dose_before_start"}


@pytest.mark.parametrize("design", DESIGNS)
def test_one_department_treated_from_the_first_period_is_left_out_and_named(design):
    panel = panel_of(design)
    first = panel.first_treated.copy()
    first[0] = 0.0
    found = tried(replace(panel, first_treated=first), design)
    if isinstance(found, NotEstimable):
        assert design in ("volunteers",)
    elif design != "bacon":  # there it is a comparison of its own, which the decomposition shows
        assert any("first period on: d0" in text.render("en") for text in found.warnings)


@pytest.mark.parametrize("design", DESIGNS)
def test_nobody_treated(design):
    panel = panel_of(design)
    never = replace(panel, first_treated=np.full(len(panel.units), NEVER))
    assert refused(never, design) <= {"treatment_never_on", "nobody_used"}


@pytest.mark.parametrize("design", [design for design in DESIGNS if design not in ALONE])
def test_everybody_treated_at_once(design):
    panel = panel_of(design)
    codes = refused(replace(panel, first_treated=np.full(len(panel.units), float(START))), design)
    assert codes <= {"never_treated_missing", "one_start_only"}


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("first", [START - 1, START])
def test_one_period(design, first):
    assert refused(panel_of(design).between(first, first + 1), design) == {"one_period"}


@pytest.mark.parametrize("design", DESIGNS)
def test_one_department(design):
    panel = panel_of(design)
    found = tried(panel.only(np.arange(len(panel.units)) == 0), design)
    if design not in WITHOUT_COMPARISON:
        assert isinstance(found, NotEstimable) or design == "rare-events"


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("value", [np.inf, -np.inf])
@pytest.mark.parametrize("unit", [0, -1])
def test_an_infinite_outcome(design, value, unit):
    panel = at(panel_of(design), "outcome", unit, 3, value)
    assert refused(panel, design) == {"infinite_value"}
    assert refused(panel, design, scale="relative") == {"infinite_value"}


@pytest.mark.parametrize("design", [name for name in DESIGNS if "exposure" in ESTIMATORS[name].settings])
def test_an_infinite_exposure(design):
    panel = panel_of(design)
    counts = replace(panel, outcome=np.round(panel.outcome), exposure=np.full_like(panel.outcome, 50.0))
    assert refused(at(counts, "exposure", 1, 3, np.inf), design, family="poisson") == {"infinite_value"}


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("weight", [np.inf, np.nan, -1.0])
def test_a_weight_that_is_no_number_of_rows(design, weight):
    panel = at(panel_of(design), "weights", 1, 3, weight)
    assert refused(panel, design) == {"impossible_weight"}


@pytest.mark.parametrize("design", DESIGNS)
def test_weights_of_zero(design):
    panel = panel_of(design)
    for weighting in ("departments", "encounters"):
        asked = {"weighting": weighting}
        assert refused(replace(panel, weights=np.zeros_like(panel.weights)), design, **asked) == {
            "weights_all_zero"
        }


@pytest.mark.parametrize("design", DESIGNS)
def test_a_value_without_a_row_behind_it_counts_and_is_named(design):
    panel = panel_of(design)
    found, plain = tried(at(panel, "weights", 0, 3, 0.0), design), tried(panel, design)
    assert isinstance(found, Estimate)
    assert isinstance(plain, Estimate)
    assert (found.effect, found.p_value) == (plain.effect, plain.p_value)
    assert any("no row behind them" in text.render("en") for text in found.warnings)


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("factor", [1e300, 1e-300])
def test_values_that_cannot_be_computed_with(design, factor):
    panel = panel_of(design)
    assert refused(replace(panel, outcome=panel.outcome * factor), design) == {"value_out_of_reach"}


@pytest.mark.parametrize("design", WEIGHTED_BY_ENCOUNTERS)
def test_a_department_without_rows_is_named(design):
    panel = panel_of(design)
    panel.weights[-1] = 0.0
    assert "d17" in said(panel, design, weighting="encounters") or len(panel.units) != 18


@pytest.mark.parametrize("design", DESIGNS)
def test_starts_of_one_department_each(design):
    """A number where the design can judge it, and then never by a large-sample error alone."""
    panel = panel_of(design)
    ours = np.flatnonzero(panel.treated)
    first = panel.first_treated.copy()
    first[ours] = 10 + np.arange(len(ours)) * 2
    found = tried(replace(panel, first_treated=first), design)
    if isinstance(found, NotEstimable):
        assert found.reasons
    else:
        assert found.inference not in ("analytic", "multiplier-bootstrap")


SAME: dict[str, Callable[[Panel], dict[str, np.ndarray]]] = {
    "of the department": lambda panel: {"beds": np.arange(len(panel.units))[:, None]},
    "of the period": lambda panel: {"holiday": np.arange(PERIODS) % 7},
    "constant": lambda panel: {"one": np.ones(1)},
    "the tool itself": lambda panel: {"tool": np.arange(PERIODS) >= panel.first_treated[:, None]},
    "of the department, with rounding": lambda panel: {
        "size": np.log(np.arange(len(panel.units)) + 3.3)[:, None]
    },
    "twice": lambda panel: {"age": panel.outcome**2, "months": 12 * panel.outcome**2},
}


@pytest.mark.parametrize("design", COVARIATES)
@pytest.mark.parametrize("kind", SAME)
def test_covariates_that_say_nothing_of_their_own(design, kind):
    panel = panel_of(design)
    covariates = {
        name: np.array(np.broadcast_to(values, panel.outcome.shape), dtype=float)
        for name, values in SAME[kind](panel).items()
    }
    found = tried(replace(panel, covariates=covariates), design)
    assert isinstance(found, NotEstimable)
    assert [reason.code for reason in found.reasons] == ["collinear_covariates"]
    assert all(name in found.reasons[0].message.render("en") for name in covariates)


@pytest.mark.parametrize("design", [name for name in DESIGNS if "covariates" in ESTIMATORS[name].settings])
@pytest.mark.parametrize(("value", "code"), [(np.nan, "covariate_missing"), (np.inf, "infinite_value")])
def test_covariates_without_values(design, value, code):
    panel = panel_of(design)
    assert refused(replace(panel, covariates={"age": np.full(panel.outcome.shape, value)}), design) == {code}


@pytest.mark.parametrize(
    "design", [name for name in DESIGNS if "covariates" not in ESTIMATORS[name].settings]
)
def test_covariates_that_a_design_does_not_read(design):
    panel = panel_of(design)
    covariates = {"age": np.random.default_rng(1).normal(size=panel.outcome.shape)}
    assert refused(replace(panel, covariates=covariates), design) == {"setting_not_available"}


@pytest.mark.parametrize("design", [name for name in DESIGNS if name != "rare-events"])
def test_a_percentage_of_what_may_be_zero(design):
    """A level before the start that is nothing but a few outliers: three quarters of it hardly above zero."""
    panel = panel_of(design)
    outcome = np.exp(0.1 * (panel.outcome - 10)) * 1e-3
    outcome[:, :3] = 1000.0
    assert refused(replace(panel, outcome=outcome), design, scale="relative") == {"baseline_includes_zero"}
    assert isinstance(
        tried(replace(panel, outcome=np.exp(panel.outcome / 5)), design, scale="relative"), Estimate
    )


@pytest.mark.parametrize("design", [name for name in DESIGNS if name != "rare-events"])
@pytest.mark.parametrize("value", [0.0, -1.0])
def test_a_percentage_of_zero_or_less(design, value):
    panel = at(panel_of(design), "outcome", 0, 3, value)
    assert refused(panel, design, scale="relative") == {"non_positive_outcome"}
