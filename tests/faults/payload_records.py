"""Two more files that leave the app, with payloads in what is recorded: the audit log and the dossier."""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from governance.access import LOCAL_OPERATOR
from storage.audit_log import append
from storage.database import writing
from storage.workspace import Workspace
from tests.audit_log import logged
from tests.faults.payload_exports import Found, active_parts, counted, looked_at
from tests.faults.payload_sample import AT_ONCE, kept
from workflows.audit_log import exported
from workflows.governance.dossier import dossier

TABLES = (".csv", ".xlsx")


def audit_log_cells(payloads: Sequence[str]) -> Found:
    """The cells of the audit log as CSV, with each payload as who did something, where, and to what."""
    event = logged()
    with TemporaryDirectory() as folder:
        workspace = Workspace.open(Path(folder))
        with writing(workspace.engine) as connection:
            append(connection, *(replace(event, user_id=text, user_name=text, alternate_user_id=text,
                                         participant_object_id=text, audit_source_id=text)
                                 for text in payloads))  # fmt: skip
        content = exported(LOCAL_OPERATOR, workspace, "csv")
        workspace.engine.dispose()
    return counted(payloads, looked_at("csv", content))


def dossiers(payloads: Sequence[str]) -> Found:
    """Dossiers of pilots with payloads as every name: a PDF that runs nothing, and no tables at all."""
    active, tables, outside, count = 0, 0, 0, 0
    with TemporaryDirectory() as folder:
        kept(Path(folder) / "workspace", payloads)
        workspace = Workspace.open(Path(folder) / "workspace")
        for at in range(0, len(payloads), AT_ONCE):
            content = dossier(LOCAL_OPERATOR, workspace, f"p{at}", "en")
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                names = archive.namelist()
                active += active_parts(archive.read("dossier.pdf"))
            tables += sum(name.endswith(TABLES) for name in names)
            outside += sum(name.startswith("/") or ".." in name for name in names)
            count += 1
        workspace.engine.dispose()
    return {"payloads": len(payloads), "dossiers": count, "active_parts": active, "tables": tables,
            "names_outside": outside}  # fmt: skip
