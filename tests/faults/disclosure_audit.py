"""Hospitals at random through the auditor: can anything about a small group be computed from what is shown?

    python -m tests.faults.disclosure_audit --hospitals 300

Every view of every department (days, weeks, months; whole, by sub-group and by use of the tool) is released
through the gate, and given to the auditor. Protected is every set of rows that can be named by a period and
sub-groups and holds fewer than 10 patients or 5 staff. Writes docs/evidence/disclosure_audit.json.
"""

import argparse
import json
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd

from governance.disclosure_control import Policy
from governance.disclosure_control.auditor import Asked, Kind
from storage.workspace import Workspace
from tests.disclosure_hospitals import Department, departments, hospitals, released
from tests.simulation.evidence import FOLDER, stamp

POLICY = Policy()
KINDS: tuple[Kind, ...] = ("count", "sum", "mean")
BOUNDED = 1
"""Protected sets per department, at random, of which the bounds are computed as well."""
NEARER_THAN = 0.1
"""Of its true value: a sum or a mean of a protected set that is known so sharply counts as found."""


@dataclass
class Found:
    """What the auditor found; the first names of what should not be."""

    counts: Counter[str] = field(default_factory=Counter)
    narrowest: dict[str, float] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)

    def add(self, kind: str, name: str) -> None:
        """One thing that should not be."""
        self.counts[kind] += 1
        self.names.append(f"{kind}: {name}")

    def width(self, kind: str, width: float) -> None:
        """How sharply a protected set is known."""
        self.narrowest[kind] = min(width, self.narrowest.get(kind, np.inf))


def audit(number: int, seed: int) -> Found:
    """The findings on so many hospitals."""
    with tempfile.TemporaryDirectory() as folder:
        workspace, notes = hospitals(Path(folder), number, seed)
        found = audited(workspace, notes, seed)
        workspace.engine.dispose()
    return found


def audited(workspace: Workspace, notes: pd.DataFrame, seed: int) -> Found:
    """The findings on a workspace that holds these notes."""
    found, random = Found(), np.random.default_rng(seed)
    for name, department in departments(notes, released(workspace)):
        found.counts["departments"] += 1
        away = [one.measurement.suppressed for _, one in department.views]
        found.counts["numbers released"] += len(away) - sum(away)
        found.counts["numbers suppressed"] += sum(away)
        _audit_department(name, department, found, random)
    return found


def _audit_department(name: str, department: Department, found: Found, random: np.random.Generator) -> None:
    auditor = department.auditor
    protected = list(department.protected(POLICY.minimum_patients, POLICY.minimum_staff))
    found.counts["protected sets"] += len(protected)
    for kind in KINDS:
        wanted = [Asked(cells=one.cells, kind=kind, mean=one.minutes / one.rows) for one in protected]
        for one, known in zip(protected, auditor.determines(wanted), strict=True):
            if known:
                found.add(f"{kind} determined", f"{name} {one.name}")
    for place in random.permutation(len(protected))[:BOUNDED]:
        one = protected[place]
        found.counts["protected sets with bounds"] += 1
        low, high = auditor.bounds(one.cells, "count")
        found.width("rows", high - low)
        if high - low < min(POLICY.minimum_patients, POLICY.minimum_staff):
            found.add("count within less than K", f"{name} {one.name}")
        wanted_of: tuple[tuple[Kind, float], ...] = (("sum", one.minutes), ("mean", one.minutes / one.rows))
        for kind, true in wanted_of:
            low, high = auditor.bounds(one.cells, kind)
            found.width(f"{kind}, share of itself", (high - low) / true)
            if (high - low) / true < NEARER_THAN:
                found.add(f"{kind} within 10 %", f"{name} {one.name}")


def figures(found: Found) -> dict[str, Any]:
    """What is written down."""
    wrong = {name: found.counts[name] for name in BAD}
    return {
        "departments": found.counts["departments"],
        "numbers_released": found.counts["numbers released"],
        "numbers_suppressed": found.counts["numbers suppressed"],
        "protected_sets": found.counts["protected sets"],
        "protected_sets_with_bounds": found.counts["protected sets with bounds"],
        **{name.replace(" ", "_").replace("%", "percent"): count for name, count in wrong.items()},
        "narrowest_bounds": {name: round(width, 2) for name, width in found.narrowest.items()},
    }


BAD = (
    "count determined",
    "sum determined",
    "mean determined",
    "count within less than K",
    "sum within 10 %",
    "mean within 10 %",
)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--hospitals", type=int, default=300)
    parser.add_argument("--seed", type=int, default=6)
    asked = parser.parse_args()
    begin = perf_counter()
    found = audit(asked.hospitals, asked.seed)
    command = f"python -m tests.faults.disclosure_audit --hospitals {asked.hospitals}"
    about = "what can be computed about small groups from everything that is released"
    written = stamp(command, about) | {"hospitals": asked.hospitals} | figures(found)
    written["seconds"] = round(perf_counter() - begin, 1)
    (FOLDER / "disclosure_audit.json").write_text(json.dumps(written, indent=2) + "\n", "utf-8")
    print(json.dumps(written, indent=2), *found.names[:20], sep="\n")


if __name__ == "__main__":
    main()
