"""Sums of time and cost: when the largest persons in them would show."""

from collections.abc import Sequence

LARGEST_TWO = 0.9
"""Two persons may hold at most this share of a sum: the rule (n, k) = (2, 0.9)."""

SECOND_GUESS = 0.1
"""The person with the second largest part must not come nearer than this to the largest: p = 10 %."""


def dominated(parts: Sequence[float]) -> bool:
    """Whether a sum tells too much of its largest persons. parts: what each adds, not negative.

    Who holds the second largest part can take it off: what is left over then lies near the largest when the
    others add little.
    """
    largest = sorted((part for part in parts if part > 0), reverse=True)
    total, two = sum(largest), sum(largest[:2])
    if not largest:
        return False
    return two > LARGEST_TWO * total or total - two < SECOND_GUESS * largest[0]
