"""A small version of the size simulation; the full one is `python -m tests.simulation.series_size`."""

import json

import numpy as np
import pytest

from experiments.options import Options
from experiments.segmented.sentences import LARGEST_SIZE
from tests.simulation.evidence import FOLDER
from tests.simulation.its_size import noise
from tests.simulation.noise_grid import p_values
from tests.simulation.series_size import fit, p_value

EVIDENCE = json.loads((FOLDER / "series_size.json").read_text("utf-8"))
OF_ITS_SIZE = ("blocks-t", "hac", "iid")


@pytest.mark.parametrize(
    ("inference", "model"), [("structural", "step"), ("structural", "forecast"), ("arima", "step")]
)
def test_a_grid_gives_what_the_product_gives(inference, model):
    series = noise("AR 0.5", 6, 52, np.random.default_rng(3))
    options = Options(its_model=model)
    ours = [p_value(fit(one, options, inference), inference, options) for one in series]
    # The best point of the grid is at most half a step from the best of all; where the likelihood is flat
    # that moves a p-value by some hundredths.
    found = p_values(series, inference, model)
    assert found == pytest.approx(ours, abs=0.1)
    assert np.abs(found - ours).mean() < 0.03


def test_size_is_that_of_the_evidence():
    published = next(
        one
        for one in EVIDENCE["cells"]
        if (one["inference"], one["model"], one["noise"], one["periods"])
        == ("structural", "step", "AR 0.5", 52)
    )
    found = float(
        np.mean(p_values(noise("AR 0.5", 1000, 52, np.random.default_rng(7)), "structural", "step") < 0.05)
    )
    rate = published["size"] / 100
    # Both are simulated: four Monte-Carlo errors of the difference, and the rounding of the evidence.
    error = np.sqrt(rate * (1 - rate) * (1 / 1000 + 1 / published["series"]))
    assert abs(found - rate) < 4 * error + 0.0005


def test_every_share_that_is_named_was_measured():
    measured = {name: round(share / 100, 2) for name, share in EVIDENCE["largest_size"].items()}
    assert {name: share for name, share in LARGEST_SIZE.items() if name not in OF_ITS_SIZE} == measured
