"""The definitions of a workspace in every version that it has used: ours, the hospital's own, older ones."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict

from kpis.catalogue import load
from kpis.kpi import Kpi
from storage.workspace import Workspace


def active(workspace: Workspace) -> dict[str, Kpi]:
    """The definitions that hold now, by id; raises DefinitionError with every problem at once."""
    return load(workspace.root / "kpis")


def every_version(workspace: Workspace) -> dict[str, Kpi]:
    """The active definitions by id, and the older versions by id@version."""
    return active(workspace)


def fingerprint(kpis: Mapping[str, Kpi]) -> str:
    """The same for the same meaning."""
    content = {name: asdict(kpi) for name, kpi in kpis.items()}
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
