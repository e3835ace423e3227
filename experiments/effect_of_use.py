"""The effect per unit of use: intention to treat over the change in use, tested by the same inference."""

from dataclasses import replace

import numpy as np

from experiments import answer
from experiments.contrast import change, contrast
from experiments.details import EffectOfUse
from experiments.inference.anderson_rubin import anderson_rubin
from experiments.one_start_inference import infer
from experiments.options import Options
from experiments.panel import Floats
from experiments.window import Window, one_start


def of_dose(window: Window, dose: Floats) -> Window:
    """The window with the dose (U, T) in place of the outcome."""
    return replace(window, panel=replace(window.panel, outcome=dose))


def first_stage(window: Window, dose: Floats) -> tuple[float, float | None]:
    """Change in use against the comparison, and its t over departments; None where that has no spread."""
    values, treated = _changes(of_dose(window, dose)), window.treated
    groups, found = (values[treated], values[~treated]), _gap(values, treated)
    error = np.sqrt(sum(group.var(ddof=1) / len(group) for group in groups if len(group) > 1))
    spread = treated.sum() > 1 and error > 1e-9 * abs(found)
    return found, float(found / error) if spread else None


def effect_of_use(window: Window, dose: Floats, name: str, error: float, options: Options) -> EffectOfUse:
    """Each effect x of use is kept where the named inference finds no effect on outcome - x * dose.

    error: of the effect on the outcome, on the working scale. The change in use must not be zero.
    """
    data, used = one_start(window), one_start(of_dose(window, dose))
    values, doses = _changes(window), _changes(of_dose(window, dose))

    def p_value(a: float, b: float) -> float:
        mixed = replace(data, y=a * data.y + b * used.y)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            return infer(name, mixed, a * values + b * doses, options).p_value

    gaps = _gap(values, window.treated), _gap(doses, window.treated)
    found = anderson_rubin(p_value, *gaps, error, options.level)
    return EffectOfUse(
        effect=answer.shown(found.effect, options.scale),
        p_value=found.p_value,
        regions=tuple(answer.shown_interval(region, options.scale) for region in found.regions),
        inference=name,
        bounded=len(found.regions) == 1 and bool(np.isfinite(found.regions).all()),
    )


def _changes(window: Window) -> Floats:
    return contrast(window, change(window))


def _gap(values: Floats, treated: np.ndarray) -> float:
    return float(values[treated].mean() - values[~treated].mean())
