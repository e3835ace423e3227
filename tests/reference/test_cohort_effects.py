"""Sun-Abraham, imputation, two-stage and ETWFE against public data, diff-diff, pyfixest and dummies.

Tolerances: 1e-9 relative where both sides solve the same equations directly (they agree to about 1e-12);
diff-diff's imputation and pyfixest's two stages demean by iteration, so 1e-8 there.
"""

from dataclasses import replace

import diff_diff as dd
import numpy as np
import pandas as pd
import pyfixest as pf
import pytest

from experiments.details import StaggeredDetails
from experiments.estimate import Estimate
from experiments.estimating import ESTIMATORS
from experiments.inference.imputed import Rows, first_stage_scores, impute, residual_sums
from experiments.inference.saturated import residuals, saturate, scores
from experiments.options import Options
from experiments.panel import Panel
from experiments.panel_file import Columns, read_panel
from tests.cohort_panels import cohorts, long_form
from tests.reference.test_estimator_numbers import published  # noqa: F401 - a fixture

ORACLES = {
    "imputation": dd.ImputationDiD,
    "two-stage": dd.TwoStageDiD,
    "sun-abraham": dd.SunAbraham,
    "etwfe": dd.WooldridgeDiD,
}
pytestmark = [
    pytest.mark.filterwarnings("ignore::UserWarning"),
    pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]


def fitted(design: str, panel: Panel, options: Options | None = None) -> Estimate:
    found = ESTIMATORS[design].fit(panel, options or Options())
    assert isinstance(found, Estimate)
    return found


def parts(found: Estimate, name: str) -> dict[str, tuple[float, float]]:
    assert isinstance(found.details, StaggeredDetails)
    chosen = next(one for one in found.details.aggregates if one.name == name)
    return {one.label: (one.effect, one.standard_error or np.nan) for one in chosen.parts}


def oracle(design: str, frame: pd.DataFrame, aggregate: str | None = None, **settings):
    first = "cohort" if design == "etwfe" else "first_treat"
    more = {} if aggregate is None else {"aggregate": aggregate}
    if "covariates" in settings:
        more["covariates"] = settings.pop("covariates")
    made = ORACLES[design](**settings)
    return made.fit(frame, outcome="y", unit="unit", time="time", **{first: "first"}, **more)


def without_covariates(panel: Panel) -> Panel:
    return replace(panel, covariates={})


@pytest.mark.parametrize("design", ["imputation", "two-stage", "etwfe"])
def test_mpdta(published, shared, design):  # noqa: F811 - the fixture
    number = published["mpdta_imputation"]
    columns = Columns(outcome="lemp", unit="countyreal", time="year", first_treated="first_treat")
    found = fitted(design, read_panel(shared / "reference" / "mpdta.csv", columns))
    assert found.effect == pytest.approx(number["value"], abs=number["tolerance"])
    assert found.effect == pytest.approx(number["obtained"], abs=5e-8)


def test_sun_abraham_on_mpdta_is_callaway_and_santanna_without_covariates(published, shared):  # noqa: F811
    columns = Columns(outcome="lemp", unit="countyreal", time="year", first_treated="first_treat")
    found = fitted("sun-abraham", read_panel(shared / "reference" / "mpdta.csv", columns))
    assert found.effect == pytest.approx(published["mpdta_simple"]["obtained"], abs=1e-6)
    assert isinstance(found.details, StaggeredDetails)
    cells = {(one.cohort, one.period): one.effect for one in found.details.group_time}
    for year in (2004, 2005, 2006, 2007):
        number = published[f"mpdta_attgt_2004_{year}"]
        assert cells["2004", str(year)] == pytest.approx(number["value"], abs=number["tolerance"])


