"""An analyst takes the panel along from the app: the file of the command line, with who and for what."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import InputError, NotPermitted, UnknownName
from governance.access import Grant, fixed
from storage.workspace import Workspace
from tests.audit_log import events
from tests.evaluated_hospital import build
from workflows.cli import main
from workflows.panel_download import panel_file

KPI = "note_time_enc"
EVERYWHERE = frozenset({"*"})
ANALYST = fixed("Ada", Grant(role="analyst", objects=EVERYWHERE))


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    opened = build(tmp_path_factory.mktemp("panel"))
    yield opened
    opened.engine.dispose()


def test_it_is_the_file_of_the_command_line_and_the_log_names_the_analyst(
    workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, place = tmp_path / "panel.csv", str(workspace.root)
    words = ["--kpi", KPI, "--pilot", "good", "--out", str(out), "--purpose", "second opinion"]
    assert main(["measure", *words, "--workspace", place]) == 0
    capsys.readouterr()
    assert panel_file(ANALYST, workspace, "good", KPI, "a second opinion") == out.read_bytes()
    assert out.read_bytes().count(b"\n") > 100
    *_, theirs, ours = (one.event for one in events(workspace) if one.event.event_id == "exported")
    assert (theirs.participant_object_id, ours.participant_object_id) == ("good", "good")
    assert (ours.user_id, "a_second_opinion" in ours.participant_object_detail) == ("Ada", True)


@pytest.mark.parametrize("purpose", ["", "    ", "x"])
def test_without_a_purpose_nothing_is_given_or_logged(workspace: Workspace, purpose: str) -> None:
    before = len(events(workspace))
    with pytest.raises(InputError, match="not said what the panel is for"):
        panel_file(ANALYST, workspace, "good", KPI, purpose)
    assert len(events(workspace)) == before


def test_who_is_no_analyst_or_has_not_the_table_gets_nothing(workspace: Workspace) -> None:
    for viewer in (
        fixed("m", Grant(role="manager", objects=EVERYWHERE)),
        fixed("l", Grant(role="lead", objects=EVERYWHERE)),
    ):
        with pytest.raises(NotPermitted):
            panel_file(viewer, workspace, "good", KPI, "a second opinion")
    of_letters = fixed("o", Grant(role="analyst", objects=frozenset({"Letter"})))
    with pytest.raises((NotPermitted, UnknownName)):
        panel_file(of_letters, workspace, "good", KPI, "a second opinion")
