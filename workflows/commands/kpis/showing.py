"""`meetlat kpis show` and `versions`: a definition in plain lines, and what each version of it measures."""

from pathlib import Path
from typing import Any

import click

from core.language.text import N_, Text, Value
from governance.access import LOCAL_OPERATOR
from governance.disclosure_control import Disclosed
from kpis.explanation import DefinitionVersion
from kpis.kpi import Kpi
from kpis.measurements import Measurement
from reports.explanation_json import version_values
from reports.words_definition import definition_lines
from reports.words_explanation import certified_text, day_of
from reports.words_numbers import label, value_text
from workflows.auditing import record
from workflows.commands.kpis.lines import print_lines
from workflows.kpi_versions import MONTHS, SideBySide, definition, every_definition, side_by_side, versions
from workflows.opening import open_workspace
from workflows.options import common, print_json


@click.command("show")
@click.argument("kpi")
@common
def show_kpi(kpi: str, workspace: Path, lang: str, as_json: bool) -> None:
    """Show a definition, or an older version of it. Example: meetlat kpis show note_time_enc@1"""
    opened = open_workspace(workspace)
    found = definition(LOCAL_OPERATOR, opened, kpi)
    lines = definition_lines(found.kpi, every_definition(LOCAL_OPERATOR, opened), lang)
    if as_json:
        plain = [{"name": name, "text": text} for name, text in lines]
        print_json({**version_values(found), "lines": plain})
        return
    print(f"{label(found.kpi, lang)} ({found.kpi.unit[lang]})")
    print(found.kpi.question[lang])
    print(_history_line(found, lang))
    print_lines(lines)


@click.command("versions")
@click.argument("kpi")
@click.option("--unit", help="A department. Default: all.")
@click.option("--months", type=click.IntRange(min=1, max=120), default=MONTHS, show_default=True)
@common
def show_versions(kpi: str, unit: str | None, months: int, workspace: Path, lang: str, as_json: bool) -> None:
    """Every version, and its value of the last months. Example: meetlat kpis versions note_time_enc"""
    opened = open_workspace(workspace)
    found = versions(LOCAL_OPERATOR, opened, kpi)
    rows = side_by_side(LOCAL_OPERATOR, opened, kpi, unit, months)
    record(LOCAL_OPERATOR, opened, "viewed", "department", unit or "", kpi=kpi)
    if as_json:
        known = [version_values(one) for one in found]
        print_json({"versions": known, "months": [_as_values(row) for row in rows]})
        return
    for one in found:
        print(_history_line(one, lang))
    if rows:
        print(" " * 40 + " ".join(f"{one.kpi.key:>26}" for one in found))
    for row in rows:
        cells = [_cell(row.by_version.get(one.kpi.version), one.kpi, lang) for one in found]
        print(f"{row.unit:<28} {row.period.label:<10} " + " ".join(f"{cell:>26}" for cell in cells))


def _history_line(one: DefinitionVersion, lang: str) -> str:
    certified = certified_text(one.certified_by, one.certified_at, lang)
    values: dict[str, Value] = {"key": one.kpi.key, "day": day_of(one.recorded_at), "certified": certified}
    words = (
        N_("{key}, in use here since {day}, certified {certified}")
        if certified
        else N_("{key}, in use here since {day}")
    )
    return Text(words, values).render(lang)


def _cell(found: Disclosed[Measurement] | None, kpi: Kpi, lang: str) -> str:
    if found is None:
        return "–"
    return found.mark or value_text(found.value.value if found.value else None, kpi, lang)


def _as_values(row: SideBySide) -> dict[str, Any]:
    values = {
        str(version): {"value": one.value.value if one.value is not None else None, "show": one.mark}
        for version, one in row.by_version.items()
    }
    return {"unit": row.unit, "period": row.period.label, "values": values}
