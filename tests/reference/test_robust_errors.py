"""Errors of two-way fixed effects and of counts against R, pyfixest, statsmodels and plain refitting."""

import json
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pyfixest as pf
import pytest
import statsmodels.api as sm
from diff_diff import wild_bootstrap_se

from experiments.estimate import Estimate
from experiments.estimating import estimate
from experiments.inference.cr1 import cr1, iid
from experiments.inference.cr2 import cr2
from experiments.inference.cr3 import cr3, influences
from experiments.inference.hc import hc
from experiments.inference.serial_regression import hac
from experiments.inference.serial_regression import iid as serial_iid
from experiments.inference.series_change import series_change
from experiments.inference.student import Inference
from experiments.inference.two_way import TwoWay, two_way
from experiments.inference.two_way_ratio import Counts, two_way_ratio
from experiments.inference.wild_bootstrap import draws, wild_bootstrap
from experiments.options import Options
from experiments.panel import NEVER, Panel
from tests.simulated_panels import weeks

HERE = Path(__file__).parent / "r"
R = json.loads((HERE / "robust_errors.json").read_text("utf-8"))
UNITS, PERIODS, START, PILOTS = 9, 24, 12, 3
EXACT = 1e-8
"""Two solvers of the same equations; R prints 15 digits."""
ITERATED = 1e-7
"""R's glm stops when the deviance stands still."""


def generated() -> pd.DataFrame:
    """9 departments x 24 periods, 3 pilots from period 12 on, a few cells missing in three periods."""
    rng = np.random.default_rng(2023)
    unit, period = (part.ravel() for part in np.indices((UNITS, PERIODS)))
    treated = (unit < PILOTS).astype(int)
    d = treated * (period >= START)
    y = 20 + unit + np.sin(period / 3) + 0.8 * d + rng.normal(size=len(unit)) * (1 + 0.3 * unit)
    n = rng.integers(5, 60, len(unit))
    rate = np.exp(-1 + 0.1 * unit + 0.2 * np.sin(period / 3) - 0.25 * d + 0.2 * rng.normal(size=len(unit)))
    frame = pd.DataFrame(
        {"unit": unit, "period": period, "treated": treated, "d": d, "y": y.round(6), "n": n}
    )
    frame["count"] = rng.binomial(n, np.minimum(rate, 0.9))
    frame["cluster"] = np.where(unit < 2, 0, unit - 1)
    gone = np.isin(period, (2, 7, 18)) & np.isin(unit, (1, 4, 8)) & (rng.random(len(unit)) < 0.6)
    return frame[~gone].reset_index(drop=True)


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    return pd.read_csv(HERE / "robust_errors.csv")


def wide(frame: pd.DataFrame, name: str) -> np.ndarray:
    return frame.pivot(index="unit", columns="period", values=name).to_numpy(dtype=float)


def fit_of(frame: pd.DataFrame, weights: str | None = None) -> TwoWay:
    y = wide(frame, "y")
    counts = np.nan_to_num(wide(frame, weights)) if weights else np.isfinite(y).astype(float)
    return two_way(y, np.nan_to_num(wide(frame, "d")), counts)


def panel_of(frame: pd.DataFrame, outcome: str, exposure: str | None = None) -> Panel:
    return Panel(
        units=tuple(f"d{number}" for number in range(UNITS)),
        periods=weeks(PERIODS),
        outcome=wide(frame, outcome),
        weights=np.nan_to_num(wide(frame, "n")),
        first_treated=np.where(np.arange(UNITS) < PILOTS, float(START), NEVER),
        exposure=wide(frame, exposure) if exposure else None,
    )


def counts_of(frame: pd.DataFrame, family: str) -> Counts:
    n, y = wide(frame, "n"), wide(frame, "count")
    return Counts(
        family=family,  # type: ignore[arg-type]
        y=y / n if family == "binomial" else y,
        on=np.nan_to_num(wide(frame, "d")),
        exposure=n,
    )


def test_the_panel_is_the_generators(frame):
    pd.testing.assert_frame_equal(frame, generated(), check_dtype=False)


def both(found: Inference) -> list[float | None]:
    return [found.standard_error, found.degrees_of_freedom]


@pytest.mark.parametrize("weights", [None, "n"])
def test_errors_of_the_regression_equal_r(frame, weights):
    fit, name, own = fit_of(frame, weights), "weighted" if weights else "plain", np.arange(UNITS)
    assert fit.effect == pytest.approx(R[f"{name}_effect"], rel=EXACT)
    for kind in ("hc1", "hc2", "hc3"):
        # R's HC1 counts all effects, and a cell is one observation whatever its weight: so do we.
        assert hc(fit, 0.95, kind).standard_error == pytest.approx(R[f"{name}_{kind}"], rel=EXACT)
    assert_clusters_equal_r(fit, own, name)
    if not weights:
        assert both(cr2(fit, own, 0.95)) == pytest.approx(R["plm_cr2"], rel=EXACT)
        assert both(cr2(fit, own, 0.95)) == pytest.approx(R["dummies_cr2"], rel=EXACT)


