"""`meetlat quality agreement`: how far raters of the same texts agree."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from governance.access import LOCAL_OPERATOR
from kpis.quality.rater_agreement import ItemAgreement
from reports.words_use import agreement_answer, item_name, item_text
from workflows.auditing import record
from workflows.commands.quality.asking import about_departments
from workflows.opening import open_workspace
from workflows.options import EXIT_SET_ASIDE, common, print_json
from workflows.quality.agreement import agreement
from workflows.quality.scope import Asked


@click.command("agreement")
@about_departments
@common
def show_agreement(asked: Asked, workspace: Path, lang: str, as_json: bool) -> int:
    """How far raters agree. Example: meetlat quality agreement --from 2026-01-01 --json

    Exit code 3 where no text was judged by two raters.
    """
    opened = open_workspace(workspace)
    found = agreement(LOCAL_OPERATOR, opened, asked)
    record(LOCAL_OPERATOR, opened, "viewed", "quality", asked.unit or "")
    shown = found.value
    if as_json:
        values: dict[str, Any] = {"status": "suppressed", "show": found.mark}
        if shown is not None:
            values = {
                "status": "value" if shown.texts else "no_data",
                "texts": shown.texts,
                "raters": shown.raters,
                "items": [_item(one) for one in shown.items],
            }
        print_json(values)
    elif shown is None:
        print(found.mark)
    else:
        print(agreement_answer(shown.texts, shown.raters, lang))
        for one in shown.items:
            print(f"{item_name(one.item, lang):<32} {item_text(one, lang)}")
    return EXIT_SET_ASIDE if shown is not None and not shown.texts else 0


def _item(one: ItemAgreement) -> dict[str, Any]:
    return asdict(one)
