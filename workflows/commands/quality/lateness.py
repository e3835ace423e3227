"""`meetlat quality lateness`: how late rows come in, and whether the KPIs wait long enough."""

from dataclasses import asdict
from pathlib import Path
from typing import Any, cast, get_args

import click

from core.language.text import N_, Text
from core.period import Every
from governance.access import LOCAL_OPERATOR
from kpis.quality.lateness import Delay
from reports.words_lateness import lateness_sentence, maturity_remedy, maturity_sentence
from workflows.auditing import record
from workflows.commands.quality.asking import about_kpis
from workflows.kpi_versions import every_definition
from workflows.opening import open_workspace
from workflows.options import common, print_json
from workflows.quality.lateness import LatenessRow, LateRows, late_rows
from workflows.quality.scope import Asked


@click.command("lateness")
@about_kpis
@click.option("--every", type=click.Choice(get_args(Every)), default="week", show_default=True)
@common
def show_lateness(asked: Asked, every: str, workspace: Path, lang: str, as_json: bool) -> None:
    """How late rows come in. Example: meetlat quality lateness --kpi letter_24h --json"""
    opened = open_workspace(workspace)
    found = late_rows(LOCAL_OPERATOR, opened, asked, cast(Every, every))
    record(LOCAL_OPERATOR, opened, "viewed", "quality", asked.unit or "")
    if as_json:
        print_json(_values(found, lang))
        return
    for one in found.rows:
        shown = one.lateness.value
        text = lateness_sentence(shown, lang) if shown is not None else one.lateness.mark
        print(f"{one.table:<16} {one.department:<28} {text}")
    known = every_definition(LOCAL_OPERATOR, opened)
    for each in found.maturity:
        if each.too_short:
            print(f"! {maturity_sentence(known[each.kpi], each, lang)} {maturity_remedy(each, lang)}")
    for kpi, periods in found.not_final.items():
        if periods:
            values = {"kpi": kpi, "periods": ", ".join(period.label for period in periods)}
            print(Text(N_("{kpi}: not final yet: {periods}."), values).render(lang))


def _values(found: LateRows, lang: str) -> dict[str, Any]:
    return {
        "rows": [_row(one, lang) for one in found.rows],
        "kpis": [
            {
                "kpi": one.kpi,
                "unit": one.department,
                "declared_days": one.declared,
                "observed_days": one.observed,
                "too_short": one.too_short,
            }
            for one in found.maturity
        ],
        "not_final": {kpi: [period.label for period in periods] for kpi, periods in found.not_final.items()},
    }


def _row(one: LatenessRow, lang: str) -> dict[str, Any]:
    row: dict[str, Any] = {"table": one.table, "unit": one.department}
    shown = one.lateness.value
    if shown is None:
        return row | {"status": "suppressed", "show": one.lateness.mark}
    return row | {
        "status": "unknown" if shown.to_load is None else "value",
        "rows": shown.rows,
        "days_to_load": _delay(shown.to_load),
        "days_overtaken": _delay(shown.overtaken),
        "message": lateness_sentence(shown, lang),
    }


def _delay(found: Delay | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return asdict(found) | {"later": {str(days): rows for days, rows in found.later.items()}}