def test_groups_of_departments_equal_r(frame):
    groups = frame.groupby("unit")["cluster"].first().to_numpy()
    assert_clusters_equal_r(fit_of(frame, "n"), groups, "grouped")


def assert_clusters_equal_r(fit: TwoWay, clusters: np.ndarray, name: str) -> None:
    found, factor = cr1(fit, clusters, 0.95)
    assert found.standard_error / np.sqrt(factor) == pytest.approx(R[f"{name}_cr0"], rel=EXACT)
    assert both(cr2(fit, clusters, 0.95)) == pytest.approx(R[f"{name}_cr2"], rel=EXACT)
    # clubSandwich leaves the factor (G - 1) / G of the jackknife out.
    share = (len(set(clusters)) - 1) / len(set(clusters))
    jackknife = cr3(fit, clusters, 0.95).standard_error
    assert jackknife / np.sqrt(share) == pytest.approx(R[f"{name}_cr3"][0], rel=EXACT)


def test_newey_west_on_the_gap_series_equals_r(frame):
    found = estimate(panel_of(frame, "y"), Options(inference="hac"))
    assert isinstance(found, Estimate)
    assert len(found.coverage.periods_left_out) == 3
    assert found.effect == pytest.approx(R["gap_effect"], rel=EXACT)
    assert found.standard_error == pytest.approx(R["gap_hac"], rel=EXACT)


@pytest.mark.parametrize("family", ["poisson", "binomial"])
def test_ratios_equal_r(frame, family):
    found = two_way_ratio(counts_of(frame, family))
    assert found.effect == pytest.approx(R[f"{family}_effect"], rel=ITERATED)
    assert iid(found.fit, 0.95).standard_error == pytest.approx(R[f"{family}_iid"], rel=ITERATED)
    plain, factor = cr1(found.fit, np.arange(UNITS), 0.95)
    assert plain.standard_error / np.sqrt(factor) == pytest.approx(R[f"{family}_cr0"], rel=ITERATED)
    assert both(cr2(found.fit, np.arange(UNITS), 0.95)) == pytest.approx(R[f"{family}_cr2"], rel=ITERATED)
    jackknife = cr3(found.fit, np.arange(UNITS), 0.95).standard_error / np.sqrt((UNITS - 1) / UNITS)
    assert jackknife == pytest.approx(R[f"{family}_cr3"][0], rel=ITERATED)


@pytest.mark.parametrize("family", ["poisson", "binomial"])
def test_the_estimate_of_counts_is_the_ratio_with_its_error(frame, family):
    data = counts_of(frame, family)
    panel = replace(panel_of(frame, "count", "n"), outcome=data.y)
    found = estimate(panel, Options(family=family))
    assert isinstance(found, Estimate)
    assert found.scale == "relative"
    assert found.effect == pytest.approx(np.expm1(R[f"{family}_effect"]), rel=ITERATED)
    assert found.diagnostics["dispersion"] == pytest.approx(R[f"{family}_dispersion"], rel=ITERATED)
    assert found.inference == "jackknife-t"
    line = next(line for line in found.also if line.inference == "cr2")
    assert line.standard_error == pytest.approx(R[f"{family}_cr2"][0], rel=ITERATED)


# The oracle still uses pandas' `inplace`, which pandas 3.1 warns about.
@pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning")
def test_poisson_equals_pyfixest(frame):
    oracle = pf.fepois(
        "count ~ d | unit + period",
        data=frame.assign(log_n=np.log(frame["n"])),
        offset="log_n",
        vcov={"CRV1": "unit"},
        ssc=pf.ssc(k_adj=False, G_adj=False),
        iwls_tol=1e-12,
        demeaner=pf.MapDemeaner(fixef_tol=1e-12),
    )
    found = two_way_ratio(counts_of(frame, "poisson"))
    plain, factor = cr1(found.fit, np.arange(UNITS), 0.95)
    assert found.effect == pytest.approx(float(oracle.coef()["d"]), rel=ITERATED)
    assert plain.standard_error / np.sqrt(factor) == pytest.approx(float(oracle.se()["d"]), rel=ITERATED)


@pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning")
@pytest.mark.parametrize("weights", [None, "n"])
def test_errors_equal_pyfixest(frame, weights):
    fit = fit_of(frame, weights)
    off = pf.ssc(k_adj=False, G_adj=False)
    given = {"weights": weights, "weights_type": "fweights" if weights else "aweights", "ssc": off}
    oracle = pf.feols("y ~ d | unit + period", data=frame, vcov={"CRV3": "unit"}, **given)
    # Without its own factor pyfixest's CRV3 is the bare sum of squares; ours has (G - 1) / G.
    bare = np.sqrt(np.sum(influences(fit, np.arange(UNITS)) ** 2))
    assert bare == pytest.approx(float(oracle.se()["d"]), rel=EXACT)
    if not weights:
        oracle = pf.feols("y ~ d | unit + period", data=frame, vcov="hetero", ssc=off)
        df = len(frame) - fit.n_units - fit.n_effects
        found = hc(fit, 0.95, "hc1").standard_error * np.sqrt(df / len(frame))
        assert found == pytest.approx(float(oracle.se()["d"]), rel=EXACT)


@pytest.mark.parametrize("weights", [None, "n"])
def test_errors_by_cell_equal_statsmodels(frame, weights):
    dummies = pd.get_dummies(frame[["unit", "period"]].astype("category"), drop_first=True, dtype=float)
    x = sm.add_constant(pd.concat([frame["d"].astype(float), dummies], axis=1))
    model = sm.WLS(frame["y"], x, weights=frame[weights] if weights else 1.0)
    fit = fit_of(frame, weights)
    for kind in ("hc1", "hc2", "hc3"):
        oracle = model.fit(cov_type=kind.upper(), use_t=True)
        found = hc(fit, 0.95, kind)
        assert found.standard_error == pytest.approx(oracle.bse["d"], rel=EXACT)
        assert found.p_value == pytest.approx(oracle.pvalues["d"], rel=1e-6)


def test_newey_west_equals_statsmodels():
    series = np.random.default_rng(7).normal(size=60).cumsum()
    x = sm.add_constant((np.arange(60) >= 25).astype(float))
    oracle = sm.OLS(series, x).fit(cov_type="HAC", cov_kwds={"maxlags": 3, "use_correction": True})
    found = series_change(series[:25], series[25:], 0.95, hac)
    assert found.effect == pytest.approx(oracle.params[1], rel=EXACT)
    assert found.standard_error == pytest.approx(oracle.bse[1], rel=EXACT)
    plain = series_change(series[:25], series[25:], 0.95, serial_iid)
    assert plain.p_value == pytest.approx(sm.OLS(series, x).fit().pvalues[1], rel=1e-6)


@pytest.mark.parametrize(("units", "pilots"), [(4, 2), (5, 2), (6, 2), (14, 3)])
@pytest.mark.parametrize("level", [0.8, 0.95])
def test_zero_is_inside_exactly_when_the_bootstrap_has_p_of_at_least_alpha(units, pilots, level):
    for seed in range(15):
        rng = np.random.default_rng(seed)
        d = np.outer(np.arange(units) < pilots, np.arange(8) >= 4).astype(float)
        fit = two_way(rng.normal(size=d.shape) + d, d, rng.integers(1, 9, d.shape).astype(float))
        found = wild_bootstrap(fit, np.arange(units), level, 1)
        low, high = found.interval
        assert low <= found.effect <= high
        assert (low <= 0 <= high) == (found.p_value >= 1 - level - 1e-9)


def test_counts_and_shares_equal_statsmodels(frame):
    dummies = pd.get_dummies(frame[["unit", "period"]].astype("category"), drop_first=True, dtype=float)
    x = sm.add_constant(pd.concat([frame["d"].astype(float), dummies], axis=1))
    tight = {"tol": 1e-14, "maxiter": 200, "cov_type": "cluster"}
    groups = {"groups": frame["unit"], "use_correction": False}
    poisson = sm.GLM(frame["count"], x, family=sm.families.Poisson(), exposure=frame["n"])
    events = np.column_stack([frame["count"], frame["n"] - frame["count"]])
    binomial = sm.GLM(events, x, family=sm.families.Binomial())
    for family, model in (("poisson", poisson), ("binomial", binomial)):
        oracle = model.fit(cov_kwds=groups, **tight)
        found = two_way_ratio(counts_of(frame, family))
        plain, factor = cr1(found.fit, np.arange(UNITS), 0.95)
        assert found.effect == pytest.approx(oracle.params["d"], rel=ITERATED)
        assert plain.standard_error / np.sqrt(factor) == pytest.approx(oracle.bse["d"], rel=ITERATED)


