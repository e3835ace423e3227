"""What may still be where no event was seen: the rule of three."""

from collections.abc import Mapping

from core.language.text import N_, Text
from experiments import answer
from experiments.comparison.arm import Arm
from kpis.statistics.rate import rule_of_three


def upper_bounds(arms: tuple[Arm, ...], level: float) -> dict[str, float]:
    """By name, of arms without an event: the share, or events per exposure, that is not exceeded."""
    return {arm.name: rule_of_three(arm.exposure, level) for arm in arms if round(arm.total) == 0}


def upper_bounds_text(bounds: Mapping[str, float], level: float) -> Text:
    """One sentence; the highest bound speaks for all."""
    return Text(
        UPPER, {"level": level, "bound": answer.readable(max(bounds.values()), "absolute", signed=False)}
    )


UPPER = N_("With {level:%0} confidence it is at most {bound} per unit counted (rule of three).")
