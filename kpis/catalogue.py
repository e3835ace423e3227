"""The KPIs at hand: ours beside this file and a hospital's own, one TOML file each."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from core.errors import UnknownName
from core.issue import Issue, raise_errors
from core.language.text import N_, Text
from kpis.definition import declared_id, read
from kpis.kpi import Kpi

FOLDER = Path(__file__).with_name("catalogue")


def load(own: Path | None = None) -> dict[str, Kpi]:
    """Every KPI by id, in id order; a hospital's own file replaces ours of the same id.

    own: the folder with the hospital's definitions; may be absent. Raises DefinitionError that lists all
    problems of all files at once.
    """
    shipped, mistakes = _folder(FOLDER)
    added, more = _folder(own) if own is not None else ({}, ())
    raise_errors((*mistakes, *more), str(own or FOLDER))
    return dict(sorted((shipped | added).items()))


def check(folder: Path) -> tuple[Issue, ...]:
    """Every problem of the definitions in a folder, all files together; nothing where it is absent."""
    return _folder(folder)[1]


def find(known: dict[str, Kpi], name: str) -> Kpi:
    """The KPI of that id; raises UnknownName with the nearest ids."""
    if name not in known:
        raise UnknownName(N_("KPI"), name, known)
    return known[name]


def duplicates(paths: Iterable[Path]) -> tuple[Issue, ...]:
    """One issue for each file whose id an earlier file has too, whether they are sound or not."""
    first: dict[str, Path] = {}
    issues = []
    for path in paths:
        identifier = _read(path, path.stat().st_mtime_ns).declared
        if identifier and first.setdefault(identifier, path) != path:
            issues.append(_twice(identifier, first[identifier], path))
    return tuple(issues)


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    """What stands in a file: the id that it declares, and its KPI where it is sound."""

    declared: str = ""
    kpi: Kpi | None = None
    issues: tuple[Issue, ...]


def _folder(folder: Path) -> tuple[dict[str, Kpi], tuple[Issue, ...]]:
    found: dict[str, Kpi] = {}
    paths = sorted(folder.glob("*.toml"))
    issues: list[Issue] = []
    for path in paths:
        file = _read(path, path.stat().st_mtime_ns)
        issues += file.issues
        if file.kpi is None or file.kpi.id in found:
            continue
        if file.kpi.id != path.stem:
            issues.append(_misnamed(file.kpi.id, path))
        found[file.kpi.id] = file.kpi
    return found, (*issues, *duplicates(paths))


@cache
def _read(path: Path, _changed_at: int) -> _File:
    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError:
        broken = Issue(
            level="error",
            message=Text(N_("This file is not UTF-8 text.")),
            where=path.name,
            remedy=Text(N_("Save it as UTF-8.")),
        )
        return _File(issues=(broken,))
    kpi, issues = read(text, path.name)
    return _File(declared=kpi.id if kpi is not None else declared_id(text), kpi=kpi, issues=issues)


def _misnamed(identifier: str, path: Path) -> Issue:
    return Issue(
        level="error",
        message=Text(
            N_("The file is called '{file}' but its KPI is '{kpi}'."), {"file": path.name, "kpi": identifier}
        ),
        where=path.name,
        remedy=Text(N_("Name the file after the id.")),
    )


def _twice(identifier: str, first: Path, second: Path) -> Issue:
    return Issue(
        level="error",
        message=Text(
            N_("'{first}' and '{second}' both define KPI '{kpi}'."),
            {"first": first.name, "second": second.name, "kpi": identifier},
        ),
        where=second.name,
        remedy=Text(N_("Keep one of them, or give the other an id of its own.")),
    )
