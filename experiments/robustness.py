"""How firm an effect is: computed otherwise, and when trends would not have been parallel after the start."""

from dataclasses import dataclass, replace

from core.language.text import Text
from experiments import designs
from experiments.details import Sensitivity
from experiments.options import Options, Violations
from experiments.panel import Panel
from experiments.specifications import Specification, specifications
from experiments.trend_violations import sensitivity

TRIED = (
    Violations(kind="relative-magnitudes", sizes=(0.0, 0.1, 0.2, 0.3, 0.5, 1.0)),
    Violations(kind="smoothness", sizes=(0.0,)),
)
"""Departures that are tried where nobody asks for others: up to as large as the largest before the start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Robustness:
    """sensitivity: intervals for growing departures, None where they cannot be had; notes say why, or how.

    specifications: the effect under every defensible way to compute it; empty for designs it is not about.
    """

    sensitivity: Sensitivity | None
    notes: tuple[Text, ...]
    specifications: tuple[Specification, ...]


def robustness(panel: Panel, options: Options, design: str) -> Robustness:
    """Of an estimate by a design; the departures are those of the options, else those usually tried."""
    asked = options if options.violations else replace(options, violations=TRIED)
    found, notes = sensitivity(panel, asked, design) if design in designs.PARALLEL else (None, ())
    ways = specifications(panel, options) if design in designs.OWN_CHANGE else ()
    return Robustness(sensitivity=found, notes=notes, specifications=ways)
