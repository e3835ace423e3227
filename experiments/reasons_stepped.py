"""Why a stepped roll-out cannot be judged: one function per code, each with its sentence and its remedy."""

from core.language.text import N_, Text
from experiments.estimate import Reason


def one_start_only() -> Reason:
    """All departments that start do so together."""
    return Reason(
        code="one_start_only",
        message=Text(
            N_("All departments start together; a stepped roll-out needs at least two start dates.")
        ),
        remedy=Text(N_("Ask for difference-in-differences, with departments that never start beside them.")),
    )


def every_two_periods_alike() -> Reason:
    """Without start orders the exchangeable model alone would judge."""
    return Reason(
        code="every_two_periods_alike",
        message=Text(
            N_(
                "There are too few start orders, and a mixed model that takes every two periods of a "
                "department for equally alike finds too many effects."
            )
        ),
        remedy=Text(N_("Ask for correlation decay, or add departments or start dates.")),
    )


def too_short(periods: int, needed: int) -> Reason:
    """A decaying correlation cannot be read from so few periods."""
    return Reason(
        code="too_few_periods",
        message=Text(
            N_(
                "There are too few start orders, and too few periods to read how departments resemble "
                "themselves over time: {periods}, where {needed} are needed."
            ),
            {"periods": periods, "needed": needed},
        ),
        remedy=Text(N_("Take shorter periods or more of them, or add departments or start dates.")),
    )
