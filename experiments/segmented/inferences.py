"""The inferences on a broken line, by name."""

import numpy as np

from experiments.inference.generalised_linear import GeneralisedLinear
from experiments.inference.serial_regression import ErrorOf, SerialRegression, hac, iid
from experiments.inference.time_blocks import time_blocks
from experiments.inference.waves_t import waves_t
from experiments.panel import Floats
from experiments.segmented.model import Model
from experiments.window import Flags

DEFAULT = "waves-t"
SECOND = "blocks-t"
INFERENCES: dict[str, ErrorOf] = {DEFAULT: waves_t, SECOND: time_blocks, "hac": hac, "iid": iid}


def serial_regression(model: Model, fit: GeneralisedLinear) -> SerialRegression:
    """The fit with its rows' periods.

    A shock of a period moves all pilot rows one way and all comparison rows the other way, each in the
    measure in which its group's rate follows from its own rows.
    """
    root = np.linalg.norm(fit.rows[:, : _levels(model)], axis=1)
    size = np.where(model.pilot, _total(root, model.pilot), -_total(root, ~model.pilot))
    return SerialRegression(
        rows=fit.rows,
        residuals=fit.residuals,
        period=model.period,
        times=model.aligned.since.astype(float),
        loading=root / size,
        parameters=model.parameters,
        n_before=model.aligned.n_before,
    )


def _levels(model: Model) -> int:
    """Columns that hold the intercept, or one level for each department: they are 1 in exactly one place."""
    return min(place for name, place in model.names.items() if name != "intercept")


def _total(root: Floats, group: Flags) -> float:
    return float(np.sum(root[group] ** 2)) if group.any() else 1.0
