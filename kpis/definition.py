"""One KPI file: TOML text to a typed `Kpi`, with every problem found in one pass."""

import tomllib
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Protocol

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from core.issue import Issue
from core.language.catalogue import LANGUAGES
from core.language.text import N_, Text, Value
from core.rule_in_words import rule
from core.toml_fault import toml_fault
from kpis.kpi import Cap, Counts, Exclusion, Expected, Filter, Group, Kpi, MinimumCell, Quantity, Staff
from kpis.rules import problems
from kpis.rules_values import Problem
from kpis.toml_lines import Path, index, nearest

_ADAPTER = TypeAdapter(Kpi)


def read(text: str, file: str) -> tuple[Kpi | None, tuple[Issue, ...]]:
    """The KPI of a file, or None with the reasons; a KPI may come with warnings."""
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return None, (_issue(file, N_("This is not TOML: {error}."), error=toml_fault(error)),)
    lines = index(text)

    def at(path: Path, message: str, remedy: str = "", **values: Value) -> Issue:
        return _issue(f"{file} line {nearest(lines, _as_written(path))}", message, remedy, **values)

    shaped = _nest_exclusions(found)
    unknown = [
        at(path, N_("There is no key '{key}'."), N_("Known: {known}."), key=str(path[-1]), known=known)
        for path, known in _unknown_keys(shaped, Kpi, ())
    ]
    keys = {key: shaped[key] for key in shaped if key in _KPI_KEYS}
    kpi, mistyped = _typed(keys)
    broken = problems(kpi) if kpi is not None else _of_the_rest(keys, mistyped)
    issues = (
        *unknown,
        *(_typing_issue(at, detail) for detail in mistyped),
        *(at(problem.path, problem.message, problem.remedy, **problem.values) for problem in broken),
    )
    return (None if issues else kpi), issues


def declared_id(text: str) -> str:
    """The id that a text gives itself, sound or not; empty where it gives none."""
    try:
        return str(tomllib.loads(text).get("id", ""))
    except tomllib.TOMLDecodeError:
        return ""


def _typed(keys: Mapping[str, Any]) -> tuple[Kpi | None, list[ErrorDetails]]:
    try:
        return _ADAPTER.validate_python(keys), []
    except ValidationError as error:
        return None, error.errors()


def _of_the_rest(keys: Mapping[str, Any], mistyped: list[ErrorDetails]) -> tuple[Problem, ...]:
    """Rules that the other keys break, as if a sound text stood where the mistyped ones are."""
    wrong = {str(detail["loc"][0]) for detail in mistyped}
    kpi, still = _typed({key: keys[key] for key in keys if key not in wrong} | _stand_ins(keys, wrong))
    if kpi is None or still:
        return ()
    return tuple(problem for problem in problems(kpi) if not _rests_on(problem, wrong))


def _stand_ins(keys: Mapping[str, Any], wrong: set[str]) -> dict[str, Any]:
    """Something of the right type for every obligatory key that is missing or mistyped."""
    sides = [keys[name] for name in ("numerator", "denominator") if name in keys and name not in wrong]
    table = next((side["table"] for side in sides), "Encounter")
    return {
        key: value
        for key, value in (
            _SOUND
            | {
                "numerator": {"table": table},
                "denominator": {"table": table},
            }
        ).items()
        if key in wrong
    }


def _rests_on(problem: Problem, wrong: set[str]) -> bool:
    """Whether a problem may come from a stand-in; on the statistic many rules depend."""
    about = {*problem.path[:1], problem.values.get("key")}
    return bool(about & wrong) or ("statistic" in wrong and "statistic" in problem.values)


def _issue(where: str, message: str, remedy: str = "", **values: Value) -> Issue:
    return Issue(level="error", message=Text(message, values), where=where, remedy=Text(remedy, values))


def _nest_exclusions(found: dict[str, Any]) -> dict[str, Any]:
    entries = found.get("exclusions", ())
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        return {"exclusions": (), "plausible": None, "target": None, **found}
    nested = [
        {
            **({"reason": entry["reason"]} if "reason" in entry else {}),
            "where": {key: value for key, value in entry.items() if key != "reason"},
        }
        for entry in entries
    ]
    return {"plausible": None, "target": None, **found, "exclusions": nested}


def _as_written(path: Path) -> Path:
    """The place in the file: there the filter of an exclusion stands beside its reason."""
    return tuple(part for part in path if not (path[0] == "exclusions" and part == "where"))


_PARTS: Mapping[str, type] = {
    "numerator": Quantity,
    "denominator": Quantity,
    "exclusions": Exclusion,
    "where": Filter,
    "against": Filter,
    "cap": Cap,
    "minimum_cell": MinimumCell,
    "expected": Expected,
    "group": Group,
    "counts": Counts,
    "staff": Staff,
}


def _unknown_keys(content: Any, shape: type, path: Path) -> list[tuple[Path, str]]:
    if isinstance(content, list | tuple):
        return [hit for i, entry in enumerate(content) for hit in _unknown_keys(entry, shape, (*path, i))]
    if not isinstance(content, dict) or not is_dataclass(shape):
        return []
    known = [field.name for field in fields(shape)]
    found = [((*path, key), ", ".join(known)) for key in content if key not in known]
    for key, part in _PARTS.items():
        if key in content:
            found += _unknown_keys(content[key], part, (*path, key))
    return found


_SOUND: dict[str, Any] = {
    "id": "id",
    "version": 1,
    "label": dict.fromkeys(LANGUAGES, "x"),
    "question": dict.fromkeys(LANGUAGES, "x"),
    "unit": dict.fromkeys(LANGUAGES, "x"),
    "direction": "neutral",
    "statistic": "ratio",
    "missing": "exclude",
    "exclusions": (),
    "plausible": None,
    "smallest_change": 1.0,
    "smallest_change_scale": "absolute",
    "smallest_change_source": "x",
    "digits": 1,
    "display_scale": 1.0,
    "target": None,
    "owner": "x",
    "source": "x",
}


class _At(Protocol):
    def __call__(self, path: Path, message: str, remedy: str = "", **values: Value) -> Issue: ...


def _typing_issue(at: _At, detail: ErrorDetails) -> Issue:
    path = tuple(part for part in detail["loc"] if part in _KEYS or isinstance(part, int))
    key = ".".join(str(part) for part in _as_written(path))
    if detail["type"].startswith("missing"):
        return at(path, N_("'{key}' is missing."), N_("Add it."), key=key)
    value = str(detail["input"])
    if detail["type"] == "literal_error":
        allowed = detail["ctx"]["expected"].replace(" or ", ", ")
        message, remedy = (
            _WHY_NOT.get(key, N_("'{key}' cannot be '{value}'.")),
            N_("Choose one of: {allowed}."),
        )
        return at(path, message, remedy, key=key, value=value, allowed=allowed)
    if detail["type"] in ("dataclass_type", "dict_type"):
        return at(
            path,
            N_("'{key}' cannot be '{value}': it has settings of its own."),
            N_("Write [{key}] on a line of its own, and its settings below it."),
            key=key,
            value=value,
        )
    return at(path, N_("'{key}' cannot be '{value}': {rule}."), key=key, value=value, rule=rule(detail))


_WHY_NOT = {
    "cap.computed_from": N_(
        "'{key}' cannot be '{value}': a cap taken from the period that is judged moves with the effect and "
        "can hide it."
    ),
}

_KPI_KEYS = {field.name for field in fields(Kpi)}
_KEYS = _KPI_KEYS | {field.name for shape in set(_PARTS.values()) for field in fields(shape)}