@pytest.mark.parametrize(("pilots", "units", "weighted"), [(3, 6, False), (2, 7, True)])
def test_the_exact_wild_bootstrap_equals_refitting_every_sample(pilots, units, weighted):
    rng = np.random.default_rng(units)
    shape = (units, 6)
    y, d = rng.normal(size=shape), np.outer(np.arange(units) < pilots, np.arange(6) >= 3).astype(float)
    y, w = y + d, rng.integers(1, 9, shape).astype(float) if weighted else np.ones(shape)
    found = wild_bootstrap(two_way(y, d, w), np.arange(units), 0.9, 1)
    assert found.p_value == pytest.approx(refitted_p(y, d, w, 0.0), abs=1e-12)
    for bound, outward in zip(found.interval, (-1, 1), strict=True):
        # The p-value falls below 1 - level exactly at the bounds.
        assert (
            refitted_p(y, d, w, bound - outward * 1e-6) >= 0.1 > refitted_p(y, d, w, bound + outward * 1e-6)
        )


def refitted_p(y: np.ndarray, d: np.ndarray, w: np.ndarray, effect: float) -> float:
    """All sign vectors, each sample regressed on all dummies anew."""
    units, periods = y.shape
    unit, period = (part.ravel() for part in np.indices(y.shape))
    root = np.sqrt(w.ravel())
    dummies = np.column_stack([unit[:, None] == np.arange(units), period[:, None] == np.arange(1, periods)])
    span = dummies * root[:, None]
    out = np.eye(len(root)) - span @ np.linalg.pinv(span)
    null = out @ (root * (y - effect * d).ravel())
    x = out @ (root * d.ravel())

    def t(signs: tuple[float, ...]) -> float:
        sample = np.array(signs)[unit] * null
        slope = x @ (out @ sample) / (x @ x)
        scores = np.bincount(unit, x * (out @ sample - slope * x))
        return float(abs(slope * (x @ x)) / np.linalg.norm(scores))

    actual = t((1.0,) * units)
    return float(np.mean([t(signs) >= actual - 1e-9 for signs in product((1.0, -1.0), repeat=units)]))


@pytest.mark.parametrize("level", [0.9, 0.95])
def test_the_exact_wild_bootstrap_equals_diff_diff(frame, level):
    fit, own = fit_of(frame), np.arange(UNITS)
    found = wild_bootstrap(fit, own, level, 1)
    x = pd.get_dummies(frame[["unit", "period"]].astype("category"), drop_first=True, dtype=float)
    x = np.column_stack([frame["d"].to_numpy(float), np.ones(len(frame)), x.to_numpy()])
    y, cluster = frame["y"].to_numpy(), frame["unit"].to_numpy()
    oracle = wild_bootstrap_se(x, y, y, cluster, 0, n_bootstrap=999, alpha=1 - level)
    assert oracle.n_bootstrap == 2**UNITS
    # It counts draws that exceed the actual one; ours also the two that are it, and its mirror image.
    assert found.p_value == pytest.approx(oracle.p_value + 2 / 2**UNITS, abs=1e-12)
    assert found.effect == pytest.approx(fit.effect)
    drawn = wild_bootstrap_se(x, y, y, cluster, 0, n_bootstrap=399, alpha=1 - level, seed=1)
    error = np.sqrt(found.p_value * (1 - found.p_value) / 399)
    assert drawn.p_value == pytest.approx(found.p_value, abs=4 * error)


def test_draws_are_all_sign_vectors_up_to_twelve_clusters():
    every = draws(12, 0.95, 1)
    assert len(np.unique(every, axis=0)) == 2**11
    assert (every[0] == 1).all()
    assert (every[:, -1] == 1).all()
    assert set(np.unique(draws(13, 0.95, 1))) == {-1.0, 1.0}
    # Five clusters: 2 / 32 is above 5 %, so signs alone cannot reach it; six points can.
    assert len(np.unique(draws(5, 0.95, 1))) == 6
    assert np.mean(draws(5, 0.95, 1)[1:] ** 2) == pytest.approx(1.0, abs=0.02)


def test_the_jackknife_equals_leaving_each_department_out(frame):
    fit = fit_of(frame, "n")
    y, d, n = (np.nan_to_num(wide(frame, name)) for name in ("y", "d", "n"))
    without = [
        two_way(np.delete(y, g, 0), np.delete(d, g, 0), np.delete(n, g, 0)).effect for g in range(UNITS)
    ]
    assert fit.effect - influences(fit, np.arange(UNITS)) == pytest.approx(without, rel=1e-9)


if __name__ == "__main__":
    generated().to_csv(HERE / "robust_errors.csv", index=False)
