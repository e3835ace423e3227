"""Is the effect that of the same people?"""

from core.language.text import N_
from experiments.check_answer import informational
from experiments.context import Context, ContextCheck
from experiments.estimate import CheckResult

NAME = "fixed_clinicians"


def run(context: Context) -> CheckResult:
    """For information: the panel holds sums per department and week, which do not tell clinicians apart."""
    del context
    return informational(NAME, IMPOSSIBLE)


IMPOSSIBLE = N_(
    "The effect is that of departments, with whoever worked there. The sums it is computed from do not tell "
    "clinicians apart, so it cannot be computed for only those who worked there before and after the start."
)
CHECK = ContextCheck(run=run)
