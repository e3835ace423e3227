"""The figures of docs/evidence/waves_size.json, and the panels that they are about."""

import json

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


def test_every_cell_is_there_and_no_verdict_is_given_by_another_design() -> None:
    assert len(EVIDENCE["cells"]) == len(DESIGNS) * len(REGIMES) * len(LENGTHS)
    assert {by.split(",")[0] for cell in EVIDENCE["cells"] for by in cell["by"]} <= {"imputation"}


def test_no_cell_is_above_the_limit_beyond_chance() -> None:
    """3.3 Monte Carlo errors: 48 cells are looked at, of which the largest is chance in part."""
    given = [cell for cell in EVIDENCE["cells"] if cell["verdicts"]]
    assert given
    for cell in given:
        error = np.sqrt(LARGEST * (1 - LARGEST) / cell["verdicts"])
        assert cell["rejected"] / 100 <= LARGEST + 3.3 * error, cell
    assert EVIDENCE["mean"] <= 100 * LARGEST
