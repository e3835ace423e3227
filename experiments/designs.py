"""Groups of designs that a check can stand beside."""

from typing import get_args

from experiments.options import DesignName

EVERY = tuple(name for name in get_args(DesignName) if name not in ("auto", "bacon"))
"""Every design that gives an effect."""
ONE_START = ("difference-in-differences", "volunteers", "dose-response")
"""Change against change around one common start, by the same inferences."""
OWN_CHANGE = (*ONE_START, "staggered")
"""The effect is each pilot department's own change against that of the comparison over the same weeks."""
PARALLEL = (
    *OWN_CHANGE,
    "event-study",
    "callaway-santanna",
    "sun-abraham",
    "imputation",
    "two-stage",
    "etwfe",
)
"""Rest on parallel trends of pilot and comparison departments, each counted equally."""
COMPARED = (*PARALLEL, "comparative-its", "synthetic-control", "synthetic-did")
"""Hold departments without the tool beside those with it."""
