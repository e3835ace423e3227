"""A panel of clinicians as a panel of their departments, and users beside their colleagues."""

from dataclasses import replace

import numpy as np

from experiments.options import Options
from experiments.panel import Floats, Panel
from experiments.window import log_if_relative


def departments(panel: Panel) -> Panel:
    """One row per department: the mean of its clinicians with a value, the sum of their rows."""
    names = tuple(dict.fromkeys(panel.clusters))
    member = np.array([np.asarray(panel.clusters) == name for name in names], dtype=float)
    known = np.isfinite(panel.outcome)
    count = member @ known
    with np.errstate(invalid="ignore", divide="ignore"):
        outcome = (member @ np.where(known, panel.outcome, 0.0)) / count
    return Panel(
        units=names,
        periods=panel.periods,
        outcome=np.where(count > 0, outcome, np.nan),
        weights=np.where(count > 0, member @ panel.weights, 0.0),
        first_treated=np.array([panel.first_treated[row > 0][0] for row in member]),
    )


def colleagues_gap(panel: Panel, options: Options) -> Floats:
    """(D,) per pilot department with both: mean change of users minus that of their colleagues.

    A change is a clinician's own mean after the run-in minus that before the start, on the working scale;
    clinicians without a value on either side are left out. A user has a dose above zero in some period.
    """
    working = log_if_relative(replace(panel, clusters=panel.clusters), options)
    if not isinstance(working, Panel) or panel.dose is None:
        return np.array([])
    user = (np.nan_to_num(panel.dose) > 0).any(axis=1)
    change, names = _changes(working, options.run_in), np.asarray(panel.clusters)
    found = []
    for name in dict.fromkeys(names[panel.treated]):
        inside = (names == name) & np.isfinite(change)
        if (inside & user).any() and (inside & ~user).any():
            found.append(change[inside & user].mean() - change[inside & ~user].mean())
    return np.array(found)


def _changes(panel: Panel, run_in: int) -> Floats:
    periods = np.arange(len(panel.periods))
    start = panel.first_treated[:, None]
    known = np.isfinite(panel.outcome)
    return _mean(panel.outcome, known & (periods >= start + run_in)) - _mean(
        panel.outcome, known & (periods < start)
    )


def _mean(values: Floats, used: np.ndarray) -> Floats:
    count = used.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(used, values, 0.0).sum(axis=1) / count)