def test_two_stages_on_the_public_example_with_its_error(published, shared):  # noqa: F811
    """State and year effects on rows of a state, year and cohort; weights restore the rows behind them."""
    frame = pd.read_csv(shared / "reference" / "df_het_collapsed.csv")
    treated = frame["treat"].to_numpy() > 0
    rows = Rows(
        outcome=frame["dep_var"].to_numpy(),
        unit=(frame["state"] - frame["state"].min()).to_numpy().astype(np.intp),
        period=(frame["year"] - frame["year"].min()).to_numpy().astype(np.intp),
        weight=frame["n"].to_numpy(dtype=float),
        untreated=~treated,
        covariates=np.empty((len(frame), 0)),
    )
    found = impute(rows)
    weights = np.where(treated, rows.weight, 0.0) / rows.weight[treated].sum()
    effect = weights @ found.gap
    assert effect == pytest.approx(published["did2s_het"]["obtained"], abs=1e-6)
    by_state = np.bincount(rows.unit, weights * (found.gap - effect))
    by_state += first_stage_scores(found, residual_sums(found), weights)
    error = np.sqrt(np.sum(by_state**2))
    number = published["did2s_het_se"]
    assert error == pytest.approx(number["value"], abs=number["tolerance"])


@pytest.mark.parametrize("missing", [0.0, 0.1])
@pytest.mark.parametrize("design", ORACLES)
def test_average_and_error_equal_diff_diff(design, missing):
    panel = cohorts(1, missing=missing)
    found = fitted(design, without_covariates(panel))
    other = oracle(design, long_form(panel))
    assert found.effect == pytest.approx(other.overall_att, rel=1e-8)
    assert found.standard_error == pytest.approx(other.overall_se, rel=1e-8)


@pytest.mark.parametrize("design", ORACLES)
def test_clusters_equal_diff_diff(design):
    panel = without_covariates(cohorts(2, missing=0.1, units=72, treated=42))
    grouped = replace(panel, clusters=tuple(f"pair{i // 2}" for i in range(72)))
    found = fitted(design, grouped)
    assert found.coverage.n_clusters == 36
    other = oracle(design, long_form(panel), cluster="pair")
    assert found.standard_error == pytest.approx(other.overall_se, rel=1e-8)


@pytest.mark.parametrize("design", ["imputation", "two-stage"])
def test_covariates_equal_diff_diff(design):
    panel = cohorts(3, missing=0.1)
    found = fitted(design, panel)
    other = oracle(design, long_form(panel), covariates=["x"])
    assert found.effect == pytest.approx(other.overall_att, rel=1e-8)
    assert found.standard_error == pytest.approx(other.overall_se, rel=1e-8)
    assert found.effect != pytest.approx(fitted(design, without_covariates(panel)).effect, rel=1e-3)


@pytest.mark.parametrize("design", ["imputation", "two-stage", "sun-abraham"])
def test_event_times_equal_diff_diff(design):
    panel = cohorts(4, missing=0.1)
    found = parts(fitted(design, without_covariates(panel)), "dynamic")
    aggregate = None if design == "sun-abraham" else "event_study"
    other = oracle(design, long_form(panel), aggregate).event_study_effects
    times = [time for time in other if time >= 0 or design == "sun-abraham"]
    assert len(times) >= 9
    for time in times:
        assert found[str(time)][0] == pytest.approx(other[time]["effect"], rel=1e-7)
        assert found[str(time)][1] == pytest.approx(other[time]["se"], rel=1e-7)


@pytest.mark.parametrize("design", ["imputation", "two-stage"])
def test_cohorts_equal_diff_diff(design):
    panel = cohorts(4)
    found = parts(fitted(design, without_covariates(panel)), "group")
    other = oracle(design, long_form(panel), "group").group_effects
    assert [value[0] for value in found.values()] == pytest.approx(
        [one["effect"] for one in other.values()], rel=1e-8
    )
    assert [value[1] for value in found.values()] == pytest.approx(
        [one["se"] for one in other.values()], rel=1e-8
    )


