"""The effect per unit of use with the start of the department as instrument, however weak it is.

Anderson and Rubin 1949 (Annals of Mathematical Statistics 20): a value x of the effect is kept where
outcome - x * dose shows no effect of the start. At the true value that is an ordinary test of no effect,
whatever the start did to the dose, so the values that are kept have the level of that test. They may be
endless, and not always one interval (Dufour 1997, Econometrica 65). Fieller's set (1954)
is the closed form where the noise does not depend on x; here the test may be any, so the line is searched.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

ANGLES = 120
EDGE = 1e-5
PRECISE = 1e-13


@dataclass(frozen=True, slots=True, kw_only=True)
class AndersonRubin:
    """The ratio, the values that are kept, and the p-value of no effect.

    regions: closed intervals from low to high, ends infinite where nothing bounds them; one of them holds the
    effect, and one holds zero exactly where p_value is at least 1 - level.
    """

    effect: float
    regions: tuple[tuple[float, float], ...]
    p_value: float


def anderson_rubin(
    p_value: Callable[[float, float], float],
    outcome_effect: float,
    dose_effect: float,
    error: float,
    level: float,
) -> AndersonRubin:
    """Wald ratio outcome_effect / dose_effect with the values that a test keeps.

    p_value(a, b): of no effect on a * outcome + b * dose; it depends on a : b only, and is 1 at the ratio.
    Where it is not a number nothing is excluded. error: standard error of the outcome's effect, a scale for
    the search; values further than 1e5 errors count as endless. dose_effect is not zero.
    """
    effect, unit = outcome_effect / dose_effect, abs(error / dose_effect)
    none, limit = float(np.arctan(-effect / unit)), np.pi / 2 - EDGE
    alpha = round(1 - level, 12)

    def test(angle: float) -> float:
        if angle == 0:
            return 1.0
        a, b = np.cos(angle), -(effect * np.cos(angle) + unit * np.sin(angle))
        # At no effect the dose drops out, without a rounding error.
        found = p_value(1.0, 0.0) if angle == none else p_value(float(a), float(b))
        return found if np.isfinite(found) else 1.0

    def value(angle: float) -> float:
        endless = abs(angle) >= limit
        return float(np.copysign(np.inf, angle) if endless else effect + unit * np.tan(angle))

    angles = np.unique(np.concatenate([np.linspace(-limit, limit, ANGLES + 1), [0.0, none]]))
    kept = np.array([test(float(angle)) for angle in angles]) >= alpha
    edges = [
        float(brentq(lambda angle: test(angle) - alpha, angles[place], angles[place + 1], xtol=PRECISE))
        for place in np.flatnonzero(kept[1:] != kept[:-1])
    ]
    ends = [float(angles[0])] * bool(kept[0]) + edges + [float(angles[-1])] * bool(kept[-1])
    return AndersonRubin(
        effect=float(effect),
        regions=tuple((value(low), value(high)) for low, high in zip(ends[::2], ends[1::2], strict=True)),
        p_value=test(none),
    )
