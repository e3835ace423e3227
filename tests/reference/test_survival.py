"""Durations that are not over yet, against R's survival (the lung cancer data of the NCCTG)."""

import json
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import norm

from experiments.comparison.arm import Pair, arm_of_rows
from experiments.comparison.kinds.duration import fit
from experiments.comparison.result import Compared, ComparisonOptions, NotCompared, PairResult
from experiments.inference.survival import log_rank, restricted_mean

R = json.loads((Path(__file__).parent / "r" / "survival.json").read_text("utf-8"))
DURATION, ENDED, ARM = (np.array(R[name], dtype=float) for name in ("duration", "ended", "arm"))
ARMS = [(DURATION[arm == ARM], ENDED[arm == ARM]) for arm in (1, 2)]


@pytest.mark.parametrize("r", R["restricted"], ids=lambda r: str(r["horizon"]))
def test_restricted_means_and_errors_are_those_of_r(r: dict[str, list[float]]) -> None:
    for place, arm in enumerate(ARMS):
        found = restricted_mean(*arm, float(r["horizon"]))  # type: ignore[arg-type]
        assert found.mean == pytest.approx(r["means"][place], rel=1e-9)
        assert found.standard_error == pytest.approx(r["errors"][place], rel=1e-9)


def test_the_log_rank_test_is_that_of_r() -> None:
    assert log_rank(*ARMS) == pytest.approx(R["log_rank"], rel=1e-9)
    assert log_rank(*ARMS[::-1]) == pytest.approx(R["log_rank"], rel=1e-9)


def test_with_nothing_open_it_is_the_mean_up_to_the_horizon() -> None:
    duration = np.array([1.0, 2.0, 2.0, 5.0, 9.0])
    found = restricted_mean(duration, np.ones(5), 6.0)
    assert found.mean == pytest.approx(np.minimum(duration, 6.0).mean())
    assert found.standard_error == pytest.approx(np.minimum(duration, 6.0).std() / np.sqrt(5))


def test_a_curve_that_ends_before_the_horizon_gives_no_number() -> None:
    duration, ended = np.array([1.0, 2.0, 3.0]), np.array([1.0, 1.0, 0.0])
    with pytest.raises(ValueError, match="horizon"):
        restricted_mean(duration, ended, 4.0)
    with pytest.raises(ValueError, match="nothing ended"):
        log_rank((duration, np.zeros(3)), (duration, np.zeros(3)))


def arms(options: ComparisonOptions, **changed: np.ndarray) -> PairResult:
    pair = Pair(
        ours=arm_of_rows("women", _rows(2, changed)[0], event=_rows(2, changed)[1]),
        control=arm_of_rows("men", _rows(1, changed)[0], event=_rows(1, changed)[1]),
        given=frozenset({"event"}),
    )
    return fit(pair, options)


def _rows(arm: int, changed: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    duration, ended = changed.get("duration", DURATION), changed.get("ended", ENDED)
    return duration[arm == ARM], ended[arm == ARM]


def test_the_comparison_is_the_difference_of_the_restricted_means_of_r() -> None:
    found = arms(ComparisonOptions(horizon=600.0))
    assert isinstance(found, Compared)
    (men, women), errors = R["restricted"][1]["means"], R["restricted"][1]["errors"]
    half = norm.ppf(0.975) * np.hypot(*errors)
    assert found.main.effect == pytest.approx(women - men, rel=1e-9)
    assert found.main.interval == pytest.approx((women - men - half, women - men + half), rel=1e-9)
    assert found.details["log_rank_p_value"] == pytest.approx(R["log_rank"][1], rel=1e-9)
    relative = arms(ComparisonOptions(horizon=600.0, relative=True))
    assert isinstance(relative, Compared)
    assert relative.main.effect == pytest.approx(women / men - 1, rel=1e-9)
    assert (relative.main.p_value < 0.05) == (relative.main.interval[0] > 0)


def test_without_a_horizon_both_arms_are_followed_as_far_as_they_go() -> None:
    found = arms(ComparisonOptions())
    assert isinstance(found, Compared)
    assert found.details["horizon"] == min(DURATION[ARM == 1].max(), DURATION[ARM == 2].max())


@pytest.mark.parametrize(
    ("changed", "options", "code"),
    [
        ({"ended": ENDED * 2}, ComparisonOptions(), "not_ended_or_open"),
        ({"duration": DURATION - 50}, ComparisonOptions(), "negative_duration"),
        ({}, ComparisonOptions(horizon=5000.0), "horizon_too_far"),
    ],
)
def test_what_has_no_mean_says_so(
    changed: dict[str, np.ndarray], options: ComparisonOptions, code: str
) -> None:
    found = arms(options, **changed)
    assert isinstance(found, NotCompared)
    assert found.reasons[0].code == code
