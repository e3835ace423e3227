"""From an inference on the working scale to what is shown: scale, alternatives and agreement of methods."""

import numpy as np

from core.language.text import Text
from experiments.estimate import Alternative, Coverage, Estimate, NotEstimable, Reason
from experiments.inference.student import Inference
from experiments.options import Options
from experiments.panel import Scale

SMALLEST_P = 0.001


def shown(value: float, scale: Scale) -> float:
    """A working-scale effect as people read it: log points become a fraction, beyond all numbers endless."""
    with np.errstate(over="ignore"):
        return float(np.expm1(value)) if scale == "relative" else float(value)


def shown_interval(interval: tuple[float, float], scale: Scale) -> tuple[float, float]:
    """Both bounds as people read them; an open end stays infinite (or -1 for a fraction)."""
    return shown(interval[0], scale), shown(interval[1], scale)


def readable(value: float, scale: Scale, *, signed: bool = True) -> Text:
    """A shown effect with its sign and three significant digits: -0.0123, or -9.12 % when relative."""
    if not np.isfinite(value):
        endless = "∞" if value > 0 else "\N{MINUS SIGN}∞"
        return Text(endless)
    size = abs(value) * (100 if scale == "relative" else 1)
    digits = max(0, 2 - int(np.floor(np.log10(size)))) if size > 0 else 0
    template = f"{{value:{'+' if signed else ''}{'%' if scale == 'relative' else '.'}{digits}}}"
    return Text(template, {"value": float(value)})


def readable_p(p_value: float) -> Text:
    """As `p = 0.033`, or `p < 0.001` below that."""
    if p_value < SMALLEST_P:
        return Text("p < {limit:.3}", {"limit": SMALLEST_P})
    return Text("p = {p:.3}", {"p": p_value})


def alternative(
    name: str, found: Inference, scale: Scale, *, design: str = "", warning: Text | None = None
) -> Alternative:
    """An inference as a line beside the first."""
    return Alternative(
        inference=name,
        effect=shown(found.effect, scale),
        standard_error=found.standard_error if np.isfinite(found.standard_error) else None,
        interval=shown_interval(found.interval, scale) if np.isfinite(found.interval).all() else None,
        p_value=found.p_value,
        degrees_of_freedom=found.degrees_of_freedom,
        design=design,
        warning=warning,
    )


def estimate(
    name: str, found: Inference, options: Options, *, design: str, estimand: str, coverage: Coverage
) -> Estimate:
    """An inference as the estimate itself."""
    return Estimate(
        estimand=estimand,
        design=design,
        inference=name,
        scale=options.scale,
        effect=shown(found.effect, options.scale),
        standard_error=found.standard_error,
        interval=shown_interval(found.interval, options.scale),
        level=options.level,
        p_value=found.p_value,
        degrees_of_freedom=found.degrees_of_freedom,
        coverage=coverage,
    )


def not_estimable(
    reasons: tuple[Reason, ...],
    design: str,
    options: Options,
    *,
    coverage: Coverage | None = None,
    smallest_detectable: float | None = None,
) -> NotEstimable:
    """No number, with its reasons; the smallest detectable effect comes in on the working scale."""
    return NotEstimable(
        reasons=reasons,
        design=design,
        scale=options.scale,
        coverage=coverage,
        smallest_detectable=shown(smallest_detectable, options.scale) if smallest_detectable else None,
    )


def agree(first: Inference, second: Inference) -> bool:
    """Same sign, the second interval holds the first estimate, both or neither exclude no effect."""
    low, high = second.interval
    same_sign = bool(np.sign(first.effect) == np.sign(second.effect))
    return same_sign and low <= first.effect <= high and _excludes_zero(first) == _excludes_zero(second)


def _excludes_zero(found: Inference) -> bool:
    return not found.interval[0] <= 0 <= found.interval[1]
