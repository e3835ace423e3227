"""Published panels that may not be copied here, against their printed numbers where the data are at hand.

The data stand beside the others in `shared/reference`, one small file each; a file not there is a skip.
Numbers are held to their last printed digit unless said.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.comparison.arm import Experiment, arm_of_rows
from experiments.comparison.comparing import compare
from experiments.comparison.result import Compared, ComparisonOptions
from experiments.details import BaconDetails
from experiments.estimate import Estimate
from experiments.estimating import estimate
from experiments.inference.cr2 import cr2
from experiments.inference.cr3 import cr3
from experiments.inference.two_way import two_way
from experiments.options import Options
from experiments.panel_file import Columns, read_panel


@pytest.fixture(scope="module")
def given(shared: Path):
    def path(name: str) -> Path:
        found = shared / "reference" / name
        if not found.exists():
            pytest.skip(f"{found} is not there: its licence does not let it be copied into the tests")
        return found

    return path


def estimated(path: Path, columns: Columns, **options) -> Estimate:
    found = estimate(read_panel(path, columns), Options(**options))
    assert isinstance(found, Estimate), found
    return found


@pytest.mark.parametrize(
    ("options", "effect", "error"),
    [
        ({}, -0.1056235, 0.03249595),
        ({"season": "fourier:2"}, -0.1149285, 0.02703111),
        ({"season": "month"}, -0.1175098, 0.02125379),
        ({"season": "fourier:2", "its_model": "both"}, -0.1078067, 0.02893316),
    ],
)
@pytest.mark.parametrize("shuffled", [False, True])
def test_the_smoking_ban_in_sicily(given, tmp_path, options, effect, error, shuffled):
    """Lopez Bernal, Cummins and Gasparrini 2017: a ratio of 0.89. Digits: R's `glm(quasipoisson)`.

    With a change of slope: the average over the months with the ban.
    """
    rows = pd.read_csv(given("sicily_smoking_ban.csv"))
    rows["month"] = [f"{year}-{month:02d}" for year, month in zip(rows.year, rows.month, strict=True)]
    rows["unit"], rows["first"] = "Sicilia, età 0-69", "2005-01"
    if shuffled:
        rows = rows.sample(frac=1, random_state=1).assign(stdpop=rows.stdpop / 1e5)
    rows.to_csv(tmp_path / "rows.csv", index=False)
    columns = Columns(outcome="aces", unit="unit", time="month", first_treated="first", exposure="stdpop")
    asked = {
        "design": "interrupted-time-series",
        "family": "poisson",
        "scale": "relative",
        "inference": "iid",
    }
    found = estimated(tmp_path / "rows.csv", columns, **asked, **options)
    assert found.effect == pytest.approx(effect, abs=5.1e-8)
    assert found.standard_error == pytest.approx(error, rel=1e-6)  # R stops at a deviance of 1e-8


def by_kind(found: Estimate) -> dict[str, tuple[float, float]]:
    """Weight and average effect of the two-by-twos of a kind."""
    assert isinstance(found.details, BaconDetails)
    parts = pd.DataFrame(
        [(one.comparison, one.weight, one.weight * one.effect) for one in found.details.comparisons],
        columns=["kind", "weight", "product"],
    )
    sums = parts.groupby("kind").sum()
    return {kind: (row.weight, row["product"] / row.weight) for kind, row in sums.iterrows()}


def test_reform_of_mathematics_taken_apart(given):
    """Goodman 2019, as in the README of `bacondecomp`: log earnings, 51 states."""
    columns = Columns(outcome="incearn_ln", unit="state", time="class", first_treated="reformyr_math")
    found = estimated(given("math_reform.csv"), columns, design="bacon", inference="cr1")
    assert found.effect == pytest.approx(0.06353 * 0.02868 + 0.05265 * 0.03375 - 0.88382 * 0.00129, abs=2e-5)
    expected = {
        "earlier_vs_later": (0.06353, 0.02868),
        "later_vs_earlier": (0.05265, 0.03375),
        "treated_vs_never": (0.88382, -0.00129),
    }
    for kind, (weight, effect) in by_kind(found).items():
        assert (weight, effect) == pytest.approx(expected[kind], abs=5.1e-6)


def test_castle_doctrine_taken_apart(given):
    """Cheng and Hoekstra 2013, as Stata's `bacondecomp` prints it; by both fixed effects 0.0818."""
    columns = Columns(outcome="l_homicide", unit="state", time="year", first_treated="first")
    found = estimated(given("castle_doctrine.csv"), columns, design="bacon", inference="cr1")
    assert found.effect == pytest.approx(0.0818, abs=5.1e-5)
    expected = {
        "earlier_vs_later": (0.060, -0.006),
        "later_vs_earlier": (0.032, 0.070),
        "treated_vs_never": (0.908, 0.088),
    }
    for kind, parts in by_kind(found).items():
        assert parts == pytest.approx(expected[kind], abs=5.1e-4)


