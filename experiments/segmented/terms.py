"""The columns of a broken line: trend, change of level, change of slope, season."""

import numpy as np

from experiments.aligned import Aligned
from experiments.options import Options
from experiments.panel import Floats
from experiments.segmented.season import season_columns

OWN_PERIOD = "period_"
BREAKS = ("level_change", "slope_change", "lasting_change", "carry_over")
"""Terms that the tool adds, beside those of a period of its own."""

Terms = dict[str, Floats]


def of_tool(name: str) -> bool:
    """Whether a term is there only because of the tool."""
    return name in BREAKS or name.startswith(OWN_PERIOD)


def terms(aligned: Aligned, labels: tuple[str, ...], options: Options) -> Terms:
    """Columns (U, P) by name, the intercept not among them; trends count periods.

    slope_change counts the periods with the tool: 1 in the first (Lopez Bernal, Cummins and Gasparrini 2017,
    whose code has time less the last month before the ban). A forecast has a column for each period with the
    tool, so that these say nothing on the line. What a transfer adds depends on its carry-over (transfer.py).
    """
    since = np.broadcast_to(aligned.since, aligned.index.shape).astype(float)
    found = {"trend": since}
    if options.its_model in ("step", "both"):
        found["level_change"] = (since >= 0).astype(float)
    if options.its_model in ("slope", "both"):
        found["slope_change"] = np.maximum(since + 1, 0.0)
    if options.its_model == "forecast":
        found |= {f"{OWN_PERIOD}{one}": (since == one).astype(float) for one in aligned.since if one >= 0}
    season = season_columns(labels, options.season)
    return found | {name: column[aligned.index] for name, column in season.items()}
