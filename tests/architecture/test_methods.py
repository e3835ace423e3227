"""METHODS.md names every design and every inference, and nothing that is not there."""

import re
from pathlib import Path

from experiments.estimating import ESTIMATORS

TEXT = (Path(__file__).resolve().parents[2] / "METHODS.md").read_text("utf-8")
INFERENCES = {name for design in ESTIMATORS.values() for name in design.inferences}


def named(section: str) -> set[str]:
    rows = TEXT.split(f"## {section}\n")[1].split("\n## ")[0].splitlines()
    return {
        name
        for row in rows
        if row.startswith("|")
        for name in re.findall(r"`([a-z0-9-]+)`", row.split("|")[1])
    }


def test_every_design_has_its_source_and_its_judge() -> None:
    assert named("Designs") == set(ESTIMATORS)


def test_every_inference_has_its_source_and_its_judge() -> None:
    assert named("Inference") == INFERENCES
