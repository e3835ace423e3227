"""Write a pilot's report to a file."""

from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from core.discovery import discover
from core.errors import UnknownName, UserError
from governance.access import Viewer, require
from reports import formats
from reports.evaluation_json import anything_missing
from reports.report import Format
from storage import cube
from storage.workspace import Workspace
from workflows.auditing import record
from workflows.overview import PilotView, view_of
from workflows.plan import within_reach
from workflows.released_pieces import refuse_what_tells_of_few
from workflows.whole_file import write_whole

PLANNED = ("docx", "xlsx", "html")


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """A report that was written: where, how large, its fingerprint, and whether a result is missing in it."""

    path: Path
    size: int
    sha256: str
    incomplete: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A report as a file that is not written yet."""

    name: str
    media_type: str
    content: bytes


@cache
def known_formats() -> dict[str, Format]:
    """The formats that can be written, by name."""
    return discover(formats, "FORMAT", Format)


def publish(
    viewer: Viewer, workspace: Workspace, pilot_id: str, format: str, lang: str, path: Path
) -> Publication:
    """Write the report of a pilot; the file appears whole or not at all.

    Raises UnknownName (pilot or format), NotPermitted, and InputError where the file cannot be written.
    """
    reach = require(viewer, "see_effects")
    _format(format)
    view = view_of(workspace.within(reach), within_reach(workspace, reach, pilot_id))
    made = rendered(viewer, workspace, view, format, lang)
    write_whole(path, made.content)
    return Publication(
        path=path,
        size=len(made.content),
        sha256=sha256(made.content).hexdigest(),
        incomplete=anything_missing(view.evaluation),
    )


def rendered(viewer: Viewer, workspace: Workspace, view: PilotView, format: str, lang: str) -> Rendered:
    """The report of a view that the viewer already has and still may see, as a file; no log, no report."""
    reach = require(viewer, "see_effects")
    within_reach(workspace, reach, view.pilot.pilot.id)
    chosen, plan = _format(format), view.pilot
    published, departments = cube.current(workspace), (*plan.pilot.starts, *plan.pilot.comparison)
    if published is not None:
        refuse_what_tells_of_few(workspace, published, view.kpis, departments)
    record(
        viewer,
        workspace,
        "exported",
        "report",
        plan.pilot.id,
        format=format,
        language=lang,
        plan=plan.plan_sha256,
    )
    return Rendered(
        name=f"{view.pilot.pilot.id}-{lang}.{chosen.suffix}",
        media_type=chosen.media_type,
        content=chosen.write(view, lang),
    )


def _format(name: str) -> Format:
    if name in PLANNED:
        raise UserError(
            "A report as {name} cannot be made yet.",
            remedy="Choose one of: {known}.",
            name=name,
            known=", ".join(known_formats()),
        )
    if name not in known_formats():
        raise UnknownName("format", name, known_formats())
    return known_formats()[name]
