"""The audit log on its page: who looks stands in it, and where that cannot be written it stays shut."""

from pathlib import Path
from types import SimpleNamespace

from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from governance.access import LOCAL_OPERATOR
from storage.database import writing
from storage.workspace import Workspace
from tests.audit_log import names


def _page(session: "SimpleNamespace") -> None:
    """What AppTest runs: it takes the text of the function alone."""
    from pages.auditor.audit_log import render
    from pages.widgets.answered import answered

    with answered(session, "page", "audit-log"):
        render(session)


def test_the_log_is_not_shown_where_the_look_at_it_cannot_be_written(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path / "w")
    session = SimpleNamespace(
        viewer=LOCAL_OPERATOR,
        workspace=workspace,
        language="en",
        say=lambda sentence, **values: sentence.format(**values),
    )
    there = AppTest.from_function(_page, args=(session,)).run(timeout=60)
    assert (len(there.table), len(there.error), names(workspace)["log_viewed"]) == (1, 0, 1)
    with writing(workspace.engine) as connection:
        connection.execute(text("DROP TABLE audit_head"))
    away = AppTest.from_function(_page, args=(session,)).run(timeout=60)
    assert (len(away.table), len(away.error), names(workspace)["log_viewed"]) == (0, 1, 1)
    assert "cannot be written" in away.error[0].value
    workspace.engine.dispose()
