"""Callaway and Sant'Anna against published tables and diff-diff; Goodman-Bacon against diff-diff."""

import json
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.details import AggregatePart, BaconDetails, GroupTime, StaggeredDetails
from experiments.estimate import Estimate
from experiments.estimating import ESTIMATORS
from experiments.options import Options
from experiments.panel import NEVER, Panel
from experiments.panel_file import Columns, read_panel

PUBLISHED_DYNAMIC = {"-3": 0.0305, "-2": -0.0006, "-1": -0.0245, "0": -0.0199, "1": -0.0510, "2": -0.1373}
PUBLISHED_GROUP = {"2004": -0.0797, "2006": -0.0229, "2007": -0.0261}
ROUNDED = 6e-5
SAME = {"rel": 1e-9, "abs": 1e-12}
"""Two closed forms of the same numbers: equal to rounding error."""


def fitted(panel: Panel, design: str = "callaway-santanna", **options) -> Estimate:
    found = ESTIMATORS[design].fit(panel, Options(design=design, **options))
    assert isinstance(found, Estimate), found
    return found


def cells(found: Estimate) -> dict[tuple[str, str], GroupTime]:
    assert isinstance(found.details, StaggeredDetails)
    return {(one.cohort, one.period): one for one in found.details.group_time}


def parts(found: Estimate, name: str) -> dict[str, AggregatePart]:
    assert isinstance(found.details, StaggeredDetails)
    (average,) = (one for one in found.details.aggregates if one.name == name)
    return {part.label: part for part in average.parts}


@pytest.fixture(scope="module")
def mpdta(shared: Path) -> Panel:
    columns = Columns(outcome="lemp", unit="countyreal", time="year", first_treated="first_treat")
    return read_panel(shared / "reference" / "mpdta.csv", columns)


def test_every_published_cell_of_mpdta(mpdta, shared):
    numbers = json.loads((shared / "reference" / "estimator_numbers.json").read_text("utf-8"))
    published = {n["id"]: n for n in numbers if n["id"].startswith("mpdta_attgt")}
    found = cells(fitted(mpdta, base="varying"))
    assert len(published) == len(found) == 12
    for number in published.values():
        cohort, period = number["id"].split("_")[2:]
        assert found[cohort, period].effect == pytest.approx(number["value"], abs=number["tolerance"])


def test_the_universal_base_adds_up_the_steps_of_the_varying_one(mpdta):
    steps, universal = cells(fitted(mpdta, base="varying")), cells(fitted(mpdta))
    assert universal["2007", "2006"].effect == 0
    assert universal["2007", "2006"].standard_error is None
    for period in ("2003", "2004", "2005"):
        later = [str(year) for year in range(int(period) + 1, 2007)]
        total = sum(steps["2007", year].effect for year in later)
        assert universal["2007", period].effect == pytest.approx(-total, **SAME)
    for key, one in universal.items():
        if key[1] >= key[0]:
            assert one.effect == pytest.approx(steps[key].effect, **SAME)
            assert one.standard_error == pytest.approx(steps[key].standard_error, **SAME)


def test_the_averages_of_mpdta(mpdta, shared):
    numbers = json.loads((shared / "reference" / "estimator_numbers.json").read_text("utf-8"))
    published = {n["id"]: n for n in numbers}
    simple = fitted(mpdta, base="varying")
    assert (simple.inference, simple.also[0].inference) == ("analytic", "multiplier-bootstrap")
    assert round(simple.effect, 5) == -0.03995
    assert simple.effect == pytest.approx(published["mpdta_simple"]["value"], abs=1e-4)
    assert simple.standard_error == pytest.approx(published["mpdta_simple_se"]["value"], abs=1e-4)
    # README.md of R's did: effects to four decimals; its errors are those of a bootstrap, so within 5 %.
    for label, value in PUBLISHED_DYNAMIC.items():
        assert parts(simple, "dynamic")[label].effect == pytest.approx(value, abs=ROUNDED)
    for label, value in PUBLISHED_GROUP.items():
        assert parts(simple, "group")[label].effect == pytest.approx(value, abs=ROUNDED)
    dynamic, group = (fitted(mpdta, aggregate=name, base="varying") for name in ("dynamic", "group"))
    assert dynamic.effect == pytest.approx(-0.0772, abs=ROUNDED)
    assert dynamic.standard_error == pytest.approx(0.0196, rel=0.05)
    assert group.effect == pytest.approx(-0.0310, abs=ROUNDED)
    assert group.standard_error == pytest.approx(0.0123, rel=0.05)
    # The printed simultaneous band of event time 0 is 2.53 bootstrap errors wide on each side.
    low, high = parts(simple, "dynamic")["0"].band
    assert (high - low) / 2 / parts(simple, "dynamic")["0"].standard_error == pytest.approx(2.53, rel=0.05)


