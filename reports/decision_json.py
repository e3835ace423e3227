"""A decision as the JSON object of docs/reference/command-line.md."""

from typing import Any

from experiments.decision import Change, Criterion, Decision
from experiments.evaluation import PublishedEvaluation
from governance.disclosure_control import Disclosed
from reports.estimate_json import provenance
from reports.evaluation_json import inputs_sha256, result_json
from reports.json_numbers import interval_json


def decision_json(
    decision: Disclosed[Decision], evaluation: PublishedEvaluation, language: str
) -> dict[str, Any]:
    """The object of `decide`: codes and numbers, the estimate of the primary included."""
    made = decision.value
    estimate = {**result_json(evaluation.primary, language), **provenance(inputs_sha256(evaluation))}
    head: dict[str, Any] = {"pilot": evaluation.pilot}
    if made is None:
        head |= {"verdict": "cannot_tell", "criteria": [], "reasons": ["suppressed"]}
        head |= {"would_change_it": [], "provided": []}
    else:
        head |= {
            "verdict": made.verdict,
            "criteria": [_criterion(one) for one in made.criteria],
            "reasons": list(made.reasons),
            "would_change_it": [_change(one) for one in made.would_change_it],
            "provided": list(made.provided),
        }
    return {
        **head,
        "estimate": estimate,
        "plan_sha256": evaluation.plan_sha256,
        "as_of": evaluation.as_of.isoformat(),
    }


def _criterion(one: Criterion) -> dict[str, Any]:
    return {
        "code": one.code,
        "about": one.about,
        "state": one.state,
        "value": one.value,
        "interval": interval_json(one.interval),
        "threshold": one.threshold,
    }


def _change(one: Change) -> dict[str, Any]:
    return {"code": one.code, "about": one.about, "value": one.value, "leads_to": one.leads_to}
