"""Effects of use: against R, two-stage least squares, brute force over effects, and means by hand."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from statsmodels.sandbox.regression.gmm import IV2SLS

from experiments.details import DoseDetails
from experiments.estimate import Estimate, NotEstimable
from experiments.estimating import estimate, fitted
from experiments.inference.anderson_rubin import AndersonRubin, anderson_rubin
from experiments.inference.clustered_line import clustered_line
from experiments.inference.collapse_t import collapse_t
from experiments.inference.scaled_ewc import scaled_ewc
from experiments.options import Options
from experiments.panel import NEVER, Panel
from experiments.use_curve import dose_line
from experiments.window import Window, prepare
from reports.estimate_json import estimate_json
from reports.estimate_text import estimate_text
from tests.simulated_panels import weeks
from tests.volunteering_panels import clinicians

DOSE, VOLUNTEERS = Options(design="dose-response"), Options(design="volunteers")
R = json.loads((Path(__file__).parent / "r" / "effect_of_use.json").read_text("utf-8"))


def used(
    ours: int, others: int, per_use: float, seed: int = 1, shares: tuple[float, float] = (0.3, 0.9)
) -> Panel:
    rng = np.random.default_rng(seed)
    units, periods, start = ours + others, 60, 30
    outcome = 20 + rng.normal(size=(units, periods))
    on = (np.arange(units) < ours)[:, None] & (np.arange(periods) >= start)
    dose = on * np.clip(rng.uniform(*shares, (units, 1)) + 0.05 * rng.normal(size=outcome.shape), 0, 1)
    return Panel(
        units=tuple(f"d{number}" for number in range(units)),
        periods=weeks(periods),
        outcome=outcome + per_use * dose,
        weights=np.ones_like(outcome),
        first_treated=np.where(np.arange(units) < ours, float(start), NEVER),
        dose=dose,
    )


def by_collapse(outcome: np.ndarray, dose: np.ndarray, treated: np.ndarray, level: float) -> AndersonRubin:
    whole = collapse_t(outcome, treated, level)
    gap = float(dose[treated].mean() - dose[~treated].mean())

    def p_value(a: float, b: float) -> float:
        return collapse_t(a * outcome + b * dose, treated, level).p_value

    return anderson_rubin(p_value, whole.effect, gap, whole.standard_error, level)


def details(found: object) -> DoseDetails:
    assert isinstance(found, Estimate)
    assert isinstance(found.details, DoseDetails)
    return found.details


def test_ratio_interval_and_p_value_are_those_of_r() -> None:
    outcome, dose, treated = np.array(R["outcome"]), np.array(R["use"]), np.array(R["start"]) == 1
    found = by_collapse(outcome, dose, treated, 0.95)
    # R prints twelve digits, and its ends are roots to 1e-13.
    assert found.effect == pytest.approx(R["ratio"], rel=1e-10)
    assert found.regions == (pytest.approx(tuple(R["interval"]), rel=1e-9),)
    assert found.p_value == pytest.approx(R["p_value"], rel=1e-10)
    one = np.ones(len(outcome))
    other = IV2SLS(outcome, np.column_stack([one, dose]), np.column_stack([one, treated])).fit()
    assert found.effect == pytest.approx(other.params[1], rel=1e-9)


def test_the_line_on_use_has_the_errors_of_clubsandwich() -> None:
    home = np.unique(R["home"], return_inverse=True)[1].astype(np.intp)
    dose = np.array(R["dose"])
    for terms, name in ((2, "linear"), (3, "square")):
        fit = clustered_line(
            np.stack([dose**power for power in range(terms)], axis=1), np.array(R["change"]), home
        )
        assert fit is not None
        found = fit.contrast(np.eye(terms)[-1], 0.95)
        assert found is not None
        row = (found.effect, found.standard_error, found.degrees_of_freedom, found.p_value, *found.interval)
        # The columns are printed with twelve digits; the square loses some of them.
        assert row == pytest.approx(R[name], rel=1e-7)


def test_a_line_that_one_department_carries_has_no_error() -> None:
    home, dose = np.repeat(np.arange(4), 5), np.where(np.arange(20) < 5, 1.0, 0.0)
    fit = clustered_line(np.stack([np.ones(20), dose], axis=1), np.sin(np.arange(20.0)), home)
    assert fit is not None
    assert fit.contrast(np.array([0.0, 1.0]), 0.95) is None
    assert clustered_line(np.ones((20, 2)), np.arange(20.0), home) is None


def fieller(outcome: np.ndarray, dose: np.ndarray, treated: np.ndarray, critical: float) -> np.ndarray:
    """a x^2 + b x + c >= 0 outside the kept values: (gap - x gap_d)^2 - critical^2 variance(x)."""
    ours, others = treated.sum(), (~treated).sum()

    def gap(v: np.ndarray) -> float:
        return float(v[treated].mean() - v[~treated].mean())

    def product(v: np.ndarray, w: np.ndarray) -> float:
        groups = (treated, ~treated)
        total = sum(np.sum((v[g] - v[g].mean()) * (w[g] - w[g].mean())) for g in groups)
        return float(total / (len(v) - 2) * (1 / ours + 1 / others))

    return np.array(
        [
            gap(dose) ** 2 - critical**2 * product(dose, dose),
            -2 * (gap(outcome) * gap(dose) - critical**2 * product(outcome, dose)),
            gap(outcome) ** 2 - critical**2 * product(outcome, outcome),
        ]
    )


@pytest.mark.parametrize("seed", range(12))
def test_the_values_kept_are_fiellers_also_where_they_are_endless(seed: int) -> None:
    """From strong to useless instruments: one interval, two half lines, or everything."""
    rng = np.random.default_rng(seed)
    treated = np.arange(10) < 4
    outcome = rng.normal(size=10) + (2.0 if seed % 3 else 0.0) * treated
    dose = rng.normal(size=10) * 0.3 + [1.0, 0.3, 0.05][seed % 3] * treated
    a, b, c = fieller(outcome, dose, treated, 2.306004135033371)  # t(8), 97.5 %
    found = by_collapse(outcome, dose, treated, 0.95)
    roots = sorted(np.roots([a, b, c]).real) if b**2 > 4 * a * c else []
    if a > 0:
        expected = [(roots[0], roots[1])]
    elif roots:
        expected = [(-np.inf, roots[0]), (roots[1], np.inf)]
    else:
        expected = [(-np.inf, np.inf)]
    assert len(found.regions) == len(expected)
    for region, other in zip(found.regions, expected, strict=True):
        assert region == pytest.approx(other, rel=1e-7)
    assert any(low <= found.effect <= high for low, high in found.regions)
    assert any(low <= 0 <= high for low, high in found.regions) == (found.p_value >= 0.05)


def test_the_three_shapes_do_occur() -> None:
    treated = np.arange(10) < 4
    shapes = set()
    for seed in range(12):
        rng = np.random.default_rng(seed)
        outcome = rng.normal(size=10) + (2.0 if seed % 3 else 0.0) * treated
        dose = rng.normal(size=10) * 0.3 + [1.0, 0.3, 0.05][seed % 3] * treated
        found = by_collapse(outcome, dose, treated, 0.95).regions
        shapes.add((len(found), bool(np.isfinite(found).all())))
    assert shapes == {(1, True), (2, False), (1, False)}


@pytest.mark.parametrize("seed", range(3))
def test_an_effect_is_kept_where_the_default_finds_nothing_left(seed: int) -> None:
    """Brute force over effects, by the scaled EWC t of outcome - effect * use with its shape check."""
    one = used(3, 7, -2.0, seed=seed)
    found = details(fitted(one, DOSE, "dose-response")).effect_of_use
    assert one.dose is not None
    assert found.interval is not None
    low, high = found.interval
    for effect in np.linspace(2 * low - high, 2 * high - low, 41):
        left = scaled_ewc(one.outcome - effect * one.dose, one.treated, 30, 0.95).inference
        assert (left.p_value >= 0.05) == (low <= effect <= high)
    for edge in found.interval:
        left = scaled_ewc(one.outcome - edge * one.dose, one.treated, 30, 0.95).inference
        assert left.p_value == pytest.approx(0.05, abs=1e-8)


def test_intention_to_treat_comes_first_and_is_the_difference_in_differences() -> None:
    one = used(4, 8, -3.0)
    found, plain = estimate(one, DOSE), estimate(replace(one, dose=None), Options())
    assert isinstance(found, Estimate)
    assert isinstance(plain, Estimate)
    assert (found.effect, found.interval, found.p_value) == (plain.effect, plain.interval, plain.p_value)
    assert (found.agreement, found.event_study) == (plain.agreement, plain.event_study)
    assert [check.name for check in found.checks] == [check.name for check in plain.checks]
    use = details(found)
    assert use.effect_of_use.effect == pytest.approx(plain.effect / use.first_stage, rel=1e-12)
    assert use.effect_of_use.p_value == plain.p_value
    assert use.effect_of_use.interval is not None
    assert use.effect_of_use.interval[0] < -3.0 < use.effect_of_use.interval[1]
    means = [point.mean_dose for point in use.curve]
    assert means == sorted(means)
    assert use.curve[-1].effect < use.curve[0].effect
    assert sum(point.n_observations for point in use.curve) == 4 * 30
    assert [one.name for one in use.line] == ["linear", "square"]
    assert use.line[0].interval[0] < -3.0 < use.line[0].interval[1]


def test_the_line_is_each_units_change_against_the_comparison() -> None:
    one = clinicians()
    wave = np.where(one.dose > 0, 0.6 + 0.3 * np.sin(np.arange(52) + np.arange(48)[:, None]), 0.0)
    one = replace(one, dose=wave)
    window = prepare(
        Panel(
            units=tuple(f"d{number}" for number in range(8)),
            periods=one.periods,
            outcome=one.outcome.reshape(8, 6, 52).mean(axis=1),
            weights=np.ones((8, 52)),
            first_treated=one.first_treated[::6],
        ),
        Options(),
    )
    assert isinstance(window, Window)
    linear = dose_line(window, one, Options())[0]
    change = one.outcome[:, 26:].mean(axis=1) - one.outcome[:, :26].mean(axis=1)
    slope, _ = np.polyfit(wave[:, 26:].mean(axis=1), change, 1)
    assert linear.estimate == pytest.approx(slope, rel=1e-9)


def test_clinicians_are_taken_together_by_department() -> None:
    one = clinicians()
    found = estimate(one, replace(DOSE, scale="relative"))
    assert isinstance(found, Estimate)
    assert (found.coverage.n_units, found.coverage.n_treated_units) == (8, 3)
    assert details(found).first_stage == pytest.approx(0.5)
    assert details(found).effect_of_use.effect == pytest.approx((1 + found.effect) ** 2 - 1)


@pytest.mark.parametrize("inference", ["collapse-t", "cr2", "blocks-t", "pre-scaled-t"])
def test_the_effect_of_use_has_the_p_value_of_the_inference_asked_for(inference: str) -> None:
    found = fitted(used(3, 7, -1.0), replace(DOSE, inference=inference), "dose-response")
    assert isinstance(found, Estimate)
    use = details(found).effect_of_use
    assert (found.inference, use.inference) == (inference, inference)
    assert use.p_value == pytest.approx(found.p_value, rel=1e-9)
    kept = any(low <= 0 <= high for low, high in use.regions)
    assert kept == (found.p_value >= 0.05)


def test_use_that_hardly_changed_leaves_intention_to_treat_and_says_that_nothing_bounds_the_rest() -> None:
    one = used(3, 7, 0.0)
    assert one.dose is not None
    wild = one.dose * np.array([1, -0.9, 0.05, *[0] * 7])[:, None]
    found = estimate(replace(one, dose=wild), DOSE)
    assert isinstance(found, Estimate)
    assert details(found).effect_of_use.interval is None
    shown = estimate_json(found, "nl")["details"]["effect_of_use"]
    assert shown["interval"] is None
    assert shown["not_excluded"] == [[None, None]]
    text = estimate_text(found, "en")
    assert "exclude no value" in text
    assert "no bounds" in text
    assert "t = " in text


def test_endless_is_endless_on_the_relative_scale_too() -> None:
    one = used(3, 7, 0.0)
    assert one.dose is not None
    wild = one.dose * np.array([1, -0.9, 0.05, *[0] * 7])[:, None]
    use = details(estimate(replace(one, dose=wild), replace(DOSE, scale="relative"))).effect_of_use
    assert (use.interval, use.regions[0][0], use.regions[-1][1]) == (None, -1.0, np.inf)


@pytest.mark.parametrize("kind", ["rows", "names", "unit", "dose unit"])
def test_what_must_not_matter_does_not(kind: str) -> None:
    one = used(3, 7, -2.0, seed=4)
    assert one.dose is not None
    order = np.random.default_rng(1).permutation(10)
    changed: dict[str, Callable[[], Panel]] = {
        "rows": lambda: replace(
            one,
            units=tuple(np.asarray(one.units)[order]),
            outcome=one.outcome[order],
            first_treated=one.first_treated[order],
            dose=one.dose[order],
        ),
        "names": lambda: replace(one, units=tuple(f"z{9 - number}" for number in range(10))),
        "unit": lambda: replace(one, outcome=one.outcome * 60),
        "dose unit": lambda: replace(one, dose=one.dose * 100),
    }
    factor = {"unit": 60.0, "dose unit": 0.01}.get(kind, 1.0)
    first = details(fitted(one, DOSE, "dose-response")).effect_of_use
    second = details(fitted(changed[kind](), DOSE, "dose-response")).effect_of_use
    assert first.interval is not None
    assert second.interval == pytest.approx([end * factor for end in first.interval], rel=1e-8)
    assert (second.effect, second.p_value) == pytest.approx((first.effect * factor, first.p_value), rel=1e-9)


def test_use_that_is_no_share_and_use_elsewhere_are_said() -> None:
    one = used(3, 7, -2.0)
    assert one.dose is not None
    found = estimate(replace(one, dose=one.dose * 40 + (np.arange(60) >= 30)), DOSE)
    assert isinstance(found, Estimate)
    told = " ".join(text.render("en") for text in found.warnings)
    assert "no share" in told
    assert "used the tool as well (1.00 on average)" in told


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"dose": None}, "dose_missing"),
        ({"dose": np.zeros((10, 60))}, "nobody_used"),
        ({"dose": np.ones((10, 60))}, "dose_before_start"),
        ({"dose": np.full((10, 60), np.nan)}, "dose_incomplete"),
        ({"dose": np.tile((np.arange(60) >= 30) * 0.5, (10, 1))}, "use_alike"),
        ({"first_treated": np.array([20.0, 30, 40, *[NEVER] * 7])}, "several_starts"),
        ({"clusters": ("d0", "d1", "d2", *["d2"] * 7)}, "start_differs"),
        ({"clusters": ("d0",) * 3 + ("d1",) * 7}, "too_few_controls"),
    ],
)
def test_what_the_design_needs_to_know(change: dict[str, object], code: str) -> None:
    one = used(3, 7, 0.0)
    if code == "several_starts":
        change = change | {"dose": one.dose * (np.arange(60) >= 40)}
    found = estimate(replace(one, **change), DOSE)
    assert isinstance(found, NotEstimable)
    assert found.reasons[0].code == code


def test_swapping_departments_is_refused_as_it_would_take_minutes() -> None:
    found = estimate(used(3, 7, 0.0), replace(DOSE, inference="randomisation-t"))
    assert isinstance(found, NotEstimable)
    assert [reason.code for reason in found.reasons] == ["inference_not_available"]


def test_one_department_has_nothing_to_compare_it_with() -> None:
    found = estimate(used(3, 7, 0.0).only([True] + [False] * 9), DOSE)
    assert isinstance(found, NotEstimable)
    assert found.reasons[0].code == "one_unit"
