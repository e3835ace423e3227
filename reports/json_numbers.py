"""Numbers as JSON can hold them: what is not finite is null."""

from math import isfinite


def finite(value: float) -> float | None:
    """The number, or null."""
    return value if isfinite(value) else None


def interval_json(interval: tuple[float, float] | None) -> list[float | None] | None:
    """Two bounds; an open end is null."""
    return None if interval is None else [finite(bound) for bound in interval]
