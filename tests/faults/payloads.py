"""Texts that try to become SQL, script or a formula, through every filter, page and export.

    python -m tests.faults.payloads

Small versions run with the tests (test_payloads.py). A command or page that is asked for a name that is not
there must say so: it may not answer with rows, break, or change what is stored.
"""

import argparse
import json
from collections.abc import Callable

from tests.faults.payload_commands import Found, every_command
from tests.faults.payload_exports import exported, printed
from tests.faults.payload_pages import every_page, fields_tried, parameters_tried
from tests.faults.payload_records import audit_log_cells, dossiers
from tests.faults.payload_screens import shown_scripts
from tests.faults.payload_texts import FORMULAS, INJECTIONS, SCRIPTS
from tests.pilot_reports import views
from tests.simulation.evidence import FOLDER, stamp

TRIALS: dict[str, Callable[[int], Found]] = {
    "injection_commands": lambda every: every_command(INJECTIONS[::every]),
    "injection_pages": lambda every: parameters_tried(every_page(), INJECTIONS[::every]),
    "injection_audit_log": lambda every: fields_tried(("audit-log",), INJECTIONS[::every]),
    "injection_fields": lambda every: fields_tried(every_page(), INJECTIONS[::every]),
    "scripts_pages": lambda _: shown_scripts(SCRIPTS),
    "scripts_files": lambda _: printed(SCRIPTS),
    "scripts_dossiers": lambda _: dossiers(SCRIPTS),
    "formulas_audit_log": lambda _: audit_log_cells(FORMULAS),
    "formulas": lambda _: exported(FORMULAS, tuple(views())),
}


def main() -> None:
    """Run all trials or some, print and keep the counts; trials that were not asked for keep theirs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("trials", nargs="*", choices=[*TRIALS, []])
    parser.add_argument(
        "--every", type=int, default=1, help="One in so many of the injections, where it is slow."
    )
    given = parser.parse_args()
    asked = given.trials or list(TRIALS)
    about = "texts that try to become SQL, script or a formula, through every filter, page and export"
    path = FOLDER / "payloads.json"
    for name in asked:
        found = TRIALS[name](given.every)
        kept = json.loads(path.read_text("utf-8"))["trials"] if path.exists() else []
        trials = {one["trial"]: one for one in kept} | {name: {"trial": name, **found}}
        ordered = [trials[one] for one in TRIALS if one in trials]
        content = stamp("python -m tests.faults.payloads", about) | {"trials": ordered}
        path.write_text(json.dumps(content, indent=1) + "\n", "utf-8")
        print(json.dumps(trials[name], indent=1), flush=True)


if __name__ == "__main__":
    main()
