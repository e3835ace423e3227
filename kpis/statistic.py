"""The value of a KPI from its sums, and how sure that value is."""

import math

from kpis.kpi import Kpi


def value(kpi: Kpi, n: float, numerator: float, denominator: float) -> float | None:
    """Sum over sum, which is a mean, a share or a ratio; None where nothing can be said.

    A ratio over two tables whose numerator is 0 says nothing when missing rows are not zeros: a month without
    an invoice is not a month without cost.
    """
    if n <= 0 or denominator <= 0:
        return None
    if numerator == 0 and over_two_tables(kpi) and kpi.missing != "zero":
        return None
    return numerator / denominator


def over_two_tables(kpi: Kpi) -> bool:
    """Whether numerator and denominator come from different tables, so that rows are not paired."""
    return kpi.numerator.table != kpi.denominator.table


def geometric_mean(log_n: float, log_total: float) -> float | None:
    """The exponential of the mean logarithm of the positive values; None where there is none."""
    return math.exp(log_total / log_n) if log_n > 0 else None


def ratio_standard_error(
    *,
    n: float,
    numerator: float,
    denominator: float,
    numerator_squares: float,
    denominator_squares: float,
    cross: float,
) -> float | None:
    """Delta-method standard error of a ratio of sums over n independent rows; None below two rows.

    With R = A / B and d_i = a_i - R b_i (which add up to 0): SE = sqrt(n / (n - 1) * sum d_i^2) / B, which
    for b_i = 1 is the standard error of a mean (Cochran, Sampling Techniques, 1977, eq. 6.13, without its
    finite population correction). Squares of minutes, euros and counts stay far inside double precision
    (relative error of a variance about 2e-16 * mean^2 / variance), so no offset is subtracted first.
    """
    if n < 2 or denominator <= 0:
        return None
    ratio = numerator / denominator
    squares = numerator_squares - 2 * ratio * cross + ratio * ratio * denominator_squares
    return math.sqrt(n / (n - 1) * max(squares, 0.0)) / denominator
