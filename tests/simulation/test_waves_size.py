"""The figures of docs/evidence/waves_size.json, and the panels that they are about."""

import json
from typing import Any

import numpy as np

from experiments.estimating import design_for
from experiments.options import Options
from tests.simulation.evidence import FOLDER
from tests.simulation.few_treated_size import noise
from tests.simulation.waves_size import DESIGNS, LENGTHS, REGIMES, panel, starts

EVIDENCE = json.loads((FOLDER / "waves_size.json").read_text("utf-8"))
LARGEST = 0.07


def test_auto_compares_with_those_that_start_last() -> None:
    first = starts("2+2+3", 52)
    made = panel(noise("A", first == first.min(), 52, np.random.default_rng(1)), first)
    assert design_for(made, Options()) == "imputation"


def given() -> list[dict[str, Any]]:
    return [cell for cell in EVIDENCE["cells"] if cell["verdicts"]]


def test_every_cell_is_there_and_each_verdict_is_by_cohorts() -> None:
    assert len(EVIDENCE["cells"]) == len(DESIGNS) * len(REGIMES) * len(LENGTHS)
    assert len(given()) >= 30
    assert {one.split(",")[0] for cell in given() for one in cell["by"]} == {"imputation"}


def test_no_cell_is_above_the_limit_beyond_chance() -> None:
    """Within two Monte Carlo errors of 7 % each, and their mean within 6 %."""
    rates = [cell["rejected"] / 100 for cell in given()]
    error = np.sqrt(LARGEST * (1 - LARGEST) / EVIDENCE["reps"])
    assert max(rates) <= LARGEST + 2 * error
    assert np.mean(rates) <= 0.06
