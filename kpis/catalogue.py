"""The KPIs at hand: ours beside this file and a hospital's own, one TOML file each."""

from functools import cache
from pathlib import Path

from core.errors import UnknownName
from core.issue import Issue, raise_errors
from core.language.text import N_, Text
from kpis.definition import read
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


def _folder(folder: Path) -> tuple[dict[str, Kpi], tuple[Issue, ...]]:
    found: dict[str, tuple[Kpi, Path]] = {}
    issues: list[Issue] = []
    for path in sorted(folder.glob("*.toml")):
        kpi, problems = _read(path, path.stat().st_mtime_ns)
        issues += problems
        if kpi is None:
            continue
        if kpi.id in found:
            issues.append(_twice(kpi.id, found[kpi.id][1], path))
        elif kpi.id != path.stem:
            issues.append(_misnamed(kpi.id, path))
        found.setdefault(kpi.id, (kpi, path))
    return {id_: kpi for id_, (kpi, _) in found.items()}, tuple(issues)


@cache
def _read(path: Path, _changed_at: int) -> tuple[Kpi | None, tuple[Issue, ...]]:
    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError:
        return None, (
            Issue(
                level="error",
                message=Text(N_("This file is not UTF-8 text.")),
                where=path.name,
                remedy=Text(N_("Save it as UTF-8.")),
            ),
        )
    return read(text, path.name)


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
