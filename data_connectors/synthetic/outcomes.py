"""The KPIs of the simulated rows by department and week, straight from the arrays.

They follow the catalogue's definitions, so that the truth speaks of the same estimand as the evaluation;
that both give the same cells is tested through the whole intake.
"""

from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from data_connectors.synthetic.hospital import Hospital
from data_connectors.synthetic.letters import DISCHARGED_TO, NORM_HOURS
from data_connectors.synthetic.world import Columns, Floats

Scale = Literal["absolute", "relative"]
Parts = tuple[Columns, Floats, Floats]
"""Rows with the numerator and the denominator that each of them adds."""


def _note_minutes(hospital: Hospital) -> Parts:
    rows = hospital.tables["NoteSession"]
    minutes = (rows["active_seconds"] + rows["tool_seconds"]) / 60
    counted = ~np.isnat(rows["signed_at"]) & (minutes >= 0.05) & (minutes <= 180)
    return rows, minutes * counted, counted.astype(float)


def _letters_in_time(hospital: Hospital) -> Parts:
    rows = hospital.tables["Letter"]
    exempt = [DISCHARGED_TO.index(name) for name in ("deceased", "internal_transfer")]
    due = ~np.isin(rows["discharged_to"], exempt)
    hours = (rows["final_at"] - rows["due_from"]) / np.timedelta64(1, "h")
    return rows, (due & (hours <= NORM_HOURS)).astype(float), due.astype(float)


def _mean(table: str, column: str) -> Callable[[Hospital], Parts]:
    def parts(hospital: Hospital) -> Parts:
        rows = hospital.tables[table]
        return rows, rows[column].astype(float), np.ones(len(rows[column]))

    return parts


DURATIONS: dict[str, Callable[[Hospital], Parts]] = {
    "note_time_enc": _note_minutes,
    "message_write_time": _mean("Message", "write_seconds"),
    "message_read_time": _mean("Message", "read_seconds"),
}
SHARES: dict[str, Callable[[Hospital], Parts]] = {
    "letter_24h": _letters_in_time,
    "icd_accuracy": _mean("CodeAudit", "correct"),
    "pem": _mean("SurveyResponse", "score"),
}
RATIOS: dict[str, tuple[tuple[str, str], tuple[str, str], float]] = {
    "visits_per_session": (("Encounter", "completed"), ("Session", ""), 1.0),
    "wow8": (("Session", "outside_minutes"), ("Session", "scheduled_minutes"), 480.0),
}


def outcome(hospital: Hospital, kpi: str, scale: Scale) -> Floats:
    """(D, W) the KPI per department and week, its logarithm on the relative scale; NaN where it has no rows.

    Durations on the relative scale: mean of the log, so that effects are ratios of geometric means.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        if kpi in RATIOS:
            above, below, factor = RATIOS[kpi]
            cells = factor * _total(hospital, *above) / _total(hospital, *below)
            return np.log(cells) if scale == "relative" else cells
        rows, numerator, denominator = {**DURATIONS, **SHARES}[kpi](hospital)
        if kpi in DURATIONS and scale == "relative":
            logs = np.log(numerator, where=numerator > 0, out=np.zeros_like(numerator))
            return _by_cell(hospital, rows, logs) / _by_cell(hospital, rows, denominator)
        cells = _by_cell(hospital, rows, numerator) / _by_cell(hospital, rows, denominator)
        return np.log(cells) if scale == "relative" else cells


def _total(hospital: Hospital, table: str, column: str) -> Floats:
    rows = hospital.tables[table]
    return _by_cell(hospital, rows, rows[column].astype(float) if column else np.ones(len(rows["week"])))


def _by_cell(hospital: Hospital, rows: Columns, value: NDArray[np.float64]) -> Floats:
    shape = hospital.world.present.shape
    place = rows["department"] * shape[1] + rows["week"]
    total = np.bincount(place, weights=value, minlength=shape[0] * shape[1])
    return np.asarray(total, dtype=np.float64).reshape(shape)
