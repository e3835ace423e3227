"""A pilot with everything signed, and what is done to its checklist in several tests."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from governance.access import LOCAL_OPERATOR
from governance.checklist.history import Evidence, ItemRecord
from storage.workspace import Workspace
from tests.evaluated_hospital import PILOT, plan
from workflows.governance.incidents import Happening
from workflows.governance.sign import Change, change_item
from workflows.governance.standing import governance
from workflows.plan import add_text

LINK = Evidence(name="https://example.test/dpia")
SIGNED = Change(status="signed", function="board", signer="A. de Vries", evidence=LINK)
RED = Change(status="red", why="the advice was withdrawn")
HARM = Happening(
    day=date(2026, 1, 5),
    department="p1",
    category="wrong_text",
    severity="severe",
    happened="dose misheard and given",
)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    opened = Workspace.open(tmp_path)
    add_text(LOCAL_OPERATOR, opened, plan("good", PILOT), "good.toml")
    yield opened
    opened.engine.dispose()


def sign(workspace: Workspace, item: str = "g07", change: Change = SIGNED) -> ItemRecord:
    return change_item(LOCAL_OPERATOR, workspace, "good", item, change)


def status(workspace: Workspace, item: str, day: date | None = None) -> str:
    return status_of(workspace, "good", item, day)


def status_of(workspace: Workspace, pilot: str, item: str, day: date | None = None) -> str:
    found = governance(LOCAL_OPERATOR, workspace, pilot, day)
    return next(one.status for one in found.items if one.item.id == item)
