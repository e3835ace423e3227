"""A measurement as a row of JSON and as a line of a terminal."""

from typing import Any

from core.language.numbers import number
from core.language.text import N_, Text
from kpis.measurements import Measurement
from kpis.quality.measured import Coverage
from kpis.query_histogram import BINNED
from reports.words_quality import measured_note
from workflows.measure import Measured
from workflows.quality.completeness import disclosed_coverage

NO_MEDIAN = N_("no median or distribution: counted in its source (push-down)")


def as_row(one: Measured, lang: str) -> dict[str, Any]:
    """A row of the JSON; a suppressed one carries no number at all."""
    row: dict[str, Any] = {
        "kpi": one.kpi.id,
        "kpi_version": one.kpi.version,
        "unit": one.unit,
        "period": one.period.label,
        "status": "suppressed",
        **dict.fromkeys(("n", "value", "numerator", "denominator", "excluded")),
    }
    found = one.measurement.value
    if found is None:
        return row | {"show": one.measurement.mark}
    row |= {"n": found.n, "excluded": _excluded(found), **_measured(one, found, lang)}
    if found.value is None:
        return row | {"status": "no_data"}
    return row | {
        "status": "value" if found.complete else "incomplete",
        "value": found.value,
        "numerator": found.numerator,
        "denominator": found.denominator,
        "standard_error": found.standard_error,
        "geometric_mean": found.geometric_mean,
        "companions": dict(found.companions),
    }


def line(one: Measured, lang: str, beside: str = "") -> str:
    """One line; `beside` follows n. A period of which too little was measured is not drawn."""
    found = one.measurement.value
    n, note = "", "; ".join(_notes(one, found, lang))
    if found is None:
        value = one.measurement.mark
    elif found.value is None or "too_few_measured" in found.incomplete_because:
        value = "–"
    else:
        value = number(found.value * one.kpi.display_scale, one.kpi.digits, lang)
        n = f"n = {number(found.n, 0, lang)}" + ("" if found.complete else " …")
    parts = (n, beside, note)
    name = f"{one.kpi.id:<22} {one.unit:<28} {one.period.label:<10} {value:>10} {one.kpi.unit[lang]:<24}"
    return f"{name} {' · '.join(part for part in parts if part)}"


def coverage_values(found: Coverage | None) -> dict[str, Any]:
    """The measured share beside its floor; the share is null where nobody knows what was expected."""
    if found is None:
        return dict.fromkeys(("share", "at_least", "status"))
    return {"share": found.share, "at_least": found.at_least, "status": found.status}


def _measured(one: Measured, found: Measurement, lang: str) -> dict[str, Any]:
    """What is told of the share that was measured, and why a period is incomplete."""
    values: dict[str, Any] = {}
    if found.incomplete_because:
        values["incomplete_because"] = list(found.incomplete_because)
    coverage = disclosed_coverage(one)
    if coverage is not None:
        values["measured"] = coverage_values(coverage.value)
    notes = _notes(one, found, lang)
    return values | ({"notes": notes} if notes else {})


def _notes(one: Measured, found: Measurement | None, lang: str) -> list[str]:
    said = [measured_note(one.kpi, found, lang)]
    if one.counted_in_source and found is not None and one.kpi.statistic in BINNED:
        said.append(Text(NO_MEDIAN).render(lang))
    return [note for note in said if note]


def _excluded(found: Measurement) -> dict[str, int | None]:
    """Rows left out by reason; null where the count is too small to show."""
    return {**found.excluded, **dict.fromkeys(found.excluded_hidden)}
