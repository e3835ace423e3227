"""`meetlat sources`: what can be read, the mappings at hand, and how the configured sources are."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from core.language.catalogue import translate
from core.language.text import N_, Text
from data_connectors.mapping_file import load, presets
from governance.access import LOCAL_OPERATOR
from workflows import configured_sources
from workflows.intake_run import connectors
from workflows.opening import open_workspace
from workflows.options import EXIT_SET_ASIDE, common, print_json
from workflows.source_checks import Freshness, SourceCheck, check, in_words


@click.group("sources")
def COMMAND() -> None:  # noqa: N802
    """Kinds of sources, and mappings for known systems. Example: meetlat sources list --json"""


@COMMAND.command("list")
@common
def listed(workspace: Path, lang: str, as_json: bool) -> None:
    """Print kinds of sources and mappings. Example: meetlat sources list --json"""
    opened = open_workspace(workspace)
    own = opened.root / "mappings"
    kinds = [
        {"name": name, "suffixes": kind.suffixes, "description": translate(kind.description, lang)}
        for name, kind in connectors().items()
    ]
    mappings = [
        {"name": name, "tables": [table.name for table in found.table], "description": found.description}
        for name, found in ((name, load(name, own)) for name in presets(own))
    ]
    if as_json:
        print_json({"sources": kinds, "mappings": mappings, "configured": configured_sources.names(opened)})
        return
    for entry in (*kinds, *mappings):
        print(f"{entry['name']:<24} {entry['description']}")


@COMMAND.command("check")
@click.argument("sources", nargs=-1)
@click.option("--accept", is_flag=True, help="Take the columns as they are now for the ones to compare with.")
@common
def checked(sources: tuple[str, ...], accept: bool, workspace: Path, lang: str, as_json: bool) -> int:
    """Can each source be reached, what may it read, what changed? Example: meetlat sources check --json"""
    found = check(LOCAL_OPERATOR, open_workspace(workspace), sources, accept=accept)
    if as_json:
        print_json({"sources": [_as_json(one, lang) for one in found]})
    else:
        for one in found:
            print("\n".join(_lines(one, lang)))
    return 0 if all(one.sound for one in found) else EXIT_SET_ASIDE


def _as_json(found: SourceCheck, lang: str) -> dict[str, Any]:
    return {
        "source": found.source,
        "kind": found.kind,
        "sound": found.sound,
        "message": found.error.render(lang) if found.error else None,
        "findings": [
            {
                "subject": one.subject,
                "state": one.state,
                "message": one.message.render(lang) if one.message else None,
                "columns": dict(one.columns),
            }
            for one in found.findings
        ],
        "changes": [asdict(one) for one in found.changes],
        "freshness": None if found.freshness is None else _freshness(found.freshness),
    }


def _freshness(found: Freshness) -> dict[str, Any]:
    moment = found.last_done.isoformat() if found.last_done else None
    return {**asdict(found), "last_done": moment}


def _lines(found: SourceCheck, lang: str) -> list[str]:
    lines = [Text(SOUND if found.sound else UNSOUND, {"source": found.source}).render(lang)]
    if found.freshness is not None:
        lines.append(f"  {in_words(found.freshness).render(lang)}")
    if found.error is not None:
        lines.append(f"  {found.error.render(lang)}")
    lines += [
        f"  {one.subject}: {one.message.render(lang) if one.message else one.state}" for one in found.findings
    ]
    lines += [f"  {Text(CHANGES[one.change], asdict(one)).render(lang)}" for one in found.changes]
    return lines


SOUND, UNSOUND = N_("{source}: in order"), N_("{source}: needs attention")
CHANGES = {
    "added": N_("column '{column}' of {subject} is new"),
    "removed": N_("column '{column}' of {subject} is gone"),
    "retyped": N_("column '{column}' of {subject} was {before} and is now {now}"),
    "new_table": N_("table {subject} is new"),
    "gone_table": N_("table {subject} is gone"),
}
