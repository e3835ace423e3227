"""Dutch school vacations by region, in which clinics hold fewer sessions; vacations.toml has the dates."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

Region = Literal["noord", "midden", "zuid"]

_FILE = Path(__file__).with_name("vacations.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Vacation:
    """A school vacation in a region: its name per language, its first and last day, both included."""

    school_year: str
    name: dict[str, str]
    first: date
    last: date


def vacations(region: Region) -> tuple[Vacation, ...]:
    """The vacations of a region of which the dates are verified, in order."""
    found = (_vacation(row) for row in _file()["vacation"] if region in row["regions"])
    return tuple(sorted(found, key=lambda one: one.first))


def is_school_vacation(day: date, region: Region) -> bool | None:
    """Whether a day is in a school vacation of a region; None where that is not known.

    Not known are days outside the school years of the file, and days on which its sources differ.
    """
    if any(one.first <= day <= one.last for one in vacations(region)):
        return True
    contents = _file()
    unsure = (row for row in contents["not_verified"] if region in row["regions"])
    listed = contents["listed"]["first"] <= day <= contents["listed"]["last"]
    return False if listed and not any(row["first"] <= day <= row["last"] for row in unsure) else None


def _vacation(row: dict[str, Any]) -> Vacation:
    return Vacation(
        school_year=row["school_year"],
        name={"nl": row["nl"], "en": row["en"]},
        first=row["first"],
        last=row["last"],
    )


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text("utf-8"))
