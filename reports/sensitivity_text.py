"""How far an effect holds when trends differ, in plain language."""

from collections.abc import Iterator

from core.language.text import N_, Text, Value
from experiments import answer
from experiments.details import Breakdown, Sensitivity, SensitivityInterval
from experiments.panel import Scale


def sensitivity_text(found: Sensitivity | None, scale: Scale, language: str) -> Iterator[str]:
    """One line for every departure that was tried and one for the breakdown value, of the average effect."""
    if found is None:
        return
    for row in found.intervals:
        if row.about == "average":
            yield _interval(row, scale).render(language)
    for breakdown in found.breakdowns:
        if breakdown.about == "average":
            yield _breakdown(breakdown, scale).render(language)


def _interval(row: SensitivityInterval, scale: Scale) -> Text:
    low, high = row.interval
    values: dict[str, Value] = {
        "low": answer.readable(low, scale),
        "high": answer.readable(high, scale),
        "m": _size(row.kind, row.m, scale),
    }
    return Text(INTERVALS[row.kind], values)


def _breakdown(breakdown: Breakdown, scale: Scale) -> Text:
    if breakdown.m is None:
        return Text(NEVER[breakdown.kind])
    return Text(HOLDS[breakdown.kind], {"m": _size(breakdown.kind, breakdown.m, scale)})


def _size(kind: str, m: float, scale: Scale) -> Value:
    """A multiple as it stands; a bend as an effect is written."""
    if kind == "relative-magnitudes":
        return Text(MULTIPLE, {"m": m})
    return answer.readable(answer.shown(m, scale), scale, signed=False)


MULTIPLE = "{m:.2}"
INTERVALS = {
    "relative-magnitudes": N_(
        "If the trend difference after the start is at most {m} times the largest before it: {low} to {high}."
    ),
    "smoothness": N_("If the trend difference bends by at most {m} from bin to bin: {low} to {high}."),
}
HOLDS = {
    "relative-magnitudes": N_(
        "An effect is shown, measured against the last bin before the start, unless the trend difference "
        "after the start is more than {m} times the largest before it."
    ),
    "smoothness": N_(
        "An effect is shown, beyond a straight line through the bins before the start, unless the trend "
        "difference bends by more than {m} from bin to bin."
    ),
}
NEVER = {
    "relative-magnitudes": N_(
        "Measured against the last bin before the start no effect is shown, even with parallel trends."
    ),
    "smoothness": N_(
        "Beyond a straight line through the bins before the start no effect is shown, even if it never bends."
    ),
}
