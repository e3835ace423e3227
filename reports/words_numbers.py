"""Effects, intervals, thresholds and p-values as people write them."""

import math
from datetime import date

from core.language import N_, Text, number, percent
from experiments.panel import Scale
from kpis.kpi import Kpi

RELATIVE_DIGITS = 1
THIN = "\N{NARROW NO-BREAK SPACE}"


def label(kpi: Kpi, lang: str) -> str:
    """The KPI's name in a language."""
    return kpi.label.get(lang) or kpi.id


def midsentence(name: str) -> str:
    """A name within a sentence: a capital only where it belongs to an abbreviation."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def change_unit(kpi: Kpi, scale: Scale, lang: str) -> str:
    """What a change is counted in: "min per consult", "%-punt", or "%" when relative."""
    if scale == "relative":
        return "%"
    unit = kpi.unit.get(lang, "")
    if unit.startswith("%"):
        return Text(N_("percentage points")).render(lang)
    return unit


def change_number(change: float, kpi: Kpi, scale: Scale, lang: str, *, signed: bool = True) -> str:
    """A change without its unit: "−2,6". A change without a bound is shown as infinity."""
    if math.isinf(change):
        return ("−" if change < 0 else "+") + "∞"
    factor, digits = (100.0, RELATIVE_DIGITS) if scale == "relative" else (kpi.display_scale, kpi.digits)
    return number(change * factor, digits, lang, signed=signed)


def effect_text(effect: float, kpi: Kpi, scale: Scale, lang: str, *, signed: bool = True) -> str:
    """An effect with its unit: "−2,6 min per consult", "−9,1 %" or "+7,8 %-punt"."""
    return _joined(
        change_number(effect, kpi, scale, lang, signed=signed), change_unit(kpi, scale, lang), lang
    )


def interval_text(
    interval: tuple[float, float] | None, kpi: Kpi, scale: Scale, lang: str, *, level: float = 0.95
) -> str:
    """An interval with its level, unit left to the effect beside it: "95 %: −3,4 tot −1,8"."""
    if interval is None:
        return Text(N_("no interval")).render(lang)
    return f"{percent(level, 0, lang)}: {bounds_text(interval, kpi, scale, lang)}"


def bounds_text(interval: tuple[float, float], kpi: Kpi, scale: Scale, lang: str) -> str:
    """Both bounds: "−3,4 tot −1,8"; on the relative scale with the percent sign."""
    low, high = (change_number(bound, kpi, scale, lang) for bound in interval)
    text = Text(N_("{low} to {high}"), {"low": low, "high": high}).render(lang)
    return _joined(text, "%", lang) if scale == "relative" else text


def value_text(value: float | None, kpi: Kpi, lang: str) -> str:
    """A level of the KPI with its unit: "12,3 min per consult", "66 %"; a dash where there is none."""
    if value is None or math.isnan(value):
        return "–"
    return _joined(number(value * kpi.display_scale, kpi.digits, lang), kpi.unit.get(lang, ""), lang)


def better_sign(kpi: Kpi) -> int:
    """+1 where higher is better, −1 where lower is better, 0 where neither is (judged as higher)."""
    return {"higher": 1, "lower": -1, "neutral": 0}[kpi.direction]


def smallest_change_text(size: float, kpi: Kpi, scale: Scale, lang: str) -> str:
    """The smallest change that matters with the sign of better: "−1,5 min per consult"."""
    return effect_text(size * (better_sign(kpi) or 1), kpi, scale, lang)


def limit_text(size: float, kpi: Kpi, scale: Scale, lang: str) -> str:
    """A guardrail's margin with the sign of worse: "+0,5", "−3,0 %-punt", "−5,0 %"."""
    limit = change_number(-size * (better_sign(kpi) or 1), kpi, scale, lang)
    if scale == "relative":
        return _joined(limit, "%", lang)
    is_share = kpi.unit.get(lang, "").startswith("%")
    return _joined(limit, Text(N_("pp")).render(lang), lang) if is_share else limit


def margin_text(size: float, kpi: Kpi, scale: Scale, lang: str) -> str:
    """A guardrail's margin as a demand on the whole interval: "interval < +0,5"."""
    template = N_("interval < {bound}") if better_sign(kpi) < 0 else N_("interval > {bound}")
    return Text(template, {"bound": limit_text(size, kpi, scale, lang)}).render(lang)


def p_text(p_value: float | None, lang: str) -> str:
    """A p-value with three decimals at most: "p = 0,042", "p < 0,001"."""
    if p_value is None:
        return ""
    if p_value < 0.001:
        return f"p < {number(0.001, 3, lang)}"
    return f"p = {number(p_value, 3 if p_value < 0.1 else 2, lang)}"


def count_text(count: int, lang: str) -> str:
    """A count with thousands grouped: "12.345"."""
    return number(count, 0, lang)


def month_text(day: date, lang: str) -> str:
    """A month's short name for an axis: "mrt"."""
    return _MONTHS[lang][day.month - 1]


_MONTHS = {
    "nl": ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}


def _joined(amount: str, unit: str, lang: str) -> str:
    if not unit:
        return amount
    if unit.startswith("%"):
        return amount + (unit if lang == "en" else THIN + unit)
    return f"{amount} {unit}"
