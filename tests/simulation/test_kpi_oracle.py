"""A small version of the oracle; the full one is `python -m tests.simulation.kpi_oracle`."""

import json

from kpis.catalogue import load
from tests.simulation.evidence import FOLDER
from tests.simulation.kpi_oracle import BATCH, batches, compared


def test_cases_are_different_and_as_many_as_asked() -> None:
    drawn = batches(130, 1)
    assert [len(batch) for batch in drawn] == [BATCH, BATCH, 30]
    assert len({seed for batch in drawn for seed in batch}) == 130


def test_one_kpi_of_each_kind_does_not_differ() -> None:
    for name in ("note_time_enc", "cost_per_ai_encounter", "heavy_use", "msg_tat_h", "sus"):
        found = compared(load()[name], 30, 7)
        assert (found["cases"], found["mismatches"]) == (30, 0), found


def test_the_published_evidence_keeps_its_promise() -> None:
    evidence = json.loads((FOLDER / "kpi_oracle.json").read_text("utf-8"))
    assert evidence["mismatches"] == 0
    tried = {one["kpi"]: one["cases"] for one in evidence["cells"]}
    assert tried.keys() == {kpi.key for kpi in load().values()}
    assert min(tried.values()) >= 1000
