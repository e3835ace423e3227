"""How a department stands this week, in sentences a manager can use."""

from collections.abc import Sequence

from core.language.text import N_, Text
from governance.disclosure_control import Disclosed
from kpis.kpi import Kpi
from kpis.measurements import Measurement
from reports.words_numbers import better_sign, label, value_text

Latest = Disclosed[Measurement] | None


def department_sentence(latest: Sequence[tuple[Kpi, Latest]], language: str) -> str:
    """How many targets are met, and the first that is not, with its value."""
    judged = [
        (kpi, value)
        for kpi, item in latest
        if (value := _value(item)) is not None and kpi.target is not None and better_sign(kpi)
    ]
    if not judged:
        return Text(N_("There is no target to hold this week against.")).render(language)
    missed = [(kpi, value) for kpi, value in judged if not meets_target(kpi, value)]
    if not missed:
        return Text(N_("All {count} KPIs with a target meet it this week."), {"count": len(judged)}).render(
            language
        )
    kpi, value = missed[0]
    values = {
        "met": len(judged) - len(missed),
        "count": len(judged),
        "kpi": label(kpi, language),
        "value": value_text(value, kpi, language),
        "target": target_text(kpi, language),
    }
    return Text(
        N_(
            "{met} of {count} KPIs with a target meet it this week. To look at: {kpi}, {value} "
            "against {target}."
        ),
        values,
    ).render(language)


def meets_target(kpi: Kpi, value: float) -> bool:
    """Whether a value stands on the good side of the KPI's target, or at it."""
    return kpi.target is None or better_sign(kpi) * (value - kpi.target) >= 0


def target_text(kpi: Kpi, language: str) -> str:
    """The target with its side: "≤ 9,0 min per consult"; empty where there is none."""
    if kpi.target is None:
        return ""
    side = {1: "≥ ", -1: "≤ ", 0: ""}[better_sign(kpi)]
    return side + value_text(kpi.target, kpi, language)


def direction_text(kpi: Kpi, language: str) -> str:
    """Which way is good; empty for a KPI without one."""
    words = {1: N_("higher is better"), -1: N_("lower is better"), 0: ""}
    return Text(words[better_sign(kpi)]).render(language)


def trend_sentence(kpi: Kpi, series: Sequence[Disclosed[Measurement]], language: str) -> str:
    """From where to where the shown values went, and between which values they moved."""
    shown = [value for item in series if (value := _value(item)) is not None]
    if not shown:
        return Text(N_("No value can be shown in these weeks.")).render(language)
    values = {
        name: value_text(value, kpi, language)
        for name, value in (
            ("first", shown[0]),
            ("last", shown[-1]),
            ("low", min(shown)),
            ("high", max(shown)),
        )
    }
    return Text(N_("From {first} to {last}; over these weeks between {low} and {high}."), values).render(
        language
    )


def _value(item: Latest) -> float | None:
    return None if item is None or item.value is None else item.value.value
