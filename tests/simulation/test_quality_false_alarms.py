"""A small version of the false alarms; the full one is `python -m tests.simulation.quality_false_alarms`."""

import json

import numpy as np
import pytest

from kpis.quality.drift.level_shift import CRITICAL, level_shift
from tests.simulation.evidence import FOLDER
from tests.simulation.quality_false_alarms import clocks, mixes, others

REPS = 150
NOMINAL = 0.05


@pytest.mark.parametrize("what", [mixes, clocks, others])
def test_a_detector_seldom_cries_wolf(what):
    for name, found in what(np.random.default_rng(11), REPS, 0.5, 30):
        rate = sum(one.status == "changed" for one in found) / len(found)
        # three Monte-Carlo errors above the nominal rate
        assert rate <= NOMINAL + 3 * (NOMINAL * (1 - NOMINAL) / REPS) ** 0.5, name


def test_the_statistic_has_the_published_critical_values():
    rng, reps = np.random.default_rng(1), 400
    values = np.array([level_shift(rng.normal(size=300)).statistic for _ in range(reps)])
    for level, critical in CRITICAL.items():
        # four Monte-Carlo errors; leaving four values at the ends out costs nothing that shows at 300
        assert abs((values > critical).mean() - level) < 4 * (level * (1 - level) / reps) ** 0.5


def test_the_published_evidence_keeps_its_promise():
    evidence = json.loads((FOLDER / "quality_false_alarms.json").read_text("utf-8"))
    assert evidence["reps"] >= 1000
    assert evidence["largest"] <= 100 * NOMINAL
    assert all(cell["unknown_percent"] == 0 for cell in evidence["cells"])
