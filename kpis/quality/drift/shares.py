"""A change of the mix of a column's values: definitions, templates, versions of the tool, case mix.

Every week gives one share per value: the rows of one week resemble each other, so they are one observation.
"""

from typing import Literal

import numpy as np
import pandas as pd

from kpis.quality.drift.finding import Finding, Subject
from kpis.quality.drift.weekly import SMALLEST_WEEK, Change, change_of, finding, unknown

ShareDetector = Literal["definition", "template", "tool_version", "case_mix"]

SMALLEST: dict[ShareDetector, float] = {
    "definition": 0.10,
    "template": 0.10,
    "tool_version": 0.10,
    "case_mix": 0.07,
}
"""Smallest change of a share that is called one."""


def share_changes(
    detector: ShareDetector, table: str, column: str, counts: pd.DataFrame
) -> tuple[Finding, ...]:
    """One finding per department: `level_shift` on the weekly share of every value, the largest one told.

    counts: columns department, week, value ("" where missing) and rows.
    """
    wide = counts.pivot_table(
        index=["department", "week"], columns="value", values="rows", aggfunc="sum", fill_value=0
    )
    found = []
    for department, own in wide.groupby(level="department", sort=True):
        subject = Subject(detector=detector, department=str(department), table=table, column=column)
        found.append(_finding(subject, own.droplevel("department"), SMALLEST[detector]))
    return tuple(found)


def _finding(subject: Subject, wide: pd.DataFrame, smallest: float) -> Finding:
    used = wide.loc[:, wide.sum() > 0]
    kept = used[used.sum(axis=1) >= SMALLEST_WEEK]
    if not any(used.columns):
        return unknown(subject, len(kept), "never_filled")
    changes = _changes(kept)
    if not changes:
        return unknown(subject, len(kept), "too_few_weeks")
    value, largest = max(changes.items(), key=lambda item: (item[1].is_real(smallest), item[1].size))
    return finding(subject, len(kept), largest, smallest, value)


def _changes(wide: pd.DataFrame) -> dict[str, Change]:
    total = wide.sum(axis=1).to_numpy(np.float64)
    shares = {str(name): wide[name].to_numpy(np.float64) / total for name in wide.columns}
    found = {name: change_of(wide.index, share) for name, share in shares.items()}
    return {name: change for name, change in found.items() if change is not None}
