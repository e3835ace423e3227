"""Find and read a mapping: a TOML file, one of the hospital's own, or a preset; all its problems at once."""

import tomllib
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from core.errors import InputError, UnknownName
from core.issue import Issue, raise_errors
from core.language.text import N_, Text, Value
from core.rule_in_words import rule
from core.toml_fault import toml_fault
from data_connectors.mapping import FileFormat, Mapping, TableMapping
from data_connectors.mapping_rules import problems
from kpis.toml_lines import Path as Keys
from kpis.toml_lines import index, nearest

PRESETS = Path(__file__).with_name("presets")


def presets(own: Path | None = None) -> dict[str, Path]:
    """Mapping files by name; a hospital's own replaces ours of the same name."""
    folders = (PRESETS,) if own is None else (PRESETS, own)
    return {path.stem: path for folder in folders for path in sorted(folder.glob("*.toml"))}


def load(name: str, own: Path | None = None) -> Mapping:
    """The mapping of a file or preset; raises UnknownName, InputError or DefinitionError."""
    known = presets(own)
    path = Path(name)
    if not path.is_file():
        if path.suffix == ".toml" or "/" in name:
            raise InputError("There is no file '{file}'.", remedy="Check the name of the mapping.", file=name)
        if name not in known:
            raise UnknownName(N_("mapping"), name, known)
        path = known[name]
    try:
        text = path.read_text("utf-8")
    except (UnicodeDecodeError, OSError):
        raise InputError("This file is not UTF-8 text.", where=name, remedy="Save it as UTF-8.") from None
    mapping, issues = read(text, path.name)
    raise_errors(issues, path.name)
    assert mapping is not None  # noqa: S101 - read() gives a mapping or at least one error
    return mapping


def read(text: str, file: str) -> tuple[Mapping | None, tuple[Issue, ...]]:
    """The mapping of a text, or None with every reason why not."""
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return None, (_issue(file, N_("This is not TOML: {error}."), error=toml_fault(error)),)
    lines = index(text)

    def at(path: Keys) -> str:
        return f"{file} line {nearest(lines, path)}"

    try:
        mapping = Mapping.model_validate(found)
    except ValidationError as error:
        return None, tuple(_typing_issues(_by_key(error, found), at))
    broken = tuple(
        _issue(at(problem.path), problem.message, problem.remedy, **problem.values)
        for problem in problems(mapping)
    )
    return (None if broken else mapping), broken


def fingerprint(file: FileFormat, table: TableMapping) -> str:
    """Changes when the mapping would read a file in another way; not when a release adds a setting."""
    content = file.model_dump_json(exclude_defaults=True) + table.model_dump_json(exclude_defaults=True)
    return sha256(content.encode()).hexdigest()


def identity(digest: str, file: FileFormat, table: TableMapping, *, whole: bool) -> str:
    """What the ledger knows a delivery by: its content, how it was read, and whether it was all there is."""
    return sha256(f"{digest} {fingerprint(file, table)}{' whole' if whole else ''}".encode()).hexdigest()


def _by_key(error: ValidationError, found: Any) -> list[Any]:
    """The mistakes by the keys of the file; what may be one of several things is one mistake."""
    kept: dict[Keys, Any] = {}
    for detail in error.errors():
        path = (
            detail["loc"]
            if detail["type"] in ("missing", "extra_forbidden")
            else _there(detail["loc"], found)
        )
        if path not in kept:
            kept[path] = {**detail, "loc": path, "rule": rule(detail)}
        else:
            either = {"one": kept[path]["rule"], "other": rule(detail)}
            kept[path]["rule"] = Text(N_("{one}, or {other}"), either)
    return list(kept.values())


def _there(path: Keys, found: Any) -> Keys:
    """As much of a path as stands in the file: after it come the kinds of value that were tried."""
    for length, key in enumerate(path):
        held = found if isinstance(found, dict) else dict(enumerate(found)) if isinstance(found, list) else {}
        if key not in held:
            return path[:length]
        found = held[key]
    return path


def _typing_issues(details: Sequence[Any], at: Any) -> Iterator[Issue]:
    for detail in details:
        path: Keys = detail["loc"]
        if detail["type"] == "too_short" and _goes_deeper(path, details):
            continue  # pydantic leaves entries with a mistake out of the count
        key = ".".join(str(part) for part in path)
        if detail["type"] == "extra_forbidden":
            yield _issue(at(path), N_("There is no key '{key}'."), key=key)
        elif detail["type"] == "missing":
            yield _issue(at(path), N_("'{key}' is missing."), N_("Add it."), key=key)
        else:
            yield _issue(
                at(path),
                N_("'{key}' cannot be '{value}': {rule}."),
                key=key,
                value=str(detail["input"]),
                rule=detail["rule"],
            )


def _goes_deeper(path: Keys, details: Any) -> bool:
    return any(len(other["loc"]) > len(path) and other["loc"][: len(path)] == path for other in details)


def _issue(where: str, message: str, remedy: str = "", **values: Value) -> Issue:
    return Issue(level="error", message=Text(message, values), where=where, remedy=Text(remedy, values))
