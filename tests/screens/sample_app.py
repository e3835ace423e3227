"""The real app on pilots and departments made by hand; server.py starts it.

MEETLAT_SAMPLE chooses what there is: "all" (every state of a pilot) or "nothing" (an empty installation).
"""

import os
import runpy
from pathlib import Path

import core

ROOT = Path(core.__file__).resolve().parents[1]


def put_in_place() -> None:
    """Let the workflows answer from the sample; the pages import them by name and see these."""
    from tests.screens import sample
    from workflows import department, overview

    there = os.environ.get("MEETLAT_SAMPLE", "all") == "all"
    overview.portfolio = lambda *_: sample.pilots() if there else ()
    department.departments = lambda *_: sample.DEPARTMENTS if there else ()
    department.department_view = lambda _viewer, _workspace, name: sample.department(name)


if __name__ == "__main__":
    put_in_place()
    runpy.run_path(str(ROOT / "app.py"), run_name="__main__")
