"""`meetlat rebase ...`: let the limits of a KPI's chart start anew, with a reason that stays on record."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import click

from core.language.text import N_, Text
from experiments.monitoring.rebase import Rebase
from governance.access import LOCAL_OPERATOR
from reports.kpi_chart_json import rebase_json
from reports.words_rebase import rebase_sentence
from workflows.opening import open_workspace
from workflows.options import common, print_json, say
from workflows.rebase import listed, rebase, withdraw

DAY = click.DateTime(["%Y-%m-%d"])


@click.group("rebase")
def COMMAND() -> None:  # noqa: N802
    """Where limits of a chart start anew. Example: meetlat rebase list"""


@COMMAND.command("add")
@click.option("--kpi", required=True, help="A KPI.")
@click.option("--unit", required=True, help="A department.")
@click.option("--day", required=True, type=DAY, help="A day in the first period of the new limits.")
@click.option("--reason", required=True, help="What changed in the work, and who knows of it.")
@common
def add(kpi: str, unit: str, day: datetime, reason: str, workspace: Path, lang: str, as_json: bool) -> None:
    """Start new limits. Example: meetlat rebase add --kpi note_time_enc --unit cardiologie
    --day 2026-03-02 --reason "new template since 2 March, decided by the records committee"
    """
    _print([rebase(LOCAL_OPERATOR, open_workspace(workspace), kpi, unit, day.date(), reason)], lang, as_json)


@COMMAND.command("list")
@common
def show(workspace: Path, lang: str, as_json: bool) -> None:
    """List every rebase, withdrawn ones too. Example: meetlat rebase list --json"""
    found = listed(LOCAL_OPERATOR, open_workspace(workspace))
    _print(found, lang, as_json)
    if not found and not as_json:
        say(Text(N_("There are no rebases.")).render(lang))


@COMMAND.command("withdraw")
@click.argument("number", type=int)
@common
def take_back(number: int, workspace: Path, lang: str, as_json: bool) -> None:
    """Withdraw one by its number; it stays on record. Example: meetlat rebase withdraw 3"""
    _print([withdraw(LOCAL_OPERATOR, open_workspace(workspace), number)], lang, as_json)


def _print(found: Iterable[Rebase], lang: str, as_json: bool) -> None:
    if as_json:
        print_json({"rebases": [rebase_json(one) for one in found]})
        return
    for one in found:
        gone = Text(N_("withdrawn")).render(lang) if one.withdrawn_at else ""
        line = f"{one.id}  {one.kpi} · {one.department}  {rebase_sentence(one, lang)}"
        print(f"{line} [{gone}]" if gone else line)
