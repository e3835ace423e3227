"""An explained number as plain values for JSON; a suppressed one carries no number at all."""

from dataclasses import asdict
from typing import Any

from kpis.explanation import DefinitionVersion, Explanation
from kpis.interval import LEVEL, interval_of
from reports.words_definition import definition_lines
from reports.words_explanation import answer


def as_values(found: Explanation, lang: str) -> dict[str, Any]:
    """Keys in English, sentences in `lang`; missing is null."""
    return {
        "answer": answer(found, lang),
        "kpi": found.kpi.id,
        "kpi_version": found.kpi.version,
        "unit": found.unit,
        "period": found.period.label,
        "status": found.status,
        **_number(found),
        "definition": {
            **version_values(found.version),
            "lines": [
                {"name": name, "text": text}
                for name, text in definition_lines(found.kpi, found.related, lang)
            ],
        },
        "sql": {database: list(texts) for database, texts in found.statements.items()},
        "files": [asdict(one) for one in found.files],
        "last_refresh": asdict(found.last_refresh) if found.last_refresh is not None else None,
        "cube_version": found.cube_version,
    }


def version_values(version: DefinitionVersion) -> dict[str, Any]:
    """A version of a definition: since when it is used here, who certified it, and every key of it."""
    return {
        "key": version.kpi.key,
        "recorded_at": version.recorded_at,
        "certified_by": version.certified_by,
        "certified_at": version.certified_at,
        "keys": asdict(version.kpi),
    }


def _number(found: Explanation) -> dict[str, Any]:
    shown, gate = found.shown, found.measurement
    if shown is None:
        names = ("value", "n", "numerator", "denominator", "excluded")
        return {"show": gate.mark if gate is not None else "", **dict.fromkeys(names)}
    bounds = interval_of(found.kpi, shown)
    return {
        "value": shown.value,
        "n": shown.n,
        "numerator": shown.numerator,
        "denominator": shown.denominator,
        "excluded": {**shown.excluded, **dict.fromkeys(shown.excluded_hidden)},
        "standard_error": shown.standard_error,
        "interval": [bounds.low, bounds.high] if bounds is not None else None,
        "level": LEVEL,
        "geometric_mean": shown.geometric_mean,
        "companions": dict(shown.companions),
        "measured_share": shown.measured_share,
        "incomplete_because": list(shown.incomplete_because),
    }
