"""Settings: WORKSPACE/meetlat.toml, overridden by MEETLAT_NAME in the environment; each knows its origin."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from core.errors import ConfigurationError
from core.toml_fault import toml_fault

FILE_NAME = "meetlat.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What an installation may choose. Every field can stand in meetlat.toml or in MEETLAT_<FIELD>.

    retention: days by standard table, such as "default=1095 quarantine=90"; in meetlat.toml a table.
    """

    auth: str = "single-user"
    lang: str = "nl"
    port: int = 8501
    address: str = "127.0.0.1"
    hospital: str = ""
    timezone: str = "Europe/Amsterdam"
    minimum_patients: int = 10
    minimum_staff: int = 5
    minimum_answers: int = 5
    database_url: str = ""
    secret_file: str = ""
    retention: str = ""
    audit_anchor: str = ""
    audit_key_file: str = ""
    audit_anchor_events: int = 100
    audit_anchor_minutes: int = 10
    public_url: str = ""
    provider_url: str = ""
    client_id: str = ""
    person_claim: str = "sub"
    groups_claim: str = "groups"
    prompt: str = "select_account"
    idle_minutes: int = 30
    session_hours: int = 10


SECRET = frozenset({"database_url"})
CHOICES = {
    "auth": ("single-user", "required"),
    "lang": ("nl", "en"),
    "prompt": ("select_account", "login", "consent"),
}
LOWEST = {"minimum_patients": 10, "minimum_staff": 5, "minimum_answers": 5}
"""A hospital may show less than the default, never more."""
HIGHEST = {
    "minimum_patients": 200,
    "minimum_staff": 50,
    "minimum_answers": 50,
    "port": 65_535,
    "audit_anchor_events": 100_000,
    "audit_anchor_minutes": 1_440,
    "idle_minutes": 480,
    "session_hours": 24,
}
"""What a number may be at most. Of a threshold on persons: from there on counts of a week are not exact."""

LOOPBACK = ("127.0.0.1", "::1", "localhost")


def load(root: Path, environment: Mapping[str, str] = os.environ) -> tuple[Settings, dict[str, str]]:
    """The settings of a workspace and, per field, where its value came from."""
    path = root / FILE_NAME
    chosen, origins = _from_file(path)
    for field in fields(Settings):
        variable = f"MEETLAT_{field.name.upper()}"
        if variable in environment:
            chosen[field.name] = environment[variable]
            origins[field.name] = variable
    settings = Settings(**{name: _typed(name, value, origins[name]) for name, value in chosen.items()})
    _check(settings, origins)
    return settings, {field.name: origins.get(field.name, "default") for field in fields(Settings)}


def _from_file(path: Path) -> tuple[dict[str, Any], dict[str, str]]:
    if not path.exists():
        return {}, {}
    try:
        found = tomllib.loads(path.read_text("utf-8"))
    except UnicodeDecodeError:
        raise ConfigurationError(
            "This file is not UTF-8 text.", where=path.name, remedy="Save it as UTF-8."
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(
            "This is not TOML: {error}.", where=path.name, error=toml_fault(error)
        ) from None
    known = {field.name for field in fields(Settings)}
    for name in found:
        if name not in known:
            raise ConfigurationError(
                "There is no setting '{name}'.",
                where=path.name,
                remedy="Known: {known}.",
                name=name,
                known=", ".join(sorted(known)),
            )
    return found, dict.fromkeys(found, path.name)


def _typed(name: str, value: Any, origin: str) -> Any:
    if isinstance(value, dict):
        return " ".join(f"{part}={chosen}" for part, chosen in value.items())
    if not isinstance(getattr(Settings(), name), int):
        return str(value)
    try:
        return int(value)
    except ValueError:
        raise ConfigurationError(
            "Setting '{name}' must be a whole number, got '{value}'.",
            where=origin,
            name=name,
            value=str(value),
        ) from None


def _check(settings: Settings, origins: Mapping[str, str]) -> None:
    for name, allowed in CHOICES.items():
        value = getattr(settings, name)
        if value not in allowed:
            raise ConfigurationError(
                "Setting '{name}' cannot be '{value}'.",
                where=origins.get(name, ""),
                remedy="Choose one of: {allowed}.",
                name=name,
                value=value,
                allowed=", ".join(allowed),
            )
    for name, highest in HIGHEST.items():
        lowest = LOWEST.get(name, 1)
        if not lowest <= getattr(settings, name) <= highest:
            raise ConfigurationError(
                "Setting '{name}' must be from {lowest} to {highest}.",
                where=origins.get(name, ""),
                remedy="Choose a number in between.",
                name=name,
                lowest=lowest,
                highest=highest,
            )
    _check_zone(settings.timezone, origins.get("timezone", ""))
    if settings.auth == "single-user" and settings.address not in LOOPBACK:
        raise ConfigurationError(
            "Single-user mode listens on this machine only, not on '{address}'.",
            where=origins.get("address", ""),
            remedy='Set auth = "required", or address = "127.0.0.1".',
            address=settings.address,
        )


def _check_zone(name: str, origin: str) -> None:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # also for a name that is a folder or leads out of them
        raise ConfigurationError(
            "There is no time zone '{zone}'.",
            where=origin,
            remedy="Write Europe/Amsterdam or UTC.",
            zone=name,
        ) from None
