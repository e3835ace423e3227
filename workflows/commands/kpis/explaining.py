"""`meetlat kpis explain`: from a number to its definition, its rows and its files."""

from pathlib import Path

import click

from core.period import parse
from governance.access import LOCAL_OPERATOR
from kpis.statement_text import DATABASES
from reports.explanation_json import as_values
from reports.words_definition import definition_lines
from reports.words_explanation import answer, number_lines, origin_lines
from workflows.auditing import record
from workflows.commands.kpis.lines import print_lines
from workflows.explain import explain
from workflows.opening import open_workspace
from workflows.options import common, print_json


@click.command("explain")
@click.argument("kpi")
@click.option("--unit", required=True, help="A department.")
@click.option("--period", required=True, help="2026-03-02, 2026-W10 or 2026-03.")
@click.option("--sql", type=click.Choice(DATABASES), help="Print the statements that count it as well.")
@common
def explain_number(
    kpi: str, unit: str, period: str, sql: str | None, workspace: Path, lang: str, as_json: bool
) -> None:
    """Explain a number. Example: meetlat kpis explain letter_24h --unit cardiologie --period 2026-W10"""
    opened = open_workspace(workspace)
    found = explain(LOCAL_OPERATOR, opened, kpi, unit, parse(period))
    record(LOCAL_OPERATOR, opened, "viewed", "department", unit, kpi=found.kpi.key)
    if as_json:
        print_json(as_values(found, lang))
        return
    print(answer(found, lang))
    for lines in (number_lines(found, lang), origin_lines(found, lang)):
        if lines:
            print()
            print_lines(lines)
    print(f"\n{found.kpi.question[lang]}")
    print_lines(definition_lines(found.kpi, found.related, lang))
    for database in DATABASES:
        if database == sql:
            print("\n" + ";\n\n".join(found.statements[database]) + ";")
