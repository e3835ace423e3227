"""What holds for every comparison: one inversion, symmetry, and no dependence on order, names or units."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from experiments.comparison.arm import Arm, Experiment, arm_of_rows
from experiments.comparison.comparing import KINDS, compare
from experiments.comparison.result import Compared, ComparisonOptions, NotCompared
from reports.compare_json import compare_json
from reports.compare_text import compare_text
from tests.hypothesis_profiles import examples

SHAPES = ("normal", "skewed", "rounded", "binary", "counts", "constant", "huge", "rare", "negative")
FITTING = {"proportion": ("binary", "rare"), "rate": ("counts",), "ordinal": ("rounded", "counts")}


def outcome(rng: np.random.Generator, shape: str, n: int, shift: float) -> np.ndarray:
    return {
        "normal": lambda: rng.normal(10 + shift, 2, n),
        "skewed": lambda: rng.lognormal(1 + shift / 5, 1, n),
        "rounded": lambda: np.clip(np.round(rng.normal(3 + shift, 1, n)), 1, 5),
        "binary": lambda: (rng.random(n) < 0.4 + shift / 10).astype(float),
        "counts": lambda: rng.poisson(2 + shift, n).astype(float),
        "constant": lambda: np.full(n, 3.3),
        "huge": lambda: 1e9 + rng.normal(0, 1e3, n),
        "rare": lambda: (rng.random(n) < 0.02).astype(float),
        "negative": lambda: rng.normal(-3, 4, n),
    }[shape]()


@st.composite
def experiments(draw, shapes=SHAPES, given=("denominator", "covariate", "cluster")):
    rng = np.random.default_rng(draw(st.integers(0, 2**20)))
    names = draw(st.sets(st.sampled_from(given))) if given else set()
    shape = draw(st.sampled_from(shapes))
    arms = []
    for name, shift in zip(["usual", "tool", "other"][: draw(st.integers(1, 3))], [0, 1, -1], strict=False):
        n = draw(st.integers(1, 40))
        y = outcome(rng, shape, n, shift * draw(st.sampled_from([0.0, 1.0])))
        arms.append(
            arm_of_rows(
                name,
                y,
                denominator=rng.integers(1, 6, n).astype(float) if "denominator" in names else None,
                covariate=y + rng.normal(0, 1, n) if "covariate" in names else None,
                cluster=[f"c{k}" for k in rng.integers(0, 6, n)] if "cluster" in names else (),
            )
        )
    return Experiment(arms=tuple(arms), given=frozenset(names))


options = st.builds(
    ComparisonOptions,
    type=st.sampled_from(["auto", *KINDS]),
    relative=st.booleans(),
    level=st.sampled_from([0.8, 0.95, 0.99]),
    margin=st.sampled_from([None, 0.1, 0.6]),
    better=st.sampled_from(["lower", "higher"]),
)


@examples(150)
@given(experiment=experiments(), options=options)
def test_an_effect_of_one_inversion_or_reasons(experiment, options):
    found = compare(experiment, options)
    json.dumps(compare_json(found, "nl"), allow_nan=False)
    assert compare_text(found, "en")
    for one in found.results:
        if isinstance(one, NotCompared):
            assert one.reasons
            continue
        for line in (one.main, *one.also):
            low, high = line.interval
            assert low <= line.effect <= high
            assert line.standard_error is None or 0 < line.standard_error < np.inf
            if not np.isnan(line.p_value):
                assert 0 <= line.p_value <= 1
                assert (low <= line.no_effect <= high) == (line.p_value >= options.alpha)
        judge(one)


def judge(one: Compared) -> None:
    """The verdict follows from the interval and the limit, written out again in plain comparisons."""
    if one.non_inferiority is None:
        return
    (low, high), limit, none = one.main.interval, one.non_inferiority.limit, one.main.no_effect
    if limit > none:
        expected = (high < none, high < limit, low > limit)
    else:
        expected = (low > none, low > limit, high < limit)
    verdict = one.non_inferiority.verdict
    names = ("superior", "non_inferior", "inferior")
    assert verdict == next(
        (name for name, holds in zip(names, expected, strict=True) if holds), "inconclusive"
    )


@st.composite
def cases(draw, kinds=tuple(KINDS)):
    """Two arms, a kind that fits them, and options."""
    kind = draw(st.sampled_from(kinds))
    reads = KINDS[kind].reads - {"denominator"}
    names = set(KINDS[kind].needs) | draw(
        st.sets(st.sampled_from(sorted(reads)), max_size=1) if reads else st.just(set())
    )
    experiment = draw(experiments(FITTING.get(kind, ("normal", "skewed")), given=()))
    assume(len(experiment.arms) > 1)
    rng = np.random.default_rng(draw(st.integers(0, 2**20)))
    arms = []
    for arm in experiment.arms[:2]:
        n = arm.n
        arms.append(
            arm_of_rows(
                arm.name,
                arm.values,
                denominator=rng.integers(1, 6, n).astype(float) if "denominator" in names else None,
                covariate=arm.values + rng.normal(0, 1, n) if "covariate" in names else None,
                cluster=[f"c{k}" for k in rng.integers(0, 6, n)] if "cluster" in names else (),
            )
        )
    made = Experiment(arms=tuple(arms), given=frozenset(names))
    return made, ComparisonOptions(type=kind, relative=draw(st.booleans()))


def changed(arm: Arm, order=slice(None), scale: float = 1.0, name: str = "", times: int = 1) -> Arm:
    """The arm with rows in another order, another unit, another name, or every row several times."""
    rows = np.tile(arm.rows[order], (times, 1))
    covariate = rows[:, 2] if rows[:, 2].any() else None
    return arm_of_rows(name or arm.name, rows[:, 0] * scale, denominator=rows[:, 1], covariate=covariate)


def result(experiment: Experiment, options: ComparisonOptions) -> Compared:
    found = compare(experiment, options).results[0]
    assume(isinstance(found, Compared))
    return found


def numbers(found: Compared) -> list[float]:
    return [found.main.effect, *found.main.interval, found.main.p_value]


@examples(50)
@given(case=cases(), seed=st.integers(0, 999))
def test_order_and_names_do_not_matter(case, seed):
    experiment, options = case
    assume("cluster" not in experiment.given)
    first = result(experiment, options)
    rng = np.random.default_rng(seed)
    arms = tuple(
        changed(arm, rng.permutation(arm.n), name=f"z{at}") for at, arm in enumerate(experiment.arms)
    )
    assert numbers(result(replace(experiment, arms=arms), options)) == pytest.approx(
        numbers(first), rel=1e-9, abs=1e-12
    )


@examples(50)
@given(case=cases(kinds=("mean", "ratio", "median", "ordinal")))
def test_units_of_measurement_only_move_the_unit(case):
    experiment, options = case
    assume("cluster" not in experiment.given)
    first = result(experiment, options)
    arms = tuple(changed(arm, scale=60.0) for arm in experiment.arms)
    scaled = result(replace(experiment, arms=arms), options)
    factor = 60.0 if first.main.form == "unit" else 1.0
    effect = [value * factor for value in (first.main.effect, *first.main.interval)]
    assert numbers(scaled) == pytest.approx([*effect, first.main.p_value], rel=1e-7, abs=1e-9)


@examples(50)
@given(case=cases())
def test_swapping_the_arms_mirrors_the_effect(case):
    experiment, options = case
    first = result(experiment, options)
    second = result(replace(experiment, arms=experiment.arms[::-1]), options)
    low, high = first.main.interval
    mirrored = {
        "unit": lambda x: -x,
        "share": lambda x: -x,
        "probability": lambda x: 1 - x,
        "ratio": lambda x: 1 / x if x else np.inf,
        "fraction": lambda x: 1 / (1 + x) - 1,
    }[first.main.form]
    assume(first.main.form != "fraction" or low > -1)
    assume(
        not (first.main.form == "ratio" and low <= 0 and options.relative and "cluster" in experiment.given)
    )
    expected = [mirrored(first.main.effect), mirrored(high), mirrored(low), first.main.p_value]
    assert numbers(second) == pytest.approx(expected, rel=1e-6, abs=1e-9)


@examples(50)
@given(case=cases())
def test_four_times_the_rows_narrow_the_interval(case):
    """Order statistics jump, so medians are held to a wider bound than half."""
    experiment, options = case
    assume("cluster" not in experiment.given and min(arm.n for arm in experiment.arms) >= 8)
    first = result(experiment, options)
    arms = tuple(changed(arm, times=4) for arm in experiment.arms)
    more = result(replace(experiment, arms=arms), options)
    low, high = first.main.interval
    assume(np.isfinite([low, high]).all())
    width = more.main.interval[1] - more.main.interval[0]
    assert width < (high - low) * (1.0 if options.type == "median" else 0.75)
    assert more.main.effect == pytest.approx(first.main.effect, rel=1e-9, abs=1e-12)
