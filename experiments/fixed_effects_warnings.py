"""What a person must know of plain two-way fixed effects and of the error that was asked for."""

import numpy as np

from core.language.text import N_, Text
from experiments.fixed_effects import cluster_codes
from experiments.inference.bacon import bacon
from experiments.measured_sizes import too_often
from experiments.options import Options
from experiments.panel import Panel

STAGGERED_WARNING = Text(
    N_(
        "Plain two-way fixed effects with several start dates compares departments with others that already "
        "use the tool: where the effect grows or differs between departments it can be wrong, even in sign."
    )
)
ALREADY_TREATED = N_(
    "{share:%0} of the weight in this average is on comparisons with departments that already use the tool "
    "(Goodman-Bacon 2021)."
)


def warnings(panel: Panel, options: Options, inference: str) -> tuple[Text, ...]:
    """Of several starts, and of an error whose size was measured to be wrong."""
    staggered = (STAGGERED_WARNING,) if len(panel.starts) > 1 else ()
    return staggered + too_often(inference, fewest(panel)) + _already_treated(panel, options)


def fewest(panel: Panel) -> int:
    """Clusters of departments on the smaller side, with the tool or without it."""
    codes, treated = cluster_codes(panel), panel.treated
    return min(len(set(codes[treated])), len(set(codes[~treated])))


def _already_treated(panel: Panel, options: Options) -> tuple[Text, ...]:
    """How much of a coefficient over several starts compares with departments that already use the tool.

    Known without gaps and with equal weights only (Goodman-Bacon 2021).
    """
    plain = options.weighting == "departments" and not options.run_in
    if len(panel.starts) < 2 or not plain or not np.isfinite(panel.outcome).all():
        return ()
    return (Text(ALREADY_TREATED, {"share": bacon(panel.outcome, panel.first_treated).forbidden}),)
