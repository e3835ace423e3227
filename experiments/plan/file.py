"""A plan's text to its content: what is not TOML or not of the right shape becomes issues with a line."""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from core.issue import Issue, Level
from core.language.text import N_, Text, Value
from core.rule_in_words import rule
from core.toml_fault import toml_fault
from experiments.plan.table import PlanTable
from kpis.toml_lines import Path, index, nearest

_ADAPTER: TypeAdapter[PlanTable] = TypeAdapter(PlanTable)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where in which file something stands."""

    file: str
    lines: Mapping[Path, int]

    def issue(
        self, path: Path, message: str, remedy: str = "", *, level: Level = "error", **values: Value
    ) -> Issue:
        """A problem at a path, with its line."""
        where = f"{self.file} line {nearest(dict(self.lines), path)}"
        return Issue(level=level, message=Text(message, values), where=where, remedy=Text(remedy, values))

    def unknown(self, path: Path, message: str, name: str, known: Collection[str]) -> Issue:
        """A name that does not exist; offers the nearest names that do. `message` holds {name}."""
        near = get_close_matches(name, known, n=3) or sorted(known)[:8]
        return self.issue(path, message, N_("Known: {near}."), name=name, near=", ".join(near))


def shape(text: str, file: str) -> tuple[PlanTable | None, Place, tuple[Issue, ...]]:
    """The file's content where its keys and types are right, else None with every problem."""
    place = Place(file=file, lines=index(text))
    try:
        return _ADAPTER.validate_python(tomllib.loads(text)), place, ()
    except tomllib.TOMLDecodeError as error:
        issue = Issue(
            level="error",
            message=Text(N_("This is not TOML: {error}."), {"error": toml_fault(error)}),
            where=file,
        )
        return None, place, (issue,)
    except ValidationError as error:
        return None, place, tuple(_typing_issue(place, detail) for detail in error.errors())


def _typing_issue(place: Place, detail: ErrorDetails) -> Issue:
    path: Path = detail["loc"]
    key, value = ".".join(str(part) for part in path), str(detail["input"])
    if detail["type"] == "missing":
        return place.issue(path, N_("'{key}' is missing."), N_("Add it."), key=key)
    if detail["type"] == "extra_forbidden":
        return place.issue(path, N_("There is no key '{key}' in a plan."), N_("Leave it out."), key=key)
    if detail["type"] == "literal_error":
        return place.issue(
            path,
            N_("'{key}' cannot be '{value}'."),
            N_("Choose one of: {allowed}."),
            key=key,
            value=value,
            allowed=detail["ctx"]["expected"],
        )
    return place.issue(
        path, N_("'{key}' cannot be '{value}': {rule}."), key=key, value=value, rule=rule(detail)
    )
