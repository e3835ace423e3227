"""Options that every command has, and the one way it prints JSON."""

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from core.language.catalogue import LANGUAGES

F = TypeVar("F", bound=Callable[..., Any])

DAY = click.DateTime(["%Y-%m-%d"])
"""A day on the command line."""

EXIT_SET_ASIDE = 3
"""Exit code of a command that finished but set something aside, or could not estimate."""


def common(function: F) -> F:
    """Add --workspace, --lang and --json (as `workspace: Path`, `lang: str`, `as_json: bool`)."""
    for option in (
        click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else."),
        click.option(
            "--lang", type=click.Choice(LANGUAGES), default="en", show_default=True, envvar="MEETLAT_LANG"
        ),
        click.option(
            "--workspace",
            type=click.Path(path_type=Path),
            default=Path("workspace"),
            show_default=True,
            envvar="MEETLAT_WORKSPACE",
            help="The folder that holds state, facts and cube.",
        ),
    ):
        function = option(function)
    return function


def print_json(content: Mapping[str, Any]) -> None:
    """One JSON object on standard output; NaN and infinity are refused, missing is null."""
    json.dump(content, sys.stdout, ensure_ascii=False, allow_nan=False, indent=1)
    sys.stdout.write("\n")


def say(line: str) -> None:
    """Progress and messages go to standard error."""
    print(line, file=sys.stderr)
