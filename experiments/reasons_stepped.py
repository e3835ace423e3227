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
