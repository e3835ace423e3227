"""The two icons of Making Data Count: what the last point shows, and whether a target is reliably met."""

from typing import Literal

from experiments.monitoring.rules import SpecialCause

Better = Literal["lower", "higher", "neutral"]
Variation = Literal[
    "common_cause",
    "improvement_low",
    "improvement_high",
    "concern_low",
    "concern_high",
    "neutral_low",
    "neutral_high",
]
Assurance = Literal["consistent_pass", "consistent_fail", "inconsistent", "none"]

LOW: dict[Better, Variation] = {
    "lower": "improvement_low",
    "higher": "concern_low",
    "neutral": "neutral_low",
}
HIGH: dict[Better, Variation] = {
    "lower": "concern_high",
    "higher": "improvement_high",
    "neutral": "neutral_high",
}


def variation(special_cause: SpecialCause | None, side: int, better: Better) -> Variation:
    """The icon of a point that a rule marks for a side (-1 low or falling, 1 high or rising)."""
    if special_cause is None:
        return "common_cause"
    return HIGH[better] if side > 0 else LOW[better]


def assurance(lower: float | None, upper: float | None, target: float | None, better: Better) -> Assurance:
    """Whether limits lie wholly on the good or the bad side of a target; "none" where that has no meaning."""
    if target is None or better == "neutral" or lower is None or upper is None:
        return "none"
    if target > upper:
        return "consistent_fail" if better == "higher" else "consistent_pass"
    if target < lower:
        return "consistent_pass" if better == "higher" else "consistent_fail"
    return "inconsistent"
