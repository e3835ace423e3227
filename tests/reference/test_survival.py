"""Durations that are not over yet, against R's survival (the lung cancer data of the NCCTG)."""

import json
from pathlib import Path

import numpy as np
import pytest

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
