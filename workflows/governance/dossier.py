"""Everything that was recorded of a pilot's governance as one ZIP file, with fingerprints of its parts."""

import io
import json
import zipfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import PurePosixPath

from core.language.text import N_, Text
from governance.access import Viewer, require
from governance.checklist.history import Evidence, ItemRecord
from reports.governance_dossier import Dossier, printed_dossier
from reports.governance_json import (
    gates_json,
    item_json,
    judged_json,
    phase_json,
    version_json,
)
from storage import evidence
from storage.workspace import Workspace
from workflows.auditing import record
from workflows.governance.standing import PilotGovernance, governance

LOST = N_("This file is gone or was changed here.")
FIXED_TIME = (1980, 1, 1, 0, 0, 0)
"""The same content gives the same file."""


def dossier(viewer: Viewer, workspace: Workspace, pilot: str, lang: str) -> bytes:
    """The dossier; raises UnknownName, NotPermitted. That it was handed out stands in the audit log."""
    require(viewer, "see_checklist")
    found = governance(viewer, workspace, pilot)
    record(viewer, workspace, "exported", "report", pilot, format="dossier")
    parts = {
        "dossier.pdf": printed_dossier(_printed(found), lang),
        "dossier.json": (json.dumps(_content(found, lang), ensure_ascii=False, indent=1) + "\n").encode(),
        **dict(_evidence(workspace, found, lang)),
    }
    sums = "".join(f"{sha256(content).hexdigest()}  {name}\n" for name, content in sorted(parts.items()))
    return _zipped({**parts, "SHA256SUMS": sums.encode()})


def _printed(found: PilotGovernance) -> Dossier:
    return Dossier(
        pilot=found.pilot,
        day=found.day,
        checklist=found.checklist,
        phase=found.phase,
        items=found.items,
        phases=found.phases,
        incidents=found.incidents,
        judged=found.judged,
        versions=found.versions,
    )


def _content(found: PilotGovernance, lang: str) -> dict[str, object]:
    return {
        "pilot": found.pilot.pilot.id,
        "plan_version": found.pilot.version,
        "plan_sha256": found.pilot.plan_sha256,
        "as_of": found.day.isoformat(),
        "phase": phase_json(found.phase, found.phases, lang),
        "gates": gates_json(found.gates),
        "items": [item_json(one.item, one.status, one.records, lang) for one in found.items],
        "incidents": [judged_json(one, found.judged[one.number]) for one in found.incidents],
        "versions": [version_json(one) for one in found.versions],
    }


def _evidence(workspace: Workspace, found: PilotGovernance, lang: str) -> Iterator[tuple[str, bytes]]:
    """Every kept file under its item; one that is gone or was changed is named so instead."""
    for one in found.items:
        for kept in {file.sha256: file for file in _files(one.records)}.values():
            name = f"evidence/{one.item.id}-{kept.sha256[:12]}{PurePosixPath(kept.name).suffix.lower()}"
            whole = evidence.content(workspace, kept)
            if whole is None:
                lost = f"{kept.name}\nSHA-256 {kept.sha256}\n{Text(LOST).render(lang)}\n"
                yield f"{name}.MISSING.txt", lost.encode()
            else:
                yield name, whole


def _files(records: tuple[ItemRecord, ...]) -> Iterator[Evidence]:
    for one in records:
        if one.evidence is not None and one.evidence.sha256:
            yield one.evidence


def _zipped(parts: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, FIXED_TIME), content, zipfile.ZIP_DEFLATED)
    return made.getvalue()
