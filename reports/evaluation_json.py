"""A published evaluation as the JSON object of docs/reference/command-line.md."""

import hashlib
from math import isnan
from typing import Any

from experiments.estimate import Estimate
from experiments.evaluation import KpiResult, PublishedEvaluation, PublishedResult
from reports.estimate_json import estimate_json, provenance
from reports.robustness_json import robustness_json


def evaluation_json(evaluation: PublishedEvaluation, language: str) -> dict[str, Any]:
    """The object of `evaluate`; a suppressed result holds no number but its thresholds."""
    return {
        "pilot": evaluation.pilot,
        "as_of": evaluation.as_of.isoformat(),
        "plan_sha256": evaluation.plan_sha256,
        "cube_version": evaluation.cube_version,
        "estimates": [
            {
                "kpi": one.kpi,
                "role": one.role,
                "threshold": one.threshold,
                **result_json(one, language),
                **provenance(inputs_sha256(evaluation)),
            }
            for one in evaluation.results
        ],
    }


def result_json(one: PublishedResult, language: str) -> dict[str, Any]:
    """One result: estimated, not_estimable, measured (use) or suppressed."""
    result = one.result.value
    if result is None:
        return {"status": "suppressed", "scale": one.scale, "shown_as": one.result.mark}
    beside = {
        "kpi_version": result.kpi_version,
        "n": result.n,
        "excluded": {**result.excluded, **dict.fromkeys(one.result.few)},
        **({"excluded_shown_as": one.result.few_mark} if one.result.few else {}),
        "completeness": None if isnan(result.completeness) else result.completeness,
        "patients": result.patients,
        "staff": result.staff,
    }
    if result.result is None:
        return {**_use(result), **beside}
    found = estimate_json(result.result, language)
    found["details"] |= robustness_json(result.robustness, language)
    return {
        **found,
        **beside,
        "encounter_average": result.encounter_average,
    }


def _use(result: KpiResult) -> dict[str, Any]:
    if result.use_value is None:
        return {"status": "no_data", "scale": result.scale}
    return {"status": "measured", "scale": result.scale, "value": result.use_value}


def anything_missing(evaluation: PublishedEvaluation) -> bool:
    """Whether a result was suppressed or could not be estimated."""
    return any(_missing(one.result.value) for one in evaluation.results)


def _missing(result: KpiResult | None) -> bool:
    if result is None:
        return True
    if result.role == "use":
        return result.use_value is None
    return not isinstance(result.result, Estimate)


def inputs_sha256(evaluation: PublishedEvaluation) -> str:
    """Fingerprint of what went in: the plan and the version of the cube."""
    content = f"{evaluation.plan_sha256}\n{evaluation.cube_version}\n{evaluation.as_of.isoformat()}"
    return hashlib.sha256(content.encode()).hexdigest()
