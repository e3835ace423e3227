"""`meetlat kpis copy`, `check` and `certify`: a hospital's own definitions, without a programmer."""

from pathlib import Path

import click

from core.language.text import N_, Text
from governance.access import LOCAL_OPERATOR
from workflows.opening import open_workspace
from workflows.options import common, print_json, say
from workflows.own_kpis import certify, check, copy

_FOUND = {0: N_("No problems."), 1: N_("One problem.")}
FILE = click.Path(path_type=Path, dir_okay=False, exists=True)


@click.command("copy")
@click.argument("kpi")
@click.argument("new_id", required=False)
@common
def copy_kpi(kpi: str, new_id: str | None, workspace: Path, lang: str, as_json: bool) -> None:
    """Copy a definition into the workspace. Example: meetlat kpis copy letter_24h

    Without a new id it is the next version of the same KPI and takes its place.
    """
    path = copy(LOCAL_OPERATOR, open_workspace(workspace), kpi, new_id)
    if as_json:
        print_json({"file": str(path)})
        return
    say(Text(N_("{file} is yours to change."), {"file": str(path)}).render(lang))


@click.command("check")
@click.argument("files", type=FILE, nargs=-1)
@common
def check_kpis(files: tuple[Path, ...], workspace: Path, lang: str, as_json: bool) -> int:
    """List every problem of some files, or of the workspace's definitions. Example: meetlat kpis check"""
    issues = check(LOCAL_OPERATOR, open_workspace(workspace), files)
    if as_json:
        found = [
            {"where": one.where, "message": one.message.render(lang), "remedy": one.remedy.render(lang)}
            for one in issues
        ]
        print_json({"problems": found})
    else:
        for one in issues:
            print(one.render(lang))
        words = _FOUND.get(len(issues), N_("{count} problems."))
        say(Text(words, {"count": len(issues)}).render(lang))
    return 2 if issues else 0


@click.command("certify")
@click.argument("kpi")
@click.option("--by", required=True, help="Who stands for it.")
@common
def certify_kpi(kpi: str, by: str, workspace: Path, lang: str, as_json: bool) -> None:
    """Lock a definition; a change is then a new version. Example: meetlat kpis certify wow8 --by CMIO"""
    found = certify(LOCAL_OPERATOR, open_workspace(workspace), kpi, by)
    if as_json:
        print_json({"key": found.kpi.key, "by": found.certified_by, "at": found.certified_at})
        return
    values = {"key": found.kpi.key, "name": found.certified_by}
    say(Text(N_("{key} is certified by {name}; a change is a new version from now on."), values).render(lang))
