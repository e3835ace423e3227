"""The outcome by how much the tool was used: an association, never the effect."""

from dataclasses import replace

import numpy as np

from experiments import answer
from experiments.clinicians import sides
from experiments.details import Coefficient, DosePoint
from experiments.inference.clustered_line import clustered_line
from experiments.inference.student import student
from experiments.options import Options
from experiments.panel import Floats, Panel, Scale
from experiments.window import Window, log_if_relative

RANGES = 4
FOR_AN_INTERVAL = 3


def dose_curve(window: Window, dose: Floats, level: float, scale: Scale) -> tuple[DosePoint, ...]:
    """Points for up to four ranges with equally many department-weeks of the periods after the run-in."""
    start = window.starts[0]
    after, before = window.after(start), window.before(start)
    outcome = window.panel.outcome - window.panel.outcome[~window.treated].mean(axis=0)
    gap = outcome[:, after] - outcome[:, before].mean(axis=1, keepdims=True)
    used, gaps = dose[window.treated][:, after], gap[window.treated]
    edges = np.unique(np.quantile(used, np.linspace(0, 1, RANGES + 1)))
    if len(edges) < 2:
        return ()
    place = np.clip(np.searchsorted(edges, used, side="right") - 1, 0, len(edges) - 2)
    return tuple(_point(used, gaps, place == number, level, scale) for number in range(len(edges) - 1))


def _point(used: Floats, gaps: Floats, inside: np.ndarray, level: float, scale: Scale) -> DosePoint:
    by_department = np.array([gap[keep].mean() for gap, keep in zip(gaps, inside, strict=True) if keep.any()])
    interval = None
    if len(by_department) >= FOR_AN_INTERVAL:
        error = float(by_department.std(ddof=1) / np.sqrt(len(by_department)))
        found = student(float(by_department.mean()), error, len(by_department) - 1, level)
        interval = answer.shown_interval(found.interval, scale)
    return DosePoint(
        lowest=float(used[inside].min()),
        highest=float(used[inside].max()),
        mean_dose=float(used[inside].mean()),
        effect=answer.shown(float(by_department.mean()), scale),
        interval=interval,
        n_observations=int(inside.sum()),
        n_units=len(by_department),
    )


def dose_line(window: Window, panel: Panel, options: Options) -> tuple[Coefficient, ...]:
    """Change of each unit against the comparison departments, on its dose: linear, and with a square.

    panel: the units as given, clinicians or departments; `window` holds their departments. Errors by
    department (CR2). What one department alone would carry is left out, and so is all where a logarithm does
    not exist.
    """
    working = log_if_relative(panel, options)
    if not isinstance(working, Panel) or working.dose is None:
        return ()
    kept = np.isin(working.clusters or working.units, window.panel.units)
    change, dose, names = _per_unit(window, working.only(kept))
    known = np.isfinite(change) & np.isfinite(dose)
    cluster = np.unique(names[known], return_inverse=True)[1].astype(np.intp)
    powers = np.stack([dose[known] ** power for power in range(3)], axis=1)
    found = [
        _last_term(name, powers[:, :terms], change[known], cluster, options.level)
        for name, terms in (("linear", 2), ("square", 3))
    ]
    return tuple(one for one in found if one is not None)


def _per_unit(window: Window, units: Panel) -> tuple[Floats, Floats, np.ndarray]:
    """(U,) change against the comparison departments, dose after the run-in, and department of each unit."""
    common = np.where(window.complete, window.panel.outcome[~window.treated].mean(axis=0), np.nan)
    around = replace(
        units,
        outcome=units.outcome - common,
        first_treated=np.full(len(units.units), float(window.starts[0])),
    )
    before, after = sides(around, window.run_in)
    return (
        after - before,
        sides(_of_dose(around), window.run_in)[1],
        np.asarray(units.clusters or units.units),
    )


def _last_term(
    name: str, columns: Floats, values: Floats, cluster: np.ndarray, level: float
) -> Coefficient | None:
    fit = clustered_line(columns, values, cluster)
    found = fit.contrast(np.eye(columns.shape[1])[-1], level) if fit is not None else None
    if found is None:
        return None
    return Coefficient(
        name=name,
        estimate=found.effect,
        standard_error=found.standard_error,
        interval=found.interval,
        p_value=found.p_value,
    )


def _of_dose(panel: Panel) -> Panel:
    """The dose in place of the outcome, where there is an outcome."""
    dose = np.full_like(panel.outcome, np.nan) if panel.dose is None else panel.dose
    return replace(panel, outcome=np.where(np.isfinite(panel.outcome), dose, np.nan))
