"""The real app on pilots and departments made by hand; server.py starts it.

MEETLAT_SAMPLE chooses what there is: "all" (every state of a pilot), "nothing" (an empty installation),
"scripts" (a pilot and a department for each of the first texts that try to become script, MEETLAT_SCRIPTS of
them) or "broken" (a workflow that fails on us).
"""

import os
import runpy
from pathlib import Path

import core

ROOT = Path(core.__file__).resolve().parents[1]


def broken(*_: object) -> None:
    raise RuntimeError("a detail that is nobody's business")


def put_in_place() -> None:
    """Let the workflows answer from the sample; the pages import them by name and see these."""
    from tests.faults import payload_sample
    from tests.faults.payload_texts import SCRIPTS
    from tests.screens import sample, sample_quality
    from workflows import department, events, overview
    from workflows.quality import data_quality

    chosen = os.environ.get("MEETLAT_SAMPLE", "all")
    there = chosen == "all"
    overview.portfolio = broken if chosen == "broken" else lambda *_: sample.pilots() if there else ()
    overview.analysed = overview.portfolio
    events.ruler_events = lambda *_: ()
    department.departments = lambda *_: sample.DEPARTMENTS if there else ()
    data_quality.data_quality = lambda *_: sample_quality.data_quality()
    department.department_view = lambda _viewer, _workspace, name: sample.department(name)
    if chosen == "scripts":
        named = SCRIPTS[: int(os.environ["MEETLAT_SCRIPTS"])]
        overview.portfolio = overview.analysed = lambda *_: payload_sample.pilots(named)
        department.departments = lambda *_: named
        department.department_view = lambda _viewer, _workspace, name: payload_sample.department(named, name)
        data_quality.data_quality = lambda *_: payload_sample.quality(named)


if __name__ == "__main__":
    put_in_place()
    runpy.run_path(str(ROOT / "app.py"), run_name="__main__")
