"""From checklist files to the checklist: ours, and the items that a hospital adds."""

import tomllib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from re import fullmatch
from typing import Any

from pydantic import TypeAdapter, ValidationError, with_config
from typing_extensions import TypedDict

from core.issue import Issue, raise_errors
from core.language.catalogue import LANGUAGES
from core.language.text import N_, Text, Value
from core.rule_in_words import rule
from core.toml_fault import toml_fault
from governance.checklist.item import EXACT, Checklist, ChecklistItem, Phase, Words

OURS = Path(__file__).with_name("checklist.toml")


@with_config(EXACT)
class ChecklistFile(TypedDict, total=False):
    """What a file may hold."""

    functions: dict[str, Words]
    items: list[ChecklistItem]
    phases: list[Phase]


@cache
def ours() -> Checklist:
    """The checklist as it comes with Meetlat."""
    found, issues = read(OURS.read_text("utf-8"), OURS.name)
    raise_errors(issues, OURS.name)
    return found


def with_own(folder: Path) -> Checklist:
    """Ours, with the items and functions that the files of a folder add.

    Raises DefinitionError that lists every problem of every file.
    """
    known, issues = ours(), list[Issue]()
    for path in sorted(folder.glob("*.toml")):
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            issues.append(_issue(path.name, N_("This file is not UTF-8 text."), N_("Save it as UTF-8.")))
            continue
        added, found = read(text, path.name, known)
        issues += found
        known = Checklist(
            functions=known.functions | added.functions,
            items=(*known.items, *(replace(item, own=True) for item in added.items)),
            phases=known.phases,
        )
    raise_errors(issues, str(folder))
    return known


def read(text: str, file: str, known: Checklist | None = None) -> tuple[Checklist, tuple[Issue, ...]]:
    """The items of a file, and every problem in it; known: what it is added to, None for the first file."""
    nothing = Checklist(functions={}, items=(), phases=())
    try:
        content = TypeAdapter(ChecklistFile).validate_python(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        return nothing, (_issue(file, N_("This is not TOML: {error}."), error=toml_fault(error)),)
    except ValidationError as error:
        return nothing, tuple(_broken(file, detail) for detail in error.errors())
    found = Checklist(
        functions=content.get("functions", {}),
        items=tuple(content.get("items", ())),
        phases=tuple(content.get("phases", ())),
    )
    return found, tuple(_problems(found, file, known or nothing))


def _broken(file: str, detail: Mapping[str, Any]) -> Issue:
    key = ".".join(map(str, detail["loc"]))
    if detail["type"] == "missing":
        return _issue(file, N_("'{key}' is missing."), N_("Add it."), key=key)
    words = N_("'{key}' cannot be '{value}': {rule}.")
    return _issue(file, words, key=key, value=str(detail["input"])[:80], rule=rule(detail))


def _problems(found: Checklist, file: str, known: Checklist) -> Iterator[Issue]:
    functions = {*known.functions, *found.functions}
    ids = Counter(item.id for item in (*known.items, *found.items))
    for name, words in found.functions.items():
        yield from _words(file, name, words)
    if known.phases and found.phases:
        yield _issue(file, N_("The phases are fixed and cannot be added to."), N_("Leave [[phases]] out."))
    for phase in found.phases:
        yield from _words(file, phase.id, phase.title, phase.question, phase.asks)
    for item in found.items:
        yield from _words(file, item.id, item.title, item.asks, item.evidence, item.source)
        yield from _item(item, file, functions)
        if ids[item.id] > 1:
            yield _issue(file, N_("Item '{id}' is there twice."), N_("Choose another id."), id=item.id)


def _item(item: ChecklistItem, file: str, functions: Collection[str]) -> Iterator[Issue]:
    if not fullmatch(r"[a-z][a-z0-9_-]{1,29}", item.id):
        yield _issue(
            file,
            N_("'{id}' cannot be the id of an item."),
            N_("Use 2 to 30 lower-case letters, digits, hyphens and underscores, such as own-01."),
            id=item.id,
        )
    for name in item.signers:
        if name not in functions:
            yield _issue(
                file,
                N_("Item '{id}' is signed by '{name}', which is no function."),
                N_("Add it under [functions], or choose one of: {known}."),
                id=item.id, name=name, known=", ".join(sorted(functions)),
            )  # fmt: skip
    if not item.signers:
        yield _issue(file, N_("Nobody signs item '{id}'."), N_("Name a function under signers."), id=item.id)
    if item.checked_on > date.today():  # noqa: DTZ011 - a day in a file has no zone
        yield _issue(
            file, N_("Item '{id}' was checked on a day to come."), N_("Correct checked_on."), id=item.id
        )


def _words(file: str, id_: str, *found: Words) -> Iterator[Issue]:
    for words in found:
        absent = [language for language in LANGUAGES if not words.get(language, "").strip()]
        if absent:
            yield _issue(
                file,
                N_("'{id}' has a text without the languages: {absent}."),
                N_("Write every text in all languages."),
                id=id_,
                absent=", ".join(absent),
            )
            return


def _issue(file: str, message: str, remedy: str = "", **values: Value) -> Issue:
    return Issue(level="error", message=Text(message, values), where=file, remedy=Text(remedy, values))
