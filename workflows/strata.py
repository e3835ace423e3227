"""The sums of a KPI per kind of case, department and week, from the cube."""

from collections.abc import Sequence

import numpy as np

from experiments.context import Strata
from experiments.panel import Floats, Scale
from kpis.roll_up import Slice, rolled_up
from storage.cube import Cube
from workflows.panel import Weekly

STRATIFIER = "segment"
ROWS = "n"


def strata(cube: Cube, found: Weekly, units: Sequence[str], scale: Scale) -> tuple[Strata, Floats]:
    """The sums over the weeks of a KPI, by the groups that its rows name, and the rows behind (S, U, T).

    Nothing of a department's week that has no value, such as one with too few persons.
    """
    first, last = found.weeks[0].start, found.weeks[-1].end
    asked = Slice(every="week", first=first, last=last, details=False)
    logarithms = scale == "relative" and found.kpi.statistic == "duration"
    numerator, denominator = ("log_total", "log_n") if logarithms else ("numerator", "denominator")
    read = cube.read("cells", kpis=[found.kpi.id], departments=units, first=first, last=last)
    sums = rolled_up(read, asked, (numerator, denominator, ROWS), STRATIFIER)
    names = tuple(sorted(sums[STRATIFIER].astype("str").unique()))
    week = ((sums["start"] - np.datetime64(first, "s")).dt.days // 7).to_numpy()
    at = (
        [names.index(name) for name in sums[STRATIFIER].astype("str")],
        [units.index(unit) for unit in sums["unit"]],
        week,
    )

    values = [[found.value(unit, week, scale) for week in found.weeks] for unit in units]
    known = np.isfinite(np.array(values, dtype=np.float64).reshape(len(units), len(found.weeks)))

    def placed(column: str) -> Floats:
        empty = np.zeros((len(names), len(units), len(found.weeks)))
        empty[at] = sums[column].to_numpy(np.float64)
        return np.where(known, empty, 0.0)

    made = Strata(
        names=names, numerator=placed(numerator), denominator=placed(denominator), logarithms=logarithms
    )
    return made, placed(ROWS)
