"""Sensitive answers: a group in which everybody says the same tells what each of them said."""

NO_SPREAD = 1e-7
"""Sums of equal answers differ by rounding alone."""


def all_alike(value: float | None, error: float | None) -> bool:
    """Whether all answers are the same: a share of 0 or 100 %, or scores that do not differ.

    error: the standard error of the value; None where the KPI has none, of which nothing can be told.
    """
    return value is not None and error is not None and error <= NO_SPREAD * max(1.0, abs(value))
