"""Numbers as they are shown: counts of persons in fives."""

NEAREST = 5


def rounded(persons: int) -> int:
    """A count of persons, to the nearest five; halves cannot occur."""
    return NEAREST * round(persons / NEAREST)
