"""The mix of a reference, and values with that mix instead of their own."""

from collections.abc import Iterable, Mapping

import pandas as pd

from kpis.kpi import Kpi
from kpis.measurements import Measurement
from kpis.statistics.standardisation import Stratum

SUM_OVER_SUM = frozenset({"duration", "mean", "proportion", "ratio", "rate", "ordinal", "net"})
"""Statistics that are a numerator over a denominator in every stratum and in all of them."""


def may_be_standardised(kpi: Kpi, by: str) -> bool:
    """Whether the definition declares the column as case mix and its value is a sum over a sum."""
    return by in kpi.case_mix and kpi.statistic in SUM_OVER_SUM


def reference_weights(cells: pd.DataFrame, by: str) -> dict[str, float]:
    """The share of each stratum in the denominator of one KPI, adding up to 1; empty without rows.

    cells: columns CELLS of one KPI, of all departments in the reference days.
    """
    sums = cells.groupby(cells[by].astype("str"))["denominator"].sum()
    total = float(sums.sum())
    return {str(name): float(part) / total for name, part in sums.items() if part > 0} if total > 0 else {}


def strata(found: Iterable[Measurement]) -> Mapping[str, Stratum]:
    """Measurements of the sub-groups of one department and period, by the sub-group's name."""
    return {
        one.unit.partition("/")[2]: Stratum(
            n=one.n,
            numerator=one.numerator,
            denominator=one.denominator,
            variance=None if one.standard_error is None else one.standard_error**2,
        )
        for one in found
        if one.n
    }
