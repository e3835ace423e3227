"""The value of a KPI from its sums, and how sure that value is."""

import math
from collections.abc import Mapping

from kpis.kpi import Kpi


def value(kpi: Kpi, n: float, numerator: float, denominator: float) -> float | None:
    """Sum over sum, which is a mean, a share, a rate or a ratio; None where nothing can be said.

    A ratio over two tables whose numerator is 0 says nothing when missing rows are not zeros: a month without
    an invoice is not a month without cost. A time to something that may be open is no sum over sum: None.
    """
    if n <= 0 or denominator <= 0 or kpi.statistic == "censored":
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


def standard_error(kpi: Kpi, sums: Mapping[str, float], days: Mapping[str, float] | None) -> float | None:
    """Standard error of the value from its sums; None where there are too few rows or no formula.

    sums: the MEASURES of a cell. days: for a ratio over two tables the same sums taken over its days, each
    day one observation (n their number): their rows are not paired, their days are. A share of clinicians has
    them as its observations. A rate has the Poisson error sqrt(events) / exposure, in the KPI's unit. Rows of
    one person or one day are taken as independent here; estimates of an effect never rest on this error.
    """
    if kpi.statistic == "censored":
        return None
    if kpi.statistic == "rate":
        exposed, events = sums["denominator"], sums["numerator"]
        scale = kpi.numerator.scale
        return math.sqrt(events * scale) / exposed if exposed > 0 and events > 0 else None
    if kpi.offset:
        return _centred_error(kpi, sums["n"], sums["total"], sums["squares"])
    by_day = over_two_tables(kpi) and kpi.statistic != "staff_share"
    paired = days if by_day else sums
    if paired is None:
        return None
    names = ("n", "numerator", "denominator", "numerator_squares", "denominator_squares", "cross")
    return ratio_standard_error(**{name: paired[name] for name in names})


def _centred_error(kpi: Kpi, n: float, total: float, squares: float) -> float | None:
    """Of a mean, from squares around the fixed offset, which do not cancel where the mean is large."""
    if n < 2:
        return None
    away = total - n * kpi.offset * kpi.numerator.scale
    return math.sqrt(max(squares - away * away / n, 0.0) / (n - 1) / n)


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
    (relative error of a variance about 2e-16 * mean^2 / variance); where they would not, a definition gives a
    fixed `offset` around which they are summed.
    """
    if n < 2 or denominator <= 0:
        return None
    ratio = numerator / denominator
    squares = numerator_squares - 2 * ratio * cross + ratio * ratio * denominator_squares
    return math.sqrt(n / (n - 1) * max(squares, 0.0)) / denominator
