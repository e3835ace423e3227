"""The sentence of a check, with its effects in the KPI's own unit."""

from core.language.text import Text, Value
from experiments import answer
from experiments.estimate import CheckResult
from experiments.panel import Scale
from kpis.kpi import Kpi
from reports.words_numbers import change_unit


def check_text(check: CheckResult, kpi: Kpi, scale: Scale, lang: str) -> str:
    """What a check found: "−0,04 %-punt per periode" where the panel itself holds shares."""
    if scale == "relative":
        return check.message.render(lang)
    unit = change_unit(kpi, scale, lang)
    values = {name: _in_unit(value, kpi, unit) for name, value in check.message.values.items()}
    return Text(check.message.template, values).render(lang)


def _in_unit(value: Value, kpi: Kpi, unit: str) -> Value:
    """An effect, which answer.readable has made, with its unit; anything else as it is."""
    effect = value.values.get("value") if isinstance(value, Text) else None
    if not isinstance(effect, float):
        return value
    return Text(
        "{number} {unit}", {"number": answer.readable(effect * kpi.display_scale, "absolute"), "unit": unit}
    )
