"""What the simulator knows about its own pilots; its readers are in storage.repository."""

from collections.abc import Mapping

from sqlalchemy import delete, insert

from storage.database import writing
from storage.schema import demo_truth
from storage.workspace import Workspace


def store_true_effects(workspace: Workspace, effects: Mapping[tuple[str, str], str]) -> None:
    """Keep the truth, JSON by pilot and KPI, in place of what was known before."""
    rows = [{"pilot": pilot, "kpi": kpi, "json": content} for (pilot, kpi), content in effects.items()]
    with writing(workspace.engine) as connection:
        connection.execute(delete(demo_truth))
        connection.execute(insert(demo_truth), rows)