@pytest.mark.parametrize("anticipation", [0, 2])
@pytest.mark.parametrize("comparison", ["not-yet-treated", "never-treated"])
def test_every_cohort_and_period_of_etwfe_equals_diff_diff(comparison, anticipation):
    panel = cohorts(5, missing=0.05)
    options = Options(comparison=comparison, anticipation=anticipation)
    found = fitted("etwfe", without_covariates(panel), options)
    assert isinstance(found.details, StaggeredDetails)
    cells = {(one.cohort, one.period): one for one in found.details.group_time}
    other = oracle(
        "etwfe",
        long_form(panel),
        control_group=comparison.replace("-", "_"),
        anticipation=anticipation,
    )
    assert found.effect == pytest.approx(other.overall_att, rel=1e-9)
    assert found.standard_error == pytest.approx(other.overall_se, rel=1e-9)
    assert len(cells) == len(other.group_time_effects)
    for (cohort, time), value in other.group_time_effects.items():
        one = cells[panel.periods[cohort - 1], panel.periods[time - 1]]
        assert one.effect == pytest.approx(value["att"], rel=1e-7, abs=1e-10)
        assert one.standard_error == pytest.approx(value["se"], rel=1e-7)


def test_anticipation_of_sun_abraham_equals_diff_diff():
    panel = cohorts(6)
    found = fitted("sun-abraham", without_covariates(panel), Options(anticipation=1))
    other = oracle("sun-abraham", long_form(panel), anticipation=1)
    assert found.effect == pytest.approx(other.overall_att, rel=1e-9)
    assert found.standard_error == pytest.approx(other.overall_se, rel=1e-9)


def test_anticipation_of_imputation_counts_from_the_start_on():
    """diff-diff also counts the weeks of anticipation in the average, we do not; by event time both agree."""
    panel = cohorts(6)
    found = fitted("imputation", without_covariates(panel), Options(anticipation=1))
    other = oracle("imputation", long_form(panel), "event_study", anticipation=1).event_study_effects
    ours = parts(found, "dynamic")
    assert {int(label) for label in ours} == {time for time in other if time >= -1}
    for label, (effect, _) in ours.items():
        assert effect == pytest.approx(other[int(label)]["effect"], rel=1e-7)


@pytest.mark.parametrize("design", ["imputation", "two-stage", "etwfe"])
def test_without_never_treated_equals_diff_diff(design):
    panel = cohorts(7, treated=60)
    found = fitted(design, without_covariates(panel))
    other = oracle(design, long_form(panel))
    assert found.effect == pytest.approx(other.overall_att, rel=1e-8)
    assert found.standard_error == pytest.approx(other.overall_se, rel=1e-8)
    assert found.coverage.periods_left_out == panel.periods[10:]


def test_sun_abraham_without_never_treated_takes_the_last_cohort_as_comparison():
    panel = cohorts(7, treated=60)
    frame = long_form(panel)
    cut = frame[frame["time"] < 11]
    cut = cut.assign(first=cut["first"].where(cut["first"] < 11, 0))
    found = fitted("sun-abraham", without_covariates(panel))
    other = oracle("sun-abraham", cut)
    assert found.effect == pytest.approx(other.overall_att, rel=1e-9)
    assert found.standard_error == pytest.approx(other.overall_se, rel=1e-9)


def test_two_stages_equal_pyfixest():
    panel = cohorts(8)
    frame = long_form(panel)
    frame["on"] = ((frame["first"] > 0) & (frame["time"] >= frame["first"])).astype(float)
    found = fitted("two-stage", without_covariates(panel))
    other = pf.did2s(
        frame,
        yname="y",
        first_stage="~0 | unit + time",
        second_stage="~on",
        treatment="on",
        cluster="unit",
    )
    assert found.effect == pytest.approx(float(other.coef()["on"]), rel=1e-8)
    assert found.standard_error == pytest.approx(float(other.se()["on"]), rel=1e-8)


