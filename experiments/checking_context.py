"""The checks that need more than the panel, all of them on one estimate."""

from core.discovery import discover
from experiments import context_checks
from experiments.context import Context, ContextCheck
from experiments.estimate import CheckResult

CONTEXT_CHECKS: dict[str, ContextCheck] = discover(context_checks, "CHECK", ContextCheck)


def run_context_checks(context: Context) -> tuple[CheckResult, ...]:
    """Every check that has something to say, in order of name."""
    found = (check.run(context) for check in CONTEXT_CHECKS.values())
    return tuple(one for one in found if one is not None)
