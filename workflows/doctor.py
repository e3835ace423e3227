"""Examine an installation: what it is made of, and what is unsafe about it."""

import os
import platform
import shutil
import sqlite3
import stat
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Literal

from core.language.text import N_, Text
from core.settings import LOOPBACK, SECRET, Settings, load
from storage.audit_anchors import SYSLOG
from workflows.provider import unsafe_sign_in
from workflows.server_options import configured, option_files, unsafe_options

PACKAGES = ("streamlit", "pandas", "numpy", "scipy", "statsmodels", "plotly", "sqlalchemy", "duckdb", "typst")
MINIMUM_FREE = 2 * 1024**3
EARLIEST_CLOCK = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing examined."""

    level: Literal["ok", "warning", "error"]
    message: Text
    remedy: Text = Text("")


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """Versions, settings as (name, value, origin) with secrets masked, and findings."""

    versions: dict[str, str]
    settings: tuple[tuple[str, str | int, str], ...]
    findings: tuple[Finding, ...]


def examine(workspace: Path) -> Examination:
    """Examine the installation and a workspace, which need not exist yet."""
    settings, origins = load(workspace)
    masked = {name: "***" if name in SECRET and value else value for name, value in asdict(settings).items()}
    return Examination(
        versions={"python": platform.python_version(), **{name: version(name) for name in PACKAGES}},
        settings=tuple((name, value, origins[name]) for name, value in masked.items()),
        findings=(
            *_state(workspace, settings),
            *_disk(workspace),
            *_clock(),
            *_permissions(workspace),
            *_anchors(workspace, settings),
            *_unsafe(settings),
            *_refused(settings, origins),
        ),
    )


def _state(workspace: Path, settings: Settings) -> tuple[Finding, ...]:
    """What keeps a workspace from opening; nothing is made or migrated."""
    if workspace.exists() and not workspace.is_dir():
        return (
            Finding(
                level="error",
                message=Text(N_("The workspace '{place}' is a file."), {"place": str(workspace)}),
                remedy=Text(N_("Choose another folder with --workspace.")),
            ),
        )
    database = workspace / "state.db"
    if settings.database_url or not database.exists():
        return ()
    try:
        with closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            connection.execute("SELECT count(*) FROM sqlite_schema")
    except sqlite3.Error as error:
        message = Text(N_("The state database cannot be used: {error}."), {"error": str(error)})
        return (
            Finding(
                level="error",
                message=message,
                remedy=Text(N_("Put back a copy of '{place}'."), {"place": str(database)}),
            ),
        )
    return (Finding(level="ok", message=Text(N_("The state database opens."))),)


def _disk(workspace: Path) -> tuple[Finding, ...]:
    place = next(parent for parent in (workspace.resolve(), *workspace.resolve().parents) if parent.exists())
    free = shutil.disk_usage(place).free
    message = Text(N_("Free disk: {free:.1} GB."), {"free": free / 1024**3})
    if free >= MINIMUM_FREE:
        return (Finding(level="ok", message=message),)
    return (Finding(level="warning", message=message, remedy=Text(N_("Make room: loading needs 2 GB."))),)


def _clock() -> tuple[Finding, ...]:
    now = datetime.now(UTC)
    if now > EARLIEST_CLOCK:
        return (
            Finding(
                level="ok", message=Text(N_("Clock: {now}."), {"now": now.isoformat(timespec="minutes")})
            ),
        )
    return (
        Finding(
            level="error",
            message=Text(N_("The clock says {now}, before this program was made."), {"now": now.isoformat()}),
            remedy=Text(N_("Set the machine's clock.")),
        ),
    )


def _permissions(workspace: Path) -> tuple[Finding, ...]:
    secret = workspace / "secret"
    found = tuple(
        Finding(
            level="error",
            message=Text(N_("Others on this machine can read '{place}'."), {"place": place.name}),
            remedy=Text(N_("Type: chmod -R go= {folder}"), {"folder": str(secret)}),
        )
        for place in (secret, *secret.glob("*"))
        if place.exists() and stat.S_IMODE(place.stat().st_mode) & 0o077
    )
    return found or (Finding(level="ok", message=Text(N_("Nobody else can read the keys."))),)


def _anchors(workspace: Path, settings: Settings) -> tuple[Finding, ...]:
    """Where anchors of the audit log go: to a place that can be written, and for a team not the workspace."""
    chosen = settings.audit_anchor
    if chosen.split(":")[0] == SYSLOG or (not chosen and settings.auth == "single-user"):
        return ()
    if not chosen:
        message = Text(N_("Anchors of the audit log stand in the workspace, beside the log that they prove."))
        remedy = Text(N_("Set audit_anchor to a place that only takes additions and that others rule."))
        return (Finding(level="warning", message=message, remedy=remedy),)
    place = workspace / chosen
    if os.access(place if place.exists() else place.parent, os.W_OK):
        return ()
    message = Text(N_("Anchors of the audit log cannot be written to '{place}'."), {"place": str(place)})
    remedy = Text(N_("Check the setting audit_anchor, and whether its place can be reached."))
    return (Finding(level="error", message=message, remedy=remedy),)


def _refused(settings: Settings, origins: dict[str, str]) -> tuple[Finding, ...]:
    """What keeps the web server from starting."""
    found = (*unsafe_sign_in(settings, origins), *unsafe_options(configured(option_files())))
    return tuple(
        Finding(
            level="error",
            message=Text(N_("{place}: {message}"), {"place": one.where, "message": one.message}),
            remedy=one.remedy,
        )
        for one in found
    )


def _unsafe(settings: Settings) -> tuple[Finding, ...]:
    found = []
    if settings.auth == "single-user":
        found.append(
            Finding(level="ok", message=Text(N_("Single-user mode: only this machine can open the app.")))
        )
    elif settings.address not in LOOPBACK:
        found.append(
            Finding(
                level="warning",
                message=Text(N_("The app listens on {address}."), {"address": settings.address}),
                remedy=Text(N_("Put it behind a proxy that adds TLS.")),
            )
        )
    return tuple(found)
