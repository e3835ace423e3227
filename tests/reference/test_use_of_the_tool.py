"""Effects of use: against two-stage least squares, brute force over effects, and means by hand."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import ttest_1samp
from statsmodels.sandbox.regression.gmm import IV2SLS

from experiments.details import DoseDetails
from experiments.estimate import Estimate, NotEstimable
from experiments.estimating import estimate
from experiments.inference.anderson_rubin import Changes, WeakInstrument, anderson_rubin
from experiments.inference.scaled_ewc import Noise, changes, relative_noise, scaled_contrast
from experiments.options import Options
from experiments.panel import NEVER, Panel
from tests.simulated_panels import weeks

DOSE, VOLUNTEERS = Options(design="dose-response"), Options(design="volunteers")


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


def drawn(seed: int, strength: float) -> tuple[Changes, Noise]:
    rng = np.random.default_rng(seed)
    treated = np.arange(10) < 3
    made = Changes(
        outcome=rng.normal(size=10),
        dose=np.where(treated, strength + 0.2 * rng.normal(size=10), 0.05 * rng.normal(size=10)),
        treated=treated,
    )
    return made, Noise(s2=rng.uniform(0.5, 2.0, 10), nu=10.0)


@pytest.mark.parametrize("seed", range(6))
def test_the_interval_is_every_effect_that_the_scaled_t_does_not_reject(seed: int) -> None:
    made, noise = drawn(seed, 0.7)
    found = anderson_rubin(made, noise, 0.9)

    def p_value(effect: float) -> float:
        return scaled_contrast(made.outcome - effect * made.dose, made.treated, noise, 0.9)[0].p_value

    for bound in found.interval:
        assert p_value(bound) == pytest.approx(0.1, abs=1e-9)
    grid = np.linspace(found.interval[0] - 5, found.interval[1] + 5, 400)
    kept = np.array([p_value(effect) >= 0.1 for effect in grid])
    assert (kept == ((grid >= found.interval[0]) & (grid <= found.interval[1]))).all()
    assert found.p_value == pytest.approx(p_value(0.0))
    assert found.interval[0] < found.effect < found.interval[1]


def test_the_ratio_is_that_of_two_stage_least_squares() -> None:
    made, noise = drawn(3, 0.5)
    one = np.ones(10)
    other = IV2SLS(made.outcome, np.column_stack([one, made.dose]), np.column_stack([one, made.treated]))
    assert anderson_rubin(made, noise, 0.95).effect == pytest.approx(other.fit().params[1], rel=1e-9)


def test_use_that_hardly_changed_gives_no_number() -> None:
    made, noise = drawn(4, 0.0)
    made = replace(made, dose=np.where(made.treated, [0.3, -0.2, 0.02, *[0.0] * 7], 0.0))
    with pytest.raises(WeakInstrument):
        anderson_rubin(made, noise, 0.95)
    flat = used(3, 7, 0.0)
    rng = np.random.default_rng(2)
    tiny = replace(
        flat, dose=np.where(flat.dose > 0, 0.001 + 0.2 * (rng.random(flat.dose.shape) < 0.02), 0.0)
    )
    erratic = tiny.dose * np.array([1, 0, 40, *[0] * 7])[:, None]
    refusal = estimate(replace(tiny, dose=erratic), DOSE)
    assert isinstance(refusal, NotEstimable)
    assert refusal.reasons[0].code == "weak_instrument"


def test_the_effect_of_use_is_found_with_intention_to_treat_beside_it() -> None:
    one = used(4, 8, -3.0)
    found = estimate(one, DOSE)
    plain = estimate(replace(one, dose=None), Options())
    assert isinstance(found, Estimate)
    assert isinstance(plain, Estimate)
    assert found.interval[0] < -3.0 < found.interval[1]
    assert found.also[0].effect == pytest.approx(plain.effect, rel=1e-12)
    assert found.also[0].p_value == pytest.approx(found.p_value)
    assert isinstance(found.details, DoseDetails)
    assert found.effect == pytest.approx(plain.effect / found.details.first_stage)
    means = [point.mean_dose for point in found.details.curve]
    assert means == sorted(means)
    assert found.details.curve[-1].effect < found.details.curve[0].effect
    assert sum(point.n_observations for point in found.details.curve) == 4 * 30


def test_the_size_holds_with_a_weak_instrument() -> None:
    """No effect of use, use that rises by as much as it differs: four Monte-Carlo errors around 5 %."""
    reps, rejected = 600, 0
    for seed in range(reps):
        one = used(3, 7, 0.0, seed=seed, shares=(0.0, 0.3))
        y, treated = one.outcome, one.treated
        noise = relative_noise(y, 30)
        made = Changes(outcome=changes(y, 30), dose=changes(one.dose, 30), treated=treated)
        try:
            rejected += anderson_rubin(made, noise, 0.95).p_value < 0.05
        except WeakInstrument:
            continue
    assert rejected / reps < 0.05 + 4 * (0.05 * 0.95 / reps) ** 0.5


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"dose": None}, "dose_missing"),
        ({"dose": np.zeros((10, 60))}, "nobody_used"),
        ({"dose": np.ones((10, 60))}, "dose_before_start"),
        ({"dose": np.full((10, 60), np.nan)}, "dose_incomplete"),
        ({"first_treated": np.array([20.0, 30, 40, *[NEVER] * 7])}, "several_starts"),
    ],
)
def test_what_the_design_needs_to_know(change: dict[str, object], code: str) -> None:
    one = used(3, 7, 0.0)
    if code == "several_starts":
        change = change | {"dose": one.dose * (np.arange(60) >= 40)}
    found = estimate(replace(one, **change), DOSE)
    assert isinstance(found, NotEstimable)
    assert [reason.code for reason in found.reasons] == [code]


def clinicians(seed: int = 1, shares: float = 0.5) -> Panel:
    """Eight departments of six clinicians, three with the tool; users save 3 and were 2 quicker before."""
    rng = np.random.default_rng(seed)
    departments, each, periods, start = 8, 6, 52, 26
    home = np.repeat(np.arange(departments), each)
    user = (home < 3) & (np.tile(np.arange(each), departments) < each * shares)
    after = np.arange(periods) >= start
    outcome = 20 + rng.normal(size=(departments, 1))[home] + rng.normal(size=(len(home), periods))
    outcome += -2.0 * user[:, None] - 3.0 * (user[:, None] & after)
    return Panel(
        units=tuple(f"c{number}" for number in range(len(home))),
        periods=weeks(periods),
        outcome=outcome,
        weights=np.ones_like(outcome),
        first_treated=np.where(home < 3, float(start), NEVER),
        clusters=tuple(f"d{number}" for number in home),
        dose=(user[:, None] & after).astype(float),
    )


def test_all_eligible_clinicians_are_the_departments_means() -> None:
    one = clinicians()
    found = estimate(one, VOLUNTEERS)
    means = one.outcome.reshape(8, 6, 52).mean(axis=1)
    plain = estimate(
        Panel(
            units=tuple(f"d{number}" for number in range(8)),
            periods=one.periods,
            outcome=means,
            weights=np.ones_like(means),
            first_treated=one.first_treated[::6],
        ),
        Options(),
    )
    assert isinstance(found, Estimate)
    assert isinstance(plain, Estimate)
    assert (found.effect, *found.interval, found.p_value) == pytest.approx(
        (plain.effect, *plain.interval, plain.p_value), rel=1e-9
    )
    assert found.interval[0] < -1.5 < found.interval[1]
    assert found.event_study == ()  # clinicians are no departments


def test_users_against_colleagues_is_said_to_be_confounded_with_errors_by_department() -> None:
    one = clinicians()
    found = estimate(one, VOLUNTEERS)
    assert isinstance(found, Estimate)
    beside = found.also[0]
    change = one.outcome[:, 26:].mean(axis=1) - one.outcome[:, :26].mean(axis=1)
    gaps = [change[d * 6 : d * 6 + 3].mean() - change[d * 6 + 3 : d * 6 + 6].mean() for d in range(3)]
    other = ttest_1samp(gaps, 0.0)
    assert beside.effect == pytest.approx(np.mean(gaps), rel=1e-9)
    assert beside.p_value == pytest.approx(other.pvalue, rel=1e-9)
    assert beside.interval == pytest.approx(other.confidence_interval(), rel=1e-9)
    assert beside.warning is not None
    assert "association" in beside.warning.render("en")


def test_with_everybody_a_user_there_are_no_colleagues() -> None:
    found = estimate(clinicians(shares=1.0), VOLUNTEERS)
    assert isinstance(found, Estimate)
    assert found.also == ()
    assert any("some clinicians" in text.render("en") for text in found.warnings)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"clusters": ()}, "departments_missing"),
        ({"dose": None}, "dose_missing"),
        ({"dose": np.zeros((48, 52))}, "nobody_used"),
        ({"dose": np.full((48, 52), np.nan)}, "dose_incomplete"),
        ({"first_treated": np.where(np.arange(48) == 0, 26.0, NEVER)}, "start_differs"),
    ],
)
def test_what_volunteers_need(change: dict[str, object], code: str) -> None:
    found = estimate(replace(clinicians(), **change), VOLUNTEERS)
    assert isinstance(found, NotEstimable)
    assert [reason.code for reason in found.reasons] == [code]
