"""Who still uses the tool in the weeks after first use."""

from datetime import date

import numpy as np
import pandas as pd

from kpis.statistics.proportion import share, wilson

DAYS = 7


def sustained_use(use: pd.DataFrame, as_of: date, level: float = 0.95) -> pd.DataFrame:
    """Per week k after first use: the share of clinicians with a day of use in it.

    use: columns `clinician` and `day`, one line per day of use; repeats do no harm. Lines after `as_of` (the
    last day that was observed) and lines without a clinician or a day are left out. Week k is day 7 k to
    7 k + 6 after someone's first day. Only clinicians whose week k is over by `as_of` are at risk, so that a
    late starter is no one who stopped.
    Returns columns week (from 1), at_risk, using, share, low, high (Wilson), up to the last week with
    someone at risk.
    """
    day = pd.to_datetime(use["day"]).to_numpy("datetime64[D]")
    end = np.datetime64(as_of, "D")
    known = (day <= end) & use["clinician"].notna().to_numpy(np.bool_)
    who, names = pd.factorize(use["clinician"].to_numpy(object)[known])
    before_end = (end - day[known]).astype(np.int64)
    since_first = np.zeros(len(names), dtype=np.int64)
    np.maximum.at(since_first, who, before_end)
    observed = (since_first + 1) // DAYS - 1
    seen = np.unique(np.column_stack([who, (since_first[who] - before_end) // DAYS]), axis=0)
    last = max(int(observed.max(initial=0)), 0)
    using = np.bincount(seen[seen[:, 1] <= observed[seen[:, 0]], 1], minlength=last + 1)
    at_risk = [int((observed >= week).sum()) for week in range(last + 1)]
    lines = [_line(week, at_risk[week], int(using[week]), level) for week in range(1, last + 1)]
    return pd.DataFrame(lines, columns=["week", "at_risk", "using", "share", "low", "high"])


def _line(week: int, at_risk: int, using: int, level: float) -> tuple[float | None, ...]:
    interval = wilson(using, at_risk, level)
    ends = (None, None) if interval is None else (interval.low, interval.high)
    return (week, at_risk, using, share(using, at_risk), *ends)
