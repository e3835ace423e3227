"""How a department stands this week, in sentences a manager can use."""

from collections.abc import Sequence

from core.language.text import N_, Text, Value
from governance.disclosure_control import Disclosed
from kpis.kpi import Kpi
from kpis.measurements import Measurement
from reports.words_numbers import better_sign, effect_text, label, value_text

Latest = Disclosed[Measurement] | None

CHANGES = {
    "week": N_("{kpi}: {value}, {change} against the 8 weeks before"),
    "month": N_("{kpi}: {value}, {change} against the 2 months before"),
}


def kpi_sentence(kpi: Kpi, latest: Latest, change: float | None, every: str, language: str) -> str:
    """The latest value of one KPI and how it stands against just before."""
    value = value_of(latest)
    values = {"kpi": label(kpi, language), "value": value_text(value, kpi, language)}
    if value is None:
        return Text(N_("{kpi}: no value can be shown now."), values).render(language)
    if change is None:
        return Text(N_("{kpi}: {value}."), values).render(language)
    values["change"] = effect_text(change, kpi, "absolute", language)
    sentence = Text(CHANGES["month" if every == "month" else "week"], values).render(language)
    good = direction_text(kpi, language)
    return f"{sentence} ({good})." if good else f"{sentence}."


def targets_sentence(latest: Sequence[tuple[Kpi, Latest]], language: str) -> str:
    """How many targets are met, and the first that is not, with its value; empty where there is no target."""
    judged = [
        (kpi, value)
        for kpi, item in latest
        if (value := value_of(item)) is not None and kpi.target is not None and better_sign(kpi)
    ]
    if not judged:
        return ""
    missed = [(kpi, value) for kpi, value in judged if not meets_target(kpi, value)]
    if not missed:
        return Text(N_("Every KPI with a target meets it ({count})."), {"count": len(judged)}).render(
            language
        )
    kpi, value = missed[0]
    values: dict[str, Value] = {
        "met": len(judged) - len(missed),
        "count": len(judged),
        "kpi": label(kpi, language),
        "value": value_text(value, kpi, language),
        "target": target_text(kpi, language),
    }
    return Text(
        N_("{met} of {count} KPIs with a target meet it. To look at: {kpi}, {value} against {target}."),
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


def value_of(item: Latest) -> float | None:
    """The value that may be shown; None where it is suppressed or missing."""
    return None if item is None or item.value is None else item.value.value
