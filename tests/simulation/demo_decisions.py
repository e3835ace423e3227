"""Verdicts on the demo's pilots against the truth, over seeds; writes docs/evidence/demo_decisions.json.

    python -m tests.simulation.demo_decisions --seeds 20

Every seed is a whole demo: files, intake, cube, plans, evaluation, decision. Exit code 1 when a claim fails.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from core.version import VERSION
from data_connectors.synthetic.plans import PILOTS
from experiments.estimate import Estimate
from governance.access import LOCAL_OPERATOR
from workflows.demo import ROWS, build_demo
from workflows.opening import open_workspace
from workflows.overview import PilotView, portfolio

ROOT = Path(__file__).resolve().parents[2]
EVIDENCE = ROOT / "docs" / "evidence" / "demo_decisions.json"

NOTE = (
    "Effects and spread follow the published evaluations. Volumes of audits, surveys, visits and letters, "
    "and the smallest change of vendor B (7 %), were set on seeds 1 to 20 so that the claims can be decided; "
    "a run there with 32 letters a week instead of 60 gave letters 18 scale, 1 extend, 1 cannot tell. "
    "The seeds here were not looked at before."
)
FIRST_SEED = 201
Verdicts = dict[str, Counter[str]]
CLAIMS: dict[str, Callable[[Verdicts, int], bool]] = {
    "vendor B, drafts and template are never scaled": lambda found, _: (
        not any(found[pilot]["scale"] for pilot in ("ambient-b", "drafts", "template"))
    ),
    "vendor A is scaled in at least 16 of 20": lambda found, seeds: (
        found["ambient-a"]["scale"] >= 0.8 * seeds
    ),
    "letters are scaled or extended": lambda found, seeds: (
        _either(found["letters"], "scale", "extend") == seeds
    ),
    "vendor B is stopped or extended": lambda found, seeds: (
        _either(found["ambient-b"], "stop", "extend") == seeds
    ),
    "drafts are stopped or extended": lambda found, seeds: (
        _either(found["drafts"], "stop", "extend") == seeds
    ),
    "template is stopped while the breach is open": lambda found, seeds: found["template"]["stop"] == seeds,
}


def _either(counts: Counter[str], *verdicts: str) -> int:
    return sum(counts[verdict] for verdict in verdicts)


def of_seed(seed: int, rows: int) -> list[dict[str, Any]]:
    """Build a demo and read what its app would say of every pilot."""
    with TemporaryDirectory(prefix="demo-") as folder:
        build_demo(Path(folder), rows=rows, seed=seed)
        workspace = open_workspace(Path(folder))
        try:
            return [_record(seed, view) for view in portfolio(LOCAL_OPERATOR, workspace)]
        finally:
            workspace.engine.dispose()


def _record(seed: int, view: PilotView) -> dict[str, Any]:
    decision = view.decision.value
    assert decision is not None, view.pilot.pilot.id
    return {
        "seed": seed,
        "pilot": view.pilot.pilot.id,
        "verdict": decision.verdict,
        "reasons": list(decision.reasons),
        "provided": list(decision.provided),
        "kpis": [_kpi(view, published) for published in view.evaluation.results],
    }


def _kpi(view: PilotView, published: Any) -> dict[str, Any]:
    found = published.result.value
    result = found.result if found else None
    truth = (view.demo_truth or {}).get(published.kpi)
    entry: dict[str, Any] = {"kpi": published.kpi, "role": published.role, "scale": published.scale}
    if truth is not None:
        entry["truth"] = round(truth, 5)
    if isinstance(result, Estimate):
        low, high = result.interval
        entry |= {"effect": round(result.effect, 5), "interval": [round(low, 5), round(high, 5)]}
        entry |= {"inference": result.inference, "agreement": result.agreement}
        if truth is not None:
            entry["interval_holds_truth"] = low <= truth <= high
    elif result is not None:
        entry["not_estimable"] = [reason.code for reason in result.reasons]
    return entry


def summary(records: list[dict[str, Any]], seeds: int) -> dict[str, Any]:
    """Counts of verdicts, the claims, and how often the intervals hold the truth."""
    verdicts = {pilot: Counter(r["verdict"] for r in records if r["pilot"] == pilot) for pilot in PILOTS}
    held = [
        (kpi["role"], kpi["interval_holds_truth"])
        for record in records
        for kpi in record["kpis"]
        if "interval_holds_truth" in kpi
    ]
    roles = sorted({role for role, _ in held})
    return {
        "verdicts": {pilot: dict(counts) for pilot, counts in verdicts.items()},
        "claims": {claim: holds(verdicts, seeds) for claim, holds in CLAIMS.items()},
        "coverage": {
            role: {"intervals": len(inside), "share_holding_truth": round(sum(inside) / len(inside), 4)}
            for role in roles
            if (inside := [good for one, good in held if one == role])
        },
    }


def main() -> int:
    """Run the seeds and write the evidence."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first", type=int, default=FIRST_SEED)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--out", type=Path, default=EVIDENCE)
    chosen = parser.parse_args()
    started, made_by, records = time.monotonic(), _provenance(), []
    for seed in range(chosen.first, chosen.first + chosen.seeds):
        records += of_seed(seed, chosen.rows)
        line = {record["pilot"]: record["verdict"] for record in records[-len(PILOTS) :]}
        print(f"seed {seed}: {line} ({time.monotonic() - started:.0f} s)", file=sys.stderr, flush=True)
    found = summary(records, chosen.seeds)
    evidence = {
        "what": "verdicts on the demo's pilots over seeds, against the simulator's own counterfactual",
        "command": "python -m tests.simulation.demo_decisions "
        f"--seeds {chosen.seeds} --first {chosen.first} --rows {chosen.rows}",
        "note": NOTE,
        **made_by,
        "seconds": round(time.monotonic() - started),
        **found,
        "records": records,
    }
    chosen.out.parent.mkdir(parents=True, exist_ok=True)
    chosen.out.write_text(json.dumps(evidence, indent=1) + "\n", "utf-8")
    print(json.dumps(found, indent=1))
    return 0 if all(found["claims"].values()) else 1


def _provenance() -> dict[str, Any]:
    commit = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.strip()
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "commit": commit,
        "version": VERSION,
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
    }


if __name__ == "__main__":
    sys.exit(main())
