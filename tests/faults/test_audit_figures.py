"""Small versions of the tamperings and the rates of the audit log, and what their evidence says."""

import json
import random
from pathlib import Path

from storage.workspace import Workspace
from tests.faults.audit_rate import grouped, single
from tests.faults.audit_tampering import KINDS, run
from tests.simulation.evidence import FOLDER


def test_every_kind_of_tampering_is_found(tmp_path: Path) -> None:
    cells = run(Workspace.open(tmp_path), "sqlite", len(KINDS), random.Random(5))
    assert [cell["kind"] for cell in cells if cell["found"] != cell["tried"]] == []


def test_events_are_counted_as_they_are_written(tmp_path: Path) -> None:
    assert single(str(tmp_path), 0.2) >= 1
    assert grouped(str(tmp_path), 0.2) >= 50


def test_the_evidence_says_that_all_500_tamperings_were_found() -> None:
    found = json.loads((FOLDER / "audit_tampering.json").read_text("utf-8"))
    assert found["tried"] == found["found"] >= 500
    assert {(cell["on"], cell["kind"]) for cell in found["cells"]} == {
        (on, kind.__name__) for on in ("sqlite", "postgresql") for kind in KINDS
    }
