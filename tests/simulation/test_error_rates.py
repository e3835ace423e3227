"""The simulation of error rates judges what the product says; the full one has a command of its own."""

import numpy as np
import pytest

from experiments.estimate import Estimate
from experiments.estimating import ESTIMATORS, design_for
from experiments.options import Options
from tests.simulation.error_rates import answers, rates
from tests.simulation.hospital_grid import hypercube, one_at_a_time
from tests.simulation.hospitals import Hospital, simulate


@pytest.mark.parametrize(
    "hospital",
    [
        Hospital(),
        Hospital(treated=1, controls=5, before=13, after=13),
        Hospital(kind="count", volumes=5.0),
        Hospital(kind="duration", memory=0.8),
        Hospital(treated=3, controls=6, starts=3, before=26, after=40),
        Hospital(controls=2),
    ],
    ids=str,
)
def test_auto_is_what_an_estimate_gives_first(hospital: Hospital) -> None:
    simulated = simulate(hospital, 0.5, np.random.default_rng(3))
    options = Options(scale=hospital.scale, seed=5)
    made = ESTIMATORS[design_for(simulated.panel, options)].fit(simulated.panel, options)
    said = dict(answers(simulated, hospital, 5, slow=True))
    if "auto" not in said:
        assert not isinstance(made, Estimate)
        return
    assert isinstance(made, Estimate)
    assert made.p_value == pytest.approx(said["auto"].p_value, rel=1e-12)


def test_there_are_sixty_cells_and_a_hundred() -> None:
    assert len(one_at_a_time()) == 60
    assert len(hypercube()) == 100
    assert hypercube() == hypercube()


def test_the_effect_is_what_it_is_said_to_be() -> None:
    """The average of many estimates is the truth that the simulation states, diluted where it should be."""
    hospital = Hospital(memory=0.0, contaminated=2, before=20, after=20)
    rng = np.random.default_rng(1)
    drawn = [simulate(hospital, 1.0, rng) for _ in range(400)]
    found = [dict(answers(one, hospital, 1, slow=False))["collapse-t"].effect for one in drawn]
    error = np.std(found) / 20
    assert abs(np.mean(found) - drawn[0].truth) < 4 * error
    assert drawn[0].truth == 0.75


def test_a_plain_cell_holds_its_size_and_finds_an_effect() -> None:
    reps = 300
    none = rates(Hospital(), 0.0, reps, 11, slow=False)["auto"]
    some = rates(Hospital(), 3.0, reps, 11, slow=False)["auto"]
    # Four Monte-Carlo errors around the simulated size of 5.3 % and power of 97 % (few_treated.md).
    assert abs(none["rejected"] - 5.3) < 4 * 100 * (0.053 * 0.947 / reps) ** 0.5
    assert some["rejected"] > 90
