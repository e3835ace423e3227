"""A small version of the size simulation; the full one is `python -m tests.simulation.staggered_size`."""

import json

from tests.simulation.evidence import FOLDER
from tests.simulation.staggered_size import rejected

REPS = 150


def test_noisier_pilots_are_not_found_to_have_an_effect_too_often():
    found = rejected(3, 8, 2.0, 0.0, REPS, seed=7)
    # Nominal 5 % and three Monte-Carlo errors of it; on the plain average it is 12 to 15 %.
    assert found["randomisation-t"] <= 0.05 + 3 * (0.05 * 0.95 / REPS) ** 0.5
    assert found["randomisation-t"] < found["randomisation"]


def test_the_published_evidence_keeps_its_size():
    evidence = json.loads((FOLDER / "staggered_size.json").read_text("utf-8"))
    assert evidence["reps"] >= 500
    # Six sizes at nominal 5 %, Monte-Carlo error 1.0 at 500 repetitions.
    assert evidence["largest_size"]["randomisation-t"] <= 8.0
