"""Ways in which a server does its job badly, against the FHIR source: it stops in time and keeps nothing.

python -m tests.faults.http_source
"""

import json
import tempfile
import time
from pathlib import Path
from typing import Any

from core.errors import UserError
from data_connectors.mapping import ColumnMapping
from data_connectors.mapping_file import load
from data_connectors.pulling import Pulling
from data_connectors.sources.fhir import FhirOptions, pull
from tests.servers.bad_http import MODES, serving
from tests.simulation.evidence import FOLDER, stamp

DEADLINE, MARGIN = 3.0, 2.0


def outcome(mode: str, folder: Path, deadline: float) -> dict[str, Any]:
    """What one pull from one bad server gave, and how long it took."""
    encounter = load("fhir_r4").table[0]
    table = encounter.model_copy(update={"department": ColumnMapping(source=("class.code",))})
    with serving(MODES[mode]) as base:
        options = FhirOptions(url=base, internal=True, largest_answer_mb=20)
        began = time.monotonic()
        run = Pulling(
            tables=(table,),
            since={},
            folder=folder,
            deadline=began + deadline,
            secrets=lambda name: name,
        )
        rows, said = 0, ""
        try:
            rows = sum(delivered.rows for delivered in pull(options, run))
        except UserError as error:
            said = error.render("en")
        seconds = time.monotonic() - began
    return {
        "mode": mode,
        "rows": rows,
        "refused": bool(said),
        "seconds": round(seconds, 2),
        "said": said.replace(base, "http://server"),
    }


def main() -> None:
    """Run every mode and write the evidence."""
    with tempfile.TemporaryDirectory() as folder:
        found = [outcome(mode, Path(folder), DEADLINE) for mode in MODES]
    evidence = stamp(
        "python -m tests.faults.http_source", "A FHIR server that stalls, drips, cuts off or lies"
    )
    evidence |= {
        "deadline_seconds": DEADLINE,
        "modes": len(found),
        "refused": sum(one["refused"] for one in found),
        "rows_accepted": sum(one["rows"] for one in found),
        "longest_seconds": max(one["seconds"] for one in found),
        "all_within_deadline_and_2_s": all(one["seconds"] <= DEADLINE + MARGIN for one in found),
        "outcomes": found,
    }
    (FOLDER / "http_source.json").write_text(json.dumps(evidence, indent=1) + "\n", "utf-8")
    for one in found:
        print(f"{one['mode']:32} {one['rows']} rows {one['seconds']:6.2f} s  {one['said']}")
    print(json.dumps({key: value for key, value in evidence.items() if key != "outcomes"}, indent=1))


if __name__ == "__main__":
    main()
