"""`meetlat quality drift`: whether the ruler itself changed."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from governance.access import LOCAL_OPERATOR
from reports.words_drift import (
    detector_name,
    drift_answer,
    finding_sentence,
    hidden_sentence,
    reason_text,
    remedy_text,
    subject_text,
)
from workflows.auditing import record
from workflows.commands.quality.asking import about_kpis
from workflows.opening import open_workspace
from workflows.options import common, print_json
from workflows.quality.drift import DriftRow, drift
from workflows.quality.scope import Asked


@click.command("drift")
@about_kpis
@common
def show_drift(asked: Asked, workspace: Path, lang: str, as_json: bool) -> None:
    """Whether clocks, units or mixes changed. Example: meetlat quality drift --unit cardiologie"""
    opened = open_workspace(workspace)
    found = drift(LOCAL_OPERATOR, opened, asked)
    record(LOCAL_OPERATOR, opened, "viewed", "quality", asked.unit or "")
    changed = [one for one in found if one.status == "changed"]
    if as_json:
        print_json({"rows": [_row(one, lang) for one in found]})
    else:
        looked = sum(one.status != "unknown" for one in found)
        print(drift_answer(len(changed), looked, lang))
        for one in changed:
            name = detector_name(one.subject.detector, lang)
            print(f"{name}: {subject_text(one.subject)}: {_message(one, lang)}.")
            print(f"  {remedy_text(one.subject.detector, lang)}")


def _message(one: DriftRow, lang: str) -> str:
    shown = one.finding.value
    return finding_sentence(shown, lang) if shown is not None else hidden_sentence(one.since, lang)


def _row(one: DriftRow, lang: str) -> dict[str, Any]:
    row: dict[str, Any] = {
        **asdict(one.subject),
        "status": one.status,
        "since": one.since.isoformat() if one.since is not None else None,
        "reason": one.reason,
    }
    shown = one.finding.value
    if shown is None:
        return row | {"show": one.finding.mark}
    row |= {name: getattr(shown, name) for name in ("weeks", "value", "before", "after", "statistic")}
    if one.status == "changed":
        return row | {"message": _message(one, lang)}
    return row | ({"message": reason_text(one.reason, lang)} if one.reason is not None else {})
