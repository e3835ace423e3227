"""A panel of clinicians as a panel of their departments, and users beside their colleagues."""

from dataclasses import dataclass

import numpy as np

from experiments.options import Options
from experiments.panel import Floats, Panel
from experiments.window import log_if_relative

Flags = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]


def departments(panel: Panel) -> Panel:
    """One row per department: the mean of its clinicians with a value, the sum of their rows.

    The dose is the mean over the same clinicians, so that one without a dose makes it unknown. A panel whose
    units stand alone is given back as it is.
    """
    if not panel.grouped:
        return panel
    names = tuple(dict.fromkeys(panel.clusters))
    member = np.array([np.asarray(panel.clusters) == name for name in names], dtype=float)
    known = np.isfinite(panel.outcome)
    count = member @ known
    dose = (
        None if panel.dose is None else _over(member @ np.where(known, np.nan_to_num(panel.dose), 0.0), count)
    )
    if dose is not None and panel.dose is not None:
        dose = np.where(member @ (known & ~np.isfinite(panel.dose)) > 0, np.nan, dose)
    return Panel(
        units=names,
        periods=panel.periods,
        outcome=_over(member @ np.where(known, panel.outcome, 0.0), count),
        weights=np.where(count > 0, member @ np.where(np.isfinite(panel.weights), panel.weights, 0.0), 0.0),
        first_treated=np.array([panel.first_treated[row > 0].min() for row in member]),
        dose=dose,
    )


def start_that_differs(panel: Panel) -> str | None:
    """A department whose clinicians do not have the same start; None where there is none."""
    for name in dict.fromkeys(panel.clusters):
        if len(set(panel.first_treated[np.asarray(panel.clusters) == name].tolist())) > 1:
            return name
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Users:
    """Users and their colleagues in the D pilot departments that have both, clinicians counted equally.

    change (D,): mean change of users minus that of colleagues, on the working scale. before (D,): the same
    difference in the level before the start.
    """

    users: int
    colleagues: int
    change: Floats
    before: Floats


def users_and_colleagues(panel: Panel, options: Options) -> Users | None:
    """Users have a dose above zero in some period; None where no department has both.

    A change is a clinician's own mean after the run-in minus that before the start; clinicians without a
    value on either side are left out.
    """
    working = log_if_relative(panel, options)
    if not isinstance(working, Panel) or panel.dose is None:
        return None
    user = (np.nan_to_num(panel.dose) > 0).any(axis=1)
    before, after = sides(working, options.run_in)
    kept, names = np.isfinite(before) & np.isfinite(after), np.asarray(panel.clusters)
    pairs = [
        (kept & user & (names == name), kept & ~user & (names == name))
        for name in dict.fromkeys(names[panel.treated])
    ]
    pairs = [(ours, others) for ours, others in pairs if ours.any() and others.any()]
    if not pairs:
        return None
    change = after - before
    return Users(
        users=int(sum(ours.sum() for ours, _ in pairs)),
        colleagues=int(sum(others.sum() for _, others in pairs)),
        change=np.array([change[ours].mean() - change[others].mean() for ours, others in pairs]),
        before=np.array([before[ours].mean() - before[others].mean() for ours, others in pairs]),
    )


def sides(panel: Panel, run_in: int) -> tuple[Floats, Floats]:
    """(U,) mean of each unit's values before its start, and after the run-in; NaN where it has none."""
    periods, start = np.arange(len(panel.periods)), panel.first_treated[:, None]
    known = np.isfinite(panel.outcome)
    before, after = known & (periods < start), known & (periods >= start + run_in)
    return _mean(panel.outcome, before), _mean(panel.outcome, after)


def _mean(values: Floats, used: Flags) -> Floats:
    return _over(np.where(used, values, 0.0).sum(axis=1), used.sum(axis=1))


def _over(total: Floats, count: Floats) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(count > 0, total / count, np.nan))
