"""The gate beside ACRO, the checker of outputs of research data centres: nothing that it holds back is shown.

    python3 -m venv ACRO && ACRO/bin/pip install acro
    python -m tests.faults.acro_oracle --python ACRO/bin/python --hospitals 40

ACRO wants an older pandas, so it runs in an environment of its own, as a process that is handed tables. A
table has a row for every person in a department and period, with the minutes of their notes; its thresholds
are set to ours. Its rules of dominance ask that two persons hold no more than 90 % of a sum, and that none is
known within 10 %.
"""

import argparse
import io
import json
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import get_args

import pandas as pd

from core.period import Every, containing
from governance.disclosure_control import Policy
from tests.disclosure_hospitals import hospitals, released
from tests.simulation.evidence import FOLDER, stamp

POLICY = Policy()
PERSONS = {"patient": POLICY.minimum_patients, "clinician": POLICY.minimum_staff}
CHILD = """
import io, json, logging, sys
logging.disable(logging.CRITICAL)
import pandas as pd
from acro import ACRO

asked = ACRO(suppress=True)
asked.config["safe_threshold"] = int(sys.argv[1])
rows = pd.read_csv(io.StringIO(sys.stdin.read()))
told, sys.stdout = sys.stdout, io.StringIO()
asked.crosstab(rows.department, rows.start, values=rows.minutes, aggfunc="sum")
outcome = asked.results.get_index(-1).outcome
sys.stdout = told
cells = outcome.stack().reset_index()
cells.columns = ["department", "start", "why"]
print(cells.to_csv(index=False))
"""


def judged(python: str, persons: pd.DataFrame, threshold: int) -> dict[tuple[str, str], str]:
    """By department and first day why ACRO holds a cell back; `ok` where it does not."""
    run = subprocess.run(
        [python, "-c", CHILD, str(threshold)],
        input=persons.to_csv(index=False),
        capture_output=True,
        text=True,
        check=True,
    )
    found = pd.read_csv(io.StringIO(run.stdout))
    return {(str(d), str(s)): str(why) for d, s, why in found.itertuples(index=False)}


def tables(notes: pd.DataFrame) -> Iterator[tuple[Every, str, pd.DataFrame]]:
    """Per length of time and kind of person a row for each person of a department and period."""
    for every in get_args(Every):
        first = {day: containing(day, every).start.isoformat() for day in notes["day"].unique()}
        for kind in PERSONS:
            keys = [notes["department"], notes["day"].map(first).rename("start"), notes[kind]]
            minutes = (notes["active_seconds"] / 60).groupby(keys).sum().rename("minutes")
            yield every, kind, minutes.reset_index()


def compared(python: str, number: int, seed: int) -> Counter[str]:
    """How many cells are shown and held back, by us and by ACRO."""
    with TemporaryDirectory() as folder:
        workspace, notes = hospitals(Path(folder), number, seed)
        shown = {
            (view.period.every, name, view.period.start.isoformat())
            for name, views in released(workspace).items()
            for by, view in views
            if by == "department" and view.measurement.value is not None and view.measurement.value.n
        }
        workspace.engine.dispose()
    found: Counter[str] = Counter()
    for every, kind, persons in tables(notes):
        cells = set(zip(persons["department"], persons["start"], strict=True))
        for (name, start), why in judged(python, persons, PERSONS[kind]).items():
            if (name, start) in cells:
                found[f"{_verdict(why)}, {'shown' if (every, name, start) in shown else 'not shown'}"] += 1
    return found


def _verdict(why: str) -> str:
    if "MinimumThresholdCheck" in why:
        return "too few by ACRO"
    return "dominated by ACRO" if "NK" in why or "PPercent" in why else "in order by ACRO"


def main() -> None:
    """Compare and write the evidence."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", required=True, help="of the environment that holds acro")
    parser.add_argument("--hospitals", type=int, default=40)
    parser.add_argument("--seed", type=int, default=2026)
    given = parser.parse_args()
    found = compared(given.python, given.hospitals, given.seed)
    content = stamp(
        f"python -m tests.faults.acro_oracle --python ACRO/bin/python --hospitals {given.hospitals}",
        "periods of departments: judged by ACRO for patients and for staff, shown by the gate or not",
    )
    content |= {"hospitals": given.hospitals, "cells": dict(sorted(found.items()))}
    (FOLDER / "acro_oracle.json").write_text(json.dumps(content, indent=1) + "\n", "utf-8")
    print(found)
    assert not found["too few by ACRO, shown"]
    assert not found["dominated by ACRO, shown"]


if __name__ == "__main__":
    main()
