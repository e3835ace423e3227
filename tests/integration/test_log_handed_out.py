"""The audit log as it is leafed through and handed out: which events, and in which form."""

import csv
import json
import locale
import mimetypes
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.errors import InputError, NotPermitted
from governance.access import Grant, Viewer, fixed
from governance.audit import NAMES
from storage import audit_anchors
from storage.workspace import Workspace
from tests.audit_log import append_logged, events, told
from tests.empty_workspace import empty, workspace
from workflows.audit_log import FORMATS, Wanted, anchored, as_row, export, exported, people, shown, verify
from workflows.auditing import record

__all__ = ["empty", "workspace"]

RUTH = fixed("Ruth", Grant(role="auditor"))
NOBODY = Viewer(name="curious")
CHEST = "Kinderafdeling é"


@pytest.fixture
def plain_letters() -> Iterator[None]:
    """A machine whose files hold plain letters only, unless somebody says otherwise."""
    before = locale.setlocale(locale.LC_CTYPE)
    locale.setlocale(locale.LC_CTYPE, "C")
    yield
    locale.setlocale(locale.LC_CTYPE, before)


def test_who_may_not_see_the_log_learns_nothing_of_it(workspace: Workspace, tmp_path: Path) -> None:
    asked: tuple[Callable[[], object], ...] = (
        lambda: verify(NOBODY, workspace),
        lambda: shown(NOBODY, workspace),
        lambda: people(NOBODY, workspace),
        lambda: export(NOBODY, workspace, tmp_path / "log.xlsx"),
        lambda: export(NOBODY, workspace, tmp_path / "log.csv"),
        lambda: exported(NOBODY, workspace, "csv"),
        lambda: anchored(NOBODY, workspace),
    )
    for act in asked:
        with pytest.raises(NotPermitted, match="see_log"):
            act()
    assert events(workspace) == ()


def test_a_page_of_the_log_has_50_events_the_newest_first(workspace: Workspace) -> None:
    append_logged(workspace, 120)
    record(RUTH, workspace, "exported", "report", "ambient-a")
    first = shown(RUTH, workspace)
    assert (first.count, [one.seq for one in first.records]) == (121, list(range(121, 71, -1)))
    last = shown(RUTH, workspace, skip=100)
    assert (last.count, [one.seq for one in last.records]) == (121, list(range(21, 0, -1)))
    chosen = shown(RUTH, workspace, Wanted(user="Ruth"))
    assert (chosen.count, [one.seq for one in chosen.records]) == (1, [121])
    assert people(RUTH, workspace) == ("Ruth", "local operator")


def test_every_row_of_a_table_is_an_event_under_the_names_of_the_norm(
    workspace: Workspace, tmp_path: Path, plain_letters: None
) -> None:
    record(RUTH, workspace, "viewed", "department", CHEST)
    assert export(RUTH, workspace, tmp_path / "log.csv") == 2
    with (tmp_path / "log.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    assert header == ["seq", "prev", "hash", *NAMES.values()]
    found = [dict(zip(header, row, strict=True)) for row in rows]
    assert [(one["seq"], one["EventID"], one["ParticipantObjectID"]) for one in found] == [
        ("1", "viewed", CHEST),
        ("2", "log_exported", ""),
    ]
    assert (tmp_path / "log.csv").read_bytes().count(b"\r\n") == 3


def test_every_line_of_a_file_of_lines_is_an_event_as_it_was_hashed(
    workspace: Workspace, tmp_path: Path, plain_letters: None
) -> None:
    record(RUTH, workspace, "viewed", "department", CHEST)
    assert export(RUTH, workspace, tmp_path / "log.jsonl", Wanted(user="Ruth", types=("view",))) == 1
    text = (tmp_path / "log.jsonl").read_text("utf-8")
    first = events(workspace)[0]
    assert [json.loads(line) for line in text.splitlines()] == [as_row(first)]
    assert CHEST in text, "readable as it stands"
    assert as_row(first) | {"seq": 1, "prev": first.prev, "hash": first.hash, "UserID": "Ruth"} == as_row(
        first
    )


def test_a_download_is_what_an_export_writes_and_leaves_no_file(workspace: Workspace) -> None:
    record(RUTH, workspace, "viewed", "department", CHEST)
    only = Wanted(types=("view",))
    content = exported(RUTH, workspace, "csv", only)
    assert content.count(b"\r\n") == 2
    lines = exported(RUTH, workspace, "jsonl").decode().splitlines()
    assert [json.loads(line)["EventID"] for line in lines] == ["viewed", "log_exported", "log_exported"]
    assert [told(one.event) for one in events(workspace)[1:]] == [
        ("log_exported", "0", "Ruth", "log", "", '{"format":"csv"}'),
        ("log_exported", "0", "Ruth", "log", "", '{"format":"jsonl"}'),
    ]


def test_a_browser_is_told_what_kind_of_file_comes() -> None:
    assert (FORMATS["csv"], FORMATS["jsonl"]) == (mimetypes.types_map[".csv"], "application/jsonl")


@pytest.mark.parametrize("name", ["log.xlsx", "log", "log.csvx", "csv"])
def test_another_kind_of_file_is_refused_by_its_name_before_anything_is_logged(
    workspace: Workspace, tmp_path: Path, name: str
) -> None:
    with pytest.raises(InputError) as refused:
        export(RUTH, workspace, tmp_path / name)
    assert str(refused.value).startswith(f"{name}: The audit log is written as .csv or .jsonl, not as '")
    assert f"'{Path(name).suffix}'" in str(refused.value)
    assert events(workspace) == ()


@pytest.mark.parametrize("setting", ["away/anchors.jsonl", "syslog:no-such-host.invalid:514"])
def test_an_anchor_whose_place_is_away_is_one_sentence_with_that_place(
    workspace: Workspace, setting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEETLAT_AUDIT_ANCHOR", setting)
    append_logged(workspace, 1)
    with pytest.raises(InputError) as refused:
        anchored(RUTH, Workspace.open(workspace.root))
    sentence = str(refused.value)
    place = setting if setting.startswith("syslog") else str(workspace.root / setting)
    assert sentence.startswith(f"{place}: The anchor cannot be written: ")
    assert "Check the setting audit_anchor" in sentence
    assert "None" not in sentence


def test_an_anchor_is_written_where_there_is_an_event(workspace: Workspace) -> None:
    assert anchored(RUTH, workspace) is None
    append_logged(workspace, 2)
    made = anchored(RUTH, workspace)
    assert [made] == list(audit_anchors.read(workspace))
