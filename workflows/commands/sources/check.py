"""`meetlat sources check`: can each source be reached, what may it read, what changed in it?"""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from core.errors import beside
from core.language.text import N_, Text
from data_connectors.pulling import Finding
from governance.access import LOCAL_OPERATOR
from workflows.configured_sources import no_sources
from workflows.opening import open_workspace
from workflows.options import EXIT_SET_ASIDE, common, print_json, say
from workflows.source_checks import Freshness, SourceCheck, check, in_words


@click.command("check")
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
    if not found:
        say(no_sources(workspace).render(lang))
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
                "rows": one.rows,
                "rows_are": one.rows_are,
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
        if found.freshness.last_state == "failed":
            lines.append(f"  {Text(N_('The last run failed.')).render(lang)}")
    if found.error is not None:
        lines.append(f"  {found.error.render(lang)}")
    lines += [f"  {_finding(one, lang)}" for one in found.findings]
    lines += [f"  {Text(CHANGES[one.change], asdict(one)).render(lang)}" for one in found.changes]
    return lines


def _finding(found: Finding, lang: str) -> str:
    told = beside(found.subject, found.message, lang) if found.message else f"{found.subject}: {found.state}"
    if found.rows is None:
        return told
    return f"{told} {Text(ROWS[found.rows_are], {'rows': found.rows}).render(lang)}"


ROWS = {
    "counted": N_("It holds {rows:.0} rows (counted)."),
    "estimated": N_("It holds about {rows:.0} rows (the database's own estimate)."),
}
SOUND, UNSOUND = N_("{source}: in order"), N_("{source}: needs attention")
CHANGES = {
    "added": N_("column '{column}' of {subject} is new"),
    "removed": N_("column '{column}' of {subject} is gone"),
    "retyped": N_("column '{column}' of {subject} was {before} and is now {now}"),
    "new_table": N_("table {subject} is new"),
    "gone_table": N_("table {subject} is gone"),
}
