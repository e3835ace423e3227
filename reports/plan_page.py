"""The page docs/reference/plan.md: every key of a plan, with its type, its default and what it is for."""

from collections.abc import Iterator
from dataclasses import MISSING, Field, fields
from datetime import date
from types import GenericAlias
from typing import Any, Literal, get_args, get_origin, get_type_hints

from typing_extensions import is_typeddict

from experiments.pilot import Extension, Pilot
from experiments.plan.table import PlanTable
from reports.plan_keys import MEANINGS, TITLES

HEAD = """# A plan
What `meetlat pilots add FILE.toml` reads, printed from `experiments/plan`. A plan is locked with a
fingerprint when it is added; a changed plan is a new version. The keys at the top of the file come before
its first `[table]`. A key with neither a default nor "optional" must be there."""
NAMES: dict[Any, str] = {str: "text", int: "whole number", float: "number", date: "date"}


def page(example: str) -> str:
    """The page; example: a plan in TOML."""
    return "\n".join([HEAD, *_tables(), "\n## An example", "```toml", example.strip(), "```"])


def tables(of: Any = PlanTable, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every table of a plan below its path, the top one first: "", "primary", "guardrails[]", ..."""
    yield path, of
    for key, kind in get_type_hints(of).items():
        inner, mark = _inner(kind)
        if is_typeddict(inner):
            yield from tables(inner, key + mark)


def _inner(kind: Any) -> tuple[Any, str]:
    """What a list or a table of names holds, and how its path shows that."""
    if get_origin(kind) is list:
        return get_args(kind)[0], "[]"
    if get_origin(kind) is dict:
        return get_args(kind)[1], "{}"
    return kind, ""


def _tables() -> Iterator[str]:
    for path, table in tables():
        yield f"\n## {TITLES[path]}"
        yield "| key | type | default | what |\n|---|---|---|---|"
        for key, kind in get_type_hints(table).items():
            default = "" if key in table.__required_keys__ else _default(path, key)
            yield f"| `{key}` | {_type(kind)} | {default} | {MEANINGS[path, key]} |"


def _type(kind: Any) -> str:
    inner, mark = _inner(kind)
    if is_typeddict(inner):
        return "table" + {"": "", "[]": "s", "{}": " by id"}[mark]
    if isinstance(kind, GenericAlias):
        return {"[]": "list of ", "{}": "by department a "}[mark] + _type(inner)
    if get_origin(kind) is Literal:
        return ", ".join(f"`{value}`" for value in get_args(kind))
    return NAMES[kind]


def _default(path: str, key: str) -> str:
    """That of the pilot that is made; "optional" where there is none."""
    owner: dict[str, type[Any]] = {"": Pilot, "extension": Extension}
    known: dict[str, Field[Any]] = {one.name: one for one in fields(owner[path])} if path in owner else {}
    default = known[key].default if key in known else MISSING
    if default is MISSING or default is None or not isinstance(default, str | int | float):
        return "optional"
    return f"`{default}`"
