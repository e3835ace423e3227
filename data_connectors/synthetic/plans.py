"""The demo's pilots as their plans say: where and when they start, and what they are compared with."""

import tomllib
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

PILOTS = ("ambient-a", "ambient-b", "letters", "drafts", "template")


def plan_text(pilot: str) -> str:
    """The plan of a demo pilot as TOML."""
    return files(__package__).joinpath("pilots", f"{pilot}.toml").read_text("utf-8")


@cache
def plan(pilot: str) -> dict[str, Any]:
    """The plan of a demo pilot, read."""
    return tomllib.loads(plan_text(pilot))


def starts(pilot: str) -> dict[str, date]:
    """First day of the tool per department."""
    return dict(plan(pilot)["starts"])
