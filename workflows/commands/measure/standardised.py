"""The rows of `meetlat measure --standardise segment`."""

from datetime import date
from typing import Any

from core.errors import InputError
from core.language.numbers import number
from core.language.text import N_, Text
from reports.words_case_mix import not_standardised
from workflows.case_mix import CaseMix, Reference, StandardisedRow
from workflows.commands.measure.rows import as_row, line


def span_of(text: str | None) -> tuple[date, date] | None:
    """The days of "2025-01-06..2025-06-29"; raises InputError for anything else."""
    if text is None:
        return None
    first, _, last = text.partition("..")
    try:
        return date.fromisoformat(first.strip()), date.fromisoformat(last.strip())
    except ValueError:
        raise InputError(
            "'{text}' is not a first and a last day.",
            where="--reference",
            remedy="Write 2025-01-06..2025-06-29.",
            text=text,
        ) from None


def as_values(found: CaseMix, by: str, lang: str) -> dict[str, Any]:
    """The object that is printed: every row with its crude and its standardised value."""
    references = {name: _reference(one) for name, one in found.references.items()}
    return {
        "standardised_by": by,
        "references": references,
        "rows": [_row(one, lang) for one in found.rows],
    }


def lines(found: CaseMix, lang: str) -> list[str]:
    """The reference of every KPI, then a line per row."""
    said = [_reference_line(name, one, lang) for name, one in found.references.items()]
    return said + [line(one.crude, lang, _beside(one, lang)) for one in found.rows]


def _row(one: StandardisedRow, lang: str) -> dict[str, Any]:
    row = as_row(one.crude, lang)
    shown, gate = one.standardised.value, one.standardised
    values: dict[str, Any] = {"crude": row["value"], "standardised": None, "standardised_error": None}
    if shown is None:
        return row | values | {"standardised_show": gate.mark}
    reason = not_standardised(shown, lang)
    return (
        row
        | values
        | {
            "standardised": shown.value,
            "standardised_error": shown.standard_error,
            "missing_weight": shown.missing_weight,
            "rows_outside_reference": shown.rows_outside_reference,
        }
        | ({"standardised_reason": {"code": shown.reason, "message": reason}} if reason else {})
    )


def _reference(one: Reference) -> dict[str, Any]:
    values: dict[str, Any] = {"from": one.first.isoformat(), "to": one.last.isoformat()}
    weights = one.weights.value
    return values | {"weights": None if weights is None else dict(weights)}


def _reference_line(name: str, one: Reference, lang: str) -> str:
    weights = one.weights.value
    mix = one.weights.mark
    if weights is not None:
        mix = ", ".join(
            Text("{name} {share:%0}", {"name": part or "–", "share": share}).render(lang)
            for part, share in weights.items()
        )
    words = N_("{kpi}: standardised to the mix of the whole hospital from {first} to {last} ({mix}).")
    return Text(words, {"kpi": name, "first": one.first, "last": one.last, "mix": mix}).render(lang)


def _beside(one: StandardisedRow, lang: str) -> str:
    kpi, shown = one.crude.kpi, one.standardised.value
    if shown is None:
        return Text(N_("standardised {value}"), {"value": one.standardised.mark}).render(lang)
    if shown.value is None:
        return not_standardised(shown, lang)
    value = number(shown.value * kpi.display_scale, kpi.digits, lang)
    if shown.standard_error is None:
        return Text(N_("standardised {value}"), {"value": value}).render(lang)
    error = number(shown.standard_error * kpi.display_scale, kpi.digits + 1, lang)
    return Text(N_("standardised {value} (± {error})"), {"value": value, "error": error}).render(lang)
