"""Sub-groups that are too small by themselves, taken together."""

from collections.abc import Mapping

from governance.disclosure_control.periods import Counts
from governance.disclosure_control.policy import Policy, too_few

REST = "(rest)"
"""The name of what is taken together; no sub-group of a hospital stands in brackets."""


def merged(groups: Mapping[str, Counts], policy: Policy) -> frozenset[str]:
    """The sub-groups that go into the rest: those too small in more than half of their periods.

    One alone would show itself in the rest, so the next smallest goes along. Where not two groups would
    remain, nothing is merged: the department as a whole says the same.
    """
    share = {name: _small_share(counts, policy) for name, counts in groups.items()}
    ordered = sorted(groups, key=lambda name: (-share[name], name))
    small = sum(share[name] > 0.5 for name in groups)
    if not small:
        return frozenset()
    together = ordered[: max(small, 2)]
    return frozenset(together) if len(together) < len(groups) else frozenset()


def _small_share(counts: Counts, policy: Policy) -> float:
    held = [one for one in counts.values() if one.anybody]
    return sum(too_few(one, policy) for one in held) / len(held) if held else 0.0