def simulated(starts: list[float], seed: int, periods: int = 12) -> Panel:
    """60 departments, random walks, an effect that grows and differs by start."""
    rng = np.random.default_rng(seed)
    first = rng.permutation(np.resize(starts, 60)).astype(float)
    since = np.arange(periods) - np.where(np.isfinite(first), first, 99)[:, None]
    outcome = rng.normal(size=(60, periods)).cumsum(axis=1) + np.where(since >= 0, 0.3 * (since + 1), 0)
    return Panel(
        units=tuple(f"d{number:02}" for number in range(60)),
        periods=tuple(str(number) for number in range(1, periods + 1)),
        outcome=outcome,
        weights=np.ones_like(outcome),
        first_treated=first,
    )


def rows(panel: Panel) -> pd.DataFrame:
    units, periods = panel.outcome.shape
    first = np.where(panel.first_treated < periods, panel.first_treated + 1, 0)
    frame = pd.DataFrame(
        {
            "unit": np.repeat(np.arange(units), periods),
            "time": np.tile(np.arange(periods) + 1, units),
            "y": panel.outcome.ravel(),
            "first": np.repeat(first, periods),
        }
    )
    if panel.clusters:
        frame["cluster"] = np.repeat(np.array(panel.clusters).astype(int), periods)
    return frame.dropna()


def oracle(panel: Panel, **settings):
    from diff_diff import CallawaySantAnna

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return CallawaySantAnna(**settings).fit(
            rows(panel), outcome="y", unit="unit", time="time", first_treat="first", aggregate="all"
        )


def assert_cells(found: Estimate, theirs) -> None:
    ours, seen = cells(found), 0
    for (cohort, period), their in theirs.group_time_effects.items():
        if not np.isfinite(their["effect"]):
            continue
        seen += 1
        mine = ours[str(int(cohort)), str(int(period))]
        assert mine.effect == pytest.approx(their["effect"], **SAME)
        if np.isfinite(their["se"]):
            assert mine.standard_error == pytest.approx(their["se"], **SAME)
        else:
            assert (mine.effect, mine.standard_error) == (0, None)
    assert seen == len(ours) > 15


def assert_parts(found: Estimate, theirs) -> None:
    for name, effects in (("dynamic", theirs.event_study_effects), ("group", theirs.group_effects)):
        mine = parts(found, name)
        for label, their in effects.items():
            if not np.isfinite(their["se"]):
                continue
            assert mine[str(int(label))].effect == pytest.approx(their["effect"], **SAME)
            assert mine[str(int(label))].standard_error == pytest.approx(their["se"], **SAME)


@pytest.mark.parametrize("comparison", ["never-treated", "not-yet-treated"])
@pytest.mark.parametrize("base", ["universal", "varying"])
@pytest.mark.parametrize("seed", [1, 2])
def test_everything_equals_diff_diff(comparison, base, seed):
    panel = simulated([4, 6, 6, 9, NEVER, NEVER], seed)
    found = fitted(panel, comparison=comparison, base=base)
    theirs = oracle(panel, control_group=comparison.replace("-", "_"), base_period=base)
    assert_cells(found, theirs)
    assert_parts(found, theirs)
    assert found.effect == pytest.approx(theirs.overall_att, **SAME)
    assert found.standard_error == pytest.approx(theirs.overall_se, **SAME)
    average = fitted(panel, comparison=comparison, base=base, aggregate="dynamic")
    after = [number >= 0 for number in theirs.event_study_vcov_index]
    covariance = theirs.event_study_vcov[np.ix_(after, after)]
    assert average.effect == pytest.approx(
        np.mean([one["effect"] for time, one in theirs.event_study_effects.items() if time >= 0]), **SAME
    )
    assert average.standard_error == pytest.approx(np.sqrt(covariance.sum()) / sum(after), **SAME)


