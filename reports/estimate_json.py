"""One result as the JSON object of docs/reference/command-line.md; sentences in the reader's language."""

from collections.abc import Mapping
from dataclasses import asdict
from importlib.metadata import version
from platform import python_version
from typing import Any

from core.version import VERSION
from experiments.estimate import (
    Alternative,
    CheckResult,
    Coverage,
    EventTime,
    NotEstimable,
    Reason,
    Result,
)
from experiments.evidence_grade import EvidenceGrade, evidence_grade
from experiments.options import Options
from reports.details_json import details_json, sensitivity_json
from reports.json_numbers import finite, interval_json
from reports.subgroups import subgroups_json

SOFTWARE = ("numpy", "scipy", "statsmodels", "duckdb")


def estimate_json(result: Result, language: str) -> dict[str, Any]:
    """The object of an estimate, or of a refusal (which holds no effect, interval or p-value)."""
    if isinstance(result, NotEstimable):
        return _not_estimable(result, language)
    return {
        "status": "estimated",
        "estimand": result.estimand,
        "design": result.design,
        "inference": result.inference,
        "scale": result.scale,
        "effect": result.effect,
        "standard_error": result.standard_error,
        "interval": interval_json(result.interval),
        "level": result.level,
        "p_value": result.p_value,
        "degrees_of_freedom": result.degrees_of_freedom,
        **_coverage(result.coverage),
        "also": [_alternative(line, language) for line in result.also],
        "agreement": result.agreement,
        **_grade(evidence_grade(result), language),
        "checks": [_check(check, language) for check in result.checks],
        "details": {
            **_details(result, result.coverage, result.diagnostics),
            **details_json(result.details),
            **sensitivity_json(result.sensitivity),
            **subgroups_json(result.subgroups, language),
        },
        "warnings": [text.render(language) for text in result.warnings],
        "assumptions": [text.render(language) for text in result.assumptions],
        "why": result.why.render(language),
        "method_note": result.method_note.render(language),
        **_settings(result.options),
    }


def provenance(inputs_sha256: str) -> dict[str, Any]:
    """What made the number, and from which bytes."""
    software = {name: version(name) for name in SOFTWARE}
    return {
        "software": {"meetlat": VERSION, "python": python_version(), **software},
        "inputs_sha256": inputs_sha256,
    }


def _not_estimable(result: NotEstimable, language: str) -> dict[str, Any]:
    return {
        "status": "not_estimable",
        "design": result.design,
        "scale": result.scale,
        "reasons": [_reason(reason, language) for reason in result.reasons],
        **(_coverage(result.coverage) if result.coverage else {}),
        "checks": [_check(check, language) for check in result.checks],
        "smallest_detectable": result.smallest_detectable,
        "details": {**_details(result, result.coverage, {}), **details_json(result.details)},
        **_settings(result.options),
    }


def _settings(options: Options | None) -> dict[str, Any]:
    """What was asked, by the names of the command line; with the panel it makes the number again."""
    if options is None:
        return {}
    found = asdict(options)
    violations = found.pop("violations")
    found["sensitivity"] = [f"{one['kind']}:{','.join(map(str, one['sizes']))}" for one in violations]
    return {"settings": found}


def _grade(found: EvidenceGrade, language: str) -> dict[str, Any]:
    """The letter, and why: what the design allows first, then what lowers it."""
    why = [{"code": one.code, "message": one.message.render(language)} for one in found.reasons]
    return {"evidence_grade": found.grade, "evidence_reasons": why}


def _reason(reason: Reason, language: str) -> dict[str, str]:
    return {
        "code": reason.code,
        "message": reason.message.render(language),
        "remedy": reason.remedy.render(language),
    }


def _coverage(coverage: Coverage) -> dict[str, Any]:
    return {
        "n_observations": coverage.n_observations,
        "n_units": coverage.n_units,
        "n_treated_units": coverage.n_treated_units,
        "n_clusters": coverage.n_clusters,
        "first_period": coverage.first_period,
        "last_period": coverage.last_period,
    }


def _details(result: Result, coverage: Coverage | None, diagnostics: Mapping[str, float]) -> dict[str, Any]:
    found: dict[str, Any] = {"event_study": [_event_time(bin_) for bin_ in result.event_study]}
    if coverage is not None:
        found["periods_before"] = coverage.periods_before
        found["periods_after"] = coverage.periods_after
        found["periods_left_out"] = list(coverage.periods_left_out)
    return {**found, "diagnostics": {name: finite(value) for name, value in diagnostics.items()}}


def _alternative(line: Alternative, language: str) -> dict[str, Any]:
    return {
        "inference": line.inference,
        "design": line.design,
        "effect": line.effect,
        "standard_error": line.standard_error,
        "interval": interval_json(line.interval),
        "p_value": line.p_value,
        "degrees_of_freedom": line.degrees_of_freedom,
        "warning": line.warning.render(language) if line.warning else None,
    }


def _check(check: CheckResult, language: str) -> dict[str, Any]:
    return {
        "name": check.name,
        "passed": check.passed,
        "statistic": check.statistic,
        "p_value": check.p_value,
        "interval": interval_json(check.interval),
        "message": check.message.render(language),
    }


def _event_time(bin_: EventTime) -> dict[str, Any]:
    return {
        "event_time": bin_.event_time,
        "first": bin_.first,
        "last": bin_.last,
        "effect": bin_.effect,
        "standard_error": bin_.standard_error,
        "interval": interval_json(bin_.interval),
        "band": interval_json(bin_.band),
    }