def test_sun_abraham_equals_the_saturated_event_study_of_pyfixest():
    panel = cohorts(9)
    frame = long_form(panel)
    found = parts(fitted("sun-abraham", without_covariates(panel)), "dynamic")
    other = pf.event_study(
        frame,
        yname="y",
        idname="unit",
        tname="time",
        gname="first",
        estimator="saturated",
        cluster="unit",
    ).aggregate()
    assert len(other) == len(found)
    for time, row in other.iterrows():
        effect, error = found[str(int(time))]
        assert effect == pytest.approx(float(row["Estimate"]), rel=1e-6, abs=1e-8)
        assert error == pytest.approx(float(row["Std. Error"]), rel=1e-6)


@pytest.mark.parametrize("every_period", [False, True])
def test_block_elimination_equals_a_regression_with_all_its_dummies(every_period):
    """Weighted, with cells missing: coefficients, residuals and influences against numpy's least squares."""
    rng = np.random.default_rng(11)
    panel = cohorts(11, units=24, treated=15, periods=12, missing=0.15)
    starts = np.array([5, 8, 10, 99])
    cohort = np.searchsorted(starts, np.where(panel.treated, panel.first_treated, 99)).astype(np.intp)
    since = np.arange(12) - starts[:, None]
    own = (since != -1) & (starts[:, None] < 99) if every_period else since >= 0
    fit = saturate(panel.outcome, panel.weights, cohort, own)
    unit, period = np.nonzero(panel.weights > 0)
    cells = np.argwhere(own)
    dummies = [
        unit[:, None] == np.arange(24),
        period[:, None] == np.arange(1, 12),
        (cohort[unit][:, None] == cells[:, 0]) & (period[:, None] == cells[:, 1]),
    ]
    design = np.column_stack(dummies).astype(float)
    y, weight = panel.outcome[unit, period], panel.weights[unit, period]
    root = np.sqrt(weight)
    solution, _, rank, _ = np.linalg.lstsq(design * root[:, None], y * root, rcond=None)
    assert rank == design.shape[1]
    assert fit.effects[own] == pytest.approx(solution[-len(cells) :], rel=1e-9, abs=1e-10)
    left = y - design @ solution
    assert residuals(fit)[unit, period] == pytest.approx(left, rel=1e-9, abs=1e-10)
    chosen = np.zeros((2, *own.shape))
    chosen[:, own] = rng.random((2, len(cells)))
    inverse = np.linalg.pinv(design * root[:, None])[-len(cells) :] * root
    by_row = (chosen[:, own] @ inverse) * left
    expected = np.stack([np.bincount(unit, row, 24) for row in by_row], axis=1)
    assert scores(fit, chosen) == pytest.approx(expected, rel=1e-8, abs=1e-10)


@pytest.mark.parametrize("design", ["imputation", "two-stage"])
def test_weights_equal_a_row_for_every_encounter(design):
    """The collapsed panel, weighted by its rows, gives what the rows give."""
    panel = without_covariates(cohorts(12, units=40, treated=24, periods=12))
    few = replace(panel, weights=np.random.default_rng(12).integers(1, 4, panel.outcome.shape).astype(float))
    found = fitted(design, few, Options(weighting="encounters"))
    frame = long_form(few)
    rows = frame.loc[frame.index.repeat(frame["n"].astype(int))]
    treated = ((rows["first"] > 0) & (rows["time"] >= rows["first"])).to_numpy()
    other = impute(
        Rows(
            outcome=rows["y"].to_numpy(),
            unit=rows["unit"].to_numpy().astype(np.intp),
            period=(rows["time"] - 1).to_numpy().astype(np.intp),
            weight=np.ones(len(rows)),
            untreated=~treated,
            covariates=np.empty((len(rows), 0)),
        )
    )
    assert found.effect == pytest.approx(float(other.gap[treated].mean()), rel=1e-10)
