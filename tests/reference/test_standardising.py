"""Standardised panels against rows repeated by hand, effects by stratum, and a mix that only shifts."""

import json

import numpy as np
import pytest

from experiments.estimate import Estimate, NotEstimable
from experiments.estimating import estimate
from experiments.options import Options
from experiments.panel import NEVER, Panel
from experiments.standardising import NoReference, standardised
from kpis.statistics.standardisation import Stratum, standardise
from tests.simulated_panels import weeks
from tests.unit.test_estimate_command import run

UNITS, KINDS, PERIODS, START = 9, ("acute", "planned", "zonder"), 60, 30
DESIGN = Options(design="difference-in-differences")


def parts(seed: int = 1, shift: float = 0.0, effect: tuple[float, ...] = (0, 0, 0)) -> Panel:
    """Rows per unit and kind of case; `shift` moves cases of the pilots to the first kind after the start."""
    rng = np.random.default_rng(seed)
    on = np.arange(UNITS)[:, None, None] < 3
    after = (np.arange(PERIODS) >= START) & on
    level = np.array([30.0, 12.0, 5.0])[:, None] + np.zeros((UNITS, 1, PERIODS))
    outcome = level + rng.normal(size=(UNITS, 3, PERIODS)) + after * np.array(effect)[:, None]
    share = np.array([0.2, 0.5, 0.3])[:, None] + after * shift * np.array([1, -0.5, -0.5])[:, None]
    weights = 1 + rng.poisson(40 * share)
    return Panel(
        units=tuple(f"d{unit}, {kind}" for unit in range(UNITS) for kind in KINDS),
        periods=weeks(PERIODS),
        outcome=outcome.reshape(-1, PERIODS),
        weights=weights.reshape(-1, PERIODS).astype(float),
        first_treated=np.repeat(np.where(on[:, 0, 0], float(START), NEVER), 3),
        subgroups=tuple("ab"[unit % 2] for unit in range(UNITS) for _ in KINDS),
    )


def named(panel: Panel) -> tuple[list[str], list[str]]:
    return tuple(list(names) for names in zip(*(name.split(", ") for name in panel.units), strict=True))


def effect_of(panel: Panel) -> float:
    found = estimate(panel, DESIGN)
    assert isinstance(found, Estimate)
    return found.effect


def test_every_cell_is_the_mean_of_cases_weighed_to_the_mix_of_before():
    """A weighted mean over single cases, each counting mix / own share: no sum over strata anywhere."""
    panel = parts()
    found, mix = standardised(panel, *named(panel))
    before = panel.weights[:, :START].reshape(UNITS, 3, -1).sum(axis=(0, 2))
    assert list(mix.shares) == list(KINDS)
    assert list(mix.shares.values()) == pytest.approx(before / before.sum(), rel=1e-12)
    for unit, period in ((0, 0), (1, 45), (8, 59)):
        rows = slice(3 * unit, 3 * unit + 3)
        counts = panel.weights[rows, period].astype(int)
        cases = np.repeat(panel.outcome[rows, period], counts)
        weights = np.repeat(np.array(list(mix.shares.values())) / (counts / counts.sum()), counts)
        assert found.outcome[unit, period] == pytest.approx(np.average(cases, weights=weights), rel=1e-12)
        assert found.weights[unit, period] == counts.sum()
    assert found.subgroups == tuple("ab"[unit % 2] for unit in range(UNITS))


def test_it_is_the_standardised_value_of_a_kpi():
    panel = parts(seed=2)
    found, mix = standardised(panel, *named(panel))
    strata = {
        kind: Stratum(
            n=1,
            numerator=float(panel.outcome[at, 7] * panel.weights[at, 7]),
            denominator=float(panel.weights[at, 7]),
            variance=None,
        )
        for at, kind in enumerate(KINDS)
    }
    assert found.outcome[0, 7] == pytest.approx(standardise(strata, mix.shares).value, rel=1e-12)


def test_the_effect_is_that_of_the_strata_in_fixed_shares():
    panel = parts(seed=3, effect=(-3.0, -1.0, 0.5))
    units, kinds = named(panel)
    found, mix = standardised(panel, units, kinds)
    apart = [effect_of(panel.only([one == kind for one in kinds])) for kind in KINDS]
    assert effect_of(found) == pytest.approx(np.dot(list(mix.shares.values()), apart), rel=1e-10)


