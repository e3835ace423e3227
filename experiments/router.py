"""Which designs a pilot allows, in order of what they can show, and why the others do not.

A design's own refusal is the rule: each is tried on the panel, so a route never says otherwise than an
estimate would. The price is a fit of each; none of their checks.
"""

from dataclasses import dataclass, replace

from experiments import reasons
from experiments.answer import not_estimable
from experiments.estimate import NotEstimable, Result
from experiments.estimating import ESTIMATORS, design_for, fitted
from experiments.evidence_grade import DRAWN
from experiments.options import DesignName, Options
from experiments.panel import Panel

ORDER: tuple[DesignName, ...] = (
    "difference-in-differences",
    "staggered",
    "callaway-santanna",
    "imputation",
    "sun-abraham",
    "etwfe",
    "two-stage",
    "event-study",
    "volunteers",
    "dose-response",
    "synthetic-did",
    "synthetic-control",
    "comparative-its",
    "interrupted-time-series",
    "before-after",
    "rare-events",
    "stepped-wedge",
    "cluster-randomised",
    "bacon",
)
"""With a comparison before without; last what needs a lot that was drawn, and what estimates nothing new."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A design and what it makes of the panel: an estimate, or its reasons why not. first: auto takes it."""

    design: DesignName
    result: Result
    first: bool


def routes(panel: Panel, options: Options, *, drawn: bool = True) -> tuple[Route, ...]:
    """Every design: the one that `auto` takes, then those that apply, then those that do not.

    drawn: departments or their start dates were drawn by lot, or that is left to who asks.
    """
    chosen = design_for(panel, replace(options, design="auto"))
    tried = [
        Route(design=name, result=_tried(panel, options, name, drawn=drawn), first=name == chosen)
        for name in ORDER
        if name in ESTIMATORS
    ]
    return tuple(sorted(tried, key=_rank))


def _tried(panel: Panel, options: Options, name: DesignName, *, drawn: bool) -> Result:
    if name in DRAWN and not drawn:
        return not_estimable((reasons.not_drawn(),), name, options)
    own = options.inference if options.inference in ESTIMATORS[name].inferences else "auto"
    return fitted(panel, replace(options, design=name, inference=own), name)


def _rank(route: Route) -> tuple[bool, bool]:
    return not route.first, isinstance(route.result, NotEstimable)
