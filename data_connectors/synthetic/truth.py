"""What the pilots truly did: the run as it was against the same run without them."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from data_connectors.synthetic.departments import DEPARTMENTS
from data_connectors.synthetic.hospital import Hospital, simulate
from data_connectors.synthetic.outcomes import Scale, outcome
from data_connectors.synthetic.parameters import Parameters
from data_connectors.synthetic.plans import PILOTS, plan
from kpis.catalogue import load

SUNDAY = 6
"""Days after Monday."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Runs:
    """Two runs of one seed: as it was, and as it would have been without the pilots."""

    factual: Hospital
    counterfactual: Hospital

    def truth(self, pilot: str, kpi: str, window: tuple[date, date], scale: Scale) -> float:
        """The true effect on the treated: average over departments of the average over their weeks.

        Weeks: within the window, mature, after the department's run-in, and with data in every department of
        the comparison, as the evaluation takes them. In the KPI's unit, or as a fraction when relative.
        """
        declared, world = plan(pilot), self.factual.world
        places = {department.id: place for place, department in enumerate(DEPARTMENTS)}
        treated = [places[name] for name in declared["starts"]]
        units = treated + [places[name] for name in declared["comparison"]]
        with_tool, without = (outcome(run, kpi, scale) for run in (self.factual, self.counterfactual))
        mondays = np.array(world.calendar.mondays, dtype="datetime64[D]")
        mature = np.timedelta64(SUNDAY - load()[kpi].matures_after_days, "D")
        last = min(np.datetime64(window[1]), mondays[-1] + mature)
        inside = (mondays >= np.datetime64(window[0])) & (mondays + np.timedelta64(SUNDAY, "D") <= last)
        usable = inside & (np.isfinite(with_tool[units]) & np.isfinite(without[units])).all(axis=0)
        changes = []
        for place in treated:
            weeks = usable & (world.since[pilot][place] >= declared["run_in_weeks"])
            changes.append((with_tool[place, weeks] - without[place, weeks]).mean())
        average = float(np.mean(changes))
        return float(np.expm1(average)) if scale == "relative" else average


@dataclass(frozen=True, slots=True, kw_only=True)
class TrueEffect:
    """The truth about one KPI of one pilot, on the scale of its plan."""

    pilot: str
    kpi: str
    scale: Scale
    effect: float


def simulate_both(parameters: Parameters, seed: int) -> Runs:
    """The run with the pilots and the run without them."""
    return Runs(factual=simulate(parameters, seed), counterfactual=simulate(parameters, seed, effects=False))


def true_effects(runs: Runs) -> tuple[TrueEffect, ...]:
    """The truth for the primary, the guardrails and the secondary KPIs of every plan."""
    found, kpis = [], load()
    for pilot in PILOTS:
        declared = plan(pilot)
        first, last = declared["window"]
        asked = [declared["primary"], *declared["guardrails"]]
        chosen = [(entry["kpi"], entry["scale"]) for entry in asked]
        chosen += [
            (kpi, "relative" if kpis[kpi].statistic == "duration" else "absolute")
            for kpi in declared["secondary"]
        ]
        for kpi, scale in chosen:
            effect = runs.truth(pilot, kpi, (first, last), scale)
            found.append(TrueEffect(pilot=pilot, kpi=kpi, scale=scale, effect=effect))
    return tuple(found)