def test_cases_that_shift_move_the_crude_effect_only():
    panel = parts(seed=4, shift=0.3)
    crude = panel.outcome * panel.weights
    sums = [values.reshape(UNITS, 3, -1).sum(axis=1) for values in (crude, panel.weights)]
    found, _ = standardised(panel, *named(panel))
    plain = Panel(
        units=found.units,
        periods=found.periods,
        outcome=sums[0] / sums[1],
        weights=sums[1],
        first_treated=found.first_treated,
    )
    # 0.3 more of 30, 0.15 less of 12 and of 5: about 6.45 by the mix alone.
    assert effect_of(plain) == pytest.approx(6.45, abs=0.5)
    standard = estimate(found, DESIGN)
    assert isinstance(standard, Estimate)
    assert standard.interval[0] < 0 < standard.interval[1]
    assert abs(standard.effect) < 0.3


def test_a_cell_that_misses_a_stratum_has_no_value_and_a_new_stratum_is_left_out():
    panel = parts()
    outcome, weights = panel.outcome.copy(), panel.weights.copy()
    outcome[1, 4], weights[1, 4] = np.nan, 0
    outcome[2::3, :START], weights[2::3, :START] = np.nan, 0
    holed = Panel(
        units=panel.units,
        periods=panel.periods,
        outcome=outcome,
        weights=weights,
        first_treated=panel.first_treated,
    )
    found, mix = standardised(holed, *named(panel))
    assert np.isnan(found.outcome).sum() == 1
    assert np.isnan(found.outcome[0, 4])
    assert (mix.unseen, mix.without_value, mix.cells) == (("zonder",), 1, UNITS * PERIODS)
    with pytest.raises(NoReference):
        standardised(holed.between(START, PERIODS), *named(panel))


@pytest.fixture
def file(tmp_path):
    panel = parts(seed=5, effect=(-3.0, -3.0, -3.0))
    lines = ["dept,kind,week,minutes,n,start,half"]
    for at, name in enumerate(panel.units):
        unit, kind = name.split(", ")
        start = panel.periods[START] if np.isfinite(panel.first_treated[at]) else ""
        lines += [
            f"{unit},{kind},{period},{panel.outcome[at, t]:.6f},{panel.weights[at, t]:.0f},{start},{at % 2}"
            for t, period in enumerate(panel.periods)
        ]
    path = tmp_path / "cases.csv"
    path.write_text("\n".join(lines), "utf-8")
    return path


CALL = (
    "--outcome",
    "minutes",
    "--unit",
    "dept",
    "--time",
    "week",
    "--first-treated",
    "start",
    "--strata",
    "kind",
)


def test_the_command_standardises_and_says_to_what(capsys, file):
    code, found, _ = run(capsys, "estimate", str(file), *CALL, "--weights", "n", "--json")
    assert code == 0
    assert (found["n_units"], found["n_treated_units"]) == (9, 3)
    assert found["interval"][0] < -3 < found["interval"][1]
    mix = found["standardisation"]
    assert sum(mix["shares"].values()) == pytest.approx(1)
    assert (mix["unseen"], mix["cells_without_value"], mix["cells"]) == ([], 0, UNITS * PERIODS)
    code, text, _ = run(capsys, "estimate", str(file), *CALL, "--weights", "n")
    assert (code, "with the cases of before the first start: acute 2" in text["text"]) == (0, True)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ((), "how many rows stand behind each cell"),
        (("--weights", "n", "--covariates", "half"), "--strata and --covariates cannot be used together"),
        (("--weights", "n", "--exposure", "n"), "--strata and --exposure cannot be used together"),
        (("--weights", "n", "--subgroup", "half"), "The strata of 'd0' differ"),
    ],
)
def test_what_cannot_be_standardised_is_one_sentence(capsys, file, more, said):
    code, _, err = run(capsys, "estimate", str(file), *CALL, *more)
    assert (code, said in err) == (2, True)


def test_without_rows_before_the_start_there_is_no_mix(capsys, file):
    text = file.read_text("utf-8").splitlines()
    late = [line for line in text if line.startswith("dept") or line.split(",")[2] >= weeks(PERIODS)[START]]
    file.write_text("\n".join(late), "utf-8")
    code, _, err = run(capsys, "estimate", str(file), *CALL, "--weights", "n")
    assert (code, "no mix of strata to hold fixed" in err) == (2, True)


def test_strata_that_are_often_absent_are_refused_with_the_reason(capsys, file):
    text = [line for at, line in enumerate(file.read_text("utf-8").splitlines()) if at % 11 or at == 0]
    file.write_text("\n".join(text), "utf-8")
    code, found, _ = run(capsys, "estimate", str(file), *CALL, "--weights", "n", "--json")
    assert code == 3
    assert json.dumps(found["reasons"])
    assert found["standardisation"]["cells_without_value"] > 100


def test_a_refusal_stays_a_refusal():
    panel = parts()
    found, _ = standardised(panel.only([name.startswith("d0") for name in panel.units]), ["d0"] * 3, KINDS)
    assert isinstance(estimate(found, DESIGN), NotEstimable)
