"""The outcome of pilot departments by how much they used the tool: an association, never the effect."""

import numpy as np

from experiments import answer
from experiments.details import DosePoint
from experiments.inference.student import student
from experiments.panel import Floats, Scale
from experiments.window import Window

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
