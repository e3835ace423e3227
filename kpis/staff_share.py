"""Shares of clinicians, counted from their totals in the period and at no other grain."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from kpis.kpi import Kpi, Staff
from kpis.measurements import MEASURES, STAFF_MEASURES
from kpis.roll_up import Slice, placed

SUMMED = ("n", "numerator", "denominator", "numerator_squares", "denominator_squares", "cross")


def shares(staff: pd.DataFrame, kpis: Mapping[str, Kpi], asked: Slice) -> pd.DataFrame:
    """Columns kpi, unit, start and MEASURES: n and denominator clinicians, numerator those who count.

    staff: as `cells.staff` makes it. Sub-groups of a department have none: a clinician works in several.
    """
    chosen = placed(staff, asked)
    if asked.by != "department" or chosen.empty:
        return pd.DataFrame(columns=["kpi", "unit", "start", *MEASURES])
    keys = ["kpi", "unit", "start", "clinician"]
    totals = chosen.groupby(keys, as_index=False, sort=True)[list(STAFF_MEASURES)].sum()
    blocks = [_counted(block, kpis[str(id_)]) for id_, block in totals.groupby("kpi")]
    counted = pd.concat(blocks, ignore_index=True)
    summed = counted.groupby(["kpi", "unit", "start"], as_index=False, sort=True)[list(SUMMED)].sum()
    return summed.reindex(columns=["kpi", "unit", "start", *MEASURES], fill_value=0.0)


def _counted(totals: pd.DataFrame, kpi: Kpi) -> pd.DataFrame:
    rule = kpi.staff or Staff()
    used, could = totals["numerator"].to_numpy(), totals["denominator"].to_numpy()
    among = could > 0 if rule.among == "denominator" else used >= rule.at_least
    counts = among & (used >= rule.at_least)
    if rule.share_above is not None:
        counts &= used > rule.share_above * could
    one, some = np.where(among, 1.0, 0.0), np.where(counts, 1.0, 0.0)
    columns = {"n": one, "denominator": one, "denominator_squares": one}
    return totals[["kpi", "unit", "start"]].assign(
        **columns, numerator=some, numerator_squares=some, cross=some
    )
