"""How many FHIR resources a second come from a local server, checked in full and written as rows.

python -m tests.faults.fhir_rate
"""

import json
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

from data_connectors.mapping_file import load as preset
from data_connectors.pulling import Pulling
from data_connectors.sources.fhir import FhirOptions, pull
from tests.servers.fhir import encounters, load, organisations, running
from tests.simulation.evidence import FOLDER, stamp

COUNT, PAGE, RUNS = 20_000, 1000, 3


def measured(base: str, folder: Path) -> float:
    """Seconds of one pull of everything."""
    run = Pulling(
        tables=preset("fhir_r4").table[:1],
        since={},
        folder=folder,
        deadline=time.monotonic() + 300,
        secrets=lambda name: name,
    )
    began = time.perf_counter()
    (found,) = pull(FhirOptions(url=base, internal=True, page_size=PAGE), run)
    assert (found.rows, found.rejected) == (COUNT, {})
    return time.perf_counter() - began


def main() -> None:
    """Run and write the evidence."""
    node = shutil.which("node")
    assert node, "needs Node.js"
    with tempfile.TemporaryDirectory() as folder, running(node) as base:
        load(base, organisations())
        for start in range(0, COUNT, 2000):
            load(base, [one | {"id": f"e{start + i}"} for i, one in enumerate(encounters(2000))])
        seconds = [measured(base, Path(folder)) for _ in range(RUNS)]
    evidence: dict[str, Any] = stamp(
        "python -m tests.faults.fhir_rate", "FHIR resources a second, one process"
    )
    evidence |= {
        "resources": COUNT,
        "page_size": PAGE,
        "seconds": [round(one, 2) for one in seconds],
        "resources_per_second_best": round(COUNT / min(seconds)),
        "resources_per_second_worst": round(COUNT / max(seconds)),
    }
    (FOLDER / "fhir_rate.json").write_text(json.dumps(evidence, indent=1) + "\n", "utf-8")
    print(json.dumps(evidence, indent=1))


if __name__ == "__main__":
    main()
