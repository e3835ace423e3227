"""Two one-sided tests: whether a difference lies within a margin on both sides (Schuirmann 1987).

Journal of Pharmacokinetics and Biopharmaceutics 15. At alpha both tests reject exactly when the interval at
level 1 - 2 alpha lies within the margins. All of several groups are equivalent when each is (an intersection,
which needs no correction); that one differs by more than a margin is corrected for looking at all of them.
"""

from dataclasses import dataclass
from typing import Literal

from scipy import special

from experiments.inference.student import Inference, student

Outcome = Literal["equivalent", "different", "cannot_tell"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Equivalence:
    """inference: of the difference, its interval at level 1 - 2 alpha. p_value: the larger of both tests."""

    inference: Inference
    p_value: float
    outcome: Outcome


def equivalence(
    difference: float,
    standard_error: float,
    degrees_of_freedom: float,
    margins: tuple[float, float],
    alpha: float,
    looks: int = 1,
) -> Equivalence:
    """Test a difference, estimated with a t distribution, against a lower and an upper margin.

    looks: how many groups are looked at; the chance to call one different where none is stays below alpha.
    """
    found = student(difference, standard_error, degrees_of_freedom, 1 - 2 * alpha)
    low, high = margins
    above = float(special.stdtr(degrees_of_freedom, -(difference - low) / standard_error))
    below = float(special.stdtr(degrees_of_freedom, (difference - high) / standard_error))
    beyond = min(
        float(special.stdtr(degrees_of_freedom, -(difference - high) / standard_error)),
        float(special.stdtr(degrees_of_freedom, (difference - low) / standard_error)),
    )
    outcome: Outcome = "cannot_tell"
    if max(above, below) < alpha:
        outcome = "equivalent"
    elif beyond < alpha / (2 * looks):
        outcome = "different"
    return Equivalence(inference=found, p_value=max(above, below), outcome=outcome)
