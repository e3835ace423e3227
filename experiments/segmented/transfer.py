"""A change that is reached gradually: the first-order transfer function of Box and Tiao 1975.

"Intervention analysis with applications to economic and environmental problems", Journal of the American
Statistical Association 70: of the lasting change the shares 1 - d, 1 - d^2, ... are reached in the first
period with the tool, the second, and on; d is the carry-over from one period to the next. The line is linear
but for d, which is where the squares of what is left over are smallest (with independent noise as far as the
noise is known). The error takes a column for d along, so it allows for the speed being estimated too.
"""

from dataclasses import replace

import numpy as np
from scipy.optimize import minimize_scalar

from experiments.panel import Floats
from experiments.segmented.model import Model

PLACES = 24
REACHED = 0.8
"""Of the lasting change, by the last period: a slower change cannot be told from a trend."""


class TooSlow(ValueError):
    """The change is still under way at the end."""


def with_carry_over(model: Model, root: Floats | None = None) -> Model:
    """The model with the columns of its best carry-over; raises TooSlow.

    root (P, P): makes the noise independent where it is known. Without a gradual part the change is a step.
    """
    slowest = float((1 - REACHED) ** (1 / (1 + model.aligned.since[-1])))
    places = np.linspace(0.0, slowest, PLACES)

    def squares(carry_over: float) -> float:
        return _squares(_at(model, carry_over), root)

    found = [squares(place) for place in places]
    best = int(np.argmin(found))
    if best == 0 and squares(float(places[1]) * 1e-3) >= found[0]:
        return _at(model, 0.0)
    if best == PLACES - 1 and squares(slowest * (1 - 1e-3)) >= found[-1]:
        raise TooSlow("the change is still under way at the end")
    around = (places[max(best - 1, 0)], places[min(best + 1, PLACES - 1)])
    settled = minimize_scalar(squares, bounds=around, method="bounded", options={"xatol": 1e-10})
    return _linear(_at(model, float(settled.x)), root)


def _at(model: Model, carry_over: float) -> Model:
    """One column: the share of the lasting change that is reached."""
    passed = model.aligned.since[model.period] + 1.0
    reached = np.where(model.after, 1 - carry_over ** np.maximum(passed, 0.0), 0.0)
    return replace(_added(model, "lasting_change", reached), carry_over=carry_over)


def _linear(model: Model, root: Floats | None) -> Model:
    """With a column for a small change of the carry-over."""
    passed = np.maximum(model.aligned.since[model.period] + 1.0, 0.0)
    lasting = _coefficients(model, root)[model.names["lasting_change"]]
    carry_over = float(model.carry_over or 0.0)
    slope = np.where(model.after, -lasting * passed * carry_over ** np.maximum(passed - 1, 0.0), 0.0)
    return _added(model, "carry_over", slope)


def _added(model: Model, name: str, column: Floats) -> Model:
    return replace(
        model,
        columns=np.column_stack([model.columns, column]),
        without=np.column_stack([model.without, np.zeros(len(column))]),
        names={**model.names, name: model.columns.shape[1]},
        parameters=model.parameters + 1,
    )


def _coefficients(model: Model, root: Floats | None) -> Floats:
    x, y = (values if root is None else root @ values for values in (model.columns, model.y))
    return np.asarray(np.linalg.lstsq(x, y, rcond=None)[0])


def _squares(model: Model, root: Floats | None) -> float:
    left = model.y - model.columns @ _coefficients(model, root)
    return float(np.sum((left if root is None else root @ left) ** 2))
