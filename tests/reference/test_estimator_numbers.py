"""Numbers that this code did not make: printed examples, Bell-McCaffrey, public data, pyfixest."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pyfixest as pf
import pytest

from experiments.estimate import Estimate
from experiments.estimating import estimate
from experiments.inference.cr1 import cr1
from experiments.inference.cr2 import cr2, cr2_changes
from experiments.inference.scaled_ewc import scaled_ewc
from experiments.inference.two_way import two_way
from experiments.options import Options
from experiments.panel_file import Columns, read_panel


@pytest.fixture(scope="module")
def published(shared: Path) -> dict[str, dict]:
    numbers = json.loads((shared / "reference" / "estimator_numbers.json").read_text("utf-8"))
    return {number["id"]: number for number in numbers}


def grid(departments: int, periods: int) -> tuple[np.ndarray, np.ndarray]:
    g, t = np.meshgrid(np.arange(departments), np.arange(periods), indexing="ij")
    return g, t


def test_scaled_ewc_on_the_printed_example():
    g, t = grid(6, 24)
    y = (
        10
        + g
        + np.sin(2 * np.pi * t / 12)
        + (1 + 0.3 * g) * np.sin(1.7 * t + 2.1 * g**2)
        + 0.5 * np.cos(0.31 * t + 2.3 * g)
        + 1.5 * ((g < 2) & (t >= 12))
    )
    found = scaled_ewc(y, np.arange(6) < 2, 12, 0.95)
    assert round(found.inference.effect, 6) == 1.915169
    assert round(found.inference.standard_error, 6) == 0.283717
    assert round(found.inference.degrees_of_freedom, 6) == 3.470958
    assert round(found.inference.p_value, 5) == 0.00412
    assert [round(bound, 6) for bound in found.inference.interval] == [1.077757, 2.752580]
    assert round(found.shape, 6) == 1.218935
    assert round(found.drift, 6) == 0.417905
    assert round(found.noise_ratio, 6) == 0.772507
    assert not found.flagged


def test_scaled_ewc_on_the_printed_example_with_another_shape_of_noise():
    g, t = grid(7, 40)
    y = (
        5
        + g
        + (g == 0) * 1.2 * np.sin(0.33 * t + 1)
        + (g > 0) * (1 + 0.2 * g) * np.sin(1.9 * t + 1.3 * g**2)
        + 0.5 * np.cos(0.31 * t + 2.3 * g)
        + 0.8 * ((g == 0) & (t >= 20))
    )
    found = scaled_ewc(y, np.arange(7) < 1, 20, 0.95)
    assert found.flagged
    assert round(found.inference.effect, 6) == 0.806725
    assert round(found.shape, 6) == 6.060727
    assert round(found.inference.p_value, 6) == 4.7e-05
    assert [round(bound, 6) for bound in found.inference.interval] == [0.767904, 0.845546]


@pytest.mark.parametrize(
    ("ours", "others"), [(2, 4), (2, 8), (2, 12), (3, 3), (3, 6), (3, 9), (3, 17), (6, 6), (10, 10)]
)
def test_bell_mccaffrey_degrees_of_freedom(published, ours, others):
    number = published[f"bm_df_{ours}_{others}"]
    treated = np.arange(ours + others) < ours
    y = np.random.default_rng(1).normal(size=(ours + others, 12))
    on = (treated[:, None] & (np.arange(12) >= 6)).astype(float)
    on_panel = cr2(two_way(y, on, np.ones_like(y)), np.arange(ours + others), 0.95)
    on_changes = cr2_changes(y[:, 6:].mean(axis=1) - y[:, :6].mean(axis=1), treated, 0.95)
    assert on_panel.degrees_of_freedom == pytest.approx(number["value"], abs=number["tolerance"])
    # One change per department loses nothing on a balanced panel: equal to rounding error.
    assert on_changes.degrees_of_freedom == pytest.approx(on_panel.degrees_of_freedom, rel=1e-9)
    assert on_changes.standard_error == pytest.approx(on_panel.standard_error, rel=1e-9)


def test_two_way_fixed_effects_on_mpdta(published, shared):
    number = published["mpdta_twfe"]
    columns = Columns(outcome="lemp", unit="countyreal", time="year", first_treated="first_treat")
    panel = read_panel(shared / "reference" / "mpdta.csv", columns)
    found = estimate(panel, Options(design="difference-in-differences", inference="cr1"))
    assert isinstance(found, Estimate)
    assert found.effect == pytest.approx(number["value"], abs=1e-6)
    assert round(found.standard_error, 6) == 0.013265
    factor = 500 / 499 * (2500 - 1) / (2500 - 5 - 1)
    assert found.diagnostics["small_sample_factor"] == pytest.approx(factor, rel=1e-12)
    assert any("two-way fixed effects" in text.render("en") for text in found.warnings)


def test_difference_in_differences_on_proposition_99(published, shared):
    number = published["prop99_did"]
    columns = Columns(outcome="PacksPerCapita", unit="State", time="Year", treated="treated")
    found = estimate(read_panel(shared / "reference" / "california_prop99.csv", columns), Options())
    assert isinstance(found, Estimate)
    assert found.effect == pytest.approx(number["value"], abs=number["tolerance"])


@pytest.fixture(scope="module")
def unbalanced() -> pd.DataFrame:
    """30 units x 20 periods, a tenth of the cells gone, weights from 1 to 40, three start dates."""
    rng = np.random.default_rng(20)
    unit, period = np.meshgrid(np.arange(30), np.arange(20), indexing="ij")
    starts = np.where(np.arange(30) < 12, 6 + 4 * (np.arange(30) % 3), 99)[:, None]
    on = (period >= starts).astype(float)
    y = rng.normal(size=(30, 1)) + rng.normal(size=20) + 0.7 * on + rng.normal(size=(30, 20))
    frame = pd.DataFrame(
        {
            "unit": unit.ravel(),
            "period": period.ravel(),
            "d": on.ravel(),
            "y": y.ravel(),
            "n": rng.integers(1, 41, 600),
        }
    )
    return frame[rng.random(600) > 0.1].reset_index(drop=True)


# The oracle still uses pandas' `inplace`, which pandas 3.1 warns about.
@pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning")
@pytest.mark.parametrize("weights", [None, "n"])
def test_coefficient_and_cr1_equal_pyfixest(unbalanced, weights):
    wide = {
        name: unbalanced.pivot(index="unit", columns="period", values=name).to_numpy(dtype=float)
        for name in ("y", "d", "n")
    }
    present = np.isfinite(wide["y"])
    counts = np.where(present, wide["n"] if weights else 1.0, 0.0)
    fit = two_way(wide["y"], np.nan_to_num(wide["d"]), np.nan_to_num(counts))
    found, factor = cr1(fit, np.arange(30), 0.95)
    oracle = pf.feols(
        "y ~ d | unit + period",
        data=unbalanced,
        vcov={"CRV1": "unit"},
        weights=weights,
        weights_type="fweights" if weights else "aweights",
        ssc=pf.ssc(k_adj=False, G_adj=False),
    )
    # The oracle's own factor is switched off and ours divided out; 1e-8 is what two solvers agree to.
    assert found.effect == pytest.approx(float(oracle.coef()["d"]), rel=1e-8)
    assert found.standard_error / np.sqrt(factor) == pytest.approx(float(oracle.se()["d"]), rel=1e-8)
    total = counts.sum()
    assert factor == pytest.approx(30 / 29 * (total - 1) / (total - 20 - 1), rel=1e-12)