def test_cohorts_of_fixest_example(given):
    """`base_stagg`: R's `lm` with a dummy for each cohort and event time, sandwich by unit, then averaged."""
    columns = Columns(outcome="y", unit="id", time="year", first_treated="first")
    found = estimated(given("base_stagg.csv"), columns, design="sun-abraham", inference="cr1")
    assert found.effect == pytest.approx(-0.7551901, abs=5.1e-8)
    assert found.standard_error == pytest.approx(0.3985419 * 1.056658, rel=1e-6)


def test_deaths_on_the_road_and_the_age_to_drink(given):
    """Angrist and Pischke 2014, table 5.2, as in the vignette of R's `clubSandwich`: 7.59 on 25.7 degrees.

    More digits by its CR2; the jackknife by leaving out each state with `lm`.
    """
    rows = pd.read_csv(given("motor_vehicle_deaths.csv"))
    deaths, legal = (rows.pivot(index="state", columns="year", values=name) for name in ("mrate", "legal"))
    fit = two_way(deaths.to_numpy(), legal.to_numpy(), np.ones(deaths.shape))
    found = cr2(fit, np.arange(len(deaths)), 0.95)
    printed = (7.592036480, 2.433268361, 25.729333, 0.004421973)
    given_here = (found.effect, found.standard_error, found.degrees_of_freedom, found.p_value)
    assert given_here == pytest.approx(printed, rel=2e-7)
    assert cr3(fit, np.arange(len(deaths)), 0.95).standard_error == pytest.approx(2.487666, abs=5.1e-7)


def test_a_public_stepped_wedge(given):
    """The example of R's `steppedwedge`, by cell: lmerTest with Kenward and Roger's error and degrees."""
    columns = Columns(outcome="outcome_cont", unit="cluster", time="period", first_treated="first")
    found = estimated(
        given("stepped_wedge_example.csv"),
        columns,
        design="stepped-wedge",
        inference="kenward-roger-t",
        correlation="exchangeable",
    )
    printed = (0.5176188068, 0.07826088780, 82.09546740)
    assert (found.effect, found.standard_error, found.degrees_of_freedom) == pytest.approx(printed, rel=1e-6)


def test_survival_with_lung_cancer(given):
    """R's `lung`: log-rank 10.3 (p 0.0013), restricted means to a year of 241.49509 and 297.46541 days."""
    rows = pd.read_csv(given("lung.csv"))
    arms = []
    for name, sex in (("men", 1), ("women", 2)):
        own = rows[rows.sex == sex]
        arms.append(arm_of_rows(name, own.time.to_numpy(float), finished=(own.status == 2).to_numpy(float)))
    experiment = Experiment(arms=tuple(arms), given=frozenset({"event"}))
    (found,) = compare(experiment, ComparisonOptions(type="duration", horizon=365)).results
    assert isinstance(found, Compared), found
    assert found.main.effect == pytest.approx(297.46541 - 241.49509, abs=1.1e-5)
    assert found.main.standard_error == pytest.approx(np.hypot(10.358226, 10.791324), rel=1e-7)
    assert {one.inference: round(one.p_value, 4) for one in found.also}["log-rank"] == 0.0013
