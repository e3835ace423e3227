"""The columns of a broken line: trend, change of level, change of slope, season."""

import numpy as np

from experiments.aligned import Aligned
from experiments.options import Options
from experiments.panel import Floats
from experiments.segmented.season import season_columns

BREAKS = ("level_change", "slope_change")
"""Terms that the tool adds."""

Terms = dict[str, Floats]


def terms(aligned: Aligned, labels: tuple[str, ...], options: Options) -> Terms:
    """Columns (U, P) by name, the intercept not among them; trends count periods.

    slope_change counts the periods with the tool: 1 in the first (Lopez Bernal, Cummins and Gasparrini 2017,
    whose code has time less the last month before the ban).
    """
    since = np.broadcast_to(aligned.since, aligned.index.shape).astype(float)
    found = {"trend": since}
    if options.its_model in ("step", "gradual", "both"):
        found["level_change"] = (since >= 0).astype(float)
    if options.its_model in ("slope", "both"):
        found["slope_change"] = np.maximum(since + 1, 0.0)
    season = season_columns(labels, options.season)
    return found | {name: column[aligned.index] for name, column in season.items()}
