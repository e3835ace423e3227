"""Anchors of the audit log outside the database: their key, their file, and the log of a system."""

import logging
import os
import stat
from logging.handlers import SysLogHandler
from pathlib import Path
from typing import Any

import pytest

from core.errors import ConfigurationError, InputError
from governance.audit_anchor import Anchor
from storage import audit_anchors
from storage.workspace import Workspace
from workflows.anchoring import anchor_now

ONE = Anchor(seq=1, hash="a", time="t", hmac="h")
OTHER = Anchor(seq=2, hash="b", time="t", hmac="h")


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace.open(tmp_path)


def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, **settings: str) -> Workspace:
    for name, value in settings.items():
        monkeypatch.setenv(f"MEETLAT_{name.upper()}", value)
    return Workspace.open(tmp_path / "workspace")


@pytest.fixture
def on_disk(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """The file and how many bytes it had each time that its writing was made sure of."""
    found: list[tuple[int, int]] = []
    monkeypatch.setattr(os, "fsync", lambda file: found.append((file, os.fstat(file).st_size)))
    return found


def is_open(file: int) -> bool:
    try:
        os.fstat(file)
    except OSError:
        return False
    return True


def test_a_key_is_made_once_is_long_and_is_for_its_owner_alone(
    workspace: Workspace, on_disk: list[tuple[int, int]]
) -> None:
    made = audit_anchors.key(workspace)
    path = workspace.root / "secret" / "audit.key"
    assert (len(made), [size for _, size in on_disk], path.stat().st_size) == (32, [64], 64)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert audit_anchors.key(workspace) == made
    assert audit_anchors.key_path(workspace) == path


@pytest.mark.parametrize("mode", [0o601, 0o602, 0o604, 0o610, 0o620, 0o640])
def test_a_key_that_anybody_else_may_touch_is_refused(workspace: Workspace, mode: int) -> None:
    audit_anchors.key(workspace)
    audit_anchors.key_path(workspace).chmod(mode)
    with pytest.raises(ConfigurationError, match="Other people"):
        audit_anchors.key(workspace)


def test_where_modes_say_nothing_they_are_not_asked(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = audit_anchors.key(workspace)
    audit_anchors.key_path(workspace).chmod(0o644)
    monkeypatch.setattr(os, "name", "nt")
    assert audit_anchors.key(workspace) == made


@pytest.mark.parametrize("content", ["ab" * 31, "no digits", ""])
def test_a_key_that_is_short_or_none_is_refused(workspace: Workspace, content: str) -> None:
    audit_anchors.key(workspace)
    path = audit_anchors.key_path(workspace)
    path.write_text(content, "utf-8")
    with pytest.raises(ConfigurationError, match="no key for audit anchors"):
        audit_anchors.key(workspace)
    path.write_text(f" {'ab' * 32}\n", "utf-8")
    assert audit_anchors.key(workspace) == b"\xab" * 32


def test_a_key_is_not_made_anew_where_there_are_anchors_or_where_one_is_set(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    audit_anchors.write(workspace, ONE)
    with pytest.raises(ConfigurationError, match="is gone"):
        audit_anchors.key(workspace)
    elsewhere = opened(tmp_path, monkeypatch, audit_key_file=str(tmp_path / "own.key"))
    with pytest.raises(ConfigurationError, match="is gone"):
        audit_anchors.key(elsewhere)
    assert audit_anchors.key_path(elsewhere) == tmp_path / "own.key"
    assert not (tmp_path / "own.key").exists()


def test_anchors_are_added_to_a_file_for_its_owner_alone(
    workspace: Workspace, on_disk: list[tuple[int, int]]
) -> None:
    assert (audit_anchors.newest(workspace), audit_anchors.read(workspace)) == (None, ())
    audit_anchors.write(workspace, ONE)
    audit_anchors.write(workspace, OTHER)
    path = workspace.root / "audit-anchors.jsonl"
    assert audit_anchors.place(workspace) == path
    assert path.read_text("utf-8") == f"{ONE.line()}\n{OTHER.line()}\n"
    assert [size for _, size in on_disk] == [len(ONE.line()) + 1, path.stat().st_size]
    assert not any(is_open(file) for file, _ in on_disk)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.write_bytes(path.read_bytes() + b"half \xff\n")
    assert audit_anchors.read(workspace) == (ONE, OTHER, 3)
    assert audit_anchors.newest(workspace) == OTHER


def test_a_file_that_is_given_is_read_in_the_place_of_the_set_one(
    workspace: Workspace, tmp_path: Path
) -> None:
    audit_anchors.write(workspace, ONE)
    other = tmp_path / "other.jsonl"
    with pytest.raises(InputError):
        audit_anchors.read(workspace, other)
    other.write_text(OTHER.line(), "utf-8")
    assert audit_anchors.read(workspace, other) == (OTHER,)


def test_anchors_go_to_the_file_that_is_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = opened(tmp_path, monkeypatch, audit_anchor="mine.jsonl")
    audit_anchors.write(workspace, ONE)
    assert (workspace.root / "mine.jsonl").read_text("utf-8") == f"{ONE.line()}\n"


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Where messages for the log of a system go, and that each way there is closed."""
    found: list[Any] = []

    def emit(self: SysLogHandler, record: logging.LogRecord) -> None:
        found.append((self.address, self.facility, self.ident + record.getMessage(), record.levelno))

    monkeypatch.setattr(SysLogHandler, "createSocket", lambda self: None)
    monkeypatch.setattr(SysLogHandler, "emit", emit)
    monkeypatch.setattr(SysLogHandler, "close", lambda self: found.append("closed"))
    return found


@pytest.mark.parametrize(
    ("setting", "address"),
    [
        ("syslog", "/dev/log"),
        ("syslog:logs.example", ("logs.example", 514)),
        ("syslog:logs.example:6514", ("logs.example", 6514)),
    ],
)
def test_the_log_of_a_system_is_told_where_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: list[Any], setting: str, address: object
) -> None:
    workspace = opened(tmp_path, monkeypatch, audit_anchor=setting)
    told.clear()
    audit_anchors.write(workspace, ONE)
    message = (address, SysLogHandler.LOG_AUTHPRIV, f"meetlat: {ONE.line()}", logging.INFO)
    assert told == [message, "closed"]
    assert audit_anchors.place(workspace) is None
    assert audit_anchors.read(workspace) == ()


def test_a_log_of_a_system_that_cannot_be_reached_is_no_success(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = opened(tmp_path, monkeypatch, audit_anchor="syslog:127.0.0.1:1514")

    def away(*_: object) -> str:
        raise OSError("away")

    monkeypatch.setattr(SysLogHandler, "mapPriority", away)
    with pytest.raises(OSError, match="away"):
        audit_anchors.write(workspace, ONE)


def test_nothing_is_anchored_before_the_first_event(workspace: Workspace) -> None:
    assert anchor_now(workspace) is None
    assert audit_anchors.read(workspace) == ()