@pytest.mark.parametrize("comparison", ["never-treated", "not-yet-treated"])
def test_anticipation_equals_diff_diff(comparison):
    # Cells and parts are the same. The averages are not: ours count from the start on, as R's did does;
    # diff-diff also counts the periods of anticipation.
    panel = simulated([4, 6, 9, NEVER], 3)
    found = fitted(panel, comparison=comparison, anticipation=2)
    settings = {"control_group": comparison.replace("-", "_"), "base_period": "universal"}
    theirs = oracle(panel, anticipation=2, **settings)
    assert_cells(found, theirs)
    for label, their in theirs.event_study_effects.items():
        if np.isfinite(their["se"]):
            mine = parts(found, "dynamic")[str(int(label))]
            assert mine.effect == pytest.approx(their["effect"], **SAME)
            assert mine.standard_error == pytest.approx(their["se"], **SAME)


def test_all_treated_equals_diff_diff():
    # The cohort that starts last is the comparison. diff-diff lists a cell for it, R's did and we do not.
    panel = simulated([4, 6, 9], 4)
    found = fitted(panel, comparison="not-yet-treated", base="universal")
    theirs = oracle(panel, control_group="not_yet_treated", base_period="universal")
    assert found.effect == pytest.approx(theirs.overall_att, **SAME)
    assert found.standard_error == pytest.approx(theirs.overall_se, **SAME)
    assert len(cells(found)) == 18
    for (cohort, period), one in cells(found).items():
        their = theirs.group_time_effects[int(cohort), int(period)]
        assert one.effect == pytest.approx(their["effect"], **SAME)


def test_clusters_equal_diff_diff():
    panel = simulated([4, 6, 9, NEVER], 5)
    panel = replace(panel, clusters=tuple(str(number % 31) for number in range(60)))
    found, theirs = (
        fitted(panel, inference="analytic"),
        oracle(panel, base_period="universal", cluster="cluster"),
    )
    assert found.coverage.n_clusters == 31
    assert found.standard_error == pytest.approx(theirs.overall_se, **SAME)
    assert_cells(found, theirs)
    assert_parts(found, theirs)


@pytest.mark.parametrize("base", ["universal", "varying"])
def test_a_period_with_a_gap_is_left_out_for_all_as_if_it_were_not_there(base):
    # The base period is then the last one that is there, as in R's did.
    panel = simulated([4, 6, 9, NEVER], 6)
    holes = panel.outcome.copy()
    holes[7, 5], holes[9, 7] = np.nan, np.nan
    found = fitted(replace(panel, outcome=holes), base=base)
    assert found.coverage.periods_left_out == ("6", "8")
    whole = replace(panel, outcome=np.where(np.isin(np.arange(12), (5, 7)), np.nan, panel.outcome))
    theirs = oracle(whole, base_period=base)
    assert_cells(found, theirs)
    assert found.effect == pytest.approx(theirs.overall_att, **SAME)
    assert found.standard_error == pytest.approx(theirs.overall_se, **SAME)


def test_bacon_equals_diff_diff():
    from diff_diff import BaconDecomposition

    panel = simulated([4, 6, 9, NEVER], 7)
    found = fitted(panel, "bacon")
    assert isinstance(found.details, BaconDetails)
    theirs = BaconDecomposition().fit(rows(panel), outcome="y", unit="unit", time="time", first_treat="first")
    assert found.effect == pytest.approx(theirs.twfe_estimate, **SAME)
    ours = {(one.treated, one.control): one for one in found.details.comparisons}
    assert len(ours) == len(theirs.comparisons) == 9
    for their in theirs.comparisons:
        control = their.control_group
        mine = ours[
            str(int(their.treated_group)), "never" if control == "never_treated" else str(int(control))
        ]
        assert mine.comparison == their.comparison_type
        assert mine.weight == pytest.approx(their.weight, **SAME)
        assert mine.effect == pytest.approx(their.estimate, **SAME)
    assert found.diagnostics["already_treated_weight"] == pytest.approx(
        theirs.total_weight_later_vs_earlier, **SAME
    )
