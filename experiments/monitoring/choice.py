"""Which chart fits a series, and whether the series may go on a chart that was asked for."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.errors import InputError
from core.language.text import N_
from experiments.monitoring.limits import Flags, Floats
from experiments.monitoring.series import Series

ChartType = Literal["xmr", "p", "p-prime", "u", "u-prime", "c", "g", "t", "run"]
ChoiceCode = Literal[
    "asked", "no_denominator", "negative_numerator", "small_denominators", "large_denominators", "not_a_share"
]

NEEDS_DENOMINATOR = frozenset({"p", "p-prime", "u", "u-prime"})
NO_DENOMINATOR = frozenset({"c", "g", "t"})
SHARES = frozenset({"p", "p-prime"})
WHOLE = frozenset({"p", "p-prime", "u", "c", "g"})
NOT_NEGATIVE = NEEDS_DENOMINATOR | NO_DENOMINATOR
LARGE = 300
"""From this denominator on a p chart is often too strict (its limits shrink with n, the process does not)."""

LARGEST = 1e15
"""Squares and sums of what is larger would not fit in a number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A chart type and the code of why."""

    type: ChartType
    code: ChoiceCode


def choose(series: Series) -> Choice:
    """The chart for shares of whole counts (p below denominators of 300, else p'), rates (u') and others."""
    counts, sizes = series.values, series.denominators
    if sizes is None:
        return Choice(type="xmr", code="no_denominator")
    known = np.isfinite(counts) & (sizes > 0)
    counts, sizes = counts[known], sizes[known]
    if (counts < 0).any():
        return Choice(type="xmr", code="negative_numerator")
    if (counts > sizes).any() or not (_whole(counts) & _whole(sizes)).all():
        return Choice(type="u-prime", code="not_a_share")
    if (sizes < LARGE).all():
        return Choice(type="p", code="small_denominators")
    return Choice(type="p-prime", code="large_denominators")


def require_fit(series: Series, chart: ChartType) -> None:
    """Raise InputError, naming the period, when the series cannot be what this chart is made for."""
    _require_columns(series, chart)
    values = series.values
    too_large = (np.abs(values) > LARGEST) | (np.abs(series.plotted) > LARGEST)
    if series.denominators is not None:
        too_large |= series.denominators > LARGEST
    _refuse(series, chart, too_large, N_("A value that goes beyond 1e15 cannot be charted, found {found}."))
    if chart in NOT_NEGATIVE:
        _refuse(series, chart, values < 0, N_("A {chart} chart takes no values below zero, found {found}."))
    if chart in WHOLE:
        wrong = np.isfinite(values) & ~_whole(values)
        _refuse(series, chart, wrong, N_("A {chart} chart takes whole counts, found {found}."))
    if chart in SHARES and series.denominators is not None:
        above = (values > series.denominators) & (series.denominators > 0)
        _refuse(
            series,
            chart,
            above,
            N_("On a {chart} chart the value may not exceed its denominator, found {found}."),
        )


def _whole(values: Floats) -> Flags:
    return np.asarray(values == np.round(values))


def _require_columns(series: Series, chart: ChartType) -> None:
    if chart in NEEDS_DENOMINATOR and series.denominators is None:
        raise InputError(
            "A {chart} chart needs a denominator.",
            remedy="Name its column with --denominator, or choose another type.",
            chart=chart,
        )
    if chart in NO_DENOMINATOR and series.denominators is not None:
        raise InputError(
            "A {chart} chart takes no denominator.",
            remedy="Leave out --denominator, or choose another type.",
            chart=chart,
        )


def _refuse(series: Series, chart: ChartType, wrong: Flags, message: str) -> None:
    for at in np.flatnonzero(wrong):
        raise InputError(
            message,
            where=series.order[at],
            remedy="Correct the value, or choose another type.",
            chart=chart,
            found=f"{series.values[at]:g}",
        )
