"""Options of the web server that protect: which value each must have, and what they are set to here."""

import os
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.issue import Issue
from core.language.text import N_, Text

FOLDER = ".streamlit"
FILE = "config.toml"
WORDS = {"true": True, "false": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One that protects: what it is where nothing is set, which values are safe, why the others are not."""

    name: str
    default: Any
    safe: Callable[[Any], bool]
    wanted: str
    why: str

    @property
    def variable(self) -> str:
        """The name in the environment."""
        words = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", self.name.replace(".", "_"))
        return f"STREAMLIT_{words.upper()}"

    def problem(self, found: Any) -> Issue:
        """What is wrong with a value, and what to do."""
        return Issue(
            level="error",
            where=self.name,
            message=Text(N_("It is {found}: {why}."), {"found": _shown(found), "why": Text(self.why)}),
            remedy=Text(
                N_("Set it to {wanted} in .streamlit/config.toml; do not set {variable}."),
                {"wanted": self.wanted, "variable": self.variable},
            ),
        )


def _shown(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else repr(value).replace("'", '"')


def _exactly(name: str, default: Any, wanted: Any, why: str) -> Option:
    return Option(name=name, default=default, safe=wanted.__eq__, wanted=_shown(wanted), why=why)


OPTIONS = (
    _exactly(
        "server.enableXsrfProtection",
        default=True,
        wanted=True,
        why=N_("another website could upload files in a visitor's name"),
    ),
    _exactly(
        "server.enableCORS",
        default=True,
        wanted=True,
        why=N_("another website could read what a visitor may see"),
    ),
    _exactly(
        "client.showErrorDetails",
        default="full",
        wanted="none",
        why=N_("an error would show a visitor what the program was working on"),
    ),
    _exactly(
        "server.enableAgentApi",
        default=False,
        wanted=False,
        why=N_("programs could use the pages past the screen"),
    ),
    _exactly(
        "browser.gatherUsageStats",
        default=True,
        wanted=False,
        why=N_("every visitor's browser would report to another company"),
    ),
    _exactly(
        "global.developmentMode",
        default=False,
        wanted=False,
        why=N_("checks on who may connect are off"),
    ),
    Option(
        name="server.allowedHosts",
        default=[],
        safe=lambda hosts: bool(hosts) and not any("*" in host for host in hosts),
        wanted='["localhost", "127.0.0.1", "::1"]',
        why=N_("the app would answer to any name, also to that of another website"),
    ),
    Option(
        name="server.corsAllowedOrigins",
        default=[],
        safe=lambda origins: not origins,
        wanted="[]",
        why=N_("other websites could read what a visitor may see"),
    ),
    Option(
        name="server.trustedUserHeaders",
        default={},
        safe=lambda headers: not headers,
        wanted="{}",
        why=N_("whoever reaches the app could say to be anybody"),
    ),
)


def unsafe_options(found: Mapping[str, Any]) -> tuple[Issue, ...]:
    """A problem for each option whose value here does not protect."""
    values = ((option, found.get(option.name, option.default)) for option in OPTIONS)
    return tuple(option.problem(value) for option, value in values if not option.safe(value))


def option_files() -> tuple[Path, ...]:
    """The folders whose option files the web server reads; a later one goes before an earlier one."""
    return (Path.home(), Path(__file__).resolve().parents[1])


def configured(folders: Sequence[Path], environment: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """What the options are set to by the files in these folders, later ones first, and by the environment."""
    found: dict[str, Any] = {}
    for folder in folders:
        found |= _in_file(folder / FOLDER / FILE)
    for option in OPTIONS:
        if option.variable in environment:
            found[option.name] = _from_text(environment[option.variable], option.default)
    return found


def _in_file(path: Path) -> dict[str, Any]:
    try:
        sections = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return {}  # the server says itself what is wrong with such a file
    return {
        f"{section}.{name}": value
        for section, values in sections.items()
        if isinstance(values, dict)
        for name, value in values.items()
    }


def _from_text(text: str, default: Any) -> Any:
    if isinstance(default, list):
        return [word.strip() for word in text.split(",") if word.strip()]
    return WORDS.get(text.lower(), text)
