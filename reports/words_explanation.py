"""A number explained in plain lines: what it is, how sure, what was left out, and where it came from."""

from datetime import date, datetime

from core.language import date_text, number, percent
from core.language.text import N_, Text, Value
from kpis.explanation import Explanation, LoadedFile
from kpis.interval import LEVEL, interval_of
from kpis.kpi import Kpi
from kpis.measurements import Measurement
from kpis.statistic import over_two_tables
from reports.words_definition import Lines
from reports.words_names import exclusion_name
from reports.words_numbers import count_text, label, value_text

COMPANIONS = {
    "geometric_mean": N_("Typical value (geometric mean)"),
    "median": N_("Median"),
    "p90": N_("90th percentile"),
    "top_box": N_("Share with a top score"),
    "within": N_("Share within the time asked"),
    "uncapped": N_("Mean without the cap"),
    "open": N_("Still open"),
}
"""Names of what stands beside a value; others are shown as they stand."""

IN_SHARES, IN_COUNTS = ("top_box", "within"), ("open",)

REASONS = {
    "not_over": N_("the period is not over in the data, or its outcomes are not all known yet"),
    "too_few_measured": N_(
        "too little was measured: {share} of what could have been, at least {asked} is needed"
    ),
}


def answer(found: Explanation, lang: str) -> str:
    """The number in one sentence, or why there is none."""
    values: dict[str, Value] = {
        "kpi": label(found.kpi, lang),
        "unit": found.unit,
        "period": period_text(found, lang),
        "value": value_text(found.shown.value if found.shown else None, found.kpi, lang),
        "mark": found.measurement.mark if found.measurement is not None else "",
    }
    return Text(_ANSWERS[found.status], values).render(lang)


_ANSWERS = {
    "value": N_("{kpi}, {unit}, {period}: {value}."),
    "incomplete": N_("{kpi}, {unit}, {period}: {value} so far; the period is not complete."),
    "no_data": N_("{kpi}, {unit}, {period}: no value, because no row says anything about it."),
    "suppressed": N_("{kpi}, {unit}, {period}: not shown, too few persons stand behind it ({mark})."),
}


def period_text(found: Explanation, lang: str) -> str:
    """Such as "2026-W10 (02-03-2026 to 08-03-2026)"."""
    period = found.period
    if period.every == "day":
        return date_text(period.start, lang)
    values: dict[str, Value] = {"period": period.label, "first": period.start, "last": period.end}
    return Text(N_("{period} ({first} to {last})"), values).render(lang)


def number_lines(found: Explanation, lang: str) -> Lines:
    """The value with all that stands beside it; nothing where it is suppressed or no row is there."""
    shown = found.shown
    if shown is None:
        return ()
    kpi = found.kpi
    lines = (
        (N_("Value"), value_text(shown.value, kpi, lang)),
        (N_("How sure"), _sure(kpi, shown, lang)),
        (N_("Rows counted") if kpi.staff is None else N_("Clinicians counted"), count_text(shown.n, lang)),
        (N_("Numerator"), _sum(shown.numerator, kpi, lang)),
        (N_("Denominator"), _sum(shown.denominator, kpi, lang)),
        *_companions(kpi, shown, lang),
        (N_("Measured of what could have been"), _measured(shown, lang)),
        (N_("Left out"), left_out_text(found, lang)),
        (N_("Complete"), _complete(kpi, shown, lang)),
    )
    return tuple((Text(name).render(lang), text) for name, text in lines if text)


def origin_lines(found: Explanation, lang: str) -> Lines:
    """Which version of the definition, which files and which version of the sums made the number."""
    version = found.version
    values: dict[str, Value] = {"key": found.kpi.key, "day": day_of(version.recorded_at)}
    certified = certified_text(found.version.certified_by, found.version.certified_at, lang)
    last = found.last_refresh
    lines = (
        (N_("Definition"), Text(N_("{key}, in use here since {day}"), values).render(lang)),
        (N_("Certified"), certified or Text(N_("not certified")).render(lang)),
        (N_("Files of this period"), "; ".join(file_text(one, lang) for one in found.files)),
        (N_("Last refresh"), file_text(last, lang) if last is not None else ""),
        (N_("Version of the sums"), found.cube_version),
    )
    return tuple((Text(name).render(lang), text) for name, text in lines if text)


