"""Which inference an average of cohort effects can carry: by what was measured, and what to say of it.

Error rates by number of departments: docs/evidence/cohort_size.json.
"""

import numpy as np

from core.language.text import N_, Text
from experiments import reasons_staggered
from experiments.adoption import Adoption
from experiments.cohort_errors import strata_of
from experiments.estimate import Reason

RANDOMISATION = "randomisation-t"
JACKKNIFE = "jackknife-t"
MIN_CLUSTERS = 30
MIN_TREATED = 10
MIN_AT_A_START = 8
MOST_LEFT_OUT = 500
"""The jackknife is shown beside another error up to this many departments; by then both are the same."""
LEFT_OUT_TREATED = 4
"""From so many on leaving one out holds its error rate."""
LEFT_OUT_SIZE = 0.13
"""The largest share of effects that it finds with fewer where there are none, at 5 %."""


def few(adoption: Adoption) -> bool:
    """Whether there are too few departments for errors from large samples.

    Up to MOST_LEFT_OUT departments also with few at one of the starts: the effects of a start fit its own
    departments, so that of n of them only (n - 1) / n of the noise is seen.
    """
    if few_in_all(adoption):
        return True
    return len(strata_of(adoption)) <= MOST_LEFT_OUT and _fewest(adoption) < MIN_AT_A_START


def few_in_all(adoption: Adoption) -> bool:
    """Whether there are too few departments, or too few with the tool, wherever they start."""
    strata = strata_of(adoption)
    return bool(len(strata) < MIN_CLUSTERS or strata.sum() < MIN_TREATED)


def default(adoption: Adoption, large_sample: str, lost: tuple[Reason, ...]) -> str | Reason:
    """The inference that holds its error rate, or why there is none. lost: why start orders cannot judge."""
    if not few(adoption):
        return large_sample
    if not lost:
        return RANDOMISATION
    return JACKKNIFE if can_leave_out(adoption) else too_few_to_leave_out(adoption)


def can_leave_out(adoption: Adoption) -> bool:
    """Whether the jackknife was found to hold its error rate with so many departments."""
    return bool(strata_of(adoption).sum() >= LEFT_OUT_TREATED)


def too_few_to_leave_out(adoption: Adoption) -> Reason:
    """With fewer pilots the jackknife finds too much."""
    return reasons_staggered.too_few_to_leave_out(int(strata_of(adoption).sum()), LEFT_OUT_TREATED)


def warnings(adoption: Adoption, name: str) -> tuple[Text, ...]:
    """What to say of an inference on these departments."""
    doubt = doubtful(adoption, name)
    alone = Text(ALONE if name == JACKKNIFE else ALONE_IN_LARGE, {"starts": ", ".join(adoption.alone)})
    held = ((doubt, doubt is not None), (alone, name != RANDOMISATION and bool(adoption.alone)))
    return tuple(text for text, holds in held if holds and text is not None)


def doubtful(adoption: Adoption, name: str) -> Text | None:
    """Why an inference that was asked for finds too much with so few departments; None where it does not."""
    if name == RANDOMISATION:
        return None
    strata = strata_of(adoption)
    counts = {"departments": len(strata), "treated": int(strata.sum())}
    if name == JACKKNIFE:
        held = can_leave_out(adoption)
        return None if held else Text(LEFT_OUT, {"needed": LEFT_OUT_TREATED, "share": LEFT_OUT_SIZE})
    if not few(adoption):
        return None
    if few_in_all(adoption):
        return Text(TOO_SMALL, counts)
    return Text(FEW_AT_A_START, {"found": _fewest(adoption), "needed": MIN_AT_A_START})


def why(adoption: Adoption, name: str) -> Text:
    """How the inference was chosen, in a sentence."""
    strata = strata_of(adoption)
    starts, ours = len(set(adoption.cohort[adoption.treated])), int(strata.sum())
    values = {"starts": starts, "treated": ours, "controls": len(strata) - ours}
    return Text({RANDOMISATION: WHY_ORDERS, JACKKNIFE: WHY_JACKKNIFE}.get(name, WHY), values)


def _fewest(adoption: Adoption) -> int:
    """Clusters at the start that has the fewest."""
    starting = adoption.cohort[adoption.treated]
    clusters = adoption.clusters[adoption.treated]
    return min(len(np.unique(clusters[starting == cohort])) for cohort in np.unique(starting))


TOO_SMALL = N_(
    "This error is meant for many departments; with {departments}, {treated} of them with the tool, it tends "
    "to be too small."
)
FEW_AT_A_START = N_(
    "This error needs {needed} departments at every start date; with {found} at one of them it tends to be "
    "too small."
)
LEFT_OUT = N_(
    "With fewer than {needed} pilot departments this error is too small: in simulations without any effect "
    "it found one in up to {share:%0} of the pilots, where 5% is meant."
)
ALONE = N_(
    "One department alone starts in {starts}: how noisy it is by itself cannot be seen, so that it is judged "
    "by the spread of all departments with the tool."
)
ALONE_IN_LARGE = N_(
    "One department alone starts in {starts}: how noisy it is by itself cannot be seen, so that this error "
    "is too small."
)
WHY = N_(
    "{starts} start dates, {treated} pilot and {controls} comparison departments: enough for an error from "
    "large samples, by department."
)
WHY_JACKKNIFE = N_(
    "{starts} start dates, {treated} pilot and {controls} comparison departments: the uncertainty comes from "
    "leaving out one department at a time."
)
WHY_ORDERS = N_(
    "{starts} start dates, {treated} pilot and {controls} comparison departments: too few for an error from "
    "large samples, so the effect is judged by exchanging the start dates, each department weighed by its "
    "own noise."
)
