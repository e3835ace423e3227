"""What another KPI of the same pilot, by the same design, tells of the one that is looked at."""

from dataclasses import dataclass

from core.language.text import N_, Text
from experiments import answer
from experiments.check_answer import informational
from experiments.context import OtherKpi
from experiments.estimate import CheckResult, Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Templates: found and nothing hold {kpi}, {effect} and {p}; withheld and impossible hold {kpi}."""

    found: str
    nothing: str
    withheld: str
    impossible: str


def told(name: str, other: OtherKpi, words: Words, *, judges: bool) -> CheckResult:
    """The other KPI's effect; where it judges, passed when no effect is among the values not excluded."""
    result = other.result
    if result is None:
        return informational(name, words.withheld, kpi=other.kpi)
    if not isinstance(result, Estimate):
        return informational(name, words.impossible, kpi=other.kpi)
    nothing = result.p_value >= round(1 - result.level, 12)
    return CheckResult(
        name=name,
        passed=nothing if judges else None,
        statistic=result.effect,
        p_value=result.p_value,
        interval=result.interval,
        message=Text(
            words.nothing if nothing else words.found,
            {
                "kpi": other.kpi,
                "effect": _effect(result, other.display_scale),
                "p": answer.readable_p(result.p_value),
            },
        ),
    )


def _effect(result: Estimate, display_scale: float) -> Text:
    """Wrapped where absolute, so that it is not read in the unit of the KPI that the check stands beside."""
    if result.scale == "relative":
        return answer.readable(result.effect, "relative")
    return Text(OWN_UNIT, {"change": answer.readable(result.effect * display_scale, "absolute")})


OWN_UNIT = N_("{change} in its own unit")
