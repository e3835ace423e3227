"""The decision and the evaluation behind it as JSON, the same objects that the command line prints."""

import json

from reports.decision_json import decision_json
from reports.evaluation_json import evaluation_json
from reports.report import Format, PilotReport
from reports.wording import headline


def write(view: PilotReport, lang: str) -> bytes:
    """One object: who and when, the answer in a sentence, `decide` and `evaluate`."""
    content = {
        "pilot": view.pilot.pilot.id,
        "name": view.pilot.pilot.name(lang),
        "language": lang,
        "plan_version": view.pilot.version,
        "data_until": view.data_until.isoformat(),
        "simulated_data": view.is_demo,
        "headline": headline(view, lang),
        "decision": decision_json(view.decision, view.evaluation, lang),
        "evaluation": evaluation_json(view.evaluation, lang),
    }
    return (json.dumps(content, ensure_ascii=False, allow_nan=False, indent=1) + "\n").encode()


FORMAT = Format(suffix="json", media_type="application/json", write=write)
