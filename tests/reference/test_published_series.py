"""Published examples of panels and series, typed in or made, through the product.

Numbers are held to their last printed digit unless said.
"""

import numpy as np
import pytest

from experiments.estimate import Estimate
from experiments.estimators.before_after import fit as before_after
from experiments.inference.bacon import bacon
from experiments.inference.generalised_least_squares import noise_fit
from experiments.inference.honest_trends.event_effects import EventEffects
from experiments.inference.honest_trends.relative_magnitudes import relative_magnitudes_interval
from experiments.inference.honest_trends.smoothness import smoothness_interval
from experiments.inference.noise_models import LOCAL_LEVEL
from experiments.options import Options
from experiments.panel import Panel

# Flow of the Nile at Aswan, 1871 to 1970, in 10^8 cubic metres: Cobb 1978.
# fmt: off
NILE = np.array([
    1120, 1160, 963, 1210, 1160, 1160, 813, 1230, 1370, 1140, 995, 935, 1110, 994, 1020, 960, 1180, 799,
    958, 1140, 1100, 1210, 1150, 1250, 1260, 1220, 1030, 1100, 774, 840, 874, 694, 940, 833, 701, 916,
    692, 1020, 1050, 969, 831, 726, 456, 824, 702, 1120, 1100, 832, 764, 821, 768, 845, 864, 862, 698,
    845, 744, 796, 1040, 759, 781, 865, 845, 944, 984, 897, 822, 1010, 771, 676, 649, 846, 812, 742,
    801, 1040, 860, 874, 848, 890, 744, 749, 838, 1050, 918, 986, 797, 923, 975, 815, 1020, 906, 901,
    1170, 912, 746, 919, 718, 714, 740,
], dtype=float)
# fmt: on
DAM = 1899


def test_the_nile_fell_as_published():
    """Means of 1097.750 and 849.972 (Zeileis et al. 2003); t 8.7138 on 98 degrees (R's `t.test`)."""
    panel = Panel(
        units=("Aswan",),
        periods=tuple(str(year) for year in range(1871, 1971)),
        outcome=NILE[None],
        weights=np.ones((1, 100)),
        first_treated=np.array([DAM - 1871.0]),
    )
    found = before_after(panel, Options(design="before-after", inference="iid"))
    assert isinstance(found, Estimate), found
    assert found.effect == pytest.approx(849.972 - 1097.750, abs=1.1e-3)
    assert found.effect / found.standard_error == pytest.approx(-8.7138, abs=5.1e-5)
    assert found.degrees_of_freedom == 98


def test_the_level_of_the_nile_wanders_as_published():
    """Durbin and Koopman 2001, section 2.10.3: variances 15099 of the noise and 1469.1 of the level's steps.

    By diffuse likelihood. Their optimiser, and R's, stop at four digits.
    """
    found = noise_fit(np.ones((100, 1)), NILE, np.arange(100.0), LOCAL_LEVEL)
    share = found.at[0]
    assert share / (1 - share) == pytest.approx(1469.1 / 15099, rel=2e-3)


def test_weights_of_two_by_twos_are_those_of_figure_2():
    """Goodman-Bacon 2021, figure 2: starts at 34 and 85 % of the time; .365, .222, .278 and .135."""
    outcome = np.random.default_rng(1).normal(size=(3, 100))
    found = bacon(outcome, np.array([100, 33, 84]))
    weights = {(found.kind(one), float(found.first[one.treated])): one.weight for one in found.pairs}
    assert weights == pytest.approx(
        {
            ("treated_vs_never", 33.0): 0.365,
            ("treated_vs_never", 84.0): 0.222,
            ("earlier_vs_later", 33.0): 0.278,
            ("later_vs_earlier", 84.0): 0.135,
        },
        abs=5.1e-4,
    )


@pytest.fixture(scope="module")
def documented() -> EventEffects:
    """The event study in the documentation of HonestDiD.jl: 3 effects before, 5 after."""
    errors = np.array([0.060, 0.050, 0.055, 0.050, 0.052, 0.060, 0.065, 0.070])
    apart = np.abs(np.subtract.outer(np.arange(8), np.arange(8)))
    return EventEffects(
        beta=np.array([0.02, -0.01, 0.03, 0.15, 0.20, 0.25, 0.22, 0.18]),
        covariance=np.outer(errors, errors) * 0.6**apart,
        n_before=3,
        l=np.array([1.0, 0, 0, 0, 0]),
    )


@pytest.mark.parametrize(
    ("m", "low", "high"),
    [
        (0.00, 0.03849, 0.23376),
        (0.01, 0.027367, 0.2422),
        (0.02, 0.0061132, 0.25851),
        (0.03, -0.01481, 0.27416),
        (0.04, -0.028729, 0.294),
        (0.05, -0.041775, 0.31396),
        (0.06, -0.054089, 0.33366),
    ],
)
def test_smooth_departures_are_those_documented(documented, m, low, high):
    assert smoothness_interval(documented, m, 0.95) == pytest.approx((low, high), abs=1e-5)


@pytest.mark.parametrize(
    ("m", "low", "high"),
    [(0.5, 0.031031, 0.28328), (1, -0.003003, 0.33734), (1.5, -0.053053, 0.39339), (2, -0.10511, 0.45345)],
)
def test_relative_magnitudes_are_those_documented(documented, m, low, high):
    """Theirs lie on a grid of 0.002, with a critical value that is drawn at random: two steps of it."""
    assert relative_magnitudes_interval(documented, m, 0.95) == pytest.approx((low, high), abs=4e-3)