def file_text(one: LoadedFile, lang: str) -> str:
    """Such as "notes.csv (batch 3, 02-03-2026)"."""
    values: dict[str, Value] = {"file": one.file, "batch": one.batch, "day": day_of(one.loaded_at)}
    return Text(N_("{file} (batch {batch}, {day})"), values).render(lang)


def certified_text(by: str | None, at: str | None, lang: str) -> str:
    """Who certified a definition and when; empty where nobody did."""
    if by is None or at is None:
        return ""
    return Text(N_("by {name} on {day}"), {"name": by, "day": day_of(at)}).render(lang)


def left_out_text(found: Explanation, lang: str) -> str:
    """Rows left out by reason; a small count keeps its reason and shows no number."""
    shown, gate = found.shown, found.measurement
    if shown is None or gate is None:
        return ""
    counted = [
        f"{exclusion_name(reason, lang)} {count_text(rows, lang)}" for reason, rows in shown.excluded.items()
    ]
    small = gate.policy.minimum_patients
    counted += [f"{exclusion_name(reason, lang)} < {small}" for reason in shown.excluded_hidden]
    return ", ".join(counted) or Text(N_("no rows")).render(lang)


def day_of(moment: str) -> date:
    """The day of an ISO time of the state database."""
    return datetime.fromisoformat(moment).date()


def _sure(kpi: Kpi, shown: Measurement, lang: str) -> str:
    bounds = interval_of(kpi, shown)
    if bounds is None:
        return ""
    values: dict[str, Value] = {
        "level": percent(LEVEL, 0, lang),
        "low": number(bounds.low * kpi.display_scale, kpi.digits, lang),
        "high": value_text(bounds.high, kpi, lang),
    }
    words = {
        "row": N_("between {low} and {high} ({level} interval, each row taken on its own)"),
        "day": N_("between {low} and {high} ({level} interval, each day taken on its own)"),
        "clinician": N_("between {low} and {high} ({level} interval, each clinician taken on their own)"),
    }
    return Text(words[_observation(kpi)], values).render(lang)


def _observation(kpi: Kpi) -> str:
    """What `standard_error` takes as one observation."""
    if kpi.staff is not None:
        return "clinician"
    return "day" if over_two_tables(kpi) and kpi.statistic != "rate" else "row"


def _sum(value: float, kpi: Kpi, lang: str) -> str:
    return number(value, 0 if value == round(value) else max(kpi.digits, 1), lang)


def _companions(kpi: Kpi, shown: Measurement, lang: str) -> Lines:
    beside = dict(shown.companions)
    if shown.geometric_mean is not None:
        beside = {"geometric_mean": shown.geometric_mean, **beside}
    return tuple(
        (COMPANIONS.get(name, name), _companion(name, value, kpi, lang)) for name, value in beside.items()
    )


def _companion(name: str, value: float, kpi: Kpi, lang: str) -> str:
    if name in IN_SHARES:
        return percent(value, 0, lang)
    return number(value, 0, lang) if name in IN_COUNTS else value_text(value, kpi, lang)


def _measured(shown: Measurement, lang: str) -> str:
    return "" if shown.measured_share is None else percent(shown.measured_share, 0, lang)


def _complete(kpi: Kpi, shown: Measurement, lang: str) -> str:
    if shown.complete:
        return Text(N_("yes")).render(lang)
    asked = kpi.expected.at_least if kpi.expected is not None else 0.0
    values: dict[str, Value] = {
        "share": percent(shown.measured_share or 0.0, 0, lang),
        "asked": percent(asked, 0, lang),
    }
    reasons = (Text(REASONS.get(code, code), values).render(lang) for code in shown.incomplete_because)
    return Text(N_("no: {reasons}"), {"reasons": "; ".join(reasons)}).render(lang)
