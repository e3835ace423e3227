"""`meetlat pilots`: register, show and list the plans of pilots."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from core.issue import Issue
from experiments.pilot import RegisteredPilot
from experiments.plan.canonical import content
from governance.access import LOCAL_OPERATOR
from storage.workspace import Workspace
from workflows import plan
from workflows.baseline import Baseline, baseline, in_words
from workflows.governance.measuring import waiting_for
from workflows.options import common, print_json, say


@click.group("pilots")
def COMMAND() -> None:  # noqa: N802
    """Register, show and list the plans of pilots. Example: meetlat pilots list --json"""


@COMMAND.command("add")
@click.argument("file", type=click.Path(path_type=Path))
@common
def add(file: Path, workspace: Path, lang: str, as_json: bool) -> int:
    """Register the plan in FILE.toml. Example: meetlat pilots add ambient.toml --json"""
    opened = Workspace.open(workspace)
    done, issues = plan.add(LOCAL_OPERATOR, opened, file)
    issues += _waiting(opened, done.pilot.pilot.id)
    for issue in issues:
        say(issue.render(lang))
    if as_json:
        print_json({"status": done.status, **_row(done.pilot), "warnings": _warnings(issues, lang)})
    else:
        print(f"{done.status}  {_line(done.pilot, lang)}")
    return 0


@COMMAND.command("show")
@click.argument("pilot")
@common
def show(pilot: str, workspace: Path, lang: str, as_json: bool) -> int:
    """The registered plan of PILOT. Example: meetlat pilots show ambient-a"""
    opened = Workspace.open(workspace)
    found = plan.show(LOCAL_OPERATOR, opened, pilot)
    before = baseline(LOCAL_OPERATOR, opened, pilot)
    if as_json:
        print_json({**_row(found), "plan": content(found.pilot), "baseline": _baseline(before, lang)})
    else:
        print(f"# {_line(found, lang)}\n# {in_words(before).render(lang)}")
        print(plan.text(LOCAL_OPERATOR, opened, pilot))
    return 0


@COMMAND.command("list")
@common
def list_(workspace: Path, lang: str, as_json: bool) -> int:
    """Every registered pilot. Example: meetlat pilots list --json"""
    found = plan.listed(LOCAL_OPERATOR, Workspace.open(workspace))
    if as_json:
        print_json({"pilots": [_row(one) for one in found]})
    else:
        for one in found:
            print(_line(one, lang))
    return 0


def _waiting(workspace: Workspace, pilot: str) -> tuple[Issue, ...]:
    reason = waiting_for(LOCAL_OPERATOR, workspace, pilot)
    if reason is None:
        return ()
    return (Issue(level="warning", where=pilot, message=reason.message, remedy=reason.remedy),)


def _row(found: RegisteredPilot) -> dict[str, Any]:
    return {
        "pilot": found.pilot.id,
        "name": {"nl": found.pilot.name_nl, "en": found.pilot.name_en},
        "version": found.version,
        "plan_sha256": found.plan_sha256,
        "registered_at": found.registered_at,
    }


def _baseline(found: Baseline, lang: str) -> dict[str, Any]:
    return {**asdict(found), "enough": found.enough, "message": in_words(found).render(lang)}


def _line(found: RegisteredPilot, lang: str) -> str:
    return f"{found.pilot.id}  {found.pilot.name(lang)}  v{found.version}  {found.plan_sha256[:12]}"


def _warnings(issues: tuple[Issue, ...], lang: str) -> list[str]:
    return [issue.render(lang) for issue in issues if issue.level == "warning"]
