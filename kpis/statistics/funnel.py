"""From eligible to signed: which share of each stage goes on to the next."""

from collections.abc import Sequence
from dataclasses import dataclass

from kpis.statistics.normal import Interval
from kpis.statistics.proportion import share, wilson

MORE_THAN_EARLIER = "more_than_an_earlier_stage"
NOTHING_BEFORE = "nothing_in_the_stage_before"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """The share of an earlier stage that reached this one, 0 to 1; None where that is no share."""

    value: float | None
    interval: Interval | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A stage with its conversions; `problem` is a code where its count cannot be right or says nothing."""

    name: str
    count: int
    from_previous: Conversion | None
    from_first: Conversion | None
    problem: str | None


def funnel(stages: Sequence[tuple[str, int]], level: float = 0.95) -> tuple[Stage, ...]:
    """Stages in their order, each with its name and count; the first has no conversion.

    A stage that is larger than an earlier one carries a problem, and the conversion that would be more than
    100 % is None.
    """
    counts = [count for _, count in stages]
    return tuple(
        Stage(
            name=name,
            count=count,
            from_previous=_conversion(count, counts[i - 1], level) if i else None,
            from_first=_conversion(count, counts[0], level) if i else None,
            problem=_problem(count, counts[:i]),
        )
        for i, (name, count) in enumerate(stages)
    )


def _conversion(count: int, of: int, level: float) -> Conversion:
    return Conversion(value=share(count, of), interval=wilson(count, of, level))


def _problem(count: int, earlier: Sequence[int]) -> str | None:
    if not earlier:
        return None
    if count > min(earlier):
        return MORE_THAN_EARLIER
    return NOTHING_BEFORE if earlier[-1] == 0 else None
