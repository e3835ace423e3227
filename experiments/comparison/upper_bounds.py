"""What may still be where no event was seen: exactly for a share, and for events per exposure (Poisson)."""

from collections.abc import Mapping

from core.language.text import N_, Text
from experiments import answer
from experiments.comparison.arm import Arm
from experiments.comparison.result import ComparisonOptions
from kpis.statistics.proportion import rows_without_event, share_at_zero
from kpis.statistics.rate import rule_of_three


def upper_bounds(arms: tuple[Arm, ...], level: float) -> dict[str, float]:
    """By name, of arms without an event: events per exposure that are not exceeded."""
    return {arm.name: rule_of_three(arm.exposure, level) for arm in arms if round(arm.total) == 0}


def upper_shares(arms: tuple[Arm, ...], level: float) -> dict[str, float]:
    """By name, of arms without an event: the share that is not exceeded."""
    return {arm.name: share_at_zero(arm.n, level) for arm in arms if round(arm.total) == 0}


def upper_shares_text(arms: tuple[Arm, ...], options: ComparisonOptions) -> Text:
    """The highest share, by the rule of three beside it, and the rows that would settle the margin."""
    rows = min(arm.n for arm in arms if round(arm.total) == 0)
    said = Text(
        SHARE,
        {
            "level": options.level,
            "bound": share_at_zero(rows, options.level),
            "three": rule_of_three(rows, options.level),
        },
    )
    if options.margin is None or not 0 < options.margin < 1:
        return said
    needed = rows_without_event(options.margin, options.level)
    settled = Text(NEEDED, {"rows": needed, "margin": options.margin})
    return Text("{said} {settled}", {"said": said, "settled": settled})


def upper_bounds_text(bounds: Mapping[str, float], level: float) -> Text:
    """One sentence; the highest bound speaks for all."""
    return Text(
        UPPER, {"level": level, "bound": answer.readable(max(bounds.values()), "absolute", signed=False)}
    )


SHARE = N_("With {level:%0} confidence it is at most {bound:%2} (exact; rule of three: {three:%2}).")
NEEDED = N_("Rows without any event in an arm that would show at most {margin:%2} there: {rows}.")
UPPER = N_("With {level:%0} confidence it is at most {bound} per unit counted (rule of three).")
