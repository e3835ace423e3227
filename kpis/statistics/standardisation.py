"""Direct standardisation: the value as it would be with the case mix of a reference."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

STRATUM_WITHOUT_ROWS = "stratum_without_rows"
NO_REFERENCE = "reference_without_weight"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stratum:
    """Sums of one stratum; `variance` is the squared standard error of its value, None where unknown."""

    n: int
    numerator: float
    denominator: float
    variance: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standardised:
    """The standardised value (None with a reason) beside the crude one, in the KPI's unit.

    missing_weight: share of the reference weight in strata without rows, 0 to 1.
    rows_outside_reference: rows of strata that the reference has not; they are in the crude value alone.
    """

    value: float | None
    standard_error: float | None
    crude: float | None
    missing_weight: float
    rows_outside_reference: int
    reason: str | None


def standardise(strata: Mapping[str, Stratum], reference: Mapping[str, float]) -> Standardised:
    """Sum w_s R_s / sum w_s with R_s = numerator / denominator of a stratum and w_s its reference weight.

    The error is sqrt(sum w_s^2 var_s) / sum w_s (Breslow and Day 1987, Statistical Methods in Cancer
    Research II, chapter 2). A stratum of the reference without rows gives None: weights are never
    divided over the others.
    """
    weights = {name: weight for name, weight in reference.items() if weight > 0}
    total = sum(weights.values())
    present = {name for name in weights if name in strata and strata[name].denominator > 0}
    missing = sum(weight for name, weight in weights.items() if name not in present)
    reason = NO_REFERENCE if total <= 0 else STRATUM_WITHOUT_ROWS if len(present) < len(weights) else None
    return Standardised(
        value=None if reason else _value(strata, weights, total),
        standard_error=None if reason else _error(strata, weights, total),
        crude=_crude(strata),
        missing_weight=missing / total if total > 0 else 1.0,
        rows_outside_reference=sum(one.n for name, one in strata.items() if name not in weights),
        reason=reason,
    )


def _value(strata: Mapping[str, Stratum], weights: Mapping[str, float], total: float) -> float:
    rates = (weight * strata[name].numerator / strata[name].denominator for name, weight in weights.items())
    return math.fsum(rates) / total


def _error(strata: Mapping[str, Stratum], weights: Mapping[str, float], total: float) -> float | None:
    variance = 0.0
    for name, weight in weights.items():
        own = strata[name].variance
        if own is None:
            return None
        variance += weight * weight * own
    return math.sqrt(variance) / total


def _crude(strata: Mapping[str, Stratum]) -> float | None:
    denominator = math.fsum(one.denominator for one in strata.values())
    return math.fsum(one.numerator for one in strata.values()) / denominator if denominator > 0 else None
